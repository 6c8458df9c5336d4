//! What people do with it, as messages.

use holdfast_core::vault::Id;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDetailsElement, HtmlElement};

use super::{Action, Msg, Wanted};
use crate::message::history::At;
use crate::pages::dom;

/// What a button of that name means.
#[must_use]
pub fn action(name: &str, button: &HtmlElement) -> Option<Action> {
    let of = |attribute: &str| {
        let owner = button.closest(&format!("[{attribute}]")).ok()??;
        owner.get_attribute(attribute)
    };
    let id = |attribute: &str| Id::parse(&of(attribute)?);
    Some(match name {
        "look" => Action::Look(At {
            destination: of("data-at")?,
            snapshot: of("data-snapshot")?,
        }),
        "history-back" => Action::Back,
        "history-again" => Action::Again,
        "ask-restore-all" => Action::Ask(Wanted::All),
        "ask-restore" => Action::Ask(Wanted::One(id("data-account")?)),
        "cancel-restore" => Action::Cancel,
        "restore-past" => Action::Restore,
        "ask-retire" => Action::AskRetire(id("data-device")?),
        "retire" => Action::Retire(id("data-device")?, true),
        "unretire" => Action::Retire(id("data-device")?, false),
        "note" => Action::Note(of("data-at")?),
        "save-log" => Action::SaveLog,
        "usual-retention" => Action::UsualRetention,
        _ => return None,
    })
}

/// What choosing in a list means.
#[must_use]
pub fn changed(event: &Event) -> Option<Msg> {
    let select = dom::closest(event, "[data-filter]")?;
    let value = dom::value(&select).unwrap_or_default();
    Some(match select.get_attribute("data-filter").as_deref() {
        Some("place") => Msg::Place(value),
        Some("device") => Msg::Device(value),
        _ => return None,
    })
}

/// Whether a click opens or closes the log; the summary toggles by itself, and the model is told what
/// it will be.
#[must_use]
pub fn open_log(event: &Event) -> Option<Action> {
    let summary = dom::closest(event, "#log > summary")?;
    let details = summary.parent_element()?;
    let open = details.dyn_ref::<HtmlDetailsElement>()?.open();
    event.prevent_default();
    Some(Action::ToggleLog(!open))
}
