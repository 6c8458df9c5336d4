//! The task that looks into old snapshots: loaded only when somebody asks, so that what runs all the
//! time stays small.
//!
//! It shares nothing in memory with the task that runs the backup engine; the turn of a destination
//! ([`super::env::turn`]) keeps their journals apart.

use holdfast_backup::destination::config::{DestinationConfig, DestinationId};
use holdfast_backup::digest::Digest;
use holdfast_backup::history::{Entry, History, Knowledge};
use holdfast_backup::name::{DeviceTag, SnapshotName};
use holdfast_backup::noted::Note;
use holdfast_backup::policy::Retention;
use holdfast_backup::rehearsal::{Compared, RehearsalError};
use holdfast_backup::vault::OpenError;
use holdfast_core::contents::Contents;
use holdfast_core::seal;
use holdfast_core::vault::{Agreement, Comparison, DeviceId, Id};
use wasm_bindgen::prelude::*;

use super::env::{BrowserEnv, turn};
use super::keeper::Keeper;
use super::port::Port;
use super::reach::{Reached, reach, refused};
use super::runs::BrowserEngine;
use super::{Kdf, handled, own_request, to_error};
use crate::browser::clock::now_millis;
use crate::message::history::{
    At, HistoryReply, HistoryRequest, Known, Listed, Rehearsed, Snapshot,
};
use crate::message::{Answer, Failure, Reply};
use crate::store::identity::device_id;
use crate::store::{destinations, retention};

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct HistoryTask {
    keeper: Keeper,
    engine: BrowserEngine<Port>,
}

#[wasm_bindgen]
impl HistoryTask {
    /// Starts it. `kdf` derives keys in a module of its own.
    ///
    /// # Errors
    /// When the browser's storage can't be opened.
    pub async fn start(kdf: Kdf) -> Result<HistoryTask, JsError> {
        let keeper = Keeper::new(kdf).await.map_err(to_error)?;
        let store = keeper.writer.store.clone();
        let port = Port(keeper.writer.clone());
        let engine = BrowserEngine::new(BrowserEnv, store, port);
        Ok(Self { keeper, engine })
    }

    /// Answers a request: `{answer, then}`.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        let answer = match own_request::<HistoryRequest>(message, &url, &origin) {
            Ok(request) => self.dispatch(request).await,
            Err(failure) => Err(failure),
        };
        // A loss that was seen is as good a reason to store anew as an edit.
        handled(&answer, Some("changed"))
    }
}

impl HistoryTask {
    async fn dispatch(&self, request: HistoryRequest) -> Answer {
        match request {
            HistoryRequest::List { destination } => self.list(&destination).await,
            HistoryRequest::Look(at) => self.look(&at).await,
            HistoryRequest::Restore { at, account } => self.restore(&at, account).await,
            HistoryRequest::Rehearse {
                destination,
                secret,
            } => self.rehearse(&destination, &secret).await,
            HistoryRequest::Note { destination } => self.note(&destination).await,
            HistoryRequest::Retire { device, retired } => self.retire(device, retired).await,
            HistoryRequest::Keep(wanted) => keep(wanted).await,
        }
    }

    async fn list(&self, destination: &str) -> Answer {
        let (config, place) = self.place(destination).await?;
        let history = self.engine.history(&config.id(), &place).await;
        let history = history.map_err(refused)?;
        Ok(Reply::History(HistoryReply::Listed(listed(&history))))
    }

    async fn look(&self, at: &At) -> Answer {
        let past = self.open(at).await?;
        let present = self.keeper.writer.read().await?;
        let comparison = Comparison::between(&past.vault, &present.vault);
        Ok(Reply::History(HistoryReply::Compared(comparison)))
    }

    async fn restore(&self, at: &At, account: Option<Id>) -> Answer {
        let past = self.open(at).await?.vault;
        let restored = self.keeper.writer.edit(|edit| {
            edit.accounts(|vault, context| {
                let Some(id) = account else {
                    return vault.restore_all(&past, context).map_err(Failure::from);
                };
                let then = past
                    .get(id)
                    .ok_or_else(|| Failure::new("no_such_account"))?;
                vault.restore(id, then, context)?;
                Ok(1)
            })
        });
        let accounts = restored.await?;
        Ok(Reply::History(HistoryReply::Restored { accounts }))
    }

