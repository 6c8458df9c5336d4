//! Drawing the recovery sheet.

use web_sys::HtmlElement;

use super::draw_ways::{suspicion, told_way};
use super::{Sheet, ways};
use crate::pages::dom;
use crate::pages::options::draw_backup;
use crate::pages::options::model::Model;
use crate::pages::options::qr_codes::{self, Drawn};
use crate::pages::status::Place;
use crate::pages::text::{Arg, Text};
use crate::pages::words::say;
use crate::pages::world::World;

/// Draws the sheet, or empties it.
pub fn draw(model: &Model, world: &World) {
    let Some(element) = dom::by_id("sheet") else {
        return;
    };
    let sheet = model.security.sheet.as_ref();
    dom::show(&element, sheet.is_some());
    let groups = sheet.map_or(&[][..], |sheet| &sheet.groups);
    if let Some(key) = dom::by_id("sheet-key") {
        dom::show(&key, !groups.is_empty());
    }
    if let Some(form) = dom::by_id("confirm-form") {
        dom::show(&form, !groups.is_empty());
    }
    if let Some(list) = dom::by_id("sheet-groups") {
        draw_groups(&list, groups);
    }
    draw_qr(sheet.and_then(|sheet| sheet.qr.as_ref()));
    let Some(sheet) = sheet else {
        // The sheet is emptied, not just hidden.
        if let Some(list) = dom::by_id("sheet-destinations") {
            dom::clear(&list);
        }
        return;
    };
    draw_places(world);
    draw_words(sheet);
}

fn draw_words(sheet: &Sheet) {
    let date = Text::new("sheet_date").with(Arg::Day(sheet.made_at));
    dom::show_text("sheet-date", Some(&say(&date)));
    dom::show_text("confirm-text", Some(&say(&Text::new("confirm_text"))));
    for (id, group) in [
        ("confirm-first-label", sheet.ask.0),
        ("confirm-second-label", sheet.ask.1),
    ] {
        let label = Text::new("confirm_group").with((group + 1).to_string());
        dom::show_text(id, Some(&say(&label)));
    }
    let close = match (sheet.first_run, sheet.groups.is_empty()) {
        (true, _) => "sheet_later",
        (false, true) => "sheet_close_places",
        (false, false) => "sheet_close",
    };
    dom::show_text("sheet-close", Some(&say(&Text::new(close))));
}

fn draw_groups(list: &HtmlElement, groups: &[zeroize::Zeroizing<String>]) {
    let shown = dom::find_all(list, "li");
    let same = shown.len() == groups.len()
        && shown
            .iter()
            .zip(groups)
            .all(|(item, group)| item.text_content().as_deref() == Some(group.as_str()));
    if same {
        return;
    }
    dom::clear(list);
    for group in groups {
        if let Ok(item) = dom::document().create_element("li") {
            dom::set_text(&item, group);
            dom::append(list, &item);
        }
    }
}

fn draw_qr(qr: Option<&Drawn>) {
    let image = dom::document().get_element_by_id("sheet-qr");
    let (Some(figure), Some(image)) = (dom::by_id("sheet-figure"), image) else {
        return;
    };
    dom::show(&figure, qr.is_some());
    qr_codes::draw(&image, qr, None);
}

/// Where the backups are, as whom, and how one gets in: never a password.
fn draw_places(world: &World) {
    if let Some(blank) = dom::by_id("sheet-blank") {
        dom::show(&blank, world.places.is_empty());
    }
    let Some(list) = dom::by_id("sheet-destinations") else {
        return;
    };
    dom::clear(&list);
    for place in &world.places {
        let Some(item) = dom::instantiate("t-sheet-place") else {
            continue;
        };
        dom::set_text_in(&item, ".sheet-address", &name(place));
        dom::set_text_in(&item, ".sheet-need", &say(&ways::need(place)));
        if let Some(list) = dom::find(&item, ".sheet-details") {
            let details: Vec<String> = ways::details(place)
                .map(|(label, value)| format!("{}: {value}", say(&Text::new(label))))
                .collect();
            dom::show(&list, !details.is_empty());
            dom::set_text(&list, &details.join(" · "));
        }
        if let Some(user) = dom::find(&item, ".sheet-user") {
            let text = Text::new("sheet_user").with(place.label.user.as_str());
            dom::set_text(&user, &say(&text));
            dom::show(&user, !place.label.user.is_empty());
        }
        let keys = &world.ways_in.keys;
        let told = told_way(place.label.kind, &keys.way(&place.id));
        dom::set_text_in(&item, ".sheet-way", &told);
        if let Some(caution) = dom::find(&item, ".sheet-caution") {
            dom::show(&caution, keys.goes_in_a_circle(&place.id));
        }
        if let Some(doubt) = dom::find(&item, ".sheet-suspect") {
            let suspicion = suspicion(world, place);
            dom::show(&doubt, suspicion.is_some());
            if let Some(text) = suspicion {
                dom::set_text(&doubt, &say(&text));
            }
        }
        dom::append(&list, &item);
    }
    let copied = world.ways_in.keys.copied_at;
    let text = copied.map(|at| say(&Text::new("sheet_copy").with(Arg::Day(at))));
    dom::show_text("sheet-copy", text.as_deref());
}

/// The address, and where that alone says too little, what kind of place it is.
fn name(place: &Place) -> String {
    let name = draw_backup::name(place);
    match (ways::is_kept(place.label.kind), place.label.host.is_empty()) {
        (true, false) => {
            let kind = Text::new(format!("kind_{}", place.label.kind.code()));
            format!("{}: {name}", say(&kind))
        }
        _ => name,
    }
}
