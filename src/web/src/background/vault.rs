//! The task that answers requests about accounts and the lock, and opens snapshots for the task that
//! runs the engine.

use holdfast_backup::vault::{OpenError, Removals, VaultPort as _};
use wasm_bindgen::prelude::*;

use super::keeper::Keeper;
use super::port::Port;
use super::{Kdf, handed_over, handled, lock, own_request, to_error};
use crate::message::{Answer, Reply, Settings, VaultRequest};
use crate::store::settings;

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct VaultTask(Keeper);

#[wasm_bindgen]
impl VaultTask {
    /// Starts it. `kdf` derives keys in a module of its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(kdf: Kdf) -> Result<VaultTask, JsError> {
        Ok(Self(Keeper::new(kdf).await.map_err(to_error)?))
    }

    /// Answers a request: `{answer, then}`.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        lock::lock_if_due().await;
        let (answer, then) = match own_request::<VaultRequest>(message, &url, &origin) {
            Ok(request) => {
                let then = request.then();
                (self.0.dispatch(request).await, then)
            }
            Err(failure) => (Err(failure), None),
        };
        handled(&answer, then.filter(|_| answer.is_ok()))
    }

    /// Opens a snapshot for the task that runs the engine: `Result<Opened, OpenError>`.
    pub async fn open_snapshot(&self, bytes: Vec<u8>) -> JsValue {
        handed_over(&self.port().open(&bytes).await)
    }

    /// Merges a snapshot for the task that runs the engine: `Result<Merge, OpenError>`. It asks where
    /// much would be removed; who carries the answer out is the task that connects destinations.
    pub async fn merge_snapshot(&self, name: String, bytes: Vec<u8>) -> JsValue {
        let merged = match name.parse() {
            Ok(name) => self.port().merge(&name, &bytes, Removals::Ask).await,
            Err(_) => Err(OpenError::Damaged),
        };
        handed_over(&merged)
    }

    /// Seals the vault anew for the task that runs the engine: `Result<(), VaultError>`.
    pub async fn reseal(&self) -> JsValue {
        handed_over(&self.port().reseal().await)
    }

    /// Takes a new device tag in the place of that one: `Result<(), VaultError>`.
    pub async fn renew_device(&self, former: String) -> JsValue {
        let renewed = match former.parse() {
            Ok(former) => self.port().renew_device(&former).await,
            // Nobody has such a tag, so nobody shares it.
            Err(_) => Ok(()),
        };
        handed_over(&renewed)
    }

    /// Locks if the deadline has passed: alarms ring late, so this is asked at every event.
    pub async fn wake(&self) {
        lock::lock_if_due().await;
    }

    /// Installed or updated: a session of the old version ends.
    pub async fn installed(&self, reason: String) {
        if reason == "update" {
            lock::lock().await;
        }
    }

    /// The person went away (`idle`), or the system was locked (`locked`, where the browser tells).
    pub async fn idle(&self, state: String) {
        let wanted = settings::load().await.unwrap_or_default();
        if state == "locked" && wanted.lock_with_system {
            lock::lock().await;
        }
    }

    /// A keyboard shortcut.
    pub async fn command(&self, command: String) {
        if command == "lock" {
            lock::lock().await;
        }
    }
}

impl VaultTask {
    fn port(&self) -> Port {
        Port(self.0.writer.clone())
    }
}

impl Keeper {
    async fn dispatch(&self, request: VaultRequest) -> Answer {
        match request {
            VaultRequest::Unlock { passphrase } => self.unlock(&passphrase).await,
            VaultRequest::UnlockWithPasskey { slot, output } => {
                self.unlock_with_passkey(slot, &output).await
            }
            VaultRequest::Lock => {
                lock::lock().await;
                Ok(Reply::Done)
            }
            VaultRequest::Touch => lock::touch().await.map(|()| Reply::Done),
            VaultRequest::AddUris { text } => self.writer.add_uris(&text).await,
            VaultRequest::AddByHand { draft } => self.writer.add_by_hand(&draft).await,
            VaultRequest::Edit { id, edit } => self.writer.edit_account(id, edit).await,
            VaultRequest::Delete { ids } => self.writer.delete(&ids).await,
            VaultRequest::Undelete { ids } => self.writer.undelete(&ids).await,
            VaultRequest::Move { id, before } => self.writer.move_before(id, before).await,
            VaultRequest::NextHotp { id, credential } => {
                self.writer.next_hotp(id, credential).await
            }
            VaultRequest::KeepCredential { id, credential } => {
                self.writer.keep_credential(id, credential).await
            }
            VaultRequest::NameDevice { name } => self.writer.name_device(&name).await,
            VaultRequest::SaveSettings { settings } => save_settings(settings).await,
            VaultRequest::ChooseNoDestination { chosen } => {
                let settings = settings::load().await?;
                save_settings(Settings {
                    no_destination: chosen,
                    ..settings
                })
                .await
            }
        }
    }
}

impl VaultRequest {
    /// What the other task should know once this has gone well.
    fn then(&self) -> Option<&'static str> {
        match self {
            Self::Unlock { .. } | Self::UnlockWithPasskey { .. } => Some("unlocked"),
            Self::Lock | Self::Touch => None,
            _ => Some("changed"),
        }
    }
}

async fn save_settings(wanted: Settings) -> Answer {
    settings::save(&wanted).await?;
    lock::touch().await?;
    Ok(Reply::Done)
}
