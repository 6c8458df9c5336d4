//! Drawing the list: rows are made once, in chunks, and patched; codes are made for rows in view
//! only, at the moments at which they change.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use holdfast_core::vault::{Id, Vault};
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};

use super::Popup;
use super::model::Model;
use super::rows::{Row, Shown, shown};
use crate::browser::clock::now_millis;
use crate::pages::app::App;
use crate::pages::look::dots;
use crate::pages::text::Text;
use crate::pages::words::say;
use crate::pages::{dom, draw_forms};

/// How many rows are made before the first paint: more than any popup shows.
const FIRST_CHUNK: usize = 24;
/// How many rows are made at a time after that.
const CHUNK: usize = 100;

/// The list in the document.
pub struct List {
    container: HtmlElement,
    rows: HashMap<Id, Drawn>,
    order: Vec<Id>,
    in_view: Rc<RefCell<BTreeSet<Id>>>,
    observer: Option<IntersectionObserver>,
    // Called by the observer for as long as there is a list.
    _observed: Closure<dyn FnMut(js_sys::Array)>,
    next_chunk: Option<Timeout>,
    next_change: Option<Timeout>,
}

struct Drawn {
    row: Row,
    element: HtmlElement,
    /// The time step of the ring that turns now, in milliseconds.
    ring: Option<u64>,
}

impl List {
    /// The empty list.
    #[must_use]
    pub fn new(container: HtmlElement, app: Rc<RefCell<Option<App<Popup>>>>) -> Self {
        let in_view = Rc::new(RefCell::new(BTreeSet::new()));
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
        self.mark(model);
        self.draw_codes(model, vault, app);
    }

    fn empty(&mut self) {
        if !self.rows.is_empty() {
            if let Some(observer) = &self.observer {
                observer.disconnect();
            }
            dom::clear(&self.container);
            self.rows.clear();
            self.order.clear();
            self.in_view.borrow_mut().clear();
        }
        self.next_chunk = None;
        self.next_change = None;
    }

    fn remove_others(&mut self, wanted: &BTreeSet<Id>) {
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
        let matches: BTreeSet<Id> = model.matches().into_iter().collect();
        let selected = model.first_match();
        let last = self.order.len().saturating_sub(1);
        for (place, id) in self.order.iter().enumerate() {
            let Some(Drawn { element, .. }) = self.rows.get(id) else {
                continue;
            };
            dom::show(element, matches.contains(id));
            dom::mark(element, "data-selected", selected == Some(*id));
            dom::mark(element, "data-copied", model.copied == Some(*id));
            dom::mark(element, "data-hide", model.settings.hide_codes);
            draw_tools(element, model.menu == Some(*id), place == 0, place == last);
        }
    }

    /// The codes of the rows in view, and a timer for when the first of them changes.
    fn draw_codes(&mut self, model: &Model, vault: &Vault, app: &App<Popup>) {
        let now = now_millis();
        let mut next: Option<u64> = None;
        for id in self.in_view.borrow().iter() {
            let (Some(drawn), Some(account)) = (self.rows.get_mut(id), vault.get(*id)) else {
                continue;
            };
            if drawn.element.hidden() {
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
            Timeout::new(u32::try_from(wait).unwrap_or(1000), move || app.redraw())
        });
    }

    /// After sleep the rings are out of step: start them again.
    pub fn restart_rings(&mut self) {
        for drawn in self.rows.values_mut() {
            drawn.ring = None;
        }
    }
}

