//! QR codes to look at: texts written as codes by the QR module, and codes drawn into the page.

use wasm_bindgen::prelude::*;
use web_sys::Element;
use zeroize::Zeroizing;

use crate::pages::dom;
use crate::pages::qr::Reader;

/// The light modules that a QR code needs around it.
const QUIET: u32 = 4;

/// A code: its dark modules as a path in units of a module, and the modules along each side. The
/// content can be read from it, so it is wiped as that is.
pub type Drawn = (Zeroizing<String>, u32);

/// Writes texts as codes, in order.
///
/// # Errors
/// The stable code of why a text is no QR code, or that the module did not run.
pub async fn write(reader: &Reader, texts: Vec<String>) -> Result<Vec<Drawn>, String> {
    let encoder: Encoder = reader.clone().unchecked_into();
    let failed = |error: JsValue| {
        error
            .as_string()
            .unwrap_or_else(|| "module_failed".to_owned())
    };
    let codes = encoder.encode(texts).await.map_err(failed)?;
    let codes = js_sys::Array::from(&codes);
    let drawn = codes.iter().map(|code| {
        let code: Matrix = code.unchecked_into();
        (path(&code.modules(), code.size()), code.size())
    });
    Ok(drawn.collect())
}

/// Draws a code into an `<svg>` with one `<path>`, named for those who can't see it; or empties it.
pub fn draw(image: &Element, code: Option<&Drawn>, title: Option<&str>) {
    if let Ok(Some(path)) = image.query_selector("path") {
        dom::set_attribute(&path, "d", code.map(|(path, _)| path.as_str()));
    }
    let view = code.map(|(_, size)| {
        let side = size + 2 * QUIET;
        format!("-{QUIET} -{QUIET} {side} {side}")
    });
    dom::set_attribute(image, "viewBox", view.as_deref());
    if title.is_some() {
        dom::set_attribute(image, "aria-label", title);
    }
}

/// The dark modules as a path: one line for each run of them, in units of a module.
fn path(modules: &[u8], size: u32) -> Zeroizing<String> {
    let mut path = Zeroizing::new(String::with_capacity(modules.len() * 10));
    let size = usize::try_from(size).unwrap_or(1).max(1);
    for (y, row) in modules.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&1) {
                path.push_str(&format!("M{x} {y}h{}v1h-{}z", run.len(), run.len()));
            }
            x += run.len();
        }
    }
    path
}

#[wasm_bindgen]
extern "C" {
    /// The part of `qr-image.js` that writes codes.
    type Encoder;
    #[wasm_bindgen(method, catch)]
    async fn encode(this: &Encoder, texts: Vec<String>) -> Result<JsValue, JsValue>;

    /// A code to draw.
    type Matrix;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Matrix) -> u32;
    #[wasm_bindgen(method, getter)]
    fn modules(this: &Matrix) -> Vec<u8>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_dark_modules_are_one_part_of_the_path() {
        let modules = [1, 1, 0, 0, 1, 0, 0, 0, 1];
        assert_eq!(*path(&modules, 3), "M0 0h2v1h-2zM1 1h1v1h-1zM2 2h1v1h-1z");
    }
}
