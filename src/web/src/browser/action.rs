//! The toolbar button: badge and tooltip.

use wasm_bindgen::prelude::*;

use super::{BrowserError, to_js};

/// Shows a badge (empty text: none) in a colour, with a tooltip.
///
/// # Errors
/// When the browser refuses.
pub async fn show(badge: &str, colour: &str, title: &str) -> Result<(), BrowserError> {
    #[derive(serde::Serialize)]
    struct Text<'a> {
        text: &'a str,
    }
    #[derive(serde::Serialize)]
    struct Colour<'a> {
        color: &'a str,
    }
    #[derive(serde::Serialize)]
    struct Title<'a> {
        title: &'a str,
    }
    set_badge_text(to_js(&Text { text: badge })?).await?;
    set_badge_background_color(to_js(&Colour { color: colour })?).await?;
    set_badge_text_color(to_js(&Colour { color: "#ffffff" })?).await?;
    set_title(to_js(&Title { title })?).await?;
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeText, catch)]
    async fn set_badge_text(details: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeBackgroundColor, catch)]
    async fn set_badge_background_color(details: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeTextColor, catch)]
    async fn set_badge_text_color(details: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setTitle, catch)]
    async fn set_title(details: JsValue) -> Result<JsValue, JsValue>;
}
