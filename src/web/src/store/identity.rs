//! Who this installation is, and what is known of the vault without its key.

use holdfast_json::map::{Map, Set};

use holdfast_backup::digest::Digest;
use holdfast_backup::name::{DeviceTag, VaultTag};
use holdfast_backup::vault::Change;
use holdfast_core::seal::SlotId;
use holdfast_core::vault::{DeviceId, Id};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::device::DeviceStore;
use crate::browser::BrowserError;

/// The document. It is written in one step with the vault that it describes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// Version of this document.
    pub format: u32,
    /// This installation, at destinations and in stamps.
    pub device: DeviceTag,
    /// The vault, at destinations.
    pub vault: VaultTag,
    /// The change counter: moves only when the content changes.
    pub version: u64,
    /// The digest of the content at that version.
    pub content: Digest,
    /// When the content last changed, in milliseconds since the Unix epoch.
    pub changed_at: u64,
    /// Per account that is not deleted: its last change, and the digest that tells whether it
    /// changed again.
    pub accounts: Map<Id, Known>,
    /// The newest generation was damaged, and the older one had to be used: the version that the
    /// vault went on with. Never taken back.
    #[serde(default)]
    pub fell_back: Option<u64>,
    /// The ids of the key slots that open the vault.
    #[serde(default)]
    pub slots: Set<SlotId>,
}

/// What is known of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its last change.
    pub change: Change,
    /// The first bytes of the SHA-256 of its content, hexadecimal.
    pub digest: String,
}

impl Identity {
    /// The document's name.
    pub const NAME: &str = "identity";

    /// A new installation of a vault.
    #[must_use]
    pub fn new(device: DeviceTag, vault: VaultTag) -> Self {
        Self {
            format: 1,
            device,
            vault,
            version: 0,
            content: Digest::of(&[]),
            changed_at: 0,
            accounts: Map::new(),
            fell_back: None,
            slots: Set::new(),
        }
    }

    /// The vault goes on from another generation than the newest: under a version of its own, after
    /// this one and `other`, and with content that is to be known anew.
    pub fn fall_back(&mut self, other: u64) {
        self.version = self.version.max(other);
        self.fell_back = Some(self.version + 1);
        self.content = Digest::of(&[]);
    }

    /// The device's id in stamps and version vectors: derived from its tag, so that the two can't
    /// come apart.
    #[must_use]
    pub fn device_id(&self) -> DeviceId {
        device_id(&self.device)
    }

    /// Reads it; `None` in a profile that has none.
    ///
    /// # Errors
    /// When the browser can't read it.
    pub async fn load(store: &DeviceStore) -> Result<Option<Self>, BrowserError> {
        store.read(Self::NAME).await
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the browser can't write it.
    pub async fn save(&self, store: &DeviceStore) -> Result<(), BrowserError> {
        store.write(Self::NAME, self).await
    }
}

/// See [`Identity::device_id`].
#[must_use]
pub fn device_id(tag: &DeviceTag) -> DeviceId {
    let hash = Sha256::new()
        .chain_update(b"holdfast device id\0")
        .chain_update(tag.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes
        .iter_mut()
        .zip(hash.iter())
        .for_each(|(to, from)| *to = *from);
    Id::from_bytes(bytes)
}
