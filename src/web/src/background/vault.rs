//! The task that answers requests about accounts, keys and the lock.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::keeper::Keeper;
use super::{Kdf, lock, own_request, to_error};
use crate::browser::to_js;
use crate::message::{Answer, Reply, Settings, VaultRequest};
use crate::store::settings;
use crate::transfer::TransferRequest;

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct VaultTask(Keeper);

/// An answer, and what the other task should know of it.
#[derive(Serialize)]
struct Handled {
    answer: Answer,
    /// `"changed"`: a backup may be due. `"unlocked"`: what waited for the key can go on.
    then: Option<&'static str>,
}

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
        let then = then.filter(|_| answer.is_ok());
        // An answer that can't be represented is a fault of ours: the page shows what it gets.
        to_js(&Handled { answer, then }).unwrap_or(JsValue::NULL)
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

impl Keeper {
    async fn dispatch(&self, request: VaultRequest) -> Answer {
        match request {
            VaultRequest::CreateVault { passphrase } => self.create_vault(&passphrase).await,
            VaultRequest::Unlock { passphrase } => self.unlock(&passphrase).await,
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
            VaultRequest::ChangePassphrase { current, new } => {
                self.change_passphrase(&current, &new).await
            }
            VaultRequest::RenewRecoveryKey { passphrase } => {
                self.renew_recovery_key(&passphrase).await
            }
            VaultRequest::ConfirmRecoverySheet => self.confirm_recovery_sheet().await,
            VaultRequest::Transfer(request) => self.transfer(request).await,
            VaultRequest::ExportUris { passphrase } => self.export_uris(&passphrase).await,
        }
    }
}

impl VaultRequest {
    /// What the other task should know once this has gone well.
    fn then(&self) -> Option<&'static str> {
        match self {
            Self::Unlock { .. } => Some("unlocked"),
            Self::Lock
            | Self::Touch
            | Self::ExportUris { .. }
            | Self::Transfer(TransferRequest::CheckPassphrase { .. }) => None,
            _ => Some("changed"),
        }
    }
}

async fn save_settings(wanted: Settings) -> Answer {
    settings::save(&wanted).await?;
    lock::touch().await?;
    Ok(Reply::Done)
}
