//! Drawing the settings page: which section, and the sections that are not about backups.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::model::{Model, Section};
use super::update::{gated, shown};
use super::{Options, draw_backup, draw_restore, history, report, security, transfer};
use crate::browser::{clock::now_millis, runtime};
use crate::message::Settings;
use crate::pages::form::Form;
use crate::pages::text::Text;
use crate::pages::words::{say, say_all};
use crate::pages::world::VaultState;
use crate::pages::{dom, draw_forms, draw_status};

/// Makes the document show the model.
pub fn draw(page: &mut Options, model: &Model) {
    let Some(section) = shown(model) else {
        return;
    };
    if page.drawn != Some(section) {
        let first = page.drawn.is_none();
        page.drawn = Some(section);
        draw_section(section, !first);
    }
    if let Some(gate) = dom::by_id("gate") {
        dom::show(&gate, gated(model));
    }
    if let Some(world) = &model.world {
        draw_settings(&world.settings);
    }
    draw_backup::draw(page, model, now_millis());
    draw_restore::draw(page, model, now_millis());
    history::draw(model, now_millis());
    security::draw(model);
    draw_transfer(model);
    let vault = model.world.as_ref().map(|world| &world.vault);
    let vault = match vault {
        Some(VaultState::Open(vault)) => Some(&**vault),
        _ => None,
    };
    transfer::draw(&model.transfer, vault);
    if section == Section::About {
        draw_about(model);
    }
    for (form, id) in Form::all() {
        if let Some(element) = dom::by_id(id) {
            draw_forms::draw(&form, &element, &model.forms);
        }
    }
    let toast = model
        .toast
        .as_ref()
        .map(|(_, text)| std::slice::from_ref(text));
    draw_status::draw_toast(toast, None);
}

fn draw_section(section: Section, focus: bool) {
    dom::set_attribute(&dom::body(), "data-view", Some(section.name()));
    for element in dom::all(".section") {
        let own = element.id() == format!("section-{}", section.name());
        dom::show(&element, own);
        if let Some(heading) = (own && focus).then(|| dom::find(&element, "h1")).flatten() {
            dom::focus(&heading);
        }
    }
    // Restoring and the history belong to the backup.
    let current = match section {
        Section::Restore | Section::History => Section::Backup,
        other => other,
    };
    for link in dom::all(".nav a") {
        let own = link.get_attribute("data-section").as_deref() == Some(current.name());
        dom::set_attribute(&link, "aria-current", own.then_some("page"));
    }
    dom::window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Makes the controls show the settings, but not the one that is being changed.
fn draw_settings(settings: &Settings) {
    for control in dom::all("[data-setting]") {
        let name = control.get_attribute("data-setting").unwrap_or_default();
        let (on, choice) = match name.as_str() {
            "lock_with_system" => (settings.lock_with_system, String::new()),
            "hide_codes" => (settings.hide_codes, String::new()),
            "show_next" => (settings.show_next, String::new()),
            "no_destination" => (settings.no_destination, String::new()),
            "correct_codes" => (settings.correct_codes, String::new()),
            "fill_waits" => (settings.fill_waits, String::new()),
            "lock_minutes" => (false, settings.lock_minutes.to_string()),
            "clear_clipboard_seconds" => (false, settings.clear_clipboard_seconds.to_string()),
            "theme" => (false, settings.theme.clone()),
            "density" => (false, settings.density.clone()),
            _ => continue,
        };
        match control.dyn_ref::<HtmlInputElement>() {
            Some(input) if input.type_() == "radio" => input.set_checked(input.value() == choice),
            Some(input) => input.set_checked(on),
            None => dom::set_value(&control, &choice),
        }
    }
}

/// One item per text.
pub fn draw_items(list: &HtmlElement, texts: &[String]) {
    dom::clear(list);
    for text in texts {
        if let Ok(item) = dom::document().create_element("li") {
            dom::set_text(&item, text);
            dom::append(list, &item);
        }
    }
}

fn draw_transfer(model: &Model) {
    let (summary, refused) = match &model.imported {
        Some((summary, refused)) => (Some(say_all(summary)), refused.as_slice()),
        None => (None, &[][..]),
    };
    dom::show_text("import-result", summary.as_deref());
    if let Some(list) = dom::by_id("import-refused") {
        draw_forms::draw_refused(&list, refused);
    }
    if let Some(result) = dom::by_id("export-result") {
        dom::show(&result, model.exported.is_some());
    }
    if let Some(area) = dom::by_id("export-text") {
        dom::set_value(&area, model.exported.as_deref().unwrap_or_default());
    }
    // Both need the vault open.
    let open = model
        .world
        .as_ref()
        .is_some_and(|world| matches!(world.vault, VaultState::Open(_)));
    for id in ["import-form", "export-form", "transfer-files"] {
        if let Some(form) = dom::by_id(id) {
            dom::mark(&form, "inert", !open);
        }
    }
}

fn draw_about(model: &Model) {
    dom::show_text(
        "version",
        Some(&say(&Text::new("version_line").with(runtime::version()))),
    );
    let agent = dom::window().navigator().user_agent().unwrap_or_default();
    let report = report::report(
        model,
        &runtime::version(),
        &agent,
        &runtime::ui_language(),
        now_millis(),
    );
    dom::show_text("diagnosis", Some(&report));
}
