//! What happened, in plain words: on the page, and as a file.

use holdfast_backup::log::{Event, What};

use super::Model;
use crate::pages::cause::cause;
use crate::pages::dom;
use crate::pages::status::Place;
use crate::pages::text::{Arg, Text};
use crate::pages::words::{say, say_arg};
use crate::pages::world::World;
use crate::store::identity::device_id;

/// As many events are on the page; the file has all.
const MOST: usize = 200;

/// Draws the log while it is open.
pub fn draw(own: &Model, world: &World) {
    if let Some(details) = dom::by_id("log") {
        dom::show(&details, !world.places.is_empty());
        dom::mark(&details, "open", own.log);
    }
    let Some(list) = dom::by_id("log-rows").filter(|_| own.log) else {
        return;
    };
    let events = events(world);
    if let Some(empty) = dom::by_id("log-empty") {
        dom::show(&empty, events.is_empty());
    }
    let last = events.first().map_or(0, |(_, event)| event.at);
    let open = world.open_vault().is_some();
    let key = format!("{} {last} {open}", events.len());
    if list.get_attribute("data-shown").as_deref() == Some(&key) {
        return;
    }
    dom::set_attribute(&list, "data-shown", Some(&key));
    dom::clear(&list);
    let several = world.places.len() > 1;
    for (place, event) in events.iter().take(MOST) {
        let Some(item) = dom::instantiate("t-log") else {
            continue;
        };
        dom::set_text_in(&item, ".log-time", &say_arg(&Arg::Moment(event.at)));
        dom::set_text_in(&item, ".log-text", &say(&words(&event.what, world)));
        if let Some(element) = dom::find(&item, ".log-place") {
            dom::set_text(&element, &say_arg(&place.name()));
            dom::show(&element, several);
        }
        dom::append(&list, &item);
    }
}

/// Every event in a line, the newest first, for a file that may be given away: destinations go by
/// number and kind, as an address says more than need be.
pub fn lines(world: &World) -> Vec<Vec<Arg>> {
    let line = |(place, event): &(&Place, &Event)| {
        let number = world.places.iter().position(|other| other.id == place.id);
        let kind = format!("kind_{}", place.label.kind.code());
        vec![
            Arg::Moment(event.at),
            Text::new("log_place")
                .with(number.map_or(0, |number| number + 1).to_string())
                .with(Text::new(kind))
                .into(),
            words(&event.what, world).into(),
        ]
    };
    events(world).iter().map(line).collect()
}

/// The events at all destinations, the newest first.
fn events(world: &World) -> Vec<(&Place, &Event)> {
    let mut all = Vec::new();
    for place in &world.places {
        let past = world.past_of(&place.id);
        let log = past.map_or(&[][..], |past| past.log.as_slice());
        all.extend(log.iter().rev().map(|event| (place, event)));
    }
    all.sort_by_key(|(_, event)| std::cmp::Reverse(event.at));
    all
}

/// What happened, in words.
pub fn words(what: &What, world: &World) -> Text {
    let device = |tag| world.name_of_device(device_id(tag));
    match what {
        What::Connected => Text::new("log_connected"),
        What::Disconnected => Text::new("log_disconnected"),
        What::ReadBack { accounts, .. } => Text::plural("log_read_back", (*accounts).into()),
        What::Opened { accounts, .. } => Text::plural("log_opened", (*accounts).into()),
        What::Failed {
            cause: why,
            status: Some(status),
        } => Text::new("log_failed_status")
            .with(cause(*why))
            .with(status.to_string()),
        What::Failed { cause: why, .. } => Text::new("log_failed").with(cause(*why)),
        What::Recovered => Text::new("log_recovered"),
        What::Lost { cause: why, .. } => Text::new("log_lost").with(cause(*why)),
        What::Resealed => Text::new("log_resealed"),
        What::Merged { device: tag, .. } => Text::new("log_merged").with(device(tag)),
        What::NotMerged { device: tag, .. } => Text::new("log_not_merged").with(device(tag)),
        What::Pruned { sequence } => Text::new("log_pruned").with(sequence.to_string()),
        What::Copied => Text::new("log_copied"),
        What::StartedAnew => Text::new("log_started_anew"),
        What::RolledBack { device: tag } => Text::new("log_rolled_back").with(device(tag)),
        What::Rehearsed { agreed, of } => Text::new("log_rehearsed")
            .with(agreed.to_string())
            .with(of.to_string()),
    }
}
