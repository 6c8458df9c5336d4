//! Reading what other devices stored and merging it.

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::{Destination, Failure};
use crate::digest::Digest;
use crate::engine::{Engine, Stop, Trigger};
use crate::env::{Env, Memory};
use crate::evidence::Foreign;
use crate::journal::Journal;
use crate::listing::reabsorbed;
use crate::log::What;
use crate::name::SnapshotName;
use crate::plan::is_past;
use crate::policy::{HELD_FOR, PATIENT_RUNS};
use crate::store::Reading;
use crate::vault::{Merge, OpenError, Removals, VaultInfo, VaultPort};

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Merges the snapshots that are wanted. `true` if the vault's content changed. While the
    /// vault is locked they wait. `listed_as`: the vault as it was when the list was taken in.
    pub(crate) async fn pull<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        trigger: Trigger,
        listed_as: &VaultInfo,
    ) -> Result<bool, Stop> {
        let now = self.env.now_millis();
        let wanted = |state: &Foreign| match state {
            Foreign::Wanted => true,
            Foreign::Unopened { at, .. } => {
                trigger != Trigger::Due || is_past(Some(*at), HELD_FOR, now)
            }
            Foreign::Passed | Foreign::Merged | Foreign::NeedsConsent { .. } => false,
        };
        let names: Vec<SnapshotName> = journal
            .evidence
            .foreign
            .iter()
            .filter(|(_, state)| wanted(state))
            .map(|(name, _)| name.clone())
            .collect();
        let mut changed = false;
        let mut refused: Option<Failure> = None;
        for name in names {
            if !self.vault.info().await?.unlocked {
                break;
            }
            let merged = self.merge_one(journal, destination, &name, Removals::Ask);
            match merged.await {
                Ok(merged) => changed |= merged == Some(Merge::Merged),
                // One that the server lists and does not give must not keep the others away.
                Err(Stop(failure)) if failure.may_be_of_one() => {
                    if journal.evidence.retry.failures >= PATIENT_RUNS {
                        self.hold(journal, &name);
                    }
                    refused.get_or_insert(failure);
                }
                Err(stop) => return Err(stop),
            }
        }
        // The vault may have fallen back since the list was taken in: then it wasn't for that.
        reabsorbed(&mut journal.evidence, listed_as);
        journal.save(&self.memory).await?;
        match refused {
            // It is said; the next run goes on with what is here.
            Some(failure) if !changed => Err(failure.into()),
            _ => Ok(changed),
        }
    }

    /// A snapshot that can't be had is left alone for a while, and the one before it is wanted.
    fn hold(&self, journal: &mut Journal, name: &SnapshotName) {
        let (why, at) = (OpenError::Damaged, self.env.now_millis());
        let (device, sequence) = (name.device.clone(), name.sequence);
        let evidence = &mut journal.evidence;
        evidence.log.add(at, What::NotMerged { device, sequence });
        let state = Foreign::Unopened { why, at };
        evidence.foreign.insert(name.clone(), state);
    }

    /// Merges one snapshot of another device, of which the person was asked whether it may remove
    /// many accounts. What became of it; [`Merge::NeedsConsent`] where it would remove more than
    /// they agreed to, `None` where it is gone or does not open.
    ///
    /// # Errors
    /// What stopped it.
    pub async fn merge_answered<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
        name: &SnapshotName,
        removals: Removals,
    ) -> Result<Option<Merge>, Failure> {
        let busy = Failure::new(Cause::Interrupted);
        let _claim = self.claim(id).ok_or(busy)?;
        let loaded = Journal::load(&self.memory, id).await;
        let mut journal = loaded.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        let merged = self.merge_one(&mut journal, destination, name, removals);
        let merged = merged.await;
        let saved = journal.save(&self.memory).await;
        let merged = merged.map_err(|Stop(failure)| failure)?;
        saved.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        Ok(merged)
    }

    async fn merge_one<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        name: &SnapshotName,
        removals: Removals,
    ) -> Result<Option<Merge>, Stop> {
        let own = journal.evidence.record(name).map(|record| record.hash);
        let fetched = match own {
            Some(hash) => self.fetch_own(journal, destination, name, hash).await?,
            None => self.fetch(journal, destination, name).await?,
        };
        let Some(bytes) = fetched else {
            // Pruned or lost since the list was made: the next list tells what there is.
            return Ok(None);
        };
        let mut merged = self.vault.merge(name, &bytes, removals).await;
        if merged == Err(OpenError::Damaged) && own.is_none() {
            // It may have been cut off on its way to us.
            let again = self.fetch(journal, destination, name).await?;
            if let Some(again) = again.filter(|again| *again != bytes) {
                merged = self.vault.merge(name, &again, removals).await;
            }
        }
        let at = self.env.now_millis();
        let evidence = &mut journal.evidence;
        let (device, sequence) = (name.device.clone(), name.sequence);
        let state = match merged {
            Ok(Merge::Merged) => {
                evidence.log.add(at, What::Merged { device, sequence });
                Foreign::Merged
            }
            Ok(Merge::Unchanged) => Foreign::Merged,
            Ok(Merge::NeedsConsent { removals }) => Foreign::NeedsConsent { removals },
            Err(OpenError::Locked) => return Ok(None),
            Err(OpenError::Storage) => {
                return Err(Failure::new(Cause::CouldNotSaveHere).into());
            }
            Err(why) => {
                let before = evidence.foreign.get(name);
                if !matches!(before, Some(Foreign::Unopened { .. })) {
                    evidence.log.add(at, What::NotMerged { device, sequence });
                }
                Foreign::Unopened { why, at }
            }
        };
        evidence.foreign.insert(name.clone(), state);
        Ok(merged.ok())
    }

    async fn fetch<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        name: &SnapshotName,
    ) -> Result<Option<Vec<u8>>, Stop> {
        let sent = self.env.now_millis();
        let answer = destination.get(&name.to_string()).await;
        Ok(self.contact(&mut journal.evidence, sent, answer)?.value)
    }

    /// Fetches one of our own snapshots; that it isn't there as it should be is a loss.
    async fn fetch_own<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        name: &SnapshotName,
        hash: Digest,
    ) -> Result<Option<Vec<u8>>, Stop> {
        match self.read(journal, destination, name, hash).await? {
            Reading::Exact { bytes, .. } => Ok(Some(bytes)),
            Reading::Lost(cause) => {
                let at = self.env.now_millis();
                let why = OpenError::Damaged;
                journal.evidence.lose(name, cause, at);
                let state = Foreign::Unopened { why, at };
                journal.evidence.foreign.insert(name.clone(), state);
                Ok(None)
            }
        }
    }
}
