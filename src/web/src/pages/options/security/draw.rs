//! Drawing the section: the key slots, what may be replaced, and what is offered.

use holdfast_core::seal::{SlotId, SlotKind};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement};

use super::{Form, draw_sheet, draw_ways};
use crate::message::keys::ReplacedOlder;
use crate::pages::form::Form as AnyForm;
use crate::pages::options::model::Model;
use crate::pages::text::{Arg, Text};
use crate::pages::words::{say, say_all};
use crate::pages::world::{SlotView, VaultState, World};
use crate::pages::{dom, draw_forms};

/// Makes the section show the model.
pub fn draw(model: &Model) {
    let Some(world) = &model.world else {
        return;
    };
    draw_sheet::draw(model, world);
    draw_ways::draw(model, world);
    draw_slots(model, world);
    draw_older(model, world);
    draw_passkeys(model, world);
    let changed = world
        .status
        .as_ref()
        .is_some_and(|status| status.key_changed);
    if let Some(panel) = dom::by_id("key-changed") {
        dom::show(&panel, changed && is_open(world));
    }
    draw_sheet_state(world);
}

/// Whether the vault is open.
pub(super) fn is_open(world: &World) -> bool {
    matches!(world.vault, VaultState::Open(_))
}

/// Opens or closes a form below an item, and empties it when it is closed.
pub(super) fn toggle(form: &HtmlElement, open: bool) {
    if !open
        && !form.hidden()
        && let Some(form) = form.dyn_ref::<HtmlFormElement>()
    {
        form.reset();
    }
    dom::show(form, open);
}

fn draw_slots(model: &Model, world: &World) {
    let Some(list) = dom::by_id("slots") else {
        return;
    };
    let slots = &world.ways_in.slots;
    let key: String = slots.iter().map(|slot| format!("{} ", slot.id)).collect();
    if list.get_attribute("data-shown").as_deref() != Some(&key) {
        dom::set_attribute(&list, "data-shown", Some(&key));
        dom::clear(&list);
        for slot in slots {
            if let Some(item) = dom::instantiate("t-slot") {
                dom::set_attribute(&item, "data-slot", Some(&slot.id.to_string()));
                dom::append(&list, &item);
            }
        }
    }
    for (slot, item) in slots.iter().zip(dom::find_all(&list, ".slot")) {
        draw_slot(model, world, slot, &item);
    }
}

fn draw_slot(model: &Model, world: &World, slot: &SlotView, item: &HtmlElement) {
    let kind = match slot.kind {
        SlotKind::Passphrase => "passphrase",
        SlotKind::Recovery => "recovery",
        SlotKind::Passkey => "passkey",
        SlotKind::Unknown(_) => "unknown",
    };
    dom::set_attribute(item, "data-kind", Some(kind));
    dom::set_text_in(item, ".slot-kind", &say(&Text::new(format!("slot_{kind}"))));
    dom::set_text_in(item, ".slot-label", &slot.label);
    dom::set_text_in(item, ".slot-detail", &say_all(&detail(world, slot)));
    // A passphrase is changed, never removed: there is always one.
    let removable = matches!(slot.kind, SlotKind::Recovery | SlotKind::Passkey);
    if let Some(button) = dom::find(item, "[data-action=\"remove-slot\"]") {
        dom::show(&button, removable);
        let open = model.security.removing == Some(slot.id);
        dom::set_attribute(
            &button,
            "aria-expanded",
            Some(if open { "true" } else { "false" }),
        );
    }
    if let Some(form) = dom::find(item, ".remove-form") {
        toggle(&form, model.security.removing == Some(slot.id));
        let own = AnyForm::Security(Form::Remove(slot.id));
        draw_forms::draw(&own, &form, &model.forms);
    }
}

/// When it was added, and what is known of it.
fn detail(world: &World, slot: &SlotView) -> Vec<Text> {
    let keys = &world.ways_in.keys;
    let mut texts = vec![Text::new("slot_added").with(Arg::Day(slot.added))];
    match slot.kind {
        SlotKind::Recovery => {
            let sheet = keys.sheet.as_ref().filter(|sheet| sheet.slot == slot.id);
            texts.push(match sheet {
                Some(sheet) => Text::new("sheet_checked").with(Arg::Day(sheet.checked_at)),
                None => Text::new("sheet_unchecked"),
            });
        }
        SlotKind::Passkey if !is_here(world, slot.id) => {
            texts.push(Text::new("passkey_elsewhere"));
        }
        _ => {}
    }
    texts
}

fn is_here(world: &World, slot: SlotId) -> bool {
    let passkeys = &world.ways_in.keys.passkeys;
    passkeys.iter().any(|passkey| passkey.slot == slot)
}

/// The offer to delete what opens with a passphrase or key that was replaced.
fn draw_older(model: &Model, world: &World) {
    let (since, outcome) = (world.ways_in.keys.replaced_at, &model.security.replaced);
    if let Some(panel) = dom::by_id("older") {
        dom::show(
            &panel,
            is_open(world) && (since.is_some() || outcome.is_some()),
        );
    }
    let text = since.map(|since| say(&Text::new("older_text").with(Arg::Day(since))));
    dom::show_text("older-text", text.as_deref());
    let said = outcome.as_ref().map(|outcome| say_all(&told(outcome)));
    dom::show_text("older-result", said.as_deref());
    if let Some(actions) = dom::by_id("older-actions") {
        dom::show(&actions, since.is_some());
    }
    if let Some(button) = dom::by_id("older-replace") {
        let busy = model.security.replacing;
        dom::set_attribute(&button, "aria-busy", busy.then_some("true"));
    }
}

fn told(outcome: &ReplacedOlder) -> Vec<Text> {
    let mut texts = vec![Text::plural("older_deleted", outcome.deleted as u64)];
    if outcome.unproven > 0 {
        texts.push(Text::plural("older_unproven", outcome.unproven as u64));
    }
    if outcome.waiting > 0 {
        texts.push(Text::plural("older_waiting", outcome.waiting as u64));
    }
    if let Some(cause) = &outcome.refused {
        texts.push(Text::new(format!("cause_{cause}")));
    }
    texts
}

fn draw_passkeys(model: &Model, world: &World) {
    let offered = model.security.passkeys;
    if let Some(details) = dom::by_id("passkey") {
        dom::show(&details, offered == Some(true));
    }
    if let Some(hint) = dom::by_id("passkey-missing") {
        dom::show(&hint, offered == Some(false));
    }
    if let Some(button) = dom::by_id("unlock-passkey") {
        dom::show(&button, !world.ways_in.keys.passkeys.is_empty());
    }
}

/// Whether there is a sheet, and whether it was checked.
fn draw_sheet_state(world: &World) {
    let made = world
        .ways_in
        .slots
        .iter()
        .any(|slot| slot.kind == SlotKind::Recovery);
    let text = match &world.ways_in.keys.sheet {
        Some(sheet) => Text::new("recovery_state_checked").with(Arg::Day(sheet.checked_at)),
        None if made => Text::new("recovery_state_unchecked"),
        None => Text::new("recovery_state_none"),
    };
    dom::show_text("recovery-state", Some(&say(&text)));
    if let Some(panel) = dom::by_id("recovery-state") {
        let tone = if world.recovery_confirmed {
            "ok"
        } else {
            "warn"
        };
        dom::set_attribute(&panel, "data-tone", Some(tone));
    }
    if let Some(check) = dom::by_id("check") {
        dom::show(&check, made && !world.recovery_confirmed);
    }
}
