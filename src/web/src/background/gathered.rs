//! Opening the snapshots that a restore is made from, and merging them.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_backup::digest::Digest;
use holdfast_backup::name::SnapshotName;
use holdfast_backup::restore::VaultFound;
use holdfast_core::contents::{Contents, ContentsError};
use holdfast_core::seal::{self, SealError, Slot, SlotId};
use holdfast_core::vault::{Changes, DeviceId, Id, Vault};

use super::keeper::Keeper;
use crate::message::Failure;
use crate::store::identity::device_id;

/// Opened so far, merged.
#[derive(Default)]
pub(super) struct Gathered {
    contents: Option<Contents>,
    /// Each as it was stored.
    opened: Vec<Vault>,
    /// Why the last one that didn't open didn't, or what is wrong with the secret.
    refused: Option<Failure>,
    /// The slots that the secret doesn't open. Each costs a derivation to find out.
    shut: BTreeSet<SlotId>,
}

/// What came of it.
pub(super) struct Gained {
    /// The merge of all.
    pub contents: Contents,
    /// Accounts that the merge removes, of which somebody would be asked first: whoever has stored one
    /// of these snapshots has them, and they are so many there. Nobody can be asked in that place, so
    /// they are not to be removed.
    pub unasked: Vec<Id>,
}

impl Gathered {
    /// Opens a snapshot and merges it; says whether it opened. What one file's keyring knows opens
    /// others without the secret; a file that is damaged doesn't keep the others from being
    /// restored.
    pub(super) async fn take(&mut self, keeper: &Keeper, bytes: &[u8], secret: &str) -> bool {
        let outcome = self.open(keeper, bytes, secret).await;
        let outcome = outcome.and_then(|opened| self.add(opened));
        let opened = outcome.is_ok();
        if let Err(failure) = outcome
            && !self.refused.as_ref().is_some_and(is_of_secret)
        {
            self.refused = Some(failure);
        }
        opened
    }

    async fn open(
        &mut self,
        keeper: &Keeper,
        bytes: &[u8],
        secret: &str,
    ) -> Result<Contents, Failure> {
        let known = self
            .contents
            .as_ref()
            .map(|own| Contents::open(bytes, own.keyring.keys()));
        match known {
            Some(Err(ContentsError::Seal(SealError::VaultKeyChanged))) | None => {
                let slots = slots(bytes);
                let opened = match &self.refused {
                    Some(refused) if self.is_shut(&slots) => Err(refused.clone()),
                    _ => keeper.open_with(bytes, secret).await,
                };
                if opened.as_ref().is_err_and(is_of_secret) {
                    self.shut.extend(slots);
                }
                opened
            }
            Some(known) => Ok(known?),
        }
    }

    fn is_shut(&self, slots: &[SlotId]) -> bool {
        !slots.is_empty() && slots.iter().all(|slot| self.shut.contains(slot))
    }

    fn add(&mut self, opened: Contents) -> Result<(), Failure> {
        let vault = opened.vault.clone();
        match &mut self.contents {
            None => self.contents = Some(opened),
            Some(own) => {
                let plan = own.plan_merge(&opened)?;
                own.vault = plan.accounts.merged;
                own.keyring = plan.keyring;
            }
        }
        self.opened.push(vault);
        Ok(())
    }

    /// # Errors
    /// When none has opened: why the last one didn't.
    pub(super) fn finish(self) -> Result<Gained, Failure> {
        let refused = self.refused;
        let contents = self
            .contents
            .ok_or_else(|| refused.unwrap_or_else(|| Failure::new("snapshot_gone")))?;
        let changes = self.opened.iter();
        let changes = changes.map(|vault| Changes::between(vault, &contents.vault));
        let mut unasked: Vec<Id> = changes
            .filter(Changes::needs_consent)
            .flat_map(|changes| changes.removed)
            .collect();
        unasked.sort_unstable();
        unasked.dedup();
        Ok(Gained { contents, unasked })
    }

    /// The devices whose newest snapshot is not among those that opened: it is there and does not, or
    /// it is not there, and another device has known it.
    pub(super) fn missing(
        &self,
        found: &VaultFound,
        opened: &[(SnapshotName, Vec<u8>)],
    ) -> Vec<DeviceId> {
        let Some(contents) = &self.contents else {
            return Vec::new();
        };
        let mut missing = Vec::new();
        let mut newest = BTreeMap::new();
        for (tag, listed) in &found.devices {
            let Some(top) = listed.first() else {
                continue;
            };
            newest.insert(device_id(tag), top);
            if !opened.iter().any(|(name, _)| *name == top.name) {
                missing.push(device_id(tag));
            }
        }
        let sequences = newest
            .iter()
            .map(|(device, top)| (*device, top.name.sequence));
        for view in contents.vault.missing_snapshots(&sequences.collect()) {
            let Some(seen) = contents.vault.seen.get(&view.id) else {
                continue;
            };
            // It may have been seen in another place, where they are counted by themselves: the same
            // bytes, or what was stored here after that, is no older.
            let stored_at = newest.get(&view.id).and_then(|top| top.modified);
            let is_newer = stored_at.is_some_and(|at| at >= seen.at);
            let is_same = || {
                let mut opened = opened.iter();
                opened.any(|(_, bytes)| Digest::of(bytes).0 == seen.hash)
            };
            if !missing.contains(&view.id) && !is_newer && !is_same() {
                missing.push(view.id);
            }
        }
        missing
    }
}

/// Whether it is the secret that was refused, rather than a file.
fn is_of_secret(failure: &Failure) -> bool {
    let code = failure.code.as_str();
    matches!(code, "wrong_passphrase" | "wrong_recovery_key") || code.starts_with("recovery_key_")
}

fn slots(bytes: &[u8]) -> Vec<SlotId> {
    let file = seal::read(bytes);
    file.map_or_else(
        |_| Vec::new(),
        |file| file.header().slots().iter().map(Slot::id).collect(),
    )
}

#[cfg(test)]
#[path = "gathered_tests.rs"]
mod tests;
