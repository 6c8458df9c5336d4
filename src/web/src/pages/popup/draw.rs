//! Drawing the popup: which view, and what is in it besides the list.

use super::Popup;
use super::model::{Model, Screen};
use super::rows::{details, draft_of};
use crate::pages::app::App;
use crate::pages::form::Form;
use crate::pages::text::Text;
use crate::pages::words::{say, say_arg};
use crate::pages::{dom, draw_forms, draw_status};

/// Makes the document show the model.
pub fn draw(popup: &mut Popup, model: &Model, app: &App<Popup>) {
    let changed = popup.drawn != Some(model.screen);
    popup.drawn = Some(model.screen);
    if changed {
        draw_screen(model);
    }
    draw_status::draw(model.status.as_ref());
    if model.status.is_none() {
        keep_place_of_status(model.screen);
    }
    draw_status::draw_warnings(model.status.as_ref());
    popup.list.draw(model, app);
    if let Some(button) = dom::by_id("unlock-passkey") {
        let status = model.status.as_ref();
        dom::show(
            &button,
            status.is_some_and(|status| !status.passkeys.is_empty()),
        );
    }
    super::fill_draw::draw(model);
    super::region_draw::draw(model);
    if model.screen == Screen::List {
        draw_empty(model);
    }
    for (form, id) in Form::all() {
        if let Some(element) = dom::by_id(id) {
            draw_forms::draw(&form, &element, &model.forms);
        }
    }
    draw_refused(model);
    let toast = model.toast.as_ref();
    let action = toast
        .filter(|toast| !toast.undelete.is_empty())
        .map(|_| "undo");
    draw_status::draw_toast(toast.map(|toast| toast.text.as_slice()), action);
}

/// The status line has its place before it was read, so that nothing moves when it comes.
fn keep_place_of_status(screen: Screen) {
    if let Some(section) = dom::by_id("status") {
        dom::set_attribute(&section, "data-state", Some("reading"));
        dom::show(
            &section,
            !matches!(screen, Screen::Welcome | Screen::Damaged | Screen::Newer),
        );
    }
}

fn draw_screen(model: &Model) {
    let (name, title) = match model.screen {
        Screen::Start => ("start", None),
        Screen::Welcome => ("welcome", None),
        Screen::Locked => ("locked", None),
        Screen::List => ("list", None),
        Screen::Add => ("add", Some("heading_add")),
        Screen::Edit(_) => ("edit", Some("heading_edit")),
        Screen::Details(_) => ("details", Some("heading_details")),
        Screen::Region => ("region", Some("heading_region")),
        Screen::Damaged => ("damaged", None),
        Screen::Newer => ("newer", None),
    };
    dom::set_attribute(&dom::body(), "data-view", Some(name));
    for view in dom::all(".view") {
        dom::show(&view, view.id() == format!("view-{name}"));
    }
    if let Some(bar) = dom::by_id("bar-list") {
        dom::show(&bar, title.is_none());
    }
    if let Some(bar) = dom::by_id("bar-title") {
        dom::show(&bar, title.is_some());
    }
    if let Some((heading, title)) = dom::by_id("bar-heading").zip(title) {
        dom::set_text(&heading, &say(&Text::new(title)));
    }
    if let (None, Some(list)) = (&model.vault, dom::by_id("details")) {
        dom::clear(&list);
    }
    match model.screen {
        Screen::Edit(_) => fill_edit(model),
        Screen::Details(_) => fill_details(model),
        Screen::List => {
            if let Some(search) = dom::by_id("search") {
                dom::set_value(&search, &model.query);
            }
        }
        _ => {}
    }
    dom::window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Puts the account into the form that edits it; its secret stays where it is.
fn fill_edit(model: &Model) {
    let Screen::Edit(id) = model.screen else {
        return;
    };
    let (Some(account), Some(form)) = (
        model.vault.as_ref().and_then(|vault| vault.get(id)),
        dom::by_id("edit-form"),
    ) else {
        return;
    };
    draw_forms::clear("edit-form");
    dom::set_attribute(&form, "data-id", Some(&id.to_string()));
    let draft = draft_of(account);
    for (name, text) in [
        ("issuer", &draft.issuer),
        ("label", &draft.label),
        ("note", &draft.note),
        ("sites", &account.sites.value.join("\n")),
        ("type", &draft.kind),
        ("algorithm", &draft.algorithm),
        ("digits", &draft.digits),
        ("period", &draft.period),
        ("counter", &draft.counter),
    ] {
        if let Some(control) = dom::find(&form, &format!("[name=\"{name}\"]")) {
            dom::set_value(&control, text);
        }
    }
    if let Some(replace) = dom::by_id("edit-replace") {
        dom::mark(&replace, "open", false);
    }
    draw_forms::draw_kind(&form);
}

fn fill_details(model: &Model) {
    let Screen::Details(id) = model.screen else {
        return;
    };
    let (Some(account), Some(list)) = (
        model.vault.as_ref().and_then(|vault| vault.get(id)),
        dom::by_id("details"),
    ) else {
        return;
    };
    if let Some(view) = dom::by_id("view-details") {
        dom::set_attribute(&view, "data-id", Some(&id.to_string()));
    }
    dom::clear(&list);
    for (label, value) in details(account) {
        let Some(line) = dom::instantiate("t-detail") else {
            continue;
        };
        for (selector, text) in [("dt", &say(&label)), ("dd", &say_arg(&value))] {
            dom::set_text_in(&line, selector, text);
        }
        dom::append(&list, &line);
    }
}

/// What stands where there is no account, or none that matches.
fn draw_empty(model: &Model) {
    let none = model
        .vault
        .as_ref()
        .is_some_and(|vault| vault.list().is_empty());
    if let Some(empty) = dom::by_id("empty") {
        dom::show(&empty, none);
    }
    if let Some(no_match) = dom::by_id("no-match") {
        dom::show(&no_match, !none && model.matches().is_empty());
    }
}

/// Pasted lines that were not taken, each with its reason.
fn draw_refused(model: &Model) {
    let Some(list) = dom::by_id("uri-refused") else {
        return;
    };
    draw_forms::draw_refused(&list, &model.refused);
}
