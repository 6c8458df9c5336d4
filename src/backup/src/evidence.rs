//! Evidence: what this device knows about one destination and how it knows it. It is journal
//! (what was about to be done) and proof (what was seen) in one document, saved before each
//! effect; the status is computed from it and from nothing else.

use holdfast_json::map::Map;

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::destination::probe::Capabilities;
use crate::destination::{Failure, Hint};
use crate::digest::Digest;
use crate::log::Log;
use crate::name::{DeviceTag, SnapshotName, VaultTag};
use crate::policy::FUTURE_TOLERANCE;
use crate::vault::{OpenError, VaultInfo};

/// All that is known about one destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// When it was connected, by this computer's clock.
    pub connected_at: u64,
    /// Whose account the snapshots were stored with, where the destination tells.
    pub account: Option<String>,
    /// What it can do, found out on connecting.
    pub capabilities: Option<Capabilities>,
    /// This device's own snapshots, oldest first: sent, read back, opened, lost.
    pub records: Vec<Record>,
    /// Names of own snapshots that were pruned, the newest few hundred: a destination that is
    /// rolled back shows them again, and they must not be taken for a copy's. Also of those that
    /// were put here by way of another address, see [`siblings`](crate::siblings).
    pub pruned: Vec<SnapshotName>,
    /// Other devices' snapshots in the last list, and what became of each.
    pub foreign: Map<SnapshotName, Foreign>,
    /// The newest seen of each other device, also if it is no longer there.
    pub devices: Map<DeviceTag, Seen>,
    /// The fall back to an older generation ([`VaultInfo::fell_back`]) after which our own
    /// snapshots here were merged.
    pub reabsorbed: Option<u64>,
    /// The fall back ([`VaultInfo::fell_back`]) after which the snapshots in `foreign` that count
    /// as merged were merged: a later one may have taken them away again.
    pub merged_after: Option<u64>,
    /// When the last list was read.
    pub listed_at: Option<u64>,
    /// An attempt is under way since then.
    pub working_since: Option<u64>,
    /// What stopped the last attempt; `None` after one that succeeded.
    pub fault: Option<Fault>,
    /// When the next attempt may be made.
    pub retry: Retry,
    /// How far the server's clock is from ours.
    pub skew: Option<Skew>,
    /// It can't be checked from here (a downloaded file, the browser's own sync).
    pub uncheckable: bool,
    /// What was last handed over to a place that can't be checked from here.
    pub kept: Option<Kept>,
    /// The last rehearsal of a restore from here.
    pub rehearsal: Option<Rehearsal>,
    /// What happened.
    pub log: Log,
    /// The last attempt to save this failed: it may lack what was seen since. Not in the document,
    /// which is what could not be written; see [`Memory::is_unsaved`](crate::env::Memory).
    #[serde(skip)]
    pub unsaved: bool,
}

/// One snapshot of ours: what was sent, and what is proven about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its name.
    pub name: SnapshotName,
    /// The vault's version that it was sealed from.
    pub version: u64,
    /// The vault's content that it was sealed from.
    pub content: Digest,
    /// The digest of its bytes.
    pub hash: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// How many accounts it holds.
    pub accounts: u32,
    /// When it was sent, by this computer's clock. Saved before sending.
    pub sent_at: u64,
    /// When it was stored, by the server's clock.
    pub server_time: Option<u64>,
    /// When exactly these bytes were last asked for and read back, and were listed too: at that
    /// time or a little later they were there.
    pub read_back_at: Option<u64>,
    /// When bytes of this digest, read back, were opened and held exactly this content. Bytes
    /// with the same digest open again; a later reading need not repeat it.
    pub opened_at: Option<u64>,
    /// Why it last did not open, and when, unless it was damaged.
    pub unopened: Option<(OpenError, u64)>,
    /// What became of it.
    pub fate: Fate,
    /// Since it was read back, it was missing in a list, or what was read differed and could not be
    /// read again, or something was seen that could not be saved: its loss, perhaps. Until it is read back again, all that is known is what was known
    /// then.
    #[serde(default)]
    pub doubted: bool,
}

/// What became of a snapshot of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// As far as is known, it is there (or on its way, if it was never read back).
    Live,
    /// It was sent and is not there.
    NeverArrived,
    /// It was there and is gone, or what is there is something else.
    Lost {
        /// [`Cause::Gone`] or [`Cause::Damaged`].
        cause: Cause,
        /// When that was seen.
        at: u64,
    },
    /// It is being pruned: from now on it proves nothing.
    Pruning,
}

/// What became of another device's snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// Not read yet, and no newer one of that device is expected to hold it all.
    Wanted,
    /// Not read: a newer one of that device is.
    Passed,
    /// Its content is in our vault.
    Merged,
    /// It did not open.
    Unopened {
        /// Why.
        why: OpenError,
        /// When that was tried.
        at: u64,
    },
    /// Merging it would remove many accounts: the person is asked.
    NeedsConsent {
        /// How many.
        removals: u32,
    },
}

/// The newest that was seen of another device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its newest snapshot.
    pub name: SnapshotName,
    /// When it was stored, by the server's clock.
    pub server_time: Option<u64>,
    /// When we first saw it.
    pub at: u64,
    /// It is not there any more, and nothing newer is: the destination went back in time.
    pub missing_since: Option<u64>,
    /// A person knows that it is missing, or may be: it is not warned of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noted: bool,
}

