//! The background: the vault's only writer, and where the backup engine runs.
//!
//! Two tasks in two modules, so that each stays small: [`vault`] answers requests about accounts
//! and keys, [`backup`] runs the engine. `background.js` registers the listeners and hands events
//! to the one that they concern. The worker may die at any `await`; whatever matters is in storage
//! before it takes effect, and the two share nothing but that storage and the browser's locks.

#[cfg(feature = "vault")]
mod accounts;
#[cfg(feature = "backup")]
pub mod backup;
#[cfg(feature = "backup")]
mod backups;
#[cfg(feature = "backup")]
mod connect;
mod kdf;
mod keeper;
#[cfg(feature = "vault")]
mod keys;
mod lock;
#[cfg(feature = "backup")]
mod nextcloud;
#[cfg(feature = "backup")]
mod port;
#[cfg(feature = "backup")]
mod reach;
#[cfg(feature = "backup")]
mod restore;
#[cfg(feature = "backup")]
mod toolbar;
#[cfg(feature = "vault")]
mod transfer;
mod turn;
#[cfg(feature = "vault")]
mod unlock;
#[cfg(feature = "vault")]
pub mod vault;
mod writer;

use wasm_bindgen::prelude::*;

pub use kdf::Kdf;

use crate::browser::{from_js, runtime};
use crate::message::Failure;

/// Reads a request, if one of our own pages sent it: a content script's `url` is its page's.
fn own_request<T: serde::de::DeserializeOwned>(
    message: JsValue,
    url: &str,
    origin: &str,
) -> Result<T, Failure> {
    let own = runtime::own_origin();
    let from_own_page =
        url.starts_with(&own) && (origin.is_empty() || own.trim_end_matches('/') == origin);
    match from_js::<T>(message) {
        Ok(request) if from_own_page => Ok(request),
        Ok(_) | Err(_) => Err(Failure::new("request_refused")),
    }
}

fn to_error(failure: Failure) -> JsError {
    JsError::new(&failure.detail.unwrap_or(failure.code))
}
