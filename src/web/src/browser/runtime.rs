//! Messages between our own pages and the background, and what the extension knows of itself.

use wasm_bindgen::prelude::*;

use super::{BrowserError, from_js, to_js};
use crate::message::{Answer, Failure, Request};

/// Asks the background. A background that can't be reached is a failure like any other.
pub async fn ask(request: &Request) -> Answer {
    let sent = async {
        let message = to_js(request)?;
        from_js::<Answer>(send_message(message).await?)
    };
    match sent.await {
        Ok(answer) => answer,
        Err(BrowserError(detail)) => Err(Failure {
            code: "background_unreachable".into(),
            field: None,
            detail: Some(detail),
        }),
    }
}

/// The extension's own origin with its trailing slash, as in `chrome-extension://…/`.
#[must_use]
pub fn own_origin() -> String {
    get_url("")
}

/// The extension's version, from the manifest.
#[must_use]
pub fn version() -> String {
    #[derive(serde::Deserialize)]
    struct Manifest {
        version: String,
    }
    from_js::<Manifest>(get_manifest())
        .map(|manifest| manifest.version)
        .unwrap_or_default()
}

/// Opens the options page in a tab.
///
/// # Errors
/// When the browser refuses.
pub async fn open_options_page() -> Result<(), BrowserError> {
    Ok(js_open_options_page().await?)
}

/// The translation of a message, or the empty string when there is none.
#[must_use]
pub fn message(key: &str, substitutions: &[&str]) -> String {
    let list = substitutions
        .iter()
        .map(|text| JsValue::from_str(text))
        .collect::<js_sys::Array>();
    get_message(key, &list)
}

/// The user's language, as in `"de"` or `"en-GB"`.
#[must_use]
pub fn ui_language() -> String {
    get_ui_language()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = sendMessage, catch)]
    async fn send_message(message: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getURL)]
    fn get_url(path: &str) -> String;
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getManifest)]
    fn get_manifest() -> JsValue;
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = openOptionsPage, catch)]
    async fn js_open_options_page() -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getMessage)]
    fn get_message(key: &str, substitutions: &js_sys::Array) -> String;
    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage)]
    fn get_ui_language() -> String;
}
