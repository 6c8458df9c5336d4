//! QR codes: read by a module of its own, which the page loads when there is an image.

use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::browser::from_js;

/// What an image shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The texts of the QR codes in it.
    Texts(Vec<String>),
    /// No QR code.
    Nothing,
    /// It could not be looked at: the failure's code.
    Failed(&'static str),
}

#[wasm_bindgen]
extern "C" {
    /// The exports of `qr-image.js`, handed in by the page's entry script.
    #[derive(Clone)]
    pub type Reader;
    #[wasm_bindgen(method, catch, js_name = readBlob)]
    async fn read_blob(this: &Reader, blob: &Blob) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readPage)]
    async fn read_page(this: &Reader) -> Result<JsValue, JsValue>;
}

impl Reader {
    /// Looks at an image file.
    pub async fn image(&self, blob: &Blob) -> Seen {
        seen(self.read_blob(blob).await, "image_unreadable")
    }

    /// Looks at the page in view.
    pub async fn page(&self) -> Seen {
        seen(self.read_page().await, "page_not_visible")
    }
}

fn seen(outcome: Result<JsValue, JsValue>, failure: &'static str) -> Seen {
    match outcome
        .ok()
        .and_then(|value| from_js::<Vec<String>>(value).ok())
    {
        None => Seen::Failed(failure),
        Some(texts) if texts.is_empty() => Seen::Nothing,
        Some(texts) => Seen::Texts(texts),
    }
}
