//! The snapshots at a destination, by time and device, with what is known of each; and one of them
//! to look into. Comparing and restoring is for whoever holds the vault.

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::{Destination, Failure, Listing};
use crate::engine::{Engine, Stop};
use crate::env::{Env, Memory};
use crate::evidence::{Evidence, Fate, Foreign, Record};
use crate::journal::Journal;
use crate::listing::{Listed, heads, snapshots};
use crate::name::{DeviceTag, SnapshotName};
use crate::store::Reading;
use crate::vault::{OpenError, VaultInfo, VaultPort};

/// What a destination has of one vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// All snapshots, the newest first.
    pub entries: Vec<Entry>,
    /// Newest snapshots of other devices that were seen here before and are not here now: the
    /// destination went back in time.
    pub missing: Vec<SnapshotName>,
}

/// One snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: SnapshotName,
    /// When it was stored, by the server's clock, in milliseconds; of one of ours that the server
    /// doesn't date, when it was sent.
    pub stored_at: Option<u64>,
    /// Its length in bytes, where the server tells.
    pub size: Option<u64>,
    /// How many accounts it holds, where that is known: of what this installation has sent.
    pub accounts: Option<u32>,
    /// This installation has sent it.
    pub ours: bool,
    /// It is among those whose merge is the whole vault.
    pub newest_of_device: bool,
    /// What is known about it.
    pub knowledge: Knowledge,
}

/// What this device knows about a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// It was read back and opened, and held what was sealed.
    Proven {
        /// When it was last read back, by this computer's clock.
        read_back_at: u64,
        /// It holds exactly what the vault holds now.
        current: bool,
    },
    /// All it holds is in our vault.
    Merged,
    /// It is listed, and that is all.
    Listed,
    /// It did not open.
    Unopened(OpenError),
}

impl History {
    /// Arranges a list of the vault's folder.
    #[must_use]
    pub fn of(listing: &Listing, evidence: &Evidence, vault: &VaultInfo) -> Self {
        let listed = snapshots(&vault.tag, listing);
        let heads = heads(&listed);
        let is_head = |name: &SnapshotName| {
            let of_device = heads.get(&name.device);
            of_device.is_some_and(|heads| heads.contains(name))
        };
        let mut entries: Vec<Entry> = listed
            .iter()
            .map(|listed| entry(listed, evidence, vault, is_head(&listed.name)))
            .collect();
        entries.sort_by(|a, b| {
            let newest_first = b.stored_at.cmp(&a.stored_at);
            newest_first
                .then_with(|| a.name.device.cmp(&b.name.device))
                .then_with(|| b.name.cmp_age(&a.name))
        });
        let is_listed = |name: &SnapshotName| listed.iter().any(|listed| listed.name == *name);
        let newest = evidence.devices.values().map(|seen| &seen.name);
        let missing = newest
            .filter(|name| name.vault == vault.tag && !is_listed(name))
            .cloned()
            .collect();
        Self { entries, missing }
    }

    /// The devices that have a snapshot here, in the order of their newest.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceTag> {
        let mut devices = Vec::new();
        for entry in &self.entries {
            if !devices.contains(&entry.name.device) {
                devices.push(entry.name.device.clone());
            }
        }
        devices
    }
}

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Lists what a destination has of this vault. Changes nothing, there or here.
    ///
    /// # Errors
    /// What stopped it.
    pub async fn history<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
    ) -> Result<History, Failure> {
        let loaded = Journal::load(&self.memory, id).await;
        let journal = loaded.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        let info = self
            .vault
            .info()
            .await
            .map_err(|error| Stop::from(error).0)?;
        let listing = destination.list(info.tag.as_str()).await?.value;
        Ok(History::of(&listing, &journal.evidence, &info))
    }

    /// Fetches one snapshot, to look into it. One of ours is compared with what was sent, and its
    /// loss is remembered.
    ///
    /// # Errors
    /// What stopped it; [`Cause::Gone`] when it is not there, [`Cause::Damaged`] when it is not
    /// what was sent.
    pub async fn snapshot<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
        name: &SnapshotName,
    ) -> Result<Vec<u8>, Failure> {
        let _claim = self.claim(id).ok_or(Failure::new(Cause::Interrupted))?;
        let loaded = Journal::load(&self.memory, id).await;
        let mut journal = loaded.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        let Some(hash) = journal.evidence.record(name).map(|record| record.hash) else {
            let fetched = destination.get(&name.to_string()).await?.value;
            return fetched.ok_or(Failure::new(Cause::Gone));
        };
        let read = self.read(&mut journal, destination, name, hash).await;
        // A doubt is kept, whatever becomes of this.
        let _ = journal.save(&self.memory).await;
        match read.map_err(|Stop(failure)| failure)? {
            Reading::Exact { bytes, .. } => Ok(bytes),
            Reading::Lost(cause) => {
                let now = self.env.now_millis();
                journal.evidence.lose(name, cause, now);
                let saved = journal.save(&self.memory).await;
                saved.map_err(|error| Stop::from(error).0)?;
                Err(Failure::new(cause))
            }
        }
    }
}

fn entry(listed: &Listed, evidence: &Evidence, vault: &VaultInfo, is_head: bool) -> Entry {
    let record = evidence.record(&listed.name);
    let sent = record.map(|record| record.server_time.unwrap_or(record.sent_at));
    Entry {
        name: listed.name.clone(),
        stored_at: listed.modified.or(sent),
        size: listed.size,
        accounts: record.map(|record| record.accounts),
        ours: evidence.knows(&listed.name),
        newest_of_device: is_head,
        knowledge: knowledge(&listed.name, record, evidence, vault),
    }
}

fn knowledge(
    name: &SnapshotName,
    record: Option<&Record>,
    evidence: &Evidence,
    vault: &VaultInfo,
) -> Knowledge {
    if let Some(record) = record {
        let current = record.content == vault.content;
        let damaged = matches!(record.fate, Fate::Lost { cause, .. } if cause == Cause::Damaged);
        return match (record.read_back_at, record.unopened) {
            (Some(read_back_at), _) if record.is_proven() => Knowledge::Proven {
                read_back_at,
                current,
            },
            _ if damaged => Knowledge::Unopened(OpenError::Damaged),
            (_, Some((why, _))) => Knowledge::Unopened(why),
            _ => Knowledge::Listed,
        };
    }
    match evidence.foreign.get(name) {
        Some(Foreign::Merged) => Knowledge::Merged,
        Some(Foreign::Unopened { why, .. }) => Knowledge::Unopened(*why),
        _ => Knowledge::Listed,
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
