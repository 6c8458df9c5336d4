//! The checklist of accounts that are still to arrive from an app without an export: names only, no
//! secret. Sealed like all that is device-local: it tells where a person has accounts.

use holdfast_core::checklist::Entry;
use holdfast_json::format::Format;
use serde::{Deserialize, Serialize};

use super::device::DeviceStore;
use crate::browser::BrowserError;

const NAME: &str = "checklist";

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checklist {
    /// Version of this document.
    pub format: Format<1>,
    /// In the order they were added.
    pub entries: Vec<Entry>,
}

impl Checklist {
    /// Reads it; nothing where there is none, or none that can be read: it can be written again.
    pub async fn load() -> Self {
        let read = async { DeviceStore::open().await?.read(NAME).await };
        read.await.ok().flatten().unwrap_or_default()
    }

    /// Writes it, or removes it where nothing is left.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn save(&self) -> Result<(), BrowserError> {
        let store = DeviceStore::open().await?;
        match self.entries.is_empty() {
            true => store.delete(NAME).await,
            false => store.write(NAME, self).await,
        }
    }
}