    async fn rehearse(&self, destination: &str, secret: &str) -> Answer {
        let (config, place) = self.place(destination).await?;
        let _turn = turn(&config.id()).await;
        let compare = async |bytes: &[u8]| {
            let opened = self.keeper.open_with(bytes, secret).await?;
            // Not before: a run that had its turn first may have merged and stored something else.
            let present = self.keeper.writer.read().await?;
            self.keeper.note_sheet(&opened, secret).await;
            let agreement = Agreement::between(&opened.vault, &present.vault, now_millis());
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            Ok::<_, Failure>(Compared {
                agreed: count(agreement.agreed.len()),
                of: count(agreement.of()),
                keys: Digest(seal::read(bytes)?.header().ways_in()),
            })
        };
        let rehearsed = self.engine.rehearse(&config.id(), &place, compare).await;
        match rehearsed {
            Ok(done) => Ok(Reply::History(HistoryReply::Rehearsed(Rehearsed {
                agreed: done.compared.agreed,
                of: done.compared.of,
                current: done.current,
                stored_at: done.stored_at,
            }))),
            Err(RehearsalError::NothingStored) => Err(Failure::new("rehearse_nothing_stored")),
            Err(RehearsalError::Failed(refusal)) => Err(refused(refusal)),
            Err(RehearsalError::Refused(failure)) => Err(failure),
        }
    }

    async fn retire(&self, device: DeviceId, retired: bool) -> Answer {
        let edited = self.keeper.writer.edit(|edit| {
            edit.accounts(|vault, context| {
                Ok::<_, Failure>(vault.retire_device(device, retired, context))
            })
        });
        edited.await?;
        // What it has stored may be deleted from now on, and nobody needs to be told. Where that can't
        // be noted now, the status tells, and its button notes it.
        let is_device = |tag: &DeviceTag| device_id(tag) == device;
        let note = Note::Retired(&is_device, retired);
        for config in destinations::load(&self.keeper.writer.store).await? {
            let _ = self.take_note(&config.id(), note).await;
        }
        Ok(Reply::Done)
    }

    async fn note(&self, destination: &str) -> Answer {
        let found = destinations::find(&self.keeper.writer.store, destination).await?;
        let config = found.ok_or_else(|| Failure::new("no_such_destination"))?;
        self.take_note(&config.id(), Note::Missing).await?;
        Ok(Reply::Done)
    }

    async fn take_note(&self, id: &DestinationId, note: Note<'_>) -> Result<(), Failure> {
        let _turn = turn(id).await;
        let noted = self.engine.note(id, note).await;
        noted.map_err(refused)
    }

    /// Fetches and opens one snapshot, with the keys that the open vault knows.
    async fn open(&self, at: &At) -> Result<Contents, Failure> {
        let known = self.keeper.writer.read().await?;
        let name: SnapshotName = at.snapshot.parse().map_err(|_| Failure::new("gone"))?;
        let (config, place) = self.place(&at.destination).await?;
        let fetched = {
            let _turn = turn(&config.id()).await;
            self.engine.snapshot(&config.id(), &place, &name).await
        };
        let bytes = match fetched {
            Ok(bytes) => bytes,
            Err(refusal) => return Err(refused(refusal)),
        };
        Ok(Contents::open(&bytes, known.keyring.keys())?)
    }

    async fn place(&self, destination: &str) -> Result<(DestinationConfig, Reached), Failure> {
        let found = destinations::find(&self.keeper.writer.store, destination).await?;
        let config = found.ok_or_else(|| Failure::new("no_such_destination"))?;
        let place = reach(&config)?;
        Ok((config, place))
    }
}

async fn keep(wanted: Retention) -> Answer {
    retention::save(wanted).await?;
    Ok(Reply::Done)
}

fn listed(history: &History) -> Listed {
    Listed {
        snapshots: history.entries.iter().map(snapshot).collect(),
        missing: history
            .missing
            .iter()
            .map(|name| device_id(&name.device))
            .collect(),
    }
}

fn snapshot(entry: &Entry) -> Snapshot {
    let known = match entry.knowledge {
        Knowledge::Proven { current: true, .. } => Known::Current,
        Knowledge::Proven { current: false, .. } => Known::Opened,
        Knowledge::Merged => Known::Merged,
        Knowledge::Unopened(OpenError::Damaged) => Known::Damaged,
        Knowledge::Unopened(OpenError::KeyChanged) => Known::KeyChanged,
        Knowledge::Unopened(OpenError::NewerFormat) => Known::NewerFormat,
        Knowledge::Unopened(OpenError::Locked | OpenError::Storage) | Knowledge::Listed => {
            Known::Listed
        }
    };
    Snapshot {
        name: entry.name.to_string(),
        device: device_id(&entry.name.device),
        sequence: entry.name.sequence,
        stored_at: entry.stored_at,
        size: entry.size,
        accounts: entry.accounts,
        newest_of_device: entry.newest_of_device,
        known,
    }
}
