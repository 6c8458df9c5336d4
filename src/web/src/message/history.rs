//! About what is stored: looking into old snapshots, bringing accounts back, rehearsing that, and
//! what is kept.

use holdfast_backup::policy::Retention;
use holdfast_core::vault::{Comparison, DeviceId, Id};
use serde::{Deserialize, Serialize};

/// What the settings page asks of whoever looks into snapshots.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryRequest {
    /// What a destination has of this vault.
    List {
        /// Which destination.
        destination: String,
    },
    /// Open one snapshot and compare it with the vault as it is now. Changes nothing.
    Look(At),
    /// Give accounts what they had then, as a new edit.
    Restore {
        /// Which snapshot.
        at: At,
        /// The one account; `None` for all that were there then.
        account: Option<Id>,
    },
    /// Fetch the stored snapshot anew, open it with what the person types, compare every code.
    Rehearse {
        /// Which destination.
        destination: String,
        /// The passphrase or recovery key.
        secret: String,
    },
    /// A person has seen that older data is there than before.
    Note {
        /// Which destination.
        destination: String,
    },
    /// Retire a device, or take it back into use.
    Retire {
        /// Which device.
        device: DeviceId,
        /// Whether it is retired.
        retired: bool,
    },
    /// Which of this device's own snapshots are kept from now on.
    Keep(Retention),
}

/// A snapshot at a destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Which destination.
    pub destination: String,
    /// The snapshot's whole name.
    pub snapshot: String,
}

/// What such a request came to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryReply {
    /// What the destination has.
    Listed(Listed),
    /// What lies between that snapshot and now.
    Compared(Comparison),
    /// Accounts were brought back.
    Restored {
        /// How many are different now.
        accounts: usize,
    },
    /// The rehearsal was carried out.
    Rehearsed(Rehearsed),
}

/// What a destination has of this vault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its snapshots, the newest first.
    pub snapshots: Vec<Snapshot>,
    /// The devices whose newest snapshot was seen there before and is not there now.
    pub missing: Vec<DeviceId>,
}

/// A snapshot in the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its whole name.
    pub name: String,
    /// The device that stored it.
    pub device: DeviceId,
    /// That device's sequence number.
    pub sequence: u64,
    /// When it was stored, in milliseconds since the Unix epoch, if anybody tells.
    pub stored_at: Option<u64>,
    /// Its size in bytes, if the server tells.
    pub size: Option<u64>,
    /// How many accounts it holds, if this installation stored it.
    pub accounts: Option<u32>,
    /// It is among those whose merge is the whole vault.
    pub newest_of_device: bool,
    /// What is known of it.
    pub known: Known,
}

/// What is known of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// It holds exactly what the vault holds now, and has been opened.
    Current,
    /// It was read back and opened.
    Opened,
    /// All it holds is in this vault.
    Merged,
    /// It is listed, and that is all.
    Listed,
    /// It is damaged.
    Damaged,
    /// It is sealed with a key that this device does not have.
    KeyChanged,
    /// A newer version of Holdfast wrote it.
    NewerFormat,
}

/// A rehearsal that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// Accounts whose codes agreed.
    pub agreed: u32,
    /// Accounts of the vault.
    pub of: u32,
    /// It was the vault's present version.
    pub current: bool,
    /// When the snapshot was stored, by the server's clock, in milliseconds since the Unix epoch.
    pub stored_at: Option<u64>,
}
