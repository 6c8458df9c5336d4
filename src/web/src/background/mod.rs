//! The background: the vault's only writer, and where the backup engine runs.
//!
//! Tasks in modules of their own, so that each stays small: [`vault`] answers requests about accounts,
//! [`backup`] runs the engine and has snapshots opened by [`vault`]. What a person asks for now and
//! then loads when it is asked for: [`ways_in`] keeps keys and recovery sheet, [`connections`] connects
//! destinations and restores, [`history`] looks into what is stored. `background.js` registers the
//! listeners and hands events to the one that they concern. The worker may die at any `await`; whatever matters is in storage
//! before it takes effect, and they share nothing but that storage and the browser's locks.

#[cfg(feature = "vault")]
mod accounts;
#[cfg(feature = "connect")]
mod anew;
#[cfg(feature = "backup")]
pub mod backup;
#[cfg(feature = "backup")]
mod backups;
#[cfg(feature = "clouds")]
pub mod clouds;
#[cfg(feature = "connect")]
mod connect;
#[cfg(feature = "connect")]
pub mod connections;
#[cfg(feature = "connect")]
mod consent;
#[cfg(any(
    feature = "backup",
    feature = "clouds",
    feature = "connect",
    feature = "history",
    feature = "vault"
))]
mod env;
#[cfg(feature = "connect")]
mod gathered;
#[cfg(feature = "history")]
pub mod history;
mod kdf;
mod keeper;
#[cfg(feature = "keys")]
mod keys;
mod lock;
#[cfg(any(feature = "connect", feature = "history", feature = "vault"))]
mod merge;
#[cfg(feature = "connect")]
mod nextcloud;
#[cfg(any(feature = "connect", feature = "history", feature = "vault"))]
mod port;
#[cfg(feature = "backup")]
mod queue;
#[cfg(any(feature = "backup", feature = "connect", feature = "history"))]
mod reach;
#[cfg(feature = "connect")]
mod rekey;
#[cfg(feature = "backup")]
pub mod remote;
#[cfg(feature = "backup")]
pub mod remote_cloud;
#[cfg(feature = "connect")]
mod restore;
#[cfg(any(feature = "backup", feature = "connect", feature = "history"))]
mod runs;
#[cfg(any(
    feature = "backup",
    feature = "clouds",
    feature = "connect",
    feature = "history"
))]
mod session;
#[cfg(feature = "connect")]
mod sign_in;
#[cfg(feature = "keys")]
mod slots;
#[cfg(test)]
mod test_device;
#[cfg(any(feature = "backup", feature = "connect"))]
mod toolbar;
#[cfg(feature = "keys")]
mod transfer;
#[cfg(feature = "vault")]
mod unlock;
#[cfg(feature = "vault")]
pub mod vault;
#[cfg(feature = "keys")]
pub mod ways_in;
mod writer;

use serde::Serialize;
use wasm_bindgen::prelude::*;

pub use kdf::Kdf;

use crate::browser::{from_js, runtime, to_js};
use crate::message::{Answer, Failure};

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

/// What is known without the vault's key does not open any more: see `store::lost`.
const DEVICE_KEY_LOST: &str = "device_key_lost";

/// An answer, and what the task that runs the engine should know of it: `"changed"` when a backup may
/// be due, `"unlocked"` when what waited for the key can go on. `"begin_anew"` asks the task that
/// connects destinations for that, and then for the same request again.
fn handled(answer: &Answer, then: Option<&'static str>) -> JsValue {
    let then = match answer {
        Err(failure) if failure.code == DEVICE_KEY_LOST => Some("begin_anew"),
        _ => then,
    };
    // An answer that can't be represented is a fault of ours: the page shows what it gets.
    to_js(&Handled { answer, then }).unwrap_or(JsValue::NULL)
}

#[derive(Serialize)]
struct Handled<'a> {
    answer: &'a Answer,
    then: Option<&'static str>,
}

/// An answer for another task. What can't be represented is a task that can't answer.
fn handed_over<T: Serialize, E: Serialize>(answer: &Result<T, E>) -> JsValue {
    to_js(answer).unwrap_or(JsValue::NULL)
}

fn to_error(failure: Failure) -> JsError {
    JsError::new(&failure.detail.unwrap_or(failure.code))
}
