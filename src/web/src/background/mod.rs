//! The background: the vault's only writer, and where the backup engine runs.
//!
//! Tasks in modules of their own, so that each stays small: [`vault`] answers requests about accounts
//! and keys, [`backup`] runs the engine, [`history`] looks into what it has stored. `background.js` registers the listeners and hands events
//! to the one that they concern. The worker may die at any `await`; whatever matters is in storage
//! before it takes effect, and they share nothing but that storage and the browser's locks.

#[cfg(feature = "vault")]
mod accounts;
#[cfg(feature = "backup")]
pub mod backup;
#[cfg(feature = "backup")]
mod backups;
#[cfg(feature = "backup")]
mod connect;
#[cfg(feature = "history")]
pub mod history;
mod kdf;
mod keeper;
#[cfg(feature = "vault")]
mod keys;
mod lock;
#[cfg(feature = "backup")]
mod nextcloud;
#[cfg(any(feature = "backup", feature = "history"))]
mod port;
#[cfg(any(feature = "backup", feature = "history"))]
mod reach;
#[cfg(feature = "backup")]
mod rekey;
#[cfg(feature = "backup")]
mod restore;
#[cfg(any(feature = "backup", feature = "history"))]
mod session;
#[cfg(feature = "backup")]
mod sign_in;
#[cfg(feature = "vault")]
mod slots;
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
