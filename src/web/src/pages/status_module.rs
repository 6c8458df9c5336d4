//! The status line, from a module of its own.
//!
//! The popup is there for its codes, and their module is as small as can be. What makes the status
//! (the evidence about each destination, and what it means) is in another, which the page loads at
//! the same time.

use wasm_bindgen::prelude::*;

use super::status::StatusView;
use crate::browser::from_js;

#[wasm_bindgen]
extern "C" {
    /// What the page's entry script hands in: `read()` gives what [`read_status`] gives.
    #[derive(Clone)]
    pub type StatusModule;
    #[wasm_bindgen(method, catch, js_name = read)]
    async fn js_read(this: &StatusModule) -> Result<JsValue, JsValue>;
}

impl StatusModule {
    /// The status; `None` where there is no vault. A module that can't be loaded is a status that
    /// can't be read, and that is what it says.
    pub async fn read(&self) -> Option<StatusView> {
        let read = self.js_read().await.ok();
        // `undefined` is no answer; `null` is that there is no vault.
        let read = read.filter(|value| !value.is_undefined());
        match read.and_then(|value| from_js::<Option<StatusView>>(value).ok()) {
            Some(status) => status,
            None => Some(StatusView::unreadable()),
        }
    }
}

/// Reads the status: the module's one export.
#[cfg(feature = "status")]
#[wasm_bindgen(js_name = readStatus)]
pub async fn read_status() -> JsValue {
    let now = crate::browser::clock::now_millis();
    let status = match super::world::status(now).await {
        Ok(status) => status,
        Err(_) => Some(StatusView::unreadable()),
    };
    // What can't be handed over is not readable there either.
    crate::browser::to_js(&status).unwrap_or(JsValue::UNDEFINED)
}
