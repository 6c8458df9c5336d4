//! From an authenticator that has no export: a list of what is to arrive, where to add it, and what
//! has arrived.

mod draw;
mod events;

use holdfast_core::checklist::{self, Entry};
use holdfast_core::vault::Vault;
use wasm_bindgen_futures::spawn_local;

pub(super) use draw::draw;
pub(super) use events::{change, click, submit};

use super::Options;
use super::model::Msg as PageMsg;
use crate::pages::app::App;
use crate::store::checklist::Checklist;

/// What the list knows.
#[derive(Clone, Default)]
pub struct Model {
    /// The list; `None` until it was read.
    pub list: Option<Checklist>,
    /// Which of its entries are in the vault.
    pub arrived: Vec<bool>,
    /// What was there before the last entry, or all of them, were removed; until something else is
    /// done with the list, or the page is closed.
    pub gone: Option<Gone>,
    /// Moves when something else is to be seen.
    pub revision: u32,
}

/// What was removed from the list, and can be brought back.
#[derive(Clone)]
pub struct Gone {
    /// All entries as they were.
    entries: Vec<Entry>,
    /// How many of them were removed.
    pub count: usize,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// The list was read.
    Loaded(Checklist),
    /// These were typed, pasted or chosen, one a line.
    Add(String),
    /// An entry needs nothing any more, or does again.
    Tick(usize, bool),
    /// An entry is dropped.
    Drop(usize),
    /// The list is done with.
    Finish,
    /// What was removed last is wanted back.
    Undo,
}

/// What it asks of the browser.
#[derive(Clone)]
pub enum Effect {
    /// Read the list.
    Load,
    /// Write it.
    Save(Checklist),
}

/// Takes what happened into the model.
pub fn update(model: &mut Model, msg: Msg, vault: Option<&Vault>) -> Option<Effect> {
    let effect = match msg {
        Msg::Loaded(list) => {
            // What was typed meanwhile is newer.
            model.list.get_or_insert(list);
            None
        }
        Msg::Add(text) => edit(model, |entries| checklist::read(&text, entries)),
        Msg::Tick(place, on) => edit(model, |entries| {
            if let Some(entry) = entries.get_mut(place) {
                entry.ticked = on;
            }
        }),
        Msg::Drop(place) => remove(model, |entries| {
            if place < entries.len() {
                entries.remove(place);
            }
        }),
        Msg::Finish => remove(model, Vec::clear),
        Msg::Undo => model
            .gone
            .take()
            .and_then(|gone| edit(model, |entries| *entries = gone.entries)),
    };
    look(model, vault);
    model.revision = model.revision.wrapping_add(1);
    effect
}

/// Looks what has arrived.
pub fn look(model: &mut Model, vault: Option<&Vault>) {
    let Some((list, vault)) = model.list.as_ref().zip(vault) else {
        return;
    };
    let accounts = vault.list();
    let accounts: Vec<(&str, &str)> = accounts
        .iter()
        .map(|(_, account)| (account.issuer.value.as_str(), account.label.value.as_str()))
        .collect();
    let arrived = checklist::arrived(&list.entries, &accounts);
    if arrived != model.arrived {
        model.arrived = arrived;
        model.revision = model.revision.wrapping_add(1);
    }
}

/// How many of the list need nothing any more.
#[must_use]
pub fn done(model: &Model) -> usize {
    let entries = model.list.iter().flat_map(|list| &list.entries);
    let arrived = model.arrived.iter().chain(std::iter::repeat(&false));
    entries
        .zip(arrived)
        .filter(|(entry, arrived)| entry.ticked || **arrived)
        .count()
}

/// Runs an effect.
pub fn run(effect: Effect, app: &App<Options>) {
    let app = app.clone();
    spawn_local(async move {
        match effect {
            Effect::Load => {
                let list = Checklist::load().await;
                app.dispatch(PageMsg::Checklist(Msg::Loaded(list)));
            }
            // Should the browser not write, the list is there until the page is closed.
            Effect::Save(list) => drop(list.save().await),
        }
    });
}

/// A change that takes entries away, which can be undone.
fn remove(model: &mut Model, change: impl FnOnce(&mut Vec<Entry>)) -> Option<Effect> {
    let list = model.list.as_ref();
    let before = list.map_or_else(Vec::new, |list| list.entries.clone());
    let effect = edit(model, change);
    let left = model.list.as_ref().map_or(0, |list| list.entries.len());
    let count = before.len().saturating_sub(left);
    model.gone = (count > 0).then_some(Gone {
        entries: before,
        count,
    });
    effect
}

fn edit(model: &mut Model, change: impl FnOnce(&mut Vec<Entry>)) -> Option<Effect> {
    model.gone = None;
    let list = model.list.get_or_insert_default();
    change(&mut list.entries);
    Some(Effect::Save(list.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(effect: Option<Effect>) -> Vec<(String, bool)> {
        let Some(Effect::Save(list)) = effect else {
            panic!("it is written")
        };
        let entries = list.entries.into_iter();
        entries.map(|entry| (entry.site, entry.ticked)).collect()
    }

    #[test]
    fn a_list_is_made_ticked_and_finished() {
        let mut model = Model::default();
        update(&mut model, Msg::Loaded(Checklist::default()), None);
        let effect = update(&mut model, Msg::Add("GitHub\nGoogle\n".into()), None);
        assert_eq!(
            saved(effect),
            [("GitHub".into(), false), ("Google".into(), false)]
        );
        let effect = update(&mut model, Msg::Tick(1, true), Some(&Vault::default()));
        assert_eq!(saved(effect)[1], ("Google".into(), true));
        assert_eq!((done(&model), model.arrived.len()), (1, 2));
        let effect = update(&mut model, Msg::Drop(0), None);
        assert_eq!(saved(effect), [("Google".into(), true)]);
        assert!(saved(update(&mut model, Msg::Drop(7), None)).len() == 1);
        assert!(saved(update(&mut model, Msg::Finish, None)).is_empty());
    }

    #[test]
    fn what_was_removed_can_be_brought_back_until_the_list_goes_on() {
        let mut model = Model::default();
        update(&mut model, Msg::Loaded(Checklist::default()), None);
        let before = saved(update(&mut model, Msg::Add("GitHub\nGoogle".into()), None));
        update(&mut model, Msg::Finish, None);
        assert_eq!(model.gone.as_ref().map(|gone| gone.count), Some(2));
        assert_eq!(saved(update(&mut model, Msg::Undo, None)), before);
        assert!(model.gone.is_none() && update(&mut model, Msg::Undo, None).is_none());
        update(&mut model, Msg::Drop(1), None);
        assert_eq!(model.gone.as_ref().map(|gone| gone.count), Some(1));
        assert_eq!(saved(update(&mut model, Msg::Undo, None)), before);
        update(&mut model, Msg::Finish, None);
        update(&mut model, Msg::Add("Dropbox".into()), None);
        assert!(update(&mut model, Msg::Undo, None).is_none());
        // Nothing was removed, nothing is to be undone.
        update(&mut model, Msg::Drop(7), None);
        assert!(model.gone.is_none());
    }

    #[test]
    fn what_is_typed_before_the_list_was_read_is_kept() {
        let mut model = Model::default();
        update(&mut model, Msg::Add("GitHub".into()), None);
        update(&mut model, Msg::Loaded(Checklist::default()), None);
        assert_eq!(model.list.unwrap().entries.len(), 1);
    }
}
