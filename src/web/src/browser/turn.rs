//! One at a time, across everything of ours that runs: the browser's own locks (Web Locks API).
//!
//! A lock held by a worker that dies is free again at once.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::BrowserError;

/// A turn: it ends when dropped.
pub struct Turn {
    end: Function,
}

impl Turn {
    /// Waits for the turn of that name.
    ///
    /// # Errors
    /// When the browser refuses locks.
    pub async fn take(name: &str) -> Result<Self, BrowserError> {
        let mut end = None;
        let held = Promise::new(&mut |resolve, _| end = Some(resolve));
        let end = end.ok_or_else(|| BrowserError("no promise".into()))?;
        // The listener for a refusal lives until the turn is granted.
        let kept = std::cell::RefCell::new(None);
        let granted = Promise::new(&mut |granted: Function, reject: Function| {
            let held = held.clone();
            let callback = Closure::once_into_js(move |_lock: JsValue| {
                // The lock is held until the promise that is returned here settles.
                let _ = granted.call0(&JsValue::UNDEFINED);
                held
            });
            let refused = Closure::once(move |error: JsValue| {
                let _ = reject.call1(&JsValue::UNDEFINED, &error);
            });
            // A refused request would leave us waiting for ever.
            let _ = request(name, &callback).catch(&refused);
            *kept.borrow_mut() = Some(refused);
        });
        JsFuture::from(granted).await?;
        drop(kept);
        Ok(Self { end })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.end.call0(&JsValue::UNDEFINED);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, callback: &JsValue) -> Promise;
}
