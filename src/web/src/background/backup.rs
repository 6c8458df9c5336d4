//! The task that runs the backup engine.

use std::rc::Rc;

use holdfast_backup::engine::Trigger;
use wasm_bindgen::prelude::*;

use super::backups::Backups;
use super::queue::Wanted;
use super::remote::Opener;
use super::remote_cloud::Clouds;
use super::{own_request, to_error};
use crate::browser::to_js;
use crate::message::{Answer, BackupRequest};
use crate::store::device::DeviceStore;

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct BackupTask(Rc<Backups>);

#[wasm_bindgen]
impl BackupTask {
    /// Starts it. `opener` opens and merges snapshots, `clouds` speaks to clouds, each in a module of
    /// its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(opener: Opener, clouds: Clouds) -> Result<BackupTask, JsError> {
        let store = DeviceStore::open().await;
        let store = store.map_err(|error| to_error(error.into()))?;
        Ok(Self(Backups::new(store, opener, clouds)))
    }

    /// Answers a request.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        let answer = match own_request::<BackupRequest>(message, &url, &origin) {
            Ok(BackupRequest::BackUpNow) => self.0.back_up_now().await,
            Err(failure) => Err(failure),
        };
        self.0.changed().await;
        // An answer that can't be represented is a fault of ours: the page shows what it gets.
        to_js::<Answer>(&answer).unwrap_or(JsValue::NULL)
    }

    /// Something changed: plan what is due.
    pub async fn changed(&self) {
        self.0.changed().await;
    }

    /// The key is at hand now: what waited for it is opened and merged.
    pub async fn unlocked(&self) {
        self.0.run(Trigger::Unlocked).await;
    }

    /// Does what is due. An alarm may ring late: what is due is computed, not assumed.
    pub async fn wake(&self) {
        self.0.run(Trigger::Due).await;
    }

    /// The permission for these match patterns came or went: both change what can be stored.
    pub async fn permissions_changed(&self, origins: Vec<String>) {
        self.0.run(Wanted::permitted(origins)).await;
    }
}
