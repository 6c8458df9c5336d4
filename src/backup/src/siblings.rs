//! One place under several addresses: a folder that is reached by its public name and by the one of
//! the home network, by WebDAV and as a folder that some program synchronises.
//!
//! Each address is a destination of its own, with a journal of its own. What was put by way of one is
//! listed by way of the other, under our own tag and unknown there. It is no copy's: the journals of
//! one installation know each other's snapshots.

use crate::destination::config::DestinationId;
use crate::engine::{Engine, Stop};
use crate::env::{Env, Memory};
use crate::journal::{Journal, load_evidence};
use crate::listing::{Findings, Listed};
use crate::name::SnapshotName;
use crate::prune::remember;
use crate::vault::{VaultInfo, VaultPort};

/// Which of the `connected` destinations is the place where these snapshots lie: it has stored or
/// seen one of them, and no two snapshots have the same name.
pub async fn same_place(
    memory: &impl Memory,
    connected: impl IntoIterator<Item = DestinationId>,
    listed: &[Listed],
) -> Option<DestinationId> {
    for id in connected {
        // Of what can't be read nothing is known.
        let evidence = load_evidence(memory, &id).await.unwrap_or_default();
        let here = |name: &SnapshotName| {
            evidence.record(name).is_some() || evidence.foreign.contains_key(name)
        };
        if listed.iter().any(|listed| here(&listed.name)) {
            return Some(id);
        }
    }
    None
}

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Takes the names of listed snapshots under our tag over from the journals of the other
    /// destinations. `true` if there was one.
    pub(crate) async fn recognise(
        &self,
        journal: &mut Journal,
        vault: &VaultInfo,
        findings: &Findings,
    ) -> Result<bool, Stop> {
        let others = journal.others(&self.memory).await?;
        let evidence = &mut journal.evidence;
        let unknown = |name: &&SnapshotName| name.device == vault.device && !evidence.knows(name);
        let ours: Vec<SnapshotName> = findings
            .listed
            .iter()
            .map(|listed| &listed.name)
            .filter(unknown)
            .filter(|name| others.iter().any(|other| other.knows(name)))
            .cloned()
            .collect();
        for name in &ours {
            remember(evidence, name);
        }
        Ok(!ours.is_empty())
    }

    /// The vault fell back, and under its present tag something of before was stored, here or
    /// anywhere: it may be the same place.
    pub(crate) async fn outgrew(&self, journal: &Journal, vault: &VaultInfo) -> Result<bool, Stop> {
        let evidence = &journal.evidence;
        if !evidence.is_behind(vault) {
            return Ok(false);
        }
        let others = journal.others(&self.memory).await?;
        let mut all = others.iter().chain([evidence]);
        Ok(all.any(|evidence| evidence.outgrew(vault)))
    }
}

#[cfg(test)]
#[path = "siblings_tests.rs"]
mod tests;
