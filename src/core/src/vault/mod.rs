//! The vault: all accounts, and what makes them the same on every device.
//!
//! Everything in here is a join of semilattices, so [`Vault::merge`] is commutative, associative
//! and idempotent: devices that have seen the same snapshots hold the same vault, in whatever
//! order they came.

mod agreement;
mod changes;
pub(crate) mod clock;
mod compare;
mod credentials;
mod device;
mod edit;
mod id;
mod join;
mod list;
mod merge;
pub mod order;
mod payload;
mod planned;
mod purge;
mod query;
mod register;
mod version;

pub use crate::fields::FieldError;
pub use agreement::Agreement;
pub use changes::{Changes, MergePlan};
pub use clock::{Clock, MAX_AHEAD_MILLIS, MAX_MILLIS, Stamp};
pub use compare::{Compared, Comparison, Part};
pub use device::DeviceView;
pub use edit::{EditContext, EditError, FieldChanges};
pub use id::{DeviceId, Id};
pub use list::Duplicates;
pub use payload::{FORMAT, PayloadError};
pub use planned::{Choice, Plan, Planned};
pub use purge::UNDO_MILLIS;
pub use query::Counts;
pub use register::Register;
pub use version::VersionVector;

use crate::account::Account;
use crate::json::{Json, Object};
use crate::map::Map;

/// All accounts, live and deleted, and what is known of the devices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vault {
    /// The accounts, also the deleted ones.
    pub accounts: Map<Id, Account>,
    /// Accounts that this version can't read, as a later one wrote them: carried on, joined as
    /// far as their shape allows, and read as soon as a version can.
    pub unreadable: Map<Id, Json>,
    /// The installations that have this vault.
    pub devices: Map<DeviceId, DeviceInfo>,
    /// The newest snapshot known of each device. No content: it never moves the change counter.
    pub seen: Map<DeviceId, Seen>,
    /// Fields that a later version added, carried on.
    pub unknown: Object,
}

/// One installation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceInfo {
    /// What the user calls it ("Firefox on desktop").
    pub name: Register<String>,
    /// Whether it is no longer in use. It still has the key: revoking is rotating that.
    pub retired: Register<bool>,
    /// What this version can't read, carried on untouched.
    pub unknown: Object,
}

/// What is known of a device's newest snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Its number: every snapshot of a device has a higher one than those before.
    pub sequence: u64,
    /// When it was made, in milliseconds since the Unix epoch: when the device was last seen.
    pub at: u64,
    /// SHA-256 of the snapshot's bytes.
    pub hash: [u8; 32],
    /// What this version can't read, carried on untouched.
    pub unknown: Object,
}