/// Takes down which rows came into view and which left it.
fn note(in_view: &RefCell<BTreeSet<Id>>, entries: &js_sys::Array) {
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

/// What changes only with the vault.
fn draw_row(element: &HtmlElement, row: &Row) {
    let unnamed = row.issuer.is_empty() && row.label.is_empty();
    let issuer = if unnamed {
        say(&Text::new("unnamed"))
    } else {
        row.issuer.clone()
    };
    for (selector, text) in [
        (".avatar", &row.initial),
        (".issuer", &issuer),
        (".label", &row.label),
    ] {
        if let Some(place) = dom::find(element, selector) {
            dom::set_text(&place, text);
        }
    }
    if let Some(avatar) = dom::find(element, ".avatar") {
        let _ = avatar.style().set_property("--hue", &row.hue.to_string());
    }
    if let Some(names) = dom::find(element, ".names") {
        let full = [issuer.as_str(), row.label.as_str()].join(" ");
        dom::set_attribute(&names, "title", Some(full.trim()));
    }
    if let Some(menu) = dom::find(element, ".account-menu") {
        let label = say(&Text::new("actions_of").with(if row.issuer.is_empty() {
            row.label.as_str()
        } else {
            &issuer
        }));
        dom::set_attribute(&menu, "aria-label", Some(&label));
    }
    if let Some(code) = dom::find(element, ".code") {
        let steam = matches!(row.kind, Some(holdfast_core::account::Kind::Steam));
        dom::set_attribute(
            &code,
            "class",
            Some(if steam { "code steam" } else { "code" }),
        );
        if row.kind.is_none() {
            dom::set_text(&code, &say(&Text::new("code_unreadable_short")));
        }
    }
    if let Some(next) = dom::find(element, ".next-hotp") {
        dom::show(&next, row.is_counted() && !row.is_conflict());
    }
    draw_conflict(element, row);
}

/// The credentials to choose from, where two devices set one without knowing of each other.
fn draw_conflict(element: &HtmlElement, row: &Row) {
    if let Some(old) = dom::find(element, ".concurrent") {
        old.remove();
    }
    dom::mark(element, "data-conflict", row.is_conflict());
    if !row.is_conflict() {
        return;
    }
    let Some(block) = dom::instantiate("t-concurrent") else {
        return;
    };
    if let Some(list) = dom::find(&block, ".variants") {
        for credential in &row.credentials {
            if let Some(variant) = dom::instantiate("t-variant") {
                dom::set_attribute(&variant, "data-credential", Some(&credential.to_string()));
                dom::append(&list, &variant);
            }
        }
    }
    dom::append(element, &block);
}

/// What changes with the time.
fn draw_code(drawn: &mut Drawn, shown: &Shown) {
    let element = &drawn.element;
    if let Some(code) = dom::find(element, ".codes > .code") {
        dom::set_text(&code, &shown.code);
    }
    if let Some(codes) = dom::find(element, ".codes") {
        let length = shown.code.chars().filter(|c| *c != '\u{a0}').count();
        dom::set_attribute(&codes, "data-dots", Some(&dots(length)));
    }
    if let Some(next) = dom::find(element, ".next-code") {
        let text = shown
            .next
            .as_deref()
            .map(|code| say(&Text::new("code_next").with(code)));
        dom::set_text(&next, text.as_deref().unwrap_or_default());
        dom::show(&next, text.is_some());
    }
    dom::mark(element, "data-ending", shown.ending);
    dom::mark(
        element,
        "data-dotted",
        shown.ring.is_none() && shown.code.contains('•'),
    );
    let Some(ring) = dom::find(element, ".ring") else {
        return;
    };
    let period = shown.ring.map(|(period, _)| period);
    if let (Some((period, elapsed)), true) = (shown.ring, drawn.ring != period) {
        // A new element starts its animation anew; one in the document would go on with the old.
        let Some(fresh) = ring
            .clone_node_with_deep(true)
            .ok()
            .and_then(|node| node.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        let style = fresh.style();
        let _ = style.set_property("--period", &format!("{period}ms"));
        let _ = style.set_property("--elapsed", &format!("-{elapsed}ms"));
        dom::show(&fresh, true);
        let _ = ring.replace_with_with_node_1(&fresh);
    } else if shown.ring.is_none() {
        dom::show(&ring, false);
    }
    drawn.ring = period;
}

/// The actions of a row, below it.
fn draw_tools(element: &HtmlElement, open: bool, first: bool, last: bool) {
    let tools = dom::find(element, ".tools");
    match (open, &tools) {
        (true, None) => {
            if let Some(tools) = dom::instantiate("t-tools") {
                dom::append(element, &tools);
            }
        }
        (false, Some(tools)) => tools.remove(),
        _ => {}
    }
    if !open && tools.is_none() {
        return;
    }
    if let Some(menu) = dom::find(element, ".account-menu") {
        dom::set_attribute(
            &menu,
            "aria-expanded",
            Some(if open { "true" } else { "false" }),
        );
    }
    for (action, enabled) in [("move-up", !first), ("move-down", !last)] {
        if let Some(button) = dom::find(element, &format!("[data-action=\"{action}\"]")) {
            draw_forms::enable(&button, enabled);
        }
    }
}
