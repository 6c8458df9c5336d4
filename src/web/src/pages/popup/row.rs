//! Drawing one row of the list.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::rows::{Row, Shown};
use crate::pages::look::dots;
use crate::pages::text::Text;
use crate::pages::words::say;
use crate::pages::{dom, draw_forms};

/// A row in the document.
pub(super) struct Drawn {
    /// What it shows.
    pub row: Row,
    /// The element.
    pub element: HtmlElement,
    /// The time step of the ring that turns now, in milliseconds.
    pub ring: Option<u64>,
    /// What is marked on it.
    pub marks: Option<Marks>,
}

/// What is marked on a row.
#[derive(PartialEq, Eq)]
pub(super) struct Marks {
    /// It matches the search.
    pub shown: bool,
    /// Enter copies its code.
    pub selected: bool,
    /// Its code was just copied.
    pub copied: bool,
    /// Its code shows on request only.
    pub hides_code: bool,
    /// Its actions are shown; it is the first, the last.
    pub tools: Option<(bool, bool)>,
}

/// Draws what is marked.
pub(super) fn draw_marks(element: &HtmlElement, marks: &Marks) {
    dom::show(element, marks.shown);
    dom::mark(element, "data-selected", marks.selected);
    dom::mark(element, "data-copied", marks.copied);
    dom::mark(element, "data-hide", marks.hides_code);
    let (first, last) = marks.tools.unwrap_or_default();
    draw_tools(element, marks.tools.is_some(), first, last);
}

/// What changes only with the vault.
pub(super) fn draw_row(element: &HtmlElement, row: &Row) {
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
        dom::set_text_in(element, selector, text);
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
pub(super) fn draw_code(drawn: &mut Drawn, shown: &Shown) {
    let element = &drawn.element;
    dom::set_text_in(element, ".codes > .code", &shown.code);
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
