//! The backup as a file.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use crate::message::{DestinationRequest, Failure, FileRequest, Request};
use crate::pages::transfer::save_bytes;
use crate::store::device::DeviceStore;
use crate::store::generations::Found;
use crate::store::{local, vault};

/// Offers the sealed vault as a file; returns what the background is to be told about it.
///
/// # Errors
/// When there is no vault, or what lies here is not the newest.
pub async fn save_backup(now: u64) -> Result<Request, Failure> {
    let damaged = || Failure::new("vault_damaged");
    let Found::Vault { good, .. } = local::load().await? else {
        return Err(Failure::new("no_vault"));
    };
    let info = vault::info(&DeviceStore::open().await?).await;
    let info = info.map_err(|_| damaged())?;
    if info.version != good.version {
        return Err(damaged());
    }
    let day = js_sys::Date::new(&JsValue::from_f64(now as f64)).to_iso_string();
    let day: String = String::from(day).chars().take(10).collect();
    let bytes = Uint8Array::from(good.sealed.as_slice());
    save_bytes(&format!("holdfast-{day}.holdfast"), &bytes);
    Ok(Request::Destination(DestinationRequest::File(
        FileRequest::Downloaded {
            version: info.version,
            content: info.content,
        },
    )))
}
