//! `storage.sync`: what the browser carries to the person's other browsers, if they have switched
//! that on.

use holdfast_json::map::Map;

use holdfast_backup::destination::browser_sync::{SyncArea, SyncError};
use js_sys::{Array, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::{BrowserError, to_js};

/// The browser's sync storage.
pub struct BrowserSyncArea;

impl SyncArea for BrowserSyncArea {
    async fn all(&self) -> Result<Map<String, String>, SyncError> {
        let found = sync_get(JsValue::NULL).await.map_err(error)?;
        // Whatever else stands there is left alone.
        let text = |entry: JsValue| {
            let entry = Array::from(&entry);
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        };
        let entries = Object::entries(&found.unchecked_into());
        Ok(entries.iter().filter_map(text).collect())
    }

    async fn set(&self, items: &Map<String, String>) -> Result<(), SyncError> {
        let items = to_js(items).map_err(|_| SyncError::Failed)?;
        sync_set(items).await.map_err(error)
    }

    async fn remove(&self, keys: &[String]) -> Result<(), SyncError> {
        let keys = to_js(keys).map_err(|_| SyncError::Failed)?;
        sync_remove(keys).await.map_err(error)
    }
}

/// Browsers tell their limits apart by words only: Chromium by the limit's name
/// (`QUOTA_BYTES_PER_ITEM`, `MAX_WRITE_OPERATIONS_PER_MINUTE`), Firefox by `QuotaExceededError`.
fn error(value: JsValue) -> SyncError {
    let BrowserError(text) = value.into();
    let text = text.to_ascii_lowercase();
    if text.contains("max_write_operations") {
        SyncError::TooOften
    } else if text.contains("quota") || text.contains("max_items") {
        SyncError::Full
    } else {
        SyncError::Failed
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "sync"], js_name = get, catch)]
    async fn sync_get(keys: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "sync"], js_name = set, catch)]
    async fn sync_set(values: JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "sync"], js_name = remove, catch)]
    async fn sync_remove(keys: JsValue) -> Result<(), JsValue>;
}
