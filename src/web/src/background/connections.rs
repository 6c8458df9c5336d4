//! The task that connects destinations and restores from them: loaded when a person asks for that.
//!
//! It shares nothing in memory with the task that runs the backup engine; the turn of a destination
//! ([`super::env::turn`]) keeps their journals apart.

use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::engine::Trigger;
use wasm_bindgen::prelude::*;

use super::env::BrowserEnv;
use super::keeper::Keeper;
use super::port::Port;
use super::reach::Browser;
use super::runs::{BrowserEngine, run_one};
use super::{Kdf, handled, own_request, to_error, toolbar};
use crate::message::{Answer, DestinationRequest, FileRequest};
use crate::store::destinations;

/// What the requests work with.
pub(super) struct Connections {
    pub(super) keeper: Keeper,
    pub(super) engine: BrowserEngine<Port>,
}

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct ConnectTask(Connections);

#[wasm_bindgen]
impl ConnectTask {
    /// Starts it. `kdf` derives keys in a module of its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(kdf: Kdf) -> Result<ConnectTask, JsError> {
        let keeper = Keeper::new(kdf).await.map_err(to_error)?;
        let store = keeper.writer.store.clone();
        let port = Port(keeper.writer.clone());
        let engine = BrowserEngine::new(BrowserEnv, store, port);
        Ok(Self(Connections { keeper, engine }))
    }

    /// Answers a request: `{answer, then}`.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        let answer = match own_request::<DestinationRequest>(message, &url, &origin) {
            Ok(request) => self.0.dispatch(request).await,
            Err(failure) => Err(failure),
        };
        // Also what was refused may have been noted.
        handled(&answer, Some("changed"))
    }

    /// Begins anew as another device where the browser has lost the device key.
    ///
    /// # Errors
    /// When the vault is locked, or the browser can't write.
    pub async fn begin_anew(&self) -> Result<(), JsError> {
        self.0.keeper.writer.reconcile().await.map_err(to_error)
    }
}

impl Connections {
    async fn dispatch(&self, request: DestinationRequest) -> Answer {
        match request {
            DestinationRequest::Connect { draft } => self.connect(draft).await,
            DestinationRequest::Reconnect { destination, draft } => {
                self.reconnect(&destination, draft).await
            }
            DestinationRequest::Disconnect {
                destination,
                passphrase,
            } => {
                self.keeper.check_passphrase(&passphrase).await?;
                self.disconnect(&destination).await
            }
            DestinationRequest::CheckNow { destination } => self.check_now(&destination).await,
            DestinationRequest::FindBackups { draft } => self.find(draft).await,
            DestinationRequest::Restore {
                draft,
                vault,
                snapshot,
                secret,
            } => {
                self.restore(draft, &vault, snapshot.as_deref(), &secret)
                    .await
            }
            DestinationRequest::File(FileRequest::Downloaded { version, content }) => {
                self.downloaded(version, content).await
            }
            DestinationRequest::File(FileRequest::Restore { bytes, secret }) => {
                self.restore_file(&bytes, &secret).await
            }
            DestinationRequest::Nextcloud(request) => self.nextcloud(request).await,
            DestinationRequest::AnswerMerge { question, accept } => {
                self.answer_merge(&question, accept).await
            }
            DestinationRequest::Keys(request) => self.keys(request).await,
            DestinationRequest::Cloud(request) => self.sign_in(request).await,
        }
    }

    /// Does what is due at one destination.
    pub(super) async fn run_one(&self, config: &DestinationConfig, trigger: Trigger) {
        self.show().await;
        // The task that runs the engine plans the next time.
        let store = &self.keeper.writer.store;
        run_one(&self.engine, store, &Browser, config, trigger).await;
        self.show().await;
    }

    /// Draws badge and tooltip from the evidence.
    pub(super) async fn show(&self) {
        toolbar::show(&self.keeper.writer.store).await;
    }

    pub(super) async fn destinations(&self) -> Vec<DestinationConfig> {
        // A store that can't be read shows in the status; there is nothing to run then.
        destinations::load(&self.keeper.writer.store)
            .await
            .unwrap_or_default()
    }
}
