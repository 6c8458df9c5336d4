//! The background: the vault's only writer, and where the backup engine runs.
//!
//! `background.js` registers the listeners and calls one method for each kind of event. The worker
//! may die at any `await`; whatever matters is in storage before it takes effect.

mod accounts;
mod backups;
mod connect;
mod kdf;
mod keys;
mod lock;
mod port;
mod restore;
mod toolbar;
mod unlock;
mod writer;

use std::rc::Rc;

use holdfast_backup::engine::Trigger;
use wasm_bindgen::prelude::*;

pub use kdf::Kdf;

use crate::browser::{from_js, runtime, to_js};
use crate::message::{Answer, Failure, Reply, Request};
use crate::store::settings;
use backups::Backups;
use writer::Writer;

/// The background, as `background.js` holds it.
#[wasm_bindgen]
pub struct Background(Rc<Inner>);

struct Inner {
    kdf: Kdf,
    writer: Rc<Writer>,
    backups: Rc<Backups>,
}

#[wasm_bindgen]
impl Background {
    /// Starts it. `kdf` derives keys in a module of its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(kdf: Kdf) -> Result<Background, JsError> {
        let writer = Rc::new(Writer::new().await.map_err(to_error)?);
        let backups = Backups::new(writer.clone());
        Ok(Self(Rc::new(Inner {
            kdf,
            writer,
            backups,
        })))
    }

    /// Answers a message. Only our own pages are answered: a content script's `url` is its page's.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        let own = runtime::own_origin();
        let from_own_page =
            url.starts_with(&own) && (origin.is_empty() || own.trim_end_matches('/') == origin);
        let answer = match from_js::<Request>(message) {
            Ok(request) if from_own_page => self.0.answer(request).await,
            Ok(_) | Err(_) => Err(Failure::new("request_refused")),
        };
        // An answer that can't be represented is a fault of ours: the page shows what it gets.
        to_js::<Answer>(&answer).unwrap_or(JsValue::NULL)
    }

    /// An alarm rang. It may ring late: what is due is computed, not assumed.
    pub async fn alarm(&self, name: String) {
        if name == lock::ALARM {
            lock::lock_if_due().await;
        }
        self.wake().await;
    }

    /// Whatever is due: the lock, and the backups.
    pub async fn wake(&self) {
        lock::lock_if_due().await;
        self.0.backups.run(Trigger::Due).await;
    }

    /// Installed or updated. Alarms may be gone, and a session of the old version ends.
    pub async fn installed(&self, reason: String) {
        if reason == "update" {
            lock::lock().await;
        }
        self.wake().await;
    }

    /// The person went away (`idle`), or the system was locked (`locked`, where the browser tells).
    pub async fn idle(&self, state: String) {
        let wanted = settings::load().await.unwrap_or_default();
        if state == "locked" && wanted.lock_with_system {
            lock::lock().await;
        }
    }

    /// A host permission came or went: both change what can be stored.
    pub async fn permissions_changed(&self) {
        self.0.backups.run(Trigger::Now).await;
    }

    /// A keyboard shortcut.
    pub async fn command(&self, command: String) {
        if command == "lock" {
            lock::lock().await;
        }
    }
}

impl Inner {
    async fn answer(&self, request: Request) -> Answer {
        lock::lock_if_due().await;
        let unlocks = matches!(request, Request::Unlock { .. });
        let changes_vault = request.changes_vault();
        let reply = self.dispatch(request).await;
        if reply.is_ok() && changes_vault {
            self.backups.changed().await;
        }
        if reply.is_ok() && unlocks {
            // What waited for the key is opened and merged; the page doesn't wait for that.
            let backups = self.backups.clone();
            wasm_bindgen_futures::spawn_local(async move { backups.run(Trigger::Unlocked).await });
        }
        reply
    }

    async fn dispatch(&self, request: Request) -> Answer {
        match request {
            Request::CreateVault { passphrase } => self.create_vault(&passphrase).await,
            Request::Unlock { passphrase } => self.unlock(&passphrase).await,
            Request::Lock => {
                lock::lock().await;
                Ok(Reply::Done)
            }
            Request::Touch => lock::touch().await,
            Request::AddUris { text } => self.writer.add_uris(&text).await,
            Request::AddByHand { draft } => self.writer.add_by_hand(&draft).await,
            Request::Edit { id, edit } => self.writer.edit_account(id, edit).await,
            Request::Delete { ids } => self.writer.delete(&ids).await,
            Request::Undelete { ids } => self.writer.undelete(&ids).await,
            Request::Move { id, before } => self.writer.move_before(id, before).await,
            Request::NextHotp { id, credential } => self.writer.next_hotp(id, credential).await,
            Request::KeepCredential { id, credential } => {
                self.writer.keep_credential(id, credential).await
            }
            Request::NameDevice { name } => self.writer.name_device(&name).await,
            Request::SaveSettings { settings } => self.save_settings(settings).await,
            Request::ChangePassphrase { current, new } => {
                self.change_passphrase(&current, &new).await
            }
            Request::RenewRecoveryKey { passphrase } => self.renew_recovery_key(&passphrase).await,
            Request::ConfirmRecoverySheet => self.confirm_recovery_sheet().await,
            Request::ExportUris { passphrase } => self.export_uris(&passphrase).await,
            Request::Connect { draft } => self.backups.connect(draft).await,
            Request::Reconnect { destination, draft } => {
                self.backups.reconnect(&destination, draft).await
            }
            Request::Disconnect {
                destination,
                passphrase,
            } => {
                self.check_passphrase(&passphrase).await?;
                self.backups.disconnect(&destination).await
            }
            Request::ChooseNoDestination { chosen } => self.choose_no_destination(chosen).await,
            Request::BackUpNow => self.backups.back_up_now().await,
            Request::CheckNow { destination } => self.backups.check_now(&destination).await,
            Request::FindBackups { draft } => self.backups.find(draft).await,
            Request::Restore {
                draft,
                vault,
                snapshot,
                secret,
            } => {
                self.restore(draft, &vault, snapshot.as_deref(), &secret)
                    .await
            }
            Request::AnswerMerge { accept } => self.backups.answer_merge(accept).await,
        }
    }

    async fn choose_no_destination(&self, chosen: bool) -> Answer {
        let settings = settings::load().await?;
        self.save_settings(crate::message::Settings {
            no_destination: chosen,
            ..settings
        })
        .await
    }

    async fn save_settings(&self, wanted: crate::message::Settings) -> Answer {
        settings::save(&wanted).await?;
        lock::touch().await?;
        self.backups.show().await;
        Ok(Reply::Done)
    }
}

impl Request {
    /// Whether a backup may be due afterwards.
    fn changes_vault(&self) -> bool {
        !matches!(
            self,
            Self::Lock
                | Self::Touch
                | Self::SaveSettings { .. }
                | Self::ExportUris { .. }
                | Self::FindBackups { .. }
        )
    }
}

fn to_error(failure: Failure) -> JsError {
    JsError::new(&failure.detail.unwrap_or(failure.code))
}
