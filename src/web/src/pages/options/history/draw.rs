//! Drawing the rehearsal and what is kept; the rest is drawn beside this file.

use holdfast_backup::policy::Retention;

use super::update::checkable;
use super::{Model as Own, draw_devices, draw_list, draw_log};
use crate::pages::dom;
use crate::pages::options::model::{Model, Section};
use crate::pages::status::{Place, suggested};
use crate::pages::text::{Arg, Text, ago};
use crate::pages::words::{say, say_arg};
use crate::pages::world::World;

/// Makes the page show the model.
pub fn draw(model: &Model, now: u64) {
    let Some(world) = &model.world else {
        return;
    };
    match model.section {
        Section::History => draw_list::draw(&model.history, world, now),
        Section::Backup => {
            draw_rehearsal(&model.history, world, now);
            draw_retention(world);
            draw_devices::draw(&model.history, world, now);
            draw_log::draw(&model.history, world);
        }
        _ => {}
    }
}

fn draw_rehearsal(own: &Own, world: &World, now: u64) {
    let places: Vec<&Place> = checkable(&world.places).collect();
    let open = world.open_vault().is_some();
    for (id, shown) in [
        ("rehearsal", !places.is_empty()),
        ("retention", !places.is_empty()),
        ("open-history-panel", !world.places.is_empty()),
        ("rehearse-place", places.len() > 1),
    ] {
        if let Some(element) = dom::by_id(id) {
            dom::show(&element, shown);
        }
    }
    if let Some(form) = dom::by_id("rehearse-form") {
        dom::mark(&form, "inert", !open);
    }
    draw_choices("rehearse-destination", &places, None);
    let suggested = places
        .iter()
        .filter_map(|place| world.past_of(&place.id)?.suggestion)
        .map(|suggestion| suggested(suggestion, now))
        .next();
    dom::show_text(
        "rehearsal-suggestion",
        suggested.as_ref().map(say).as_deref(),
    );
    let last = places
        .iter()
        .filter_map(|place| Some((*place, world.past_of(&place.id)?.rehearsal?)))
        .max_by_key(|(_, rehearsal)| rehearsal.at)
        .map(|(place, rehearsal)| {
            Text::new("rehearsal_last")
                .with(ago(now, rehearsal.at))
                .with(place.name())
                .with(rehearsal.agreed.to_string())
                .with(rehearsal.of.to_string())
        });
    dom::show_text("rehearsal-last", last.as_ref().map(say).as_deref());
    draw_result(own);
}

/// "7 of 7 accounts would be back, with the same codes."
fn draw_result(own: &Own) {
    let Some(panel) = dom::by_id("rehearsal-result") else {
        return;
    };
    dom::show(&panel, own.rehearsed.is_some());
    let Some(done) = &own.rehearsed else {
        return;
    };
    let whole = done.agreed == done.of;
    dom::set_attribute(&panel, "data-tone", Some(if whole { "ok" } else { "bad" }));
    let mut texts = vec![
        Text::new(if whole {
            "rehearsed_all"
        } else {
            "rehearsed_some"
        })
        .with(done.agreed.to_string())
        .with(done.of.to_string()),
    ];
    if let Some(at) = done.stored_at {
        texts.push(Text::new("rehearsed_snapshot").with(Arg::Moment(at)));
    }
    if !done.current {
        texts.push(Text::new("rehearsed_older"));
    }
    let said: Vec<String> = texts.iter().map(say).collect();
    dom::set_text_in(&panel, ".notice-text", &said.join(" "));
}

/// The places to choose from, in a select; `all` is the text of the first choice, which is none.
pub(super) fn draw_choices(id: &str, places: &[&Place], all: Option<&str>) {
    let choices = places
        .iter()
        .map(|place| (place.id.clone(), say_arg(&place.name())))
        .collect();
    draw_options(id, choices, all);
}

/// Fills a select, if its options are to be others.
pub(super) fn draw_options(id: &str, mut choices: Vec<(String, String)>, all: Option<&str>) {
    let Some(select) = dom::by_id(id) else {
        return;
    };
    if let Some(key) = all {
        choices.insert(0, (String::new(), say(&Text::new(key.to_owned()))));
    }
    let key = format!("{choices:?}");
    if select.get_attribute("data-shown").as_deref() == Some(&key) {
        return;
    }
    dom::set_attribute(&select, "data-shown", Some(&key));
    let chosen = dom::value(&select).unwrap_or_default();
    dom::clear(&select);
    for (value, text) in &choices {
        if let Ok(option) = dom::document().create_element("option") {
            dom::set_attribute(&option, "value", Some(value));
            dom::set_text(&option, text);
            dom::append(&select, &option);
        }
    }
    if choices.iter().any(|(value, _)| *value == chosen) {
        dom::set_value(&select, &chosen);
    }
}

/// What is kept, unless somebody is just changing it.
fn draw_retention(world: &World) {
    let Some(form) = dom::by_id("retention-form") else {
        return;
    };
    let kept = world.past.retention;
    let key = format!("{} {} {}", kept.recent, kept.days, kept.months);
    if form.get_attribute("data-shown").as_deref() != Some(&key) {
        dom::set_attribute(&form, "data-shown", Some(&key));
        fill_retention(kept);
    }
    let summary = Text::new("retention_summary")
        .with(kept.recent.to_string())
        .with(kept.days.to_string())
        .with(kept.months.to_string());
    dom::show_text("retention-now", Some(&say(&summary)));
}

/// Puts numbers into the form.
pub fn fill_retention(kept: Retention) {
    for (id, number) in [
        ("retention-recent", kept.recent as u64),
        ("retention-days", kept.days),
        ("retention-months", kept.months),
    ] {
        if let Some(input) = dom::by_id(id) {
            dom::set_value(&input, &number.to_string());
        }
    }
}
