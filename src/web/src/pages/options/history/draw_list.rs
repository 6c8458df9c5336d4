//! Drawing the snapshots, and the one that is open.

use holdfast_backup::status::Warning;
use holdfast_core::vault::{Compared, Comparison, DeviceId, Part};
use web_sys::HtmlElement;

use super::draw::{draw_choices, draw_options};
use super::update::listable;
use super::{Model, Open, Wanted};
use crate::message::Failure;
use crate::message::history::{Known, Snapshot};
use crate::pages::form::account_name;
use crate::pages::status::Place;
use crate::pages::text::{Arg, Text, ago, size};
use crate::pages::words::{say, say_arg, say_args};
use crate::pages::world::World;
use crate::pages::{dom, draw_forms};

/// As many snapshots are shown at once; the filters reach the others.
const MOST: usize = 300;

/// A snapshot, and where it is.
type Row<'a> = (&'a Place, &'a Snapshot);

/// Makes the section show the model.
pub fn draw(own: &Model, world: &World, now: u64) {
    let places: Vec<&Place> = listable(&world.places).collect();
    let open = own.open.as_ref();
    for (id, shown) in [
        ("history-list", open.is_none()),
        ("past", open.is_some()),
        ("history-nowhere", places.is_empty()),
        ("history-filters", !places.is_empty()),
        ("history-place-field", places.len() > 1),
    ] {
        if let Some(element) = dom::by_id(id) {
            dom::show(&element, shown);
        }
    }
    match open {
        Some(open) => draw_open(open, world, now),
        None => draw_rows(own, world, &places),
    }
}

fn draw_rows(own: &Model, world: &World, places: &[&Place]) {
    draw_choices("history-place", places, Some("history_all_places"));
    if let (Some(select), Some(place)) = (dom::by_id("history-place"), &own.place) {
        dom::set_value(&select, place);
    }
    let all = rows(own, places);
    let mut devices: Vec<DeviceId> = all.iter().map(|(_, snapshot)| snapshot.device).collect();
    devices.sort_unstable();
    devices.dedup();
    let named = |id: &DeviceId| (id.to_string(), say_arg(&world.name_of_device(*id)));
    draw_options(
        "history-device",
        devices.iter().map(named).collect(),
        Some("history_all_devices"),
    );
    if let Some(select) = dom::by_id("history-device") {
        let device = own.device.map(|id| id.to_string());
        dom::set_value(&select, device.as_deref().unwrap_or_default());
    }
    let wanted = |(_, snapshot): &&Row| own.device.is_none_or(|id| id == snapshot.device);
    let shown: Vec<&Row> = all.iter().filter(wanted).take(MOST).collect();

    let waiting = !own.waiting.is_empty();
    if let Some(section) = dom::by_id("history-list") {
        dom::set_attribute(&section, "aria-busy", waiting.then_some("true"));
    }
    draw_notes(own, world, places);
    let count = match (shown.len(), waiting) {
        (0, true) => Text::new("history_asking"),
        (0, false) => Text::new("history_empty"),
        (shown, _) if shown < all.len() && own.device.is_none() => Text::new("history_some")
            .with(shown.to_string())
            .with(all.len().to_string()),
        (shown, _) => Text::plural("snapshots", shown as u64),
    };
    dom::show_text(
        "history-count",
        Some(say(&count).as_str()).filter(|_| !places.is_empty()),
    );

    let Some(list) = dom::by_id("history-rows") else {
        return;
    };
    let several = places.len() > 1;
    let mut key = String::new();
    for (place, snapshot) in &shown {
        key.push_str(&format!(
            "{}{}{:?}{} ",
            place.id,
            snapshot.name,
            snapshot.known,
            say_arg(&world.name_of_device(snapshot.device))
        ));
    }
    if list.get_attribute("data-shown").as_deref() == Some(&key) {
        return;
    }
    dom::set_attribute(&list, "data-shown", Some(&key));
    dom::clear(&list);
    for (place, snapshot) in shown {
        if let Some(row) = draw_row(place, snapshot, world, several) {
            dom::append(&list, &row);
        }
    }
}

/// All snapshots of the chosen places, the newest first.
fn rows<'a>(own: &'a Model, places: &[&'a Place]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row> = Vec::new();
    for place in places {
        let chosen = own.place.as_ref().is_none_or(|id| *id == place.id);
        if let (true, Some(Ok(list))) = (chosen, own.lists.get(&place.id)) {
            rows.extend(list.snapshots.iter().map(|snapshot| (*place, snapshot)));
        }
    }
    // Stable: what has no time stays where its destination has put it.
    rows.sort_by_key(|(_, snapshot)| std::cmp::Reverse(snapshot.stored_at));
    rows
}

