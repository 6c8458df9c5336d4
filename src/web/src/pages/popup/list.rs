//! Drawing the list: rows are made once, in chunks, and patched; codes are made for rows in view
//! only, at the moments at which they change.

use holdfast_json::map::Set;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use holdfast_core::vault::{Id, Vault};
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};

use super::Popup;
use super::model::Model;
use super::row::{Drawn, Marks, draw_code, draw_marks, draw_row};
use super::rows::{Row, shown};
use crate::browser::clock::now_millis;
use crate::pages::app::App;
use crate::pages::dom;

/// How many rows are made before the first paint: more than any popup shows.
const FIRST_CHUNK: usize = 24;
/// How many rows are made at a time after that.
const CHUNK: usize = 100;

/// The list in the document.
pub struct List {
    container: HtmlElement,
    rows: HashMap<Id, Drawn>,
    order: Vec<Id>,
    /// Which of the model's vaults the rows show.
    revision: Option<u32>,
    in_view: Rc<RefCell<Set<Id>>>,
    observer: Option<IntersectionObserver>,
    // Called by the observer for as long as there is a list.
    _observed: Closure<dyn FnMut(js_sys::Array)>,
    next_chunk: Option<Timeout>,
    next_change: Option<Timeout>,
}

impl List {
    /// The empty list.
    #[must_use]
    pub fn new(container: HtmlElement, app: Rc<RefCell<Option<App<Popup>>>>) -> Self {
        let in_view = Rc::new(RefCell::new(Set::new()));
        let observed = {
            let in_view = in_view.clone();
            Closure::new(move |entries: js_sys::Array| {
                note(&in_view, &entries);
                if let Some(app) = app.borrow().as_ref() {
                    app.redraw();
                }
            })
        };
        let options = IntersectionObserverInit::new();
        options.set_root_margin("120px");
        let observer =
            IntersectionObserver::new_with_options(observed.as_ref().unchecked_ref(), &options)
                .ok();
        Self {
            container,
            rows: HashMap::new(),
            order: Vec::new(),
            revision: None,
            in_view,
            observer,
            _observed: observed,
            next_chunk: None,
            next_change: None,
        }
    }

    /// Draws the accounts of the model, or nothing while there is no vault.
    pub fn draw(&mut self, model: &Model, app: &App<Popup>) {
        let Some(vault) = &model.vault else {
            self.empty();
            return;
        };
        if self.revision != Some(model.revision) || self.next_chunk.take().is_some() {
            self.draw_rows(vault, app);
            self.revision = Some(model.revision);
        }
        // What is corrected looks so; the status line says by how much.
        dom::mark(&self.container, "data-corrected", model.settings.ahead != 0);
        self.mark(model);
        self.draw_codes(model, vault, app);
    }

    /// Makes the rows of the vault, or a part of them, and brings them into its order.
    fn draw_rows(&mut self, vault: &Vault, app: &App<Popup>) {
        let wanted = vault.list();
        self.remove_others(&wanted.iter().map(|(id, _)| *id).collect());
        let missing = wanted
            .iter()
            .filter(|(id, _)| !self.rows.contains_key(id))
            .count();
        let room = if self.rows.is_empty() {
            FIRST_CHUNK
        } else {
            CHUNK
        };
        let mut made = 0;
        self.order.clear();
        for (id, account) in &wanted {
            let row = Row::of(*id, account);
            match self.rows.get_mut(id) {
                Some(drawn) if drawn.row == row => {}
                Some(drawn) => {
                    draw_row(&drawn.element, &row);
                    drawn.row = row;
                    drawn.ring = None;
                }
                None if made < room => {
                    made += 1;
                    self.make(row);
                }
                None => continue,
            }
            self.order.push(*id);
        }
        self.arrange();
        self.next_chunk = (missing > made).then(|| {
            let app = app.clone();
            Timeout::new(0, move || app.redraw())
        });
    }

    fn empty(&mut self) {
        if !self.rows.is_empty() {
            if let Some(observer) = &self.observer {
                observer.disconnect();
            }
            dom::clear(&self.container);
            self.rows.clear();
            self.order.clear();
            self.in_view.take();
        }
        self.revision = None;
        self.next_chunk = None;
        self.next_change = None;
    }

    fn remove_others(&mut self, wanted: &Set<Id>) {
        let (observer, in_view) = (&self.observer, &self.in_view);
        self.rows.retain(|id, drawn| {
            let stays = wanted.contains(id);
            if !stays {
                if let Some(observer) = observer {
                    observer.unobserve(&drawn.element);
                }
                in_view.borrow_mut().remove(id);
                drawn.element.remove();
            }
            stays
        });
    }

