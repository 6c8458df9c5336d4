//! Whether copied codes are taken off the clipboard: the browser's permission is the setting itself,
//! so that the two can't say different things.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use super::Options;
use crate::browser::permissions;
use crate::pages::app::App;
use crate::pages::dom;

/// Reading tells whether the code is still there; writing takes it away.
const NAMES: [&str; 2] = ["clipboardRead", "clipboardWrite"];
const CONTROL: &str = "clipboard-clears";

/// Shows what is the case, and listens.
pub fn start(app: &App<Options>) {
    spawn_local(show());
    app.on("change", |_, event| {
        let control = dom::closest(event, "#clipboard-clears")
            .and_then(|control| control.dyn_into::<HtmlInputElement>().ok());
        if let Some(control) = control {
            change(control.checked());
        }
    });
}

fn change(on: bool) {
    // Inside of the event: the browser asks in a click only.
    let asked = on.then(|| permissions::request_named(&NAMES));
    spawn_local(async move {
        // Refused or not: what is the case is shown.
        let _ = match asked {
            Some(asked) => asked.await.map(drop),
            None => permissions::give_back(&NAMES).await,
        };
        show().await;
    });
}

async fn show() {
    let on = permissions::holds(&NAMES).await;
    let control =
        dom::by_id(CONTROL).and_then(|control| control.dyn_into::<HtmlInputElement>().ok());
    if let Some(control) = control {
        control.set_checked(on);
    }
}
