//! What this installation keeps about the ways into the vault, without its key: its passkeys, which
//! recovery sheet was checked, and how each destination is reached without this device.

use holdfast_json::format::Format;
use holdfast_json::map::Map;

use holdfast_core::seal::SlotId;
use serde::{Deserialize, Serialize};

use super::device::DeviceStore;
use crate::browser::BrowserError;
use crate::message::keys::Way;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keys {
    /// Version of this document.
    pub format: u32,
    /// The passkeys that were made here.
    pub passkeys: Vec<Passkey>,
    /// The recovery sheet that was checked, if one was. It is a document of its own, because who
    /// unlocks with a recovery key writes it, and needs nothing else of this.
    #[serde(skip)]
    pub sheet: Option<Sheet>,
    /// A passphrase or key was replaced then, and older snapshots that still open with it were
    /// neither deleted nor left on purpose. Milliseconds since the Unix epoch.
    pub replaced_at: Option<u64>,
    /// Per destination how it is reached without this device.
    pub ways: Map<String, Way>,
    /// When a copy of the sealed vault was last saved as a file.
    pub copied_at: Option<u64>,
}

/// A passkey of this installation. None of it is secret: what opens the slot is in the
/// authenticator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The slot that it opens.
    pub slot: SlotId,
    /// The credential's id, base64.
    pub credential: String,
    /// What its PRF is evaluated for, base64.
    pub salt: String,
}

/// A recovery sheet that was proven to be legible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Version of this document.
    #[serde(default)]
    pub format: Format<1>,
    /// The slot that its key opens.
    pub slot: SlotId,
    /// When it was checked, in milliseconds since the Unix epoch.
    pub checked_at: u64,
}

impl Sheet {
    const NAME: &str = "sheet";

    /// The sheet of that slot, checked then.
    #[must_use]
    pub fn new(slot: SlotId, checked_at: u64) -> Self {
        Self {
            format: Format,
            slot,
            checked_at,
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the browser can't write it.
    pub async fn save(&self, store: &DeviceStore) -> Result<(), BrowserError> {
        store.write(Self::NAME, self).await
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            format: 1,
            passkeys: Vec::new(),
            sheet: None,
            replaced_at: None,
            ways: Map::new(),
            copied_at: None,
        }
    }
}

impl Keys {
    const NAME: &str = "keys";

    /// Reads it.
    ///
    /// # Errors
    /// When the browser can't read it.
    pub async fn load(store: &DeviceStore) -> Result<Self, BrowserError> {
        let keys: Option<Self> = store.read(Self::NAME).await?;
        Ok(Self {
            sheet: store.read(Sheet::NAME).await?,
            ..keys.unwrap_or_default()
        })
    }

    /// Writes it, but for the sheet.
    ///
    /// # Errors
    /// When the browser can't write it.
    pub async fn save(&self, store: &DeviceStore) -> Result<(), BrowserError> {
        store.write(Self::NAME, self).await
    }

    /// The way to a destination, as far as it is known.
    #[must_use]
    pub fn way(&self, destination: &str) -> Way {
        self.ways.get(destination).cloned().unwrap_or_default()
    }

    /// Whether reaching that destination without this device leads back into this vault, with no
    /// second route and no copy of the vault elsewhere.
    #[must_use]
    pub fn goes_in_a_circle(&self, destination: &str) -> bool {
        self.copied_at.is_none() && self.ways.get(destination).is_some_and(Way::is_circle)
    }
}
