//! Drawing the list.

use holdfast_core::checklist::{self, Entry};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::{Model, done};
use crate::pages::dom;
use crate::pages::text::Text;
use crate::pages::words::say;

/// Makes the document show the list.
pub fn draw(model: &Model) {
    let (Some(panel), Some(rows)) = (dom::by_id("checklist"), dom::by_id("checklist-rows")) else {
        return;
    };
    let revision = model.revision.to_string();
    if panel.get_attribute("data-revision").as_ref() == Some(&revision) {
        return;
    }
    dom::set_attribute(&panel, "data-revision", Some(&revision));
    draw_sites();
    let entries = model.list.as_ref().map_or(&[][..], |list| &list.entries);
    // Whoever has begun a list finds it open.
    if !entries.is_empty() {
        dom::mark(&panel, "open", true);
    }
    let progress = Text::new("checklist_progress")
        .with(done(model).to_string())
        .with(entries.len().to_string());
    let progress = (!entries.is_empty()).then(|| say(&progress));
    dom::show_text("checklist-progress", progress.as_deref());
    if let Some(finish) = dom::by_id("checklist-finish") {
        dom::show(&finish, !entries.is_empty());
    }
    let gone = model.gone.as_ref();
    if let Some(notice) = dom::by_id("checklist-gone") {
        dom::show(&notice, gone.is_some());
    }
    if let Some(gone) = gone {
        let text = Text::plural("checklist_gone", gone.count as u64);
        dom::show_text("checklist-gone-text", Some(&say(&text)));
    }
    // The row that was ticked by keyboard keeps the focus.
    let active = dom::document().active_element();
    let active = active.and_then(|active| active.closest("[data-place]").ok().flatten());
    let active = active.and_then(|row| row.get_attribute("data-place"));
    dom::clear(&rows);
    for (place, entry) in entries.iter().enumerate() {
        let Some(row) = dom::instantiate("t-checklist-row") else {
            continue;
        };
        let arrived = model.arrived.get(place).copied().unwrap_or_default();
        draw_row(&row, place, entry, arrived);
        dom::append(&rows, &row);
    }
    if let Some(place) = active
        && let Some(input) = dom::find(&rows, &format!("[data-place=\"{place}\"] input:enabled"))
    {
        dom::focus(&input);
    }
}

fn draw_row(row: &Element, place: usize, entry: &Entry, arrived: bool) {
    dom::set_attribute(row, "data-place", Some(&place.to_string()));
    dom::mark(row, "data-done", arrived || entry.ticked);
    dom::set_text_in(row, ".checklist-site", &entry.site);
    dom::set_text_in(row, ".checklist-user", &entry.user);
    let state = match (arrived, entry.ticked) {
        (true, _) => "checklist_arrived",
        (false, true) => "checklist_ticked",
        (false, false) => "checklist_waiting",
    };
    dom::set_text_in(row, ".checklist-state", &say(&Text::new(state)));
    if let Some(input) = dom::find(row, "input")
        && let Some(input) = input.dyn_ref::<HtmlInputElement>()
    {
        input.set_checked(arrived || entry.ticked);
        // What is in the vault needs no word of anybody.
        input.set_disabled(arrived);
    }
    if let Some(link) = dom::find(row, "a") {
        let page = checklist::page(&entry.site);
        dom::set_attribute(&link, "href", page);
        dom::show(&link, page.is_some() && !arrived);
        let label = Text::new("checklist_how_at").with(entry.site.as_str());
        dom::set_attribute(&link, "aria-label", Some(&say(&label)));
    }
    if let Some(button) = dom::find(row, "button") {
        let label = Text::new("checklist_drop").with(entry.site.as_str());
        let label = say(&label);
        dom::set_attribute(&button, "aria-label", Some(&label));
        dom::set_attribute(&button, "title", Some(&label));
    }
}

/// The sites to tick: once, they don't change.
fn draw_sites() {
    let Some(list) = dom::by_id("checklist-sites") else {
        return;
    };
    if list.first_element_child().is_some() {
        return;
    }
    for site in checklist::sites() {
        let Some(choice) = dom::instantiate("t-checklist-site") else {
            return;
        };
        dom::set_text_in(&choice, "span", site.name);
        if let Some(input) = dom::find(&choice, "input") {
            dom::set_value(&input, site.name);
        }
        dom::append(&list, &choice);
    }
}
