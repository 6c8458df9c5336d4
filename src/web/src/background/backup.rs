//! The task that runs the backup engine and answers requests about destinations.

use std::rc::Rc;

use holdfast_backup::engine::Trigger;
use wasm_bindgen::prelude::*;

use super::backups::Backups;
use super::keeper::Keeper;
use super::{Kdf, own_request, to_error};
use crate::browser::to_js;
use crate::message::{Answer, BackupRequest, FileRequest};

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct BackupTask(Rc<Backups>);

#[wasm_bindgen]
impl BackupTask {
    /// Starts it. `kdf` derives keys in a module of its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(kdf: Kdf) -> Result<BackupTask, JsError> {
        let keeper = Keeper::new(kdf).await.map_err(to_error)?;
        Ok(Self(Backups::new(keeper)))
    }

    /// Answers a request.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        let answer = match own_request::<BackupRequest>(message, &url, &origin) {
            Ok(request) => self.0.dispatch(request).await,
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

    /// A host permission came or went: both change what can be stored.
    pub async fn permissions_changed(&self) {
        self.0.run(Trigger::Now).await;
    }
}

impl Backups {
    async fn dispatch(&self, request: BackupRequest) -> Answer {
        match request {
            BackupRequest::Connect { draft } => self.connect(draft).await,
            BackupRequest::Reconnect { destination, draft } => {
                self.reconnect(&destination, draft).await
            }
            BackupRequest::Disconnect {
                destination,
                passphrase,
            } => {
                self.keeper.check_passphrase(&passphrase).await?;
                self.disconnect(&destination).await
            }
            BackupRequest::BackUpNow => self.back_up_now().await,
            BackupRequest::CheckNow { destination } => self.check_now(&destination).await,
            BackupRequest::FindBackups { draft } => self.find(draft).await,
            BackupRequest::Restore {
                draft,
                vault,
                snapshot,
                secret,
            } => {
                self.restore(draft, &vault, snapshot.as_deref(), &secret)
                    .await
            }
            BackupRequest::File(FileRequest::Downloaded { version, content }) => {
                self.downloaded(version, content).await
            }
            BackupRequest::File(FileRequest::Restore { bytes, secret }) => {
                self.restore_file(&bytes, &secret).await
            }
            BackupRequest::Nextcloud(request) => self.nextcloud(request).await,
            BackupRequest::AnswerMerge { accept } => self.answer_merge(accept).await,
            BackupRequest::Keys(request) => self.keys(request).await,
            BackupRequest::Cloud(request) => self.sign_in(request).await,
        }
    }
}
