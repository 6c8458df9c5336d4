//! What the page does about it: no browser in here.

use holdfast_backup::destination::config::Kind;
use holdfast_backup::policy::Retention;
use holdfast_core::vault::Id;

use super::{Action, Asked, Form, Model, Msg, Open, Wanted, draw_log};
use crate::message::history::{At, HistoryReply, HistoryRequest, Snapshot};
use crate::message::{Answer, Failure, Reply, Request};
use crate::pages::form::{Fields, Form as AnyForm, failure_text};
use crate::pages::options::model::{self, Effect, Section};
use crate::pages::options::update::{refuse, toast};
use crate::pages::status::Place;
use crate::pages::text::Text;

/// Takes a message.
pub fn update(model: &mut model::Model, msg: Msg) -> Vec<Effect> {
    let own = &mut model.history;
    match msg {
        Msg::Place(id) => own.place = Some(id).filter(|id| !id.is_empty()),
        Msg::Device(id) => own.device = Id::parse(&id),
    }
    Vec::new()
}

/// The vault was locked: nothing of its content stays.
pub fn locked(own: &mut Model) {
    *own = Model {
        named: own.named,
        ..Model::default()
    };
}

/// The vault is open, and storage was read.
pub fn opened(model: &mut model::Model) -> Vec<Effect> {
    let mut effects = ask_lists(model);
    let unnamed = model
        .world
        .as_ref()
        .is_some_and(|world| world.device_name() == Some(""));
    if unnamed && !model.history.named {
        model.history.named = true;
        effects.push(Effect::NameDevice);
    }
    if let Some(world) = &model.world {
        let known = |id: &String| world.places.iter().any(|place| place.id == *id);
        model.history.lists.retain(|id, _| known(id));
        model.history.place.take_if(|id| !known(id));
        model
            .history
            .open
            .take_if(|open| !known(&open.at.destination));
    }
    effects
}

/// The section was gone to, perhaps for one destination: `history/<destination>`.
pub fn entered(model: &mut model::Model, place: &str) -> Vec<Effect> {
    let id = place.strip_prefix("history/").map(str::to_owned);
    let own = &mut model.history;
    (own.place, own.device, own.open) = (id, None, None);
    own.lists.clear();
    ask_lists(model)
}

/// Asks the destinations that were not asked yet, while the section is in view.
fn ask_lists(model: &mut model::Model) -> Vec<Effect> {
    let world = model.world.as_ref();
    let Some(world) = world.filter(|world| world.open_vault().is_some()) else {
        return Vec::new();
    };
    if model.section != Section::History {
        return Vec::new();
    }
    let own = &mut model.history;
    let mut effects = Vec::new();
    for place in listable(&world.places) {
        if !own.lists.contains_key(&place.id) && own.waiting.insert(place.id.clone()) {
            let destination = place.id.clone();
            effects.push(ask(
                Asked::List(place.id.clone()),
                HistoryRequest::List { destination },
            ));
        }
    }
    effects
}

/// The destinations that can be read: not a file that only the person can reach.
pub fn listable(places: &[Place]) -> impl Iterator<Item = &Place> {
    let places = places.iter();
    places.filter(|place| place.label.kind != Kind::Download)
}

/// The destinations that can be rehearsed: those that can be checked.
pub fn checkable(places: &[Place]) -> impl Iterator<Item = &Place> {
    listable(places).filter(|place| place.label.kind != Kind::BrowserSync)
}

/// Takes what was pressed.
pub fn act(model: &mut model::Model, action: Action) -> Vec<Effect> {
    let own = &mut model.history;
    match action {
        Action::Look(at) => return look(own, at),
        Action::Back => {
            own.open = None;
            return vec![Effect::Focus("history-heading")];
        }
        Action::Again => {
            own.lists.clear();
            return ask_lists(model);
        }
        Action::Ask(wanted) => {
            if let Some(open) = own.open.as_mut().filter(|open| !open.busy) {
                (open.asking, open.refused) = (Some(wanted), None);
                return vec![Effect::Focus("confirm-restore")];
            }
        }
        Action::Cancel => {
            if let Some(open) = &mut own.open {
                open.asking = None;
            }
            return vec![Effect::Focus("past-heading")];
        }
        Action::Restore => return restore(own),
        Action::AskRetire(device) => {
            own.retiring = (own.retiring != Some(device)).then_some(device);
        }
        Action::Retire(device, retired) => {
            own.retiring = None;
            return vec![ask(
                Asked::Noted,
                HistoryRequest::Retire { device, retired },
            )];
        }
        Action::Note(destination) => {
            return vec![ask(Asked::Noted, HistoryRequest::Note { destination })];
        }
        Action::ToggleLog(shown) => own.log = shown,
        Action::SaveLog => {
            let world = model.world.as_ref();
            return world.map_or_else(Vec::new, |world| {
                vec![Effect::SaveTexts(
                    "holdfast-log.txt",
                    draw_log::lines(world),
                )]
            });
        }
        Action::UsualRetention => return vec![Effect::FillRetention(Retention::default())],
    }
    Vec::new()
}

fn look(own: &mut Model, at: At) -> Vec<Effect> {
    let Some(snapshot) = find(own, &at) else {
        return Vec::new();
    };
    own.open = Some(Open {
        at: at.clone(),
        snapshot,
        compared: None,
        asking: None,
        busy: false,
        refused: None,
    });
    vec![
        Effect::Focus("past-heading"),
        ask(Asked::Look(at.clone()), HistoryRequest::Look(at)),
    ]
}

