//! The task that keeps the ways into the vault, and does what wants the passphrase again: loaded when
//! a person asks for that.

use wasm_bindgen::prelude::*;

use super::keeper::Keeper;
use super::{Kdf, handled, lock, own_request, to_error};
use crate::message::keys::KeysRequest;
use crate::transfer::TransferRequest;

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct KeysTask(Keeper);

#[wasm_bindgen]
impl KeysTask {
    /// Starts it. `kdf` derives keys in a module of its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(kdf: Kdf) -> Result<KeysTask, JsError> {
        Ok(Self(Keeper::new(kdf).await.map_err(to_error)?))
    }

    /// Answers a request: `{answer, then}`.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        lock::lock_if_due().await;
        let (answer, then) = match own_request::<KeysRequest>(message, &url, &origin) {
            Ok(request) => {
                let then = request.then();
                (self.0.keys(request).await, then)
            }
            Err(failure) => (Err(failure), None),
        };
        handled(&answer, then.filter(|_| answer.is_ok()))
    }
}

impl KeysRequest {
    /// What the task that runs the backup engine should know once this has gone well.
    fn then(&self) -> Option<&'static str> {
        match self {
            Self::ExportUris { .. }
            | Self::Prove { .. }
            | Self::Transfer(TransferRequest::CheckPassphrase { .. }) => None,
            _ => Some("changed"),
        }
    }
}