    fn make(&mut self, row: Row) {
        let Some(element) = dom::instantiate("t-account") else {
            return;
        };
        dom::set_attribute(&element, "data-id", Some(&row.id.to_string()));
        draw_row(&element, &row);
        if let Some(observer) = &self.observer {
            observer.observe(&element);
        }
        // The first rows are in view before the observer says so.
        if self.rows.len() < FIRST_CHUNK {
            self.in_view.borrow_mut().insert(row.id);
        }
        self.rows.insert(
            row.id,
            Drawn {
                row,
                element,
                ring: None,
                marks: None,
            },
        );
    }

    /// Brings the elements into the order of the list, moving as few as possible.
    fn arrange(&self) {
        let focused = dom::document().active_element();
        let mut place = self.container.first_element_child();
        for id in &self.order {
            let Some(drawn) = self.rows.get(id) else {
                continue;
            };
            let element: &Element = &drawn.element;
            if place.as_ref() == Some(element) {
                place = element.next_element_sibling();
            } else {
                let _ = self
                    .container
                    .insert_before(element, place.as_deref().map(AsRef::as_ref));
            }
        }
        // An element that moves loses the focus.
        if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok())
            && dom::document().active_element().as_ref() != Some(&focused)
            && focused.is_connected()
        {
            dom::focus(&focused);
        }
    }

    /// What matches, what is selected, copied, or has its actions shown.
    fn mark(&mut self, model: &Model) {
        let found = model.matches();
        let searching = !model.query.trim().is_empty();
        let selected = found.first().copied().filter(|_| searching);
        let matches: Set<Id> = found.into_iter().collect();
        let last = self.order.len().saturating_sub(1);
        for (place, id) in self.order.iter().enumerate() {
            let Some(drawn) = self.rows.get_mut(id) else {
                continue;
            };
            let marks = Marks {
                shown: matches.contains(id),
                selected: selected == Some(*id),
                copied: model.copied == Some(*id),
                hides_code: model.settings.hide_codes,
                // Where the row stands only matters to its actions.
                tools: (model.menu == Some(*id)).then_some((place == 0, place == last)),
            };
            // Asking the document a thousand times what it shows would take longer than typing.
            if drawn.marks.as_ref() != Some(&marks) {
                draw_marks(&drawn.element, &marks);
                drawn.marks = Some(marks);
            }
        }
    }

    /// The codes of the rows in view, and a timer for when the first of them changes.
    fn draw_codes(&mut self, model: &Model, vault: &Vault, app: &App<Popup>) {
        let now = model.settings.corrected(now_millis());
        let mut next: Option<u64> = None;
        for id in self.in_view.borrow().iter() {
            let (Some(drawn), Some(account)) = (self.rows.get_mut(id), vault.get(*id)) else {
                continue;
            };
            if drawn.marks.as_ref().is_none_or(|marks| !marks.shown) {
                continue;
            }
            for (index, (credential_id, credential)) in account.credentials.iter().enumerate() {
                let asked = model.hotp.get(credential_id).map(String::as_str);
                let shown = shown(credential, asked, &model.settings, now);
                if index == 0 {
                    draw_code(drawn, &shown);
                }
                let selector = format!(".variant[data-credential=\"{credential_id}\"] .code");
                if let Some(code) = drawn
                    .row
                    .is_conflict()
                    .then(|| dom::find(&drawn.element, &selector))
                    .flatten()
                {
                    dom::set_text(&code, &shown.code);
                }
                next = [next, shown.changes_at].into_iter().flatten().min();
            }
        }
        self.next_change = next.map(|at| {
            let app = app.clone();
            // A little late rather than early: at the boundary the new code must be the new one.
            let wait = at.saturating_sub(now).saturating_add(4).min(60 * 60 * 1000);
            let wait = u32::try_from(wait).unwrap_or(1000);
            Timeout::new(wait, move || {
                app.with_page(|popup, model| popup.list.tick(model, &app))
            })
        });
    }

    /// Time has passed: codes may have changed, nothing else has.
    fn tick(&mut self, model: &Model, app: &App<Popup>) {
        if let Some(vault) = &model.vault {
            self.draw_codes(model, vault, app);
        }
    }

    /// After sleep the rings are out of step: start them again.
    pub fn restart_rings(&mut self) {
        for drawn in self.rows.values_mut() {
            drawn.ring = None;
        }
    }
}

/// Takes down which rows came into view and which left it.
fn note(in_view: &RefCell<Set<Id>>, entries: &js_sys::Array) {
    let mut in_view = in_view.borrow_mut();
    for entry in entries.iter() {
        let entry: IntersectionObserverEntry = entry.unchecked_into();
        let Some(id) = entry
            .target()
            .get_attribute("data-id")
            .and_then(|id| Id::parse(&id))
        else {
            continue;
        };
        if entry.is_intersecting() {
            in_view.insert(id);
        } else {
            in_view.remove(&id);
        }
    }
}
