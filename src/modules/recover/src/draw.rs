//! The model, put into the page.

use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::dom;
use crate::model::{Field, Model, Problem};
use crate::session::{Row, Session, grouped};
use crate::words::{Text, Words};

/// Everything but the accounts, which are drawn once.
pub fn page(model: &Model, words: &Words) {
    let open = model.session.is_some();
    dom::show("view-open", !open);
    dom::show("view-accounts", open);
    dom::show("forget", open);
    let file = model.file.as_ref();
    dom::show_text("file-name", file.map(|file| file.name.as_str()));
    let keys = file.map(|file| words.say(&file.keys));
    dom::show_text("file-keys", keys.as_deref());
    let drop: Element = dom::by_id("drop");
    dom::set_attribute(&drop, "data-chosen", file.map(|_| ""));
    let form: Element = dom::by_id("open-form");
    dom::set_attribute(&form, "aria-busy", model.busy.then_some("true"));
    let submit = if model.busy {
        "recover_opening"
    } else {
        "recover_open"
    };
    dom::set_text(
        &dom::by_id::<Element>("open-submit"),
        &words.say(&Text::new(submit)),
    );
    for (field, id, control) in [
        (Field::File, "file-error", "choose"),
        (Field::Secret, "secret-error", "secret"),
    ] {
        let problem = model
            .problem
            .as_ref()
            .filter(|problem| problem.field == field);
        let said = problem.map(|problem| sentence(problem, words));
        dom::show_text(id, said.as_deref());
        let control: Element = dom::by_id(control);
        dom::set_attribute(&control, "aria-invalid", said.is_some().then_some("true"));
    }
}

fn sentence(problem: &Problem, words: &Words) -> String {
    let mut said = words.say(&problem.what);
    if let Some(advice) = &problem.advice {
        said.push(' ');
        said.push_str(&words.say(advice));
    }
    said
}

/// Puts every text of the page into the language in use.
pub fn language(words: &Words) {
    if let Some(root) = dom::document().document_element() {
        dom::set_attribute(&root, "lang", Some(words.language));
    }
    dom::by_id::<HtmlSelectElement>("language").set_value(words.language);
    for (selector, attribute) in [
        ("[data-i18n]", None),
        ("[data-i18n-aria-label]", Some("aria-label")),
        ("[data-i18n-title]", Some("title")),
    ] {
        for element in dom::all(selector) {
            translate(&element, attribute, words);
        }
    }
    dom::document().set_title(&words.say(&Text::new("recover_title")));
}

fn translate(element: &Element, attribute: Option<&str>, words: &Words) {
    let name = attribute.map_or("data-i18n".to_owned(), |name| format!("data-i18n-{name}"));
    let Some(key) = element.get_attribute(&name) else {
        return;
    };
    let said = words.say(&Text::new(&key));
    match attribute {
        Some(attribute) => dom::set_attribute(element, attribute, Some(&said)),
        None => dom::set_text(element, &said),
    }
}

/// The accounts of a session that was just opened.
pub fn accounts(session: &Session, words: &Words, now: u64) {
    let list: Element = dom::by_id("accounts");
    list.replace_children_with_node_0();
    for (index, row) in session.rows.iter().enumerate() {
        let item = dom::instantiate("t-account");
        dom::set_attribute(&item, "data-index", Some(&index.to_string()));
        let name = if row.issuer.is_empty() {
            &row.label
        } else {
            &row.issuer
        };
        let hue = name
            .bytes()
            .fold(7_u32, |hue, byte| (hue * 31 + u32::from(byte)) % 360);
        if let Some(avatar) = dom::find(&item, ".avatar") {
            let first = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
            dom::set_text(&avatar, &first.to_uppercase().to_string());
            let _ = avatar.style().set_property("--hue", &hue.to_string());
        }
        dom::set_text_in(&item, ".issuer", if name.is_empty() { "?" } else { name });
        dom::set_text_in(
            &item,
            ".label",
            if row.issuer.is_empty() {
                ""
            } else {
                &row.label
            },
        );
        if let Some(note) = dom::find(&item, ".note") {
            dom::set_text(&note, &row.note);
            note.set_hidden(row.note.is_empty());
        }
        ring(&item, row, now);
        code(&item, row, now);
        for part in [".copy", ".copied"] {
            if let Some(part) = dom::find(&item, part) {
                translate(&part, None, words);
            }
        }
        let _ = list.append_child(&item);
    }
    notes(session, words);
}

/// What stands above and below the accounts.
pub fn notes(session: &Session, words: &Words) {
    let count = Text::plural("recover_accounts", session.rows.len() + session.unreadable);
    dom::set_text(
        &dom::by_id::<Element>("accounts-heading"),
        &words.say(&count),
    );
    let by_counter = session.rows.iter().any(|row| row.counter().is_some());
    dom::show("note-counter", by_counter);
    dom::show(
        "note-concurrent",
        session.rows.iter().any(|row| row.concurrent),
    );
    let unreadable = Text::plural("recover_unreadable", session.unreadable);
    let unreadable = (session.unreadable > 0).then(|| words.say(&unreadable));
    dom::show_text("note-unreadable", unreadable.as_deref());
    dom::show("note-empty", session.rows.is_empty());
}

/// The countdown, which the style sheet runs by itself.
fn ring(item: &HtmlElement, row: &Row, now: u64) {
    let Some(ring) = dom::find(item, ".ring") else {
        return;
    };
    let (Some(period), Some(validity)) = (row.period(), row.validity(now)) else {
        ring.set_hidden(true);
        return;
    };
    let elapsed = now.saturating_sub(validity.from);
    let _ = ring.style().set_property("--period", &format!("{period}s"));
    let _ = ring
        .style()
        .set_property("--elapsed", &format!("-{elapsed}ms"));
}

/// The code of a row as it is now.
pub fn code(item: &Element, row: &Row, now: u64) {
    let code = row.code(now);
    dom::set_text_in(item, ".code", &grouped(&code.text));
    let remaining = match (code.validity, row.counter()) {
        (Some(validity), _) => format!("{} s", validity.until.saturating_sub(now).div_ceil(1000)),
        (None, Some(counter)) => format!("#{counter}"),
        (None, None) => String::new(),
    };
    dom::set_text_in(item, ".remaining", &remaining);
    let ending = code
        .validity
        .is_some_and(|validity| validity.until.saturating_sub(now) <= 5000);
    dom::set_attribute(item, "data-ending", ending.then_some(""));
}

/// The export: links to copy, and the table for paper.
pub fn export(session: &Session) {
    dom::by_id::<HtmlTextAreaElement>("links").set_value(&session.links());
}

/// The table that is printed.
pub fn paper(session: &Session) {
    let body: Element = dom::by_id("paper-rows");
    body.replace_children_with_node_0();
    for row in &session.rows {
        let item = dom::instantiate("t-paper");
        dom::set_text_in(&item, ".paper-issuer", &row.issuer);
        dom::set_text_in(&item, ".paper-label", &row.label);
        dom::set_text_in(&item, ".paper-secret", &row.secret());
        dom::set_text_in(&item, ".paper-kind", &row.parameters());
        let _ = body.append_child(&item);
    }
}

/// Takes everything that is secret out of the page.
pub fn forget() {
    for id in ["accounts", "paper-rows"] {
        dom::by_id::<Element>(id).replace_children_with_node_0();
    }
    dom::by_id::<HtmlTextAreaElement>("links").set_value("");
    for id in ["secret", "file"] {
        dom::by_id::<HtmlInputElement>(id).set_value("");
    }
}
