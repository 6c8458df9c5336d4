//! Drawing what was found at a destination, and what was restored.

use web_sys::HtmlElement;

use super::Options;
use super::draw::draw_items;
use super::model::Model;
use crate::message::{FoundSnapshot, FoundVault, Restored};
use crate::pages::text::{Arg, Text, ago, size};
use crate::pages::words::{say, say_arg};
use crate::pages::{dom, draw_forms};

/// As many snapshots of one vault are offered; older ones are reached by retention alone.
const MOST: usize = 200;

/// Draws the section.
pub fn draw(page: &mut Options, model: &Model, now: u64) {
    let found = model.found.as_ref().map_or(&[][..], |(_, found)| found);
    let key: String = found
        .iter()
        .map(|vault| format!("{} {} ", vault.vault, vault.snapshots.len()))
        .collect();
    if let Some(panel) = dom::by_id("found") {
        dom::show(&panel, !found.is_empty());
    }
    if let (Some(list), true) = (dom::by_id("found-vaults"), page.found != key) {
        page.found = key;
        dom::clear(&list);
        for (index, vault) in found.iter().enumerate() {
            if let Some(element) = draw_vault(vault, index == 0, now) {
                dom::append(&list, &element);
            }
        }
    }
    let restored = model.restored.as_ref();
    if let Some(panel) = dom::by_id("restored") {
        dom::show(&panel, restored.is_some());
    }
    if let Some(restored) = restored {
        draw_restored(restored, model);
    }
}

fn draw_restored(restored: &Restored, model: &Model) {
    let counted = |key, count: usize| say(&Text::plural(key, count as u64));
    dom::show_text(
        "restored-heading",
        Some(&counted("restored", restored.accounts)),
    );
    let kept = (restored.kept > 0).then(|| counted("restored_kept", restored.kept));
    dom::show_text("restored-kept", kept.as_deref());
    let unconnected = restored.unconnected.as_ref().map(|failure| {
        say(&Text::new("restored_unconnected").with(draw_forms::sentence(failure, false)))
    });
    dom::show_text("restored-unconnected", unconnected.as_deref());
    if let Some(panel) = dom::by_id("restored-missing") {
        dom::show(&panel, !restored.missing.is_empty());
    }
    if let (Some(list), Some(world)) = (dom::by_id("restored-missing-list"), &model.world) {
        let devices = restored.missing.iter();
        let names: Vec<String> = devices
            .map(|id| say_arg(&world.name_of_device(*id)))
            .collect();
        draw_items(&list, &names);
    }
}

fn draw_vault(vault: &FoundVault, first: bool, now: u64) -> Option<HtmlElement> {
    let element = dom::instantiate("t-vault")?;
    let is_file = vault.snapshots.is_empty();
    let short: String = vault.vault.chars().take(6).collect();
    let name = match is_file {
        true => Text::new("found_file"),
        false => Text::new("found_vault").with(short),
    };
    dom::set_text_in(&element, "legend", &say(&name));
    if is_file {
        dom::set_text_in(&element, "strong", &say(&Text::new("found_file_all")));
    } else {
        dom::set_text_in(&element, ".found-summary", &say(&summary(vault, now)));
    }
    if let Some(details) = dom::find(&element, "details") {
        dom::show(&details, !is_file);
    }
    let merge = dom::find(&element, "input[name=\"choice\"]")?;
    dom::set_attribute(&merge, "value", Some(&vault.vault));
    dom::mark(&merge, "checked", first);
    let list = dom::find(&element, ".found-snapshots")?;
    for snapshot in vault.snapshots.iter().take(MOST) {
        if let Some(line) = draw_snapshot(vault, snapshot) {
            dom::append(&list, &line);
        }
    }
    Some(element)
}

fn summary(vault: &FoundVault, now: u64) -> Text {
    let newest = vault
        .snapshots
        .iter()
        .filter_map(|snapshot| snapshot.stored_at)
        .fold(None, |newest: Option<f64>, at| {
            Some(newest.map_or(at, |newest| newest.max(at)))
        });
    let newest = newest.map_or_else(
        || Text::new("time_unknown").into(),
        |at| ago(now, at.max(0.0) as u64),
    );
    let mut devices: Vec<&str> = vault
        .snapshots
        .iter()
        .map(|snapshot| snapshot.device.as_str())
        .collect();
    devices.sort_unstable();
    devices.dedup();
    Text::new("found_summary")
        .with(Text::plural("snapshots", vault.snapshots.len() as u64))
        .with(newest)
        .with(Text::plural("devices", devices.len() as u64))
}

fn draw_snapshot(vault: &FoundVault, snapshot: &FoundSnapshot) -> Option<HtmlElement> {
    let line = dom::instantiate("t-snapshot")?;
    let input = dom::find(&line, "input")?;
    dom::set_attribute(
        &input,
        "value",
        Some(&format!("{}|{}", vault.vault, snapshot.name)),
    );
    let when = snapshot.stored_at.map_or_else(
        || say(&Text::new("time_unknown")),
        |at| say_arg(&Arg::Moment(at.max(0.0) as u64)),
    );
    dom::set_text_in(&line, ".snapshot-time", &when);
    let device: String = snapshot.device.chars().take(6).collect();
    let detail = Text::new("snapshot_detail")
        .with(device)
        .with(snapshot.sequence.to_string())
        .with(snapshot.size.map_or_else(|| "?".to_owned(), size));
    dom::set_text_in(&line, ".snapshot-detail", &say(&detail));
    Some(line)
}
