//! What people do in the section, as messages.

use holdfast_core::vault::Choice;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

use super::effects::open;
use super::{Msg, export, import};
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::options::Options;
use crate::pages::options::model::Msg as PageMsg;

/// Takes a click on the section's own buttons. Whether it was one.
pub fn click(app: &App<Options>, name: &str) -> bool {
    let msg = match name {
        "choose-file" => {
            if let Some(input) = dom::by_id("import-file") {
                input.click();
            }
            return true;
        }
        "transfer-import" => Msg::Import(import::Msg::Import),
        "transfer-cancel" => Msg::Import(import::Msg::Cancel),
        "transfer-skip" => Msg::Import(import::Msg::Skip),
        "camera-start" => Msg::Import(import::Msg::Camera(true)),
        "camera-stop" => Msg::Import(import::Msg::Camera(false)),
        "codes-hide" => Msg::Export(export::Msg::HideCodes),
        "codes-print" => Msg::Export(export::Msg::Print),
        _ => return false,
    };
    app.dispatch(PageMsg::Transfer(msg));
    true
}

/// Takes the section's own form. Whether it was that.
pub fn submit(app: &App<Options>, form: &HtmlElement) -> bool {
    if form.id() != "transfer-password-form" {
        return false;
    }
    if let Some(input) = dom::by_id("transfer-password") {
        let password = dom::value(&input).unwrap_or_default();
        dom::set_value(&input, "");
        let msg = Msg::Import(import::Msg::Password(password));
        app.dispatch(PageMsg::Transfer(msg));
    }
    true
}

/// Takes what was chosen in one of the section's controls. Whether it was one.
pub fn change(app: &App<Options>, event: &Event) -> bool {
    if let Some(input) = dom::closest(event, "#import-file")
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
    {
        if let Some(files) = input.files() {
            let files = (0..files.length()).filter_map(|index| files.get(index));
            open(app, files.collect());
        }
        // The same file may be chosen again.
        input.set_value("");
        return true;
    }
    let msg = if let Some(input) = dom::closest(event, "#transfer-duplicates input") {
        Msg::Import(import::Msg::Choose(
            match dom::value(&input).as_deref() == Some("keep_both") {
                true => Choice::KeepBoth,
                false => Choice::Merge,
            },
        ))
    } else if let Some(select) = dom::closest(event, "#export-target") {
        let name = dom::value(&select).unwrap_or_default();
        let choice = export::Choice::of(&name).unwrap_or_default();
        Msg::Export(export::Msg::Choose(choice))
    } else {
        return false;
    };
    app.dispatch(PageMsg::Transfer(msg));
    true
}
