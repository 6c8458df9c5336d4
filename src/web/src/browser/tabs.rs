//! Opening pages.

use wasm_bindgen::prelude::*;

use super::{BrowserError, runtime, to_js};

/// Opens the settings page in a tab, at a place in it (`"backup"`, `"connect"`).
///
/// # Errors
/// When the browser refuses.
pub async fn open_settings(place: &str) -> Result<(), BrowserError> {
    open(&format!("{}options.html#{place}", runtime::own_origin())).await
}

/// Opens a page in a new tab.
///
/// # Errors
/// When the browser refuses.
pub async fn open(url: &str) -> Result<(), BrowserError> {
    #[derive(serde::Serialize)]
    struct Tab<'a> {
        url: &'a str,
    }
    create(to_js(&Tab { url })?).await?;
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = create, catch)]
    async fn create(properties: JsValue) -> Result<JsValue, JsValue>;
}
