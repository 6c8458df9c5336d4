//! When the device key is gone: a browser may drop IndexedDB, where it lies, and keep `storage.local`.
//!
//! Then nothing of the device-local store opens any more, while the sealed vault is whole. What can't
//! be read is kept under other names, so that this installation can begin anew beside it.

use wasm_bindgen::JsValue;

use super::destinations;
use super::device::{DeviceStore, PREFIX};
use crate::browser::BrowserError;
use crate::browser::storage::{Area, get_each, names, remove, set_entries};

/// Stands in `storage.local` once a list of destinations was among what was lost.
const MARK: &str = "lost";

/// Sets aside every document that does not open.
///
/// # Errors
/// When the browser can't read or write.
pub async fn set_aside(store: &DeviceStore, now_millis: u64) -> Result<(), BrowserError> {
    let all = names(Area::Local).await?;
    let all: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|name| name.starts_with(PREFIX))
        .collect();
    let (mut lost, mut aside) = (Vec::new(), Vec::new());
    for (name, value) in all.iter().zip(get_each(Area::Local, &all).await?) {
        let Some(value) = value else {
            continue;
        };
        if !store.opens(&value).await {
            lost.push(*name);
            aside.push((format!("{MARK}.{now_millis}.{name}"), value));
        }
    }
    let of_destinations = |name: &&str| name.strip_prefix(PREFIX) == Some(destinations::NAME);
    if lost.iter().any(of_destinations) {
        aside.push((MARK.to_owned(), JsValue::TRUE));
    }
    let aside: Vec<(&str, JsValue)> = aside
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    set_entries(Area::Local, &aside).await?;
    remove(Area::Local, &lost).await
}

/// Whether destinations were lost in this way, and none was connected since.
///
/// # Errors
/// When the browser can't read.
pub async fn are_destinations_lost(store: &DeviceStore) -> Result<bool, BrowserError> {
    let mark = get_each(Area::Local, &[MARK]).await?.pop().flatten();
    Ok(mark.is_some() && !store.has(destinations::NAME).await?)
}
