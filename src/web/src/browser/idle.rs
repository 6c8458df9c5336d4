//! Whether the person is there.

use wasm_bindgen::prelude::*;

use super::BrowserError;

/// Report the person as idle after so many seconds (at least 15).
///
/// # Errors
/// When the browser refuses.
pub fn set_detection_interval(seconds: u32) -> Result<(), BrowserError> {
    Ok(js_set_detection_interval(seconds.max(15))?)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "idle"], js_name = setDetectionInterval, catch)]
    fn js_set_detection_interval(seconds: u32) -> Result<(), JsValue>;
}
