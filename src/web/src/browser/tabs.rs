//! Opening our own pages.

use wasm_bindgen::prelude::*;

use super::{BrowserError, runtime, to_js};

/// Opens the settings page in a tab, at a place in it (`"backup"`, `"connect"`).
///
/// # Errors
/// When the browser refuses.
pub async fn open_settings(place: &str) -> Result<(), BrowserError> {
    #[derive(serde::Serialize)]
    struct Tab {
        url: String,
    }
    let url = format!("{}options.html#{place}", runtime::own_origin());
    create(to_js(&Tab { url })?).await?;
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = create, catch)]
    async fn create(properties: JsValue) -> Result<JsValue, JsValue>;
}
