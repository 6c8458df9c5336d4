//! QR codes: read by a module of its own, which the page loads when there is an image.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, Element};

use crate::browser::from_js;
#[cfg(feature = "popup")]
use crate::pages::popup::Region;

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
    #[wasm_bindgen(method, js_name = showPage)]
    fn show_page(this: &Reader, canvas: &Element);
    #[wasm_bindgen(method, catch, js_name = readRegion)]
    async fn read_region(
        this: &Reader,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> Result<JsValue, JsValue>;
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

    /// Draws the picture of that page into a `<canvas>`.
    #[cfg(feature = "popup")]
    pub fn show(&self, canvas: &Element) {
        self.show_page(canvas);
    }

    /// Looks at a part of that picture.
    #[cfg(feature = "popup")]
    pub async fn region(&self, region: Region) -> Seen {
        let Region {
            x,
            y,
            width,
            height,
        } = region;
        seen(
            self.read_region(x, y, width, height).await,
            "page_not_visible",
        )
    }
}

fn seen(outcome: Result<JsValue, JsValue>, failure: &'static str) -> Seen {
    let outcome = match outcome {
        // What to do about that is another thing than about a picture that can't be read.
        Err(thrown) if thrown.as_string().as_deref() == Some("no_qr_in_pdf") => {
            return Seen::Failed("no_qr_in_pdf");
        }
        outcome => outcome.ok(),
    };
    match outcome.and_then(|value| from_js::<Vec<String>>(value).ok()) {
        None => Seen::Failed(failure),
        Some(texts) if texts.is_empty() => Seen::Nothing,
        Some(texts) => Seen::Texts(texts),
    }
}
