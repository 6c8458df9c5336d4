//! The vault as the backup engine sees it, through the task that opens and merges it: so that what
//! runs all the time carries neither ciphers nor accounts.

use holdfast_backup::name::{DeviceTag, SnapshotName};
use holdfast_backup::vault::{
    Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};
use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::browser::from_js;
use crate::store::device::DeviceStore;
use crate::store::vault;

/// The vault of this profile.
pub struct Remote {
    /// What is known without the key is read here.
    pub store: DeviceStore,
    /// Opens and merges.
    pub task: Opener,
}

#[wasm_bindgen]
extern "C" {
    /// What `background.js` hands in: these functions of the vault's task, in its own module.
    pub type Opener;
    #[wasm_bindgen(method, catch)]
    async fn open_snapshot(this: &Opener, bytes: Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn merge_snapshot(
        this: &Opener,
        name: &str,
        bytes: Uint8Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn reseal(this: &Opener) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn renew_device(this: &Opener, former: &str) -> Result<JsValue, JsValue>;
}

impl VaultPort for Remote {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        vault::info(&self.store).await
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        vault::sealed(&self.store).await
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        answer(self.task.reseal().await, VaultError::Storage)
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        let opened = self.task.open_snapshot(Uint8Array::from(bytes)).await;
        answer(opened, OpenError::Storage)
    }

    async fn merge(
        &self,
        name: &SnapshotName,
        bytes: &[u8],
        // It asks, whatever the answer was: that is carried out by who asks people.
        _: Removals,
    ) -> Result<Merge, OpenError> {
        let (name, bytes) = (name.to_string(), Uint8Array::from(bytes));
        let merged = self.task.merge_snapshot(&name, bytes).await;
        answer(merged, OpenError::Storage)
    }

    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError> {
        answer(
            self.task.renew_device(former.as_str()).await,
            VaultError::Storage,
        )
    }
}

/// What a task in another module answered. One that can't be started has failed in this way.
pub(super) fn answer<T: DeserializeOwned, E: DeserializeOwned>(
    answered: Result<JsValue, JsValue>,
    failed: E,
) -> Result<T, E> {
    match answered.map(from_js::<Result<T, E>>) {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => Err(failed),
    }
}
