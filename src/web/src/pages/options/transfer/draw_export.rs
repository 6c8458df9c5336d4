//! Drawing what leaves: what a format can't carry, and QR codes.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

use super::export::{Choice, Code, Codes, Model};
use crate::pages::dom;
use crate::pages::options::{draw::draw_items, qr_codes};
use crate::pages::text::Text;
use crate::pages::words::{say, say_arg};

/// Draws the export.
pub fn draw(model: &Model) {
    let offered = model.offered();
    if let Some(section) = dom::by_id("section-transfer") {
        dom::mark(&section, "data-only", offered == Choice::One);
    }
    let heading = match &model.name {
        Some(name) => Text::new("one_heading").with(name.clone()),
        None => Text::new("export_heading"),
    };
    dom::show_text("export-heading", Some(&say(&heading)));
    let encrypted = offered.target().is_encrypted();
    if let Some(field) = dom::by_id("export-password-field") {
        dom::show(&field, encrypted);
    }
    if let Some(warning) = dom::by_id("export-warning") {
        dom::show(&warning, !encrypted);
    }
    // Emptying the form has chosen its first format again.
    if let Some(select) = dom::by_id("export-target")
        && let Some(select) = select.dyn_ref::<HtmlSelectElement>()
        && select.value() != model.choice.name()
    {
        select.set_value(model.choice.name());
    }
    let hint = match offered {
        Choice::Google => Some("export_hint_google"),
        Choice::Sheet => Some("export_hint_sheet"),
        Choice::One => Some("one_hint"),
        _ => None,
    };
    let hint = hint.map(|key| say(&Text::new(key)));
    dom::show_text("export-hint", hint.as_deref());
    if let Some(button) = dom::by_id("export-submit") {
        let key = match offered {
            Choice::Lines | Choice::Google | Choice::Sheet | Choice::One => "export_show",
            Choice::File(_) => "save_file",
        };
        dom::set_text(&button, &say(&Text::new(key)));
    }
    draw_lost(model);
    draw_codes(model);
}

/// What the chosen format can't carry, before anything is written.
fn draw_lost(model: &Model) {
    let Some(list) = dom::by_id("export-lost") else {
        return;
    };
    let mut texts: Vec<String> = model.lost.iter().map(say).collect();
    if model.more > 0 {
        texts.push(say(&Text::plural("import_more", model.more as u64)));
    }
    // A live region: it speaks when it changes, so it is left alone when it doesn't.
    let shown = dom::find_all(&list, "li");
    let same = shown.len() == texts.len()
        && shown
            .iter()
            .zip(&texts)
            .all(|(item, text)| item.text_content().as_ref() == Some(text));
    if !same {
        draw_items(&list, &texts);
    }
    dom::show(&list, !texts.is_empty());
    if let Some(heading) = dom::by_id("export-lost-heading") {
        dom::show(&heading, !texts.is_empty());
    }
}

fn draw_codes(model: &Model) {
    let Some(article) = dom::by_id("codes") else {
        return;
    };
    let revision = model.revision.to_string();
    if article.get_attribute("data-revision").as_ref() == Some(&revision) {
        return;
    }
    dom::set_attribute(&article, "data-revision", Some(&revision));
    dom::show(&article, model.codes.is_some());
    let Some(list) = dom::by_id("codes-list") else {
        return;
    };
    // Emptied, not just hidden.
    dom::clear(&list);
    let Some(codes) = &model.codes else {
        return;
    };
    draw_words(codes);
    for code in &codes.codes {
        let Some(item) = dom::instantiate("t-code") else {
            continue;
        };
        draw_code(&item, code);
        dom::append(&list, &item);
    }
}

fn draw_words(codes: &Codes) {
    let (heading, lead) = match codes.choice {
        Choice::Google => ("codes_google", "codes_google_lead"),
        Choice::One => ("codes_one", "codes_one_lead"),
        _ => ("codes_sheet", "codes_sheet_lead"),
    };
    dom::show_text("codes-heading", Some(&say(&Text::new(heading))));
    dom::show_text("codes-lead", Some(&say(&Text::new(lead))));
    if let Some(list) = dom::by_id("codes-list") {
        dom::set_attribute(&list, "data-kind", Some(codes.choice.name()));
    }
}

fn draw_code(item: &web_sys::Element, code: &Code) {
    let name = say_arg(&code.name);
    dom::set_text_in(item, ".code-name", &name);
    dom::set_text_in(item, ".code-label", &code.label);
    dom::set_text_in(item, ".code-secret", &grouped(&code.secret));
    let kind = code.kind.as_ref().map(say).unwrap_or_default();
    dom::set_text_in(item, ".code-kind", &kind);
    let title = say(&Text::new("code_of").with(name));
    if let Ok(Some(image)) = item.query_selector("svg") {
        qr_codes::draw(&image, Some(&code.path), Some(&title));
    }
}

/// In groups of four, as people read it.
fn grouped(secret: &str) -> String {
    let mut grouped = String::with_capacity(secret.len() * 5 / 4 + 1);
    for (place, character) in secret.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}
