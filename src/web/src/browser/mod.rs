//! Typed bindings to the extension APIs: the only place that touches `chrome.*`.
//!
//! Both Chromium and Firefox offer the `chrome` namespace with promises under Manifest V3, so one
//! set of bindings serves both. What only one of them has is feature-detected where it is bound.

pub mod action;
pub mod alarms;
pub mod clock;
pub mod files;
pub mod identity;
pub mod idle;
pub mod indexed_db;
pub mod permissions;
pub mod random;
pub mod runtime;
pub mod storage;
#[cfg(any(feature = "backup", feature = "connect", feature = "history"))]
pub mod sync;
pub mod tabs;
pub mod turn;

use holdfast_json::{Json, typed};
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

/// A browser call failed. The text is the browser's own and is for the diagnosis report only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserError(pub String);

impl From<JsValue> for BrowserError {
    fn from(value: JsValue) -> Self {
        use wasm_bindgen::JsCast as _;
        let text = match value.dyn_ref::<js_sys::Error>() {
            Some(error) => String::from(error.message()),
            None => value.as_string().unwrap_or_else(|| "unknown".into()),
        };
        Self(text)
    }
}

impl From<serde_wasm_bindgen::Error> for BrowserError {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self(error.to_string())
    }
}

impl std::fmt::Display for BrowserError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BrowserError {}

/// A plain JavaScript value of a serde type: objects, not `Map`s, numbers, not `BigInt`s, so that
/// it survives messages and storage.
///
/// # Errors
/// When the type can't be represented.
pub fn to_js<T: serde::Serialize + ?Sized>(value: &T) -> Result<JsValue, BrowserError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

/// A serde type from a plain JavaScript value.
///
/// By way of the tree of our own JSON: documents and messages then share one small deserializer.
/// Numbers are whole.
///
/// # Errors
/// When the value has another shape.
pub fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, BrowserError> {
    typed::from_json(tree(value)?).map_err(|_| unknown_shape())
}

/// The tree of a plain JavaScript value.
fn tree(value: JsValue) -> Result<Json, BrowserError> {
    let text = js_sys::JSON::stringify(&value)?
        .as_string()
        .unwrap_or_else(|| "null".into());
    let text = Zeroizing::new(text);
    Json::parse(text.as_bytes()).map_err(|_| unknown_shape())
}

fn unknown_shape() -> BrowserError {
    BrowserError("a value of an unknown shape".into())
}
