//! What this installation keeps about the ways into the vault, without its key: its passkeys, which
//! recovery sheet was checked, and how each destination is reached without this device.

use holdfast_json::format::Format;
use holdfast_json::map::{Map, Set};

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
    /// The passphrase slots of that copy.
    pub copy_slots: Vec<SlotId>,
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
            copy_slots: Vec::new(),
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

    /// Leaves out what `live`, the slots that open the vault by now, has no place for: passkeys and a
    /// sheet that another device has removed, and a copy of which the passphrase was replaced.
    pub fn retain(&mut self, live: &Set<SlotId>) {
        self.passkeys.retain(|passkey| live.contains(&passkey.slot));
        self.sheet.take_if(|sheet| !live.contains(&sheet.slot));
        if !self.copy_slots.iter().any(|slot| live.contains(slot)) {
            self.copied_at = None;
        }
    }

    /// Whether reaching that destination without this device leads back into this vault, with no
    /// second route and no copy of the vault elsewhere.
    #[must_use]
    pub fn goes_in_a_circle(&self, destination: &str) -> bool {
        self.copied_at.is_none() && self.ways.get(destination).is_some_and(Way::is_circle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::keys::Route;

    #[test]
    fn a_copy_ends_the_circle_as_long_as_the_passphrase_opens_it() {
        let [passphrase, later, passkey] = [1, 2, 3].map(|byte| SlotId([byte; 16]));
        let circle = Way {
            route: Route::ThisVault,
            ..Way::default()
        };
        let mut keys = Keys {
            passkeys: vec![Passkey {
                slot: passkey,
                credential: String::new(),
                salt: String::new(),
            }],
            sheet: Some(Sheet::new(passkey, 1)),
            ways: [("there".to_owned(), circle)].into_iter().collect(),
            copied_at: Some(5),
            copy_slots: vec![passphrase],
            ..Keys::default()
        };
        keys.retain(&[passphrase, passkey].into_iter().collect());
        assert!(!keys.goes_in_a_circle("there") && keys.sheet.is_some());
        assert_eq!(keys.passkeys.len(), 1);
        keys.retain(&[later].into_iter().collect());
        assert!(keys.goes_in_a_circle("there") && keys.sheet.is_none());
        assert!(keys.passkeys.is_empty());
    }
}
