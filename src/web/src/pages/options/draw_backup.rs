//! Drawing the status, the destinations and the form that connects one.

use holdfast_backup::destination::config::Kind;
use holdfast_backup::status::State;
use web_sys::HtmlElement;

use super::Options;
use super::model::Model;
use super::update::place_view;
use crate::message::ChainStep;
use crate::pages::form::Form;
use crate::pages::status::{Place, StatusView};
use crate::pages::text::{Text, ago, point, size};
use crate::pages::words::{say, say_all, say_arg, say_if_known};
use crate::pages::{dom, draw_forms, draw_status};

/// Draws the section.
pub fn draw(page: &mut Options, model: &Model, now: u64) {
    let Some(world) = &model.world else {
        return;
    };
    draw_status::draw(world.status.as_ref());
    draw_status::draw_warnings(world.status.as_ref());
    draw_question(world.status.as_ref());
    if let Some(connect) = dom::by_id("connect") {
        dom::mark(&connect, "open", model.connecting);
        if let Some(kinds) = dom::find(&connect, ".kinds") {
            // Another kind is another destination.
            dom::show(&kinds, model.changing.is_none());
        }
        if let Some(waiting) = dom::find(&connect, ".nextcloud-waiting") {
            dom::show(&waiting, model.waiting.is_some());
        }
    }
    if let (Some(input), Some(name)) = (dom::by_id("device-name"), world.device_name())
        && dom::document().active_element().as_ref() != Some(&input)
    {
        dom::set_value(&input, name);
    }
    let Some(list) = dom::by_id("destinations") else {
        return;
    };
    let ids: Vec<&str> = world.places.iter().map(|place| place.id.as_str()).collect();
    let key = ids.join(" ");
    if page.places != key {
        page.places = key;
        dom::clear(&list);
        for id in ids {
            if let Some(item) = dom::instantiate("t-destination") {
                dom::set_attribute(&item, "data-destination", Some(id));
                dom::append(&list, &item);
            }
        }
    }
    for (place, item) in world
        .places
        .iter()
        .zip(dom::find_all(&list, ".destination"))
    {
        draw_destination(&item, place, model, now);
    }
}

/// The question whether a merge may remove many accounts.
fn draw_question(status: Option<&StatusView>) {
    let question = status.and_then(|status| status.question.as_ref());
    let removals = question.map(|question| question.removals);
    if let Some(question) = dom::by_id("merge-question") {
        dom::show(&question, removals.is_some());
    }
    if let Some(removals) = removals {
        dom::show_text(
            "merge-text",
            Some(&say(&Text::plural("merge_text", removals.into()))),
        );
    }
}

fn draw_destination(item: &HtmlElement, place: &Place, model: &Model, now: u64) {
    let view = place_view(model, &place.id, now);
    let bad = view.as_ref().is_some_and(|view| view.state == "not_stored");
    let user = place.label.user.as_str();
    let user = (!user.is_empty()).then(|| say(&Text::new("destination_user").with(user)));
    // What can't be checked from here has its troubles too.
    let warning = || {
        let kept = view.as_ref().filter(|view| view.state == "kept")?;
        kept.warnings.first().map(|warning| say(&warning.text))
    };
    let cause = view
        .as_ref()
        .filter(|_| bad)
        .and_then(|view| view.cause.as_ref())
        .map(say)
        .or_else(warning);
    let advice = view
        .as_ref()
        .filter(|_| bad)
        .and_then(|view| view.advice.as_ref())
        .and_then(say_if_known);
    let remedy = view
        .as_ref()
        .filter(|_| bad)
        .and_then(|view| view.remedy.as_ref())
        .map(|remedy| say(&remedy.label));
    let texts = [
        (".destination-name", Some(name(place))),
        (".destination-user", user),
        (".destination-state", Some(say(&state(place, now)))),
        (".destination-can", can(place)),
        (".destination-cause", cause),
        (".destination-advice", advice),
        ("[data-action=\"destination-remedy\"]", remedy),
    ];
    for (selector, text) in texts {
        if let Some(element) = dom::find(item, selector) {
            dom::set_text(&element, text.as_deref().unwrap_or_default());
            dom::show(&element, text.is_some());
        }
    }
    let kind = place.label.kind;
    let checkable = !matches!(kind, Kind::Download | Kind::BrowserSync);
    for (action, shown) in [
        ("check-now", checkable),
        (
            "change-destination",
            matches!(kind, Kind::WebDav | Kind::S3),
        ),
        ("download", kind == Kind::Download),
    ] {
        if let Some(button) = dom::find(item, &format!("[data-action=\"{action}\"]")) {
            dom::show(&button, shown);
        }
    }
    dom::set_attribute(item, "data-place", Some(kind.code()));
    if let Some(check) = dom::find(item, "[data-action=\"check-now\"]") {
        let busy = model.checking.as_deref() == Some(&place.id);
        dom::set_attribute(&check, "aria-busy", busy.then_some("true"));
    }
    if let Some(chain) = dom::find(item, ".chain") {
        draw_chain(
            &chain,
            model.chains.get(&place.id).map_or(&[][..], Vec::as_slice),
        );
    }
    if let Some(form) = dom::find(item, ".disconnect-form") {
        dom::show(&form, model.disconnecting.as_deref() == Some(&place.id));
        draw_forms::draw(&Form::Disconnect(place.id.clone()), &form, &model.forms);
    }
}