/// What could not be asked, and what was there once.
fn draw_notes(own: &Model, world: &World, places: &[&Place]) {
    let mut notes = Vec::new();
    for place in places {
        if is_rolled_back(place) {
            let text = Text::new("warning_rolled_back").with(place.name());
            notes.push((say(&text), Some(&place.id)));
        }
        match own.lists.get(&place.id) {
            Some(Err(failure)) => {
                let text = Text::new("history_refused")
                    .with(place.name())
                    .with(draw_forms::sentence(failure, false));
                notes.push((say(&text), None));
            }
            Some(Ok(list)) => notes.extend(list.missing.iter().map(|device| {
                let text = Text::new("history_missing")
                    .with(world.name_of_device(*device))
                    .with(place.name());
                (say(&text), None)
            })),
            None => {}
        }
    }
    let Some(list) = dom::by_id("history-notes") else {
        return;
    };
    let key = notes.iter().map(|(text, _)| text.as_str());
    let key = key.collect::<Vec<_>>().join("\n");
    dom::show(&list, !notes.is_empty());
    if list.get_attribute("data-shown").as_deref() != Some(&key) {
        dom::set_attribute(&list, "data-shown", Some(&key));
        dom::clear(&list);
        for (note, at) in &notes {
            if let Some(item) = dom::instantiate("t-note") {
                dom::set_text_in(&item, ".notice-text", note);
                if let (Some(button), Some(at)) = (dom::find(&item, "button"), at) {
                    dom::set_attribute(&button, "data-at", Some(at));
                    dom::show(&button, true);
                }
                dom::append(&list, &item);
            }
        }
    }
}

fn is_rolled_back(place: &Place) -> bool {
    let mut warnings = place.status.warnings.iter();
    warnings.any(|warning| matches!(warning, Warning::RolledBack { .. }))
}

fn draw_row(
    place: &Place,
    snapshot: &Snapshot,
    world: &World,
    several: bool,
) -> Option<HtmlElement> {
    let row = dom::instantiate("t-past")?;
    dom::set_attribute(&row, "data-at", Some(&place.id));
    dom::set_attribute(&row, "data-snapshot", Some(&snapshot.name));
    dom::set_attribute(&row, "data-known", Some(known(snapshot.known)));
    dom::set_text_in(&row, ".past-time", &time(snapshot));
    let said = say_args(&detail(place, snapshot, world, several));
    dom::set_text_in(&row, ".past-detail", &said);
    let mark = mark(snapshot).map(|text| say(&text));
    if let Some(element) = dom::find(&row, ".past-mark") {
        dom::set_text(&element, mark.as_deref().unwrap_or_default());
        dom::show(&element, mark.is_some());
    }
    Some(row)
}

fn time(snapshot: &Snapshot) -> String {
    match snapshot.stored_at {
        Some(at) => say_arg(&Arg::Moment(at)),
        None => say(&Text::new("time_unknown")),
    }
}

/// Whose it is, how large, and where.
fn detail(place: &Place, snapshot: &Snapshot, world: &World, several: bool) -> Vec<Arg> {
    let mut texts = vec![world.name_of_device(snapshot.device)];
    if let Some(accounts) = snapshot.accounts {
        texts.push(Text::plural("accounts", accounts.into()).into());
    }
    if let Some(bytes) = snapshot.size {
        texts.push(size(bytes as f64).into());
    }
    if several {
        texts.push(place.name());
    }
    texts
}

/// What deserves to be said of it before it is opened.
fn mark(snapshot: &Snapshot) -> Option<Text> {
    Some(Text::new(match snapshot.known {
        Known::Current => "past_current",
        Known::Damaged => "past_damaged",
        Known::KeyChanged => "past_key_changed",
        Known::NewerFormat => "past_newer_format",
        Known::Merged | Known::Opened | Known::Listed if snapshot.newest_of_device => "past_newest",
        Known::Merged | Known::Opened | Known::Listed => return None,
    }))
}

fn known(known: Known) -> &'static str {
    match known {
        Known::Current => "current",
        Known::Opened => "opened",
        Known::Merged => "merged",
        Known::Listed => "listed",
        Known::Damaged => "damaged",
        Known::KeyChanged => "key_changed",
        Known::NewerFormat => "newer_format",
    }
}

fn draw_open(open: &Open, world: &World, now: u64) {
    dom::show_text("past-heading", Some(&time(&open.snapshot)));
    let places = world.places.iter();
    if let Some(place) = places.clone().find(|place| place.id == open.at.destination) {
        let mut texts = detail(place, &open.snapshot, world, true);
        if let Some(at) = open.snapshot.stored_at {
            texts.push(ago(now, at));
        }
        dom::show_text("past-detail", Some(&say_args(&texts)));
    }
    let compared = open.compared.as_ref();
    let refusal: Option<&Failure> = compared
        .and_then(|compared| compared.as_ref().err())
        .or(open.refused.as_ref());
    if let Some(error) = dom::by_id("past-error") {
        let text = refusal.map(|failure| draw_forms::sentence(failure, false));
        dom::set_text_in(&error, ".notice-text", text.as_deref().unwrap_or_default());
        dom::show(&error, text.is_some());
    }
    let comparison = compared.and_then(|compared| compared.as_ref().ok());
    for (id, shown) in [
        ("past-fetching", compared.is_none()),
        ("past-compared", comparison.is_some()),
    ] {
        if let Some(element) = dom::by_id(id) {
            dom::show(&element, shown);
        }
    }
    if let Some(comparison) = comparison {
        draw_comparison(comparison, open);
    }
}

