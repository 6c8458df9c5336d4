//! The vault as the engine sees it: sealed bytes with a version, and somebody who can open and
//! merge. The engine never sees an account or a key.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::name::{DeviceTag, SnapshotName, VaultTag};

/// The vault of this device. Implemented by whoever holds it; calls are never concurrent.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait VaultPort {
    /// What is known of the vault without its key.
    ///
    /// # Errors
    /// When there is no vault, or the browser's storage fails.
    async fn info(&self) -> Result<VaultInfo, VaultError>;

    /// The sealed vault as it lies in this browser, with the version and content that these very
    /// bytes were sealed from. Needs no key.
    ///
    /// # Errors
    /// When there is no vault, or the browser's storage fails or is found damaged.
    async fn sealed(&self) -> Result<Sealed, VaultError>;

    /// Seals the vault anew from what the unlocked device holds in memory, and stores it here.
    /// Asked for when what lay in storage turned out not to open, or when saving failed before.
    /// Version and content stay what they are in memory.
    ///
    /// # Errors
    /// [`VaultError::Storage`] also when the vault is locked: nothing else can repair it then.
    async fn reseal(&self) -> Result<(), VaultError>;

    /// Opens a snapshot (of this device or another) as a restore would, and changes nothing.
    ///
    /// # Errors
    /// Why it does not open.
    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError>;

    /// Merges a snapshot into the vault and stores the result here. Repeating it is harmless.
    /// The name is for vouching: each snapshot seals the newest it knows of every device.
    ///
    /// `removals`: the person's answer, if they were asked about this one. Whoever can't carry an
    /// answer out asks again.
    ///
    /// # Errors
    /// Why it does not open; the vault is unchanged then.
    async fn merge(
        &self,
        name: &SnapshotName,
        bytes: &[u8],
        removals: Removals,
    ) -> Result<Merge, OpenError>;

    /// This installation shares the device tag `former` with a copy of itself: takes a new tag and
    /// marks its edits so from now on. Does nothing if the tag is another one already. Needs no
    /// key.
    ///
    /// # Errors
    /// When the browser's storage fails.
    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError>;
}

/// What is known of the vault, locked or not. Kept by the vault next to the sealed bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultInfo {
    /// The vault's tag, the same on all its devices.
    pub tag: VaultTag,
    /// The tag of this installation: no other one writes snapshots under it.
    pub device: DeviceTag,
    /// The change counter of this device: moves when the content changes and only then, and never
    /// goes back (who has to fall back on an older generation goes on above the highest counter
    /// that can have been used).
    pub version: u64,
    /// The digest of everything that a backup has to carry: accounts, deletions, key slots; not
    /// what merely vouches for other snapshots. Equal content needs no new snapshot.
    pub content: Digest,
    /// Accounts that are not deleted.
    pub accounts: u32,
    /// When the content last changed, by this computer's clock, in milliseconds.
    pub changed_at: u64,
    /// One entry per account that is not deleted: its last change.
    pub changes: Vec<Change>,
    /// The key is at hand: snapshots can be opened and merged.
    pub unlocked: bool,
    /// The newest content is safe in the browser's own storage.
    pub saved: bool,
    /// What lay in the browser was damaged, and an older generation had to be used: the version
    /// it goes on with. The destinations may hold more, also in our own snapshots, which are then
    /// merged as if they were another device's. Never taken back.
    #[serde(default)]
    pub fell_back: Option<u64>,
}

/// The last change of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The vault's version that brought it.
    pub version: u64,
    /// When, by this computer's clock, in milliseconds.
    pub at: u64,
}

/// The sealed vault.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The bytes: a snapshot is exactly these.
    pub bytes: Vec<u8>,
    /// The version they were sealed from.
    pub version: u64,
    /// The content they were sealed from, computed *before* sealing: comparing it with what an
    /// opened snapshot holds proves that every account of that version came back.
    pub content: Digest,
    /// How many accounts.
    pub accounts: u32,
}

/// A snapshot that opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The digest of its content, computed from what was opened.
    pub content: Digest,
    /// How many accounts it holds.
    pub accounts: u32,
}

/// What merging did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Merge {
    /// The content changed, and is stored here.
    Merged,
    /// The vault held all of it already.
    Unchanged,
    /// It would remove so many accounts that the person is asked first; nothing was changed.
    NeedsConsent {
        /// How many it would remove.
        removals: u32,
    },
}

/// What a merge does with the accounts that it removes. It goes with each merge, so that no answer
/// is left over for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// Removes them, and asks first where they are many.
    Ask,
    /// Removes them: the person was asked about that many, and agreed. Asks again if there are more.
    Remove {
        /// How many.
        most: u32,
    },
    /// Brings them back by new edits: the person was asked, and refused.
    Keep,
}

impl Removals {
    /// Whether the person has to be asked about a merge that removes that many accounts, `many` or
    /// not.
    #[must_use]
    pub fn asks(self, removals: u32, many: bool) -> bool {
        match self {
            Self::Ask => many,
            Self::Remove { most } => many && removals > most,
            Self::Keep => false,
        }
    }
}

/// Why the vault can't be read or written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VaultError {
    /// There is no vault yet.
    None,
    /// The browser's storage failed or what lies there is damaged.
    Storage,
}

/// Why a snapshot does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenError {
    /// The vault is locked: try again when the key is at hand.
    Locked,
    /// It is sealed under a key that this device doesn't have.
    KeyChanged,
    /// It was written by a newer version.
    NewerFormat,
    /// It is not what was sealed.
    Damaged,
    /// It opened, but the result could not be stored in this browser.
    Storage,
}

impl<T: VaultPort + ?Sized> VaultPort for &T {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        (**self).info().await
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        (**self).sealed().await
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        (**self).reseal().await
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        (**self).open(bytes).await
    }

    async fn merge(
        &self,
        name: &SnapshotName,
        bytes: &[u8],
        removals: Removals,
    ) -> Result<Merge, OpenError> {
        (**self).merge(name, bytes, removals).await
    }

    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError> {
        (**self).renew_device(former).await
    }
}
