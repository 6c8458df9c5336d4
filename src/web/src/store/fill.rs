//! What filling remembers on this device: when an account last filled, and where filling submits.
//! Sealed like all that is device-local: it tells which sites a person uses.

use holdfast_json::format::Format;
use holdfast_json::map::Map;

use holdfast_core::vault::Id;
use serde::{Deserialize, Serialize};

use super::device::DeviceStore;
use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, remove, set};
use crate::message::fill::Outcome;

const NAME: &str = "fill";
/// The key in `storage.session` of what waits for the popup.
const WAITING: &str = "fill_waiting";
/// How long it waits, in milliseconds: a person who comes back later means something else.
const PATIENCE: u64 = 120_000;

/// What is remembered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Version of this document.
    pub format: Format<1>,
    /// When each account last filled, in milliseconds since the Unix epoch.
    pub used: Map<Id, u64>,
    /// The sites on which filling submits.
    pub submit: Vec<String>,
}

impl Memory {
    /// Reads it; nothing where there is none, or none that can be read: it only orders a list.
    pub async fn load() -> Self {
        let read = async { DeviceStore::open().await?.read(NAME).await };
        read.await.ok().flatten().unwrap_or_default()
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn save(&self) -> Result<(), BrowserError> {
        DeviceStore::open().await?.write(NAME, self).await
    }
}

/// A gesture that had to open the popup: to unlock, or to ask. In memory only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// The tab it was made in.
    pub tab: i32,
    /// When, in milliseconds since the Unix epoch.
    pub at: u64,
    /// The frame and field it was made in, where it was made in one.
    pub frame: Option<f64>,
    /// What to say; `None` where the vault had to be unlocked first.
    pub outcome: Option<Outcome>,
}

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    #[serde(default)]
    fill_waiting: Option<Waiting>,
}

impl Waiting {
    /// Keeps it for the popup.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn keep(self) -> Result<(), BrowserError> {
        let entry = Entry {
            fill_waiting: Some(self),
        };
        set(Area::Session, &entry).await
    }

    /// Takes what waits.
    pub async fn take(now: u64) -> Option<Self> {
        let waiting = get::<Entry>(Area::Session, &[WAITING])
            .await
            .ok()?
            .fill_waiting?;
        let _ = remove(Area::Session, &[WAITING]).await;
        (now.saturating_sub(waiting.at) < PATIENCE).then_some(waiting)
    }
}