/// The whole address, or the kind where that says it all.
pub fn name(place: &Place) -> String {
    match place.label.address.as_str() {
        "" => say_arg(&place.name()),
        address => address.to_owned(),
    }
}

/// What the destination can do, as far as that was found out.
fn can(place: &Place) -> Option<String> {
    let can = place.can.as_ref()?;
    let mut parts = vec![Text::new(match can.refuses_overwrite {
        true => "can_refuse_overwrite",
        false => "can_overwrite",
    })];
    if !can.deletes {
        parts.push(Text::new("can_not_delete"));
    }
    if place.label.kind == Kind::Folder {
        parts.push(Text::new("can_same_disk"));
    }
    if let Some(bytes) = can.available {
        parts.push(Text::new("can_free").with(size(bytes as f64)));
    }
    Some(say_all(&parts))
}

/// The state of one destination in one line.
fn state(place: &Place, now: u64) -> Text {
    match place.status.state {
        State::Stored { at, accounts } => Text::new("destination_stored")
            .with(ago(now, at))
            .with(Text::plural("accounts", accounts.into())),
        State::StoredNotCheckedSince { at, .. } => {
            Text::new("destination_unchecked").with(point(now, at))
        }
        State::Storing {
            waits_for_key: true,
            ..
        } => Text::new("destination_read_back"),
        State::Storing { .. } => Text::new("destination_storing"),
        State::KeptUncheckable { at: Some(at), .. } => {
            Text::new("destination_kept").with(point(now, at))
        }
        State::KeptUncheckable { at: None, .. } => Text::new("status_kept"),
        State::NotStored | State::NoDestinationByChoice => {
            let since = place
                .status
                .at_risk
                .since
                .or(place.status.trouble.map(|trouble| trouble.since));
            match (since, place.status.last_stored) {
                (Some(since), Some(_)) => {
                    Text::new("destination_not_stored").with(point(now, since))
                }
                _ => Text::new("destination_never"),
            }
        }
    }
}

/// The steps of *Check now*: done, failed, or not reached.
fn draw_chain(list: &HtmlElement, steps: &[ChainStep]) {
    dom::show(list, !steps.is_empty());
    dom::clear(list);
    for step in steps {
        let Some(item) = dom::instantiate("t-step") else {
            continue;
        };
        let result = match (&step.cause, step.reached) {
            (Some(_), _) => "bad",
            (None, true) => "ok",
            (None, false) => "open",
        };
        dom::set_attribute(&item, "data-result", Some(result));
        dom::set_attribute(&item, "data-step", Some(&step.step));
        if let Some(name) = dom::find(&item, ".step-name") {
            let known = say_if_known(&Text::new(format!("step_{}", step.step)));
            dom::set_text(&name, known.as_deref().unwrap_or(&step.step));
        }
        if let (Some(place), Some(cause)) = (dom::find(&item, ".step-cause"), &step.cause) {
            let known = say_if_known(&Text::new(format!("cause_{cause}")));
            let known = known.unwrap_or_else(|| cause.clone());
            let text = match say_if_known(&Text::new(format!("rec_{cause}"))) {
                Some(advice) => format!("{known} {advice}"),
                None => known,
            };
            dom::set_text(&place, &text);
        }
        dom::append(list, &item);
    }
}
