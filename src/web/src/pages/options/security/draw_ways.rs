//! Drawing how each destination is reached without this device.

use holdfast_backup::destination::config::Kind;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::draw::{is_open, toggle};
use super::{Form, ways};
use crate::message::keys::{Route, Way};
use crate::pages::form::Form as AnyForm;
use crate::pages::options::draw_backup;
use crate::pages::options::model::Model;
use crate::pages::status::Place;
use crate::pages::text::{Arg, Text};
use crate::pages::words::say;
use crate::pages::world::{VaultState, World};
use crate::pages::{dom, draw_forms};

/// Draws the list of ways, and what the Backup section asks.
pub fn draw(model: &Model, world: &World) {
    draw_question(world);
    let Some(list) = dom::by_id("ways") else {
        return;
    };
    if let Some(panel) = dom::by_id("ways-panel") {
        dom::show(&panel, !world.places.is_empty());
    }
    let places = world.places.iter();
    let key: String = places.map(|place| format!("{} ", place.id)).collect();
    if list.get_attribute("data-shown").as_deref() != Some(&key) {
        dom::set_attribute(&list, "data-shown", Some(&key));
        dom::clear(&list);
        for place in &world.places {
            if let Some(item) = dom::instantiate("t-way") {
                dom::set_attribute(&item, "data-way", Some(&place.id));
                draw_choices(&item, place.label.kind);
                dom::append(&list, &item);
            }
        }
    }
    for (place, item) in world.places.iter().zip(dom::find_all(&list, ".way")) {
        draw_way(model, world, place, &item);
    }
    let copied = world.ways_in.keys.copied_at;
    let text = copied.map(|at| say(&Text::new("copy_saved_at").with(Arg::Day(at))));
    dom::show_text("copy-saved-at", text.as_deref());
}

/// The question about a place, in the words that suit it.
fn draw_choices(item: &HtmlElement, kind: Kind) {
    let write = |selector: &str, about: &str| {
        dom::set_text_in(item, selector, &say(&ways::text(kind, about)));
    };
    write("legend", "legend");
    write("[data-routes~=\"written\"] > .label", "note");
    write("[data-routes=\"this_vault\"] > .label", "second");
    for choice in dom::find_all(item, ".check") {
        let Some(value) = dom::find(&choice, "input").and_then(|input| dom::value(&input)) else {
            continue;
        };
        let offered = ways::routes(kind).any(|(_, name)| name == value);
        dom::show(&choice, offered);
        if offered {
            dom::set_text_in(&choice, "span", &say(&ways::text(kind, &value)));
        }
    }
}

/// What is known of a way, in one sentence and the person's own words.
pub fn told_way(kind: Kind, way: &Way) -> String {
    let mut said = say(&ways::text(kind, way.route.name()));
    for text in [&way.note, &way.second] {
        if !text.is_empty() {
            said.push(' ');
            said.push_str(text);
        }
    }
    said
}

/// That getting to the place may lead through this vault, where nobody has said that it does not.
pub fn suspicion(world: &World, place: &Place) -> Option<Text> {
    let VaultState::Open(vault) = &world.vault else {
        return None;
    };
    let way = world.ways_in.keys.way(&place.id);
    // Whoever has a copy elsewhere gets back in without that place.
    if world.ways_in.keys.copied_at.is_some() {
        return None;
    }
    let account = ways::suspect(place, &way, vault)?;
    Some(Text::new("way_suspect").with(account))
}

fn draw_way(model: &Model, world: &World, place: &Place, item: &HtmlElement) {
    let keys = &world.ways_in.keys;
    let way = keys.way(&place.id);
    dom::set_text_in(item, ".way-place", &draw_backup::name(place));
    dom::set_text_in(item, ".way-summary", &told_way(place.label.kind, &way));
    if let Some(circle) = dom::find(item, ".way-circle") {
        dom::show(&circle, keys.goes_in_a_circle(&place.id));
    }
    if let Some(notice) = dom::find(item, ".way-suspect") {
        let suspicion = suspicion(world, place);
        dom::show(&notice, suspicion.is_some());
        if let Some(text) = suspicion {
            dom::set_text_in(&notice, "span", &say(&text));
        }
    }
    let open = model.security.asking.as_ref() == Some(&place.id);
    if let Some(button) = dom::find(item, "[data-action=\"ask-way\"]") {
        let label = match (open, way.route) {
            (true, _) => "close",
            (false, Route::Unknown) => "way_answer",
            (false, _) => "way_change",
        };
        dom::set_text(&button, &say(&Text::new(label)));
        let expanded = if open { "true" } else { "false" };
        dom::set_attribute(&button, "aria-expanded", Some(expanded));
    }
    let Some(form) = dom::find(item, ".way-form") else {
        return;
    };
    if open && form.hidden() {
        fill(&form, &way);
    }
    toggle(&form, open);
    let own = AnyForm::Security(Form::Way(place.id.clone()));
    draw_forms::draw(&own, &form, &model.forms);
}

fn fill(form: &HtmlElement, way: &Way) {
    for input in dom::find_all(form, "input") {
        let Some(input) = input.dyn_ref::<HtmlInputElement>() else {
            continue;
        };
        match input.name().as_str() {
            "route" => input.set_checked(input.value() == way.route.name()),
            "note" => input.set_value(&way.note),
            "second" => input.set_value(&way.second),
            _ => {}
        }
    }
}

/// The Backup section asks until each destination has an answer.
fn draw_question(world: &World) {
    let unknown = |place: &&Place| {
        let way = world.ways_in.keys.way(&place.id);
        way.route == Route::Unknown
    };
    let place = world.places.iter().find(unknown);
    let place = place.filter(|_| is_open(world));
    if let Some(panel) = dom::by_id("way-question") {
        dom::show(&panel, place.is_some());
    }
    if let Some(place) = place {
        let mut said = say(&ways::text(place.label.kind, "question").with(place.name()));
        if let Some(text) = suspicion(world, place) {
            said.push(' ');
            said.push_str(&say(&text));
        }
        dom::show_text("way-question-text", Some(&said));
    }
}
