//! `storage.sync`: what the browser carries to the person's other browsers, if they have switched
//! that on.

use std::collections::BTreeMap;

use holdfast_backup::destination::browser_sync::{SyncArea, SyncError};
use wasm_bindgen::prelude::*;

use super::{BrowserError, from_js, to_js};

/// The browser's sync storage.
pub struct BrowserSyncArea;

impl SyncArea for BrowserSyncArea {
    async fn all(&self) -> Result<BTreeMap<String, String>, SyncError> {
        let found = sync_get(JsValue::NULL).await.map_err(error)?;
        let found: BTreeMap<String, serde_json::Value> =
            from_js(found).map_err(|_| SyncError::Failed)?;
        // Whatever else stands there is left alone.
        let text = |(key, value): (String, serde_json::Value)| match value {
            serde_json::Value::String(text) => Some((key, text)),
            _ => None,
        };
        Ok(found.into_iter().filter_map(text).collect())
    }

    async fn set(&self, items: &BTreeMap<String, String>) -> Result<(), SyncError> {
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
