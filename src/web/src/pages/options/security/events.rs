//! What people press in the section, as messages.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::{Action, Form, Msg, effects};
use crate::pages::app::App;
use crate::pages::options::Options;
use crate::pages::options::model;

/// What a button of that name means.
#[must_use]
pub fn action(name: &str, button: &HtmlElement) -> Option<Action> {
    let of = |attribute: &str| {
        button
            .closest(&format!("[{attribute}]"))
            .ok()??
            .get_attribute(attribute)
    };
    Some(match name {
        "print" => Action::Print,
        "close-sheet" => Action::CloseSheet,
        "sheet-places" => Action::Places,
        "replace-older" => Action::ReplaceOlder,
        "keep-older" => Action::KeepOlder,
        "remove-slot" => Action::Remove(of("data-slot")?.parse().ok()?),
        "ask-way" => Action::Ask(of("data-way")?),
        "unlock-passkey" => Action::Unlock,
        _ => return None,
    })
}

/// The form of an element that is recognised by what it belongs to.
#[must_use]
pub fn form_of(element: &HtmlElement) -> Option<Form> {
    let of = |attribute: &str| {
        element
            .closest(&format!("[{attribute}]"))
            .ok()??
            .get_attribute(attribute)
    };
    of("data-slot")
        .and_then(|slot| slot.parse().ok())
        .map(Form::Remove)
        .or_else(|| of("data-way").map(Form::Way))
}

/// Finds out whether the browser makes passkeys for us.
pub fn passkeys_offered(app: &App<Options>) {
    let app = app.clone();
    let maker = effects::maker(&app);
    spawn_local(async move {
        let offered = maker.available().await.is_ok_and(|value| value.is_truthy());
        app.dispatch(model::Msg::Security(Msg::Offered(offered)));
    });
}