/// What stopped an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What it means.
    pub cause: Cause,
    /// Since when attempts fail.
    pub since: u64,
    /// When the last one failed.
    pub at: u64,
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// The server's own error code.
    pub code: Option<String>,
    /// What would help, beyond the remedy.
    pub hint: Option<Hint>,
}

/// When to try again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Failures in a row.
    pub failures: u32,
    /// Not before that time, by this computer's clock.
    pub next_try: Option<u64>,
    /// How long that pause is, in milliseconds, where nobody but us has asked for it.
    #[serde(default)]
    pub pause: Option<u64>,
}

/// How far the server's clock is ahead of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skew {
    /// In milliseconds; negative if the server's is behind. Exact to a second or so.
    pub ahead: i64,
    /// When that was seen.
    pub at: u64,
}

/// What was handed over to a place that can't be checked from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When.
    pub at: u64,
    /// The vault's version.
    pub version: u64,
    /// The vault's content.
    pub content: Digest,
    /// How many accounts.
    pub accounts: u32,
}

/// A rehearsal: a person fetched a snapshot anew, opened it with passphrase or recovery key, and
/// the codes of all accounts were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// When.
    pub at: u64,
    /// Accounts whose codes agreed.
    pub agreed: u32,
    /// Accounts compared.
    pub of: u32,
    /// Identifies the passphrases and recovery keys that opened the vault then, see
    /// [`suggestion`](crate::rehearsal::suggestion).
    #[serde(default)]
    pub keys: Option<Digest>,
}

impl Evidence {
    /// The record of that name.
    #[must_use]
    pub fn record(&self, name: &SnapshotName) -> Option<&Record> {
        self.records.iter().find(|record| record.name == *name)
    }

    /// Whether a later one of the same device has been merged.
    pub(crate) fn has_merged_after(&self, name: &SnapshotName) -> bool {
        self.foreign.iter().any(|(other, state)| {
            *state == Foreign::Merged
                && other.device == name.device
                && other.sequence > name.sequence
        })
    }

    pub(crate) fn record_mut(&mut self, name: &SnapshotName) -> Option<&mut Record> {
        self.records.iter_mut().find(|record| record.name == *name)
    }

    /// The snapshot is one that this installation has sent, whatever became of it.
    #[must_use]
    pub fn knows(&self, name: &SnapshotName) -> bool {
        self.record(name).is_some() || self.pruned.contains(name)
    }

    /// The vault fell back to an older generation, and what our own snapshots here hold has not
    /// been merged yet.
    #[must_use]
    pub fn is_behind(&self, vault: &VaultInfo) -> bool {
        vault.fell_back.is_some() && vault.fell_back != self.reabsorbed
    }

    /// The vault fell back, and its present tag has stored snapshots of before here: the vault no
    /// longer grows from these.
    pub(crate) fn outgrew(&self, vault: &VaultInfo) -> bool {
        let Some(since) = vault.fell_back else {
            return false;
        };
        let ours = |name: &SnapshotName| name.vault == vault.tag && name.device == vault.device;
        let before = |record: &Record| record.version < since && ours(&record.name);
        self.records.iter().any(before)
    }

    /// The newest record that proves a stored snapshot of `vault`, whatever its version.
    #[must_use]
    pub fn newest_stored(&self, vault: &VaultTag, now: u64) -> Option<&Record> {
        self.proofs(vault)
            .max_by_key(|record| (record.version, record.read_before(now)))
    }

    /// The record that proves that exactly this content is stored: the one that was seen last, and
    /// rather one that is not doubted.
    #[must_use]
    pub fn stored(&self, vault: &VaultTag, content: Digest, now: u64) -> Option<&Record> {
        self.proofs(vault)
            .filter(|record| record.content == content)
            .max_by_key(|record| (!record.doubted, record.read_before(now)))
    }

    fn proofs(&self, vault: &VaultTag) -> impl Iterator<Item = &Record> {
        let records = self.records.iter();
        records.filter(move |record| record.name.vault == *vault && record.is_proven())
    }

    /// Something may have been seen that is not in here.
    pub(crate) fn doubt(&mut self) {
        self.unsaved = true;
        for record in &mut self.records {
            record.doubted |= record.is_proven();
        }
    }

    /// Remembers a failure; its beginning stays while one follows the other.
    pub(crate) fn fail(&mut self, now: u64, failure: &Failure) {
        let since = self.fault.as_ref().map_or(now, |fault| fault.since);
        self.fault = Some(Fault {
            cause: failure.cause,
            since,
            at: now,
            status: failure.status,
            code: failure.code.clone(),
            hint: failure.hint,
        });
    }
}

impl Record {
    /// When it was read back, for comparing. A time in the future is from before the clock was
    /// set back, and says less than any other.
    fn read_before(&self, now: u64) -> (bool, Option<u64>) {
        let at = self.read_back_at;
        let known = at.is_some_and(|at| at <= now.saturating_add(FUTURE_TOLERANCE));
        (known, at)
    }

    /// It was read back and opened, it held what was sealed, and no loss of it was seen.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.fate == Fate::Live && self.read_back_at.is_some() && self.opened_at.is_some()
    }
}