fn find(own: &Model, at: &At) -> Option<Snapshot> {
    let list = own.lists.get(&at.destination)?.as_ref().ok()?;
    let found = list.snapshots.iter();
    found.clone().find(|it| it.name == at.snapshot).cloned()
}

fn restore(own: &mut Model) -> Vec<Effect> {
    let Some(open) = own.open.as_mut().filter(|open| !open.busy) else {
        return Vec::new();
    };
    let Some(wanted) = open.asking else {
        return Vec::new();
    };
    open.busy = true;
    let account = match wanted {
        Wanted::All => None,
        Wanted::One(id) => Some(id),
    };
    let at = open.at.clone();
    vec![ask(Asked::Restore, HistoryRequest::Restore { at, account })]
}

/// Takes a form that was submitted.
pub fn submit(model: &mut model::Model, form: Form, fields: &Fields) -> Vec<Effect> {
    let request = match form {
        Form::Rehearse => rehearse(model, fields),
        Form::Retention => retention(fields).map(HistoryRequest::Keep),
    };
    let form = AnyForm::History(form);
    match request {
        Ok(request) => {
            model.history.rehearsed = None;
            model.forms.start(form.clone());
            vec![Effect::Ask(
                model::Asked::Form(form),
                Request::History(request),
            )]
        }
        Err(failure) => refuse(model, form, failure),
    }
}

fn rehearse(model: &model::Model, fields: &Fields) -> Result<HistoryRequest, Failure> {
    let secret = match fields.get("secret").trim() {
        "" => return Err(Failure::of_field("passphrase_empty", "secret")),
        _ => fields.get("secret").to_owned(),
    };
    let places = model.world.as_ref().map(|world| world.places.as_slice());
    let chosen = fields.get("destination");
    let place = checkable(places.unwrap_or_default())
        .find(|place| chosen.is_empty() || place.id == chosen)
        .ok_or_else(|| Failure::new("rehearse_nothing_stored"))?;
    let destination = place.id.clone();
    Ok(HistoryRequest::Rehearse {
        destination,
        secret,
    })
}

fn retention(fields: &Fields) -> Result<Retention, Failure> {
    let most = Retention::MOST;
    let number = |name: &str, least: u64, most: u64| {
        let typed = fields.get(name).trim().parse::<u64>().ok();
        let within = typed.filter(|number| (least..=most).contains(number));
        within.ok_or_else(|| Failure::of_field(&format!("retention_{name}"), name))
    };
    let recent = number("recent", 1, most.recent as u64)?;
    Ok(Retention {
        recent: usize::try_from(recent).unwrap_or(most.recent),
        days: number("days", 0, most.days)?,
        months: number("months", 0, most.months)?,
    })
}

/// A form was accepted.
pub fn accepted(model: &mut model::Model, form: Form, reply: Reply) -> Vec<Effect> {
    match (form, reply) {
        (Form::Rehearse, Reply::History(HistoryReply::Rehearsed(rehearsed))) => {
            model.history.rehearsed = Some(rehearsed);
            vec![
                Effect::Clear(AnyForm::History(form)),
                Effect::Focus("rehearsal-result"),
            ]
        }
        (Form::Retention, _) => toast(model, Text::new("saved")),
        _ => Vec::new(),
    }
}

/// A request was answered.
pub fn answered(model: &mut model::Model, asked: Asked, answer: Answer) -> Vec<Effect> {
    let own = &mut model.history;
    match (asked, answer) {
        (Asked::List(id), answer) => {
            // Whoever has locked meanwhile gets nothing back.
            if own.waiting.remove(&id) {
                let listed = match answer {
                    Ok(Reply::History(HistoryReply::Listed(listed))) => Ok(listed),
                    Ok(_) => Err(Failure::new("unknown")),
                    Err(failure) => Err(failure),
                };
                own.lists.insert(id, listed);
            }
            Vec::new()
        }
        (Asked::Look(at), answer) => {
            if let Some(open) = own.open.as_mut().filter(|open| open.at == at) {
                open.compared = Some(match answer {
                    Ok(Reply::History(HistoryReply::Compared(compared))) => Ok(compared),
                    Ok(_) => Err(Failure::new("unknown")),
                    Err(failure) => Err(failure),
                });
            }
            // A loss that was seen stands in the evidence.
            vec![Effect::Reload]
        }
        (Asked::Restore, Ok(Reply::History(HistoryReply::Restored { accounts }))) => {
            own.open = None;
            own.lists.clear();
            let mut effects = toast(model, Text::plural("brought_back", accounts as u64));
            effects.push(Effect::Focus("history-heading"));
            effects.push(Effect::Reload);
            effects.extend(ask_lists(model));
            effects
        }
        (Asked::Restore, answer) => {
            if let Some(open) = &mut own.open {
                (open.busy, open.asking) = (false, None);
                open.refused = answer.err();
            }
            vec![Effect::Reload]
        }
        (Asked::Noted, Ok(_)) => vec![Effect::Reload],
        (Asked::Noted, Err(failure)) => toast(model, failure_text(&failure)),
    }
}

fn ask(asked: Asked, request: HistoryRequest) -> Effect {
    Effect::Ask(model::Asked::History(asked), Request::History(request))
}
