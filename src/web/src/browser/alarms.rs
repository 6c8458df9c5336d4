//! Alarms: they survive the worker's death, come late after sleep, and may vanish at an update.

use wasm_bindgen::prelude::*;

use super::{BrowserError, to_js};

/// Sets (or moves) the alarm of that name to a time in milliseconds since the Unix epoch. Browsers
/// round up to half a minute from now.
///
/// # Errors
/// When the browser refuses.
pub async fn set(name: &str, when_millis: u64) -> Result<(), BrowserError> {
    #[derive(serde::Serialize)]
    struct Info {
        when: f64,
    }
    create(
        name,
        to_js(&Info {
            when: when_millis as f64,
        })?,
    )
    .await?;
    Ok(())
}

/// The same, and from then on again and again: whoever is woken by it may die before setting another.
///
/// # Errors
/// When the browser refuses.
pub async fn set_recurring(name: &str, when_millis: u64, minutes: u32) -> Result<(), BrowserError> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Info {
        when: f64,
        period_in_minutes: u32,
    }
    let info = Info {
        when: when_millis as f64,
        period_in_minutes: minutes,
    };
    create(name, to_js(&info)?).await?;
    Ok(())
}

/// Removes the alarm of that name.
///
/// # Errors
/// When the browser refuses.
pub async fn clear(name: &str) -> Result<(), BrowserError> {
    js_clear(name).await?;
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    // Firefox returns nothing here, Chromium a promise; `async` bindings accept both.
    #[wasm_bindgen(js_namespace = ["chrome", "alarms"], js_name = create, catch)]
    async fn create(name: &str, info: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "alarms"], js_name = clear, catch)]
    async fn js_clear(name: &str) -> Result<JsValue, JsValue>;
}