fn draw_comparison(comparison: &Comparison, open: &Open) {
    let back = comparison.deleted.len() + comparison.changed.len();
    let summary = match (comparison.is_empty(), comparison.same) {
        (true, same) => Text::plural("past_same", same as u64),
        (false, same) => Text::new("past_summary")
            .with(comparison.deleted.len().to_string())
            .with(comparison.changed.len().to_string())
            .with(comparison.added.len().to_string())
            .with(same.to_string()),
    };
    dom::show_text("past-summary", Some(&say(&summary)));
    for (name, accounts, action) in [
        ("deleted", &comparison.deleted, Some("bring_back")),
        ("changed", &comparison.changed, Some("restore_then")),
        ("added", &comparison.added, None),
    ] {
        draw_group(name, accounts, action);
    }
    if let Some(button) = dom::by_id("ask-restore-all") {
        dom::show(&button, back > 0 && open.asking.is_none());
    }
    let Some(panel) = dom::by_id("confirm-restore") else {
        return;
    };
    dom::show(&panel, open.asking.is_some());
    dom::set_attribute(&panel, "aria-busy", open.busy.then_some("true"));
    if let Some(wanted) = open.asking {
        let said: Vec<String> = consequences(comparison, wanted).iter().map(say).collect();
        dom::show_text("confirm-restore-text", Some(&said.join(" ")));
    }
}

fn draw_group(name: &str, accounts: &[Compared], action: Option<&'static str>) {
    let Some(group) = dom::by_id(&format!("past-{name}")) else {
        return;
    };
    dom::show(&group, !accounts.is_empty());
    let Some(list) = dom::find(&group, "ul") else {
        return;
    };
    let key = format!("{accounts:?}");
    if list.get_attribute("data-shown").as_deref() == Some(&key) {
        return;
    }
    dom::set_attribute(&list, "data-shown", Some(&key));
    dom::clear(&list);
    for account in accounts {
        let Some(item) = dom::instantiate("t-past-account") else {
            continue;
        };
        dom::set_attribute(&item, "data-account", Some(&account.id.to_string()));
        let name = account_name(&account.issuer, &account.label);
        dom::set_text_in(&item, ".past-name", &say_arg(&name));
        let mut parts: Vec<String> = account.parts.iter().map(|part| say(&said(*part))).collect();
        if !account.issuer.is_empty() && !account.label.is_empty() {
            parts.insert(0, account.label.clone());
        }
        dom::set_text_in(&item, ".past-parts", &parts.join(" · "));
        if let Some(button) = dom::find(&item, "button") {
            dom::show(&button, action.is_some());
            if let Some(action) = action {
                dom::set_text(&button, &say(&Text::new(action)));
                let label = Text::new("past_account_action")
                    .with(Text::new(action))
                    .with(name);
                dom::set_attribute(&button, "aria-label", Some(&say(&label)));
            }
        }
        dom::append(&list, &item);
    }
}

/// What is different of an account.
fn said(part: Part) -> Text {
    Text::new(match part {
        Part::Issuer => "part_issuer",
        Part::Label => "part_label",
        Part::Note => "part_note",
        Part::Sites => "part_sites",
        Part::Groups => "part_groups",
        Part::Credential => "part_credential",
        Part::Counter => "part_counter",
    })
}

/// What bringing that back means, before it is done.
fn consequences(comparison: &Comparison, wanted: Wanted) -> Vec<Text> {
    let mut texts = Vec::new();
    match wanted {
        Wanted::All => {
            let (deleted, changed) = (comparison.deleted.len(), comparison.changed.len());
            if deleted > 0 {
                texts.push(Text::plural("confirm_deleted", deleted as u64));
            }
            if changed > 0 {
                texts.push(Text::plural("confirm_changed", changed as u64));
            }
            if !comparison.added.is_empty() {
                texts.push(Text::plural("confirm_added", comparison.added.len() as u64));
            }
        }
        Wanted::One(id) => {
            let one = |accounts: &[Compared]| {
                let found = accounts.iter().find(|account| account.id == id)?;
                Some(account_name(&found.issuer, &found.label))
            };
            if let Some(name) = one(&comparison.deleted) {
                texts.push(Text::new("confirm_deleted_this").with(name));
            } else if let Some(name) = one(&comparison.changed) {
                texts.push(Text::new("confirm_changed_this").with(name));
            }
        }
    }
    texts.push(Text::new("confirm_nothing_lost"));
    texts
}
