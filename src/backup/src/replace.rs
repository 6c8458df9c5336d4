//! Deleting older snapshots because a person wants it: after a passphrase, a recovery key or the
//! vault key was replaced, what was stored before still opens with the old one.
//!
//! It is the one exception from "nothing but pruning deletes". A snapshot goes only when the newest
//! of this device was read back in this very run, has been opened, and holds everything that is in
//! the older one. What other devices stored last stays: they would take it for a loss. A device that
//! is gone takes nothing for a loss: neither one that was retired, nor a tag that this installation had
//! before.

use holdfast_json::map::Set;

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::{Destination, Failure};
use crate::engine::{Engine, Stop};
use crate::env::{Env, Memory};
use crate::evidence::Fate;
use crate::journal::Journal;
use crate::listing::{heads, snapshots};
use crate::log::What;
use crate::name::{DeviceTag, SnapshotName};
use crate::plan::candidate;
use crate::policy::SKEW_DOUBTFUL;
use crate::prune::forget_one;
use crate::store::Reading;
use crate::vault::VaultPort;

/// What an older snapshot turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It opens with what was replaced, and the newest holds everything that is in it.
    Superseded,
    /// Nothing that was replaced opens it: it is kept as history.
    Current,
    /// It does not open, or holds something that the newest does not: it is kept.
    Unproven,
}

/// What became of the older snapshots at one destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Deleted.
    pub deleted: usize,
    /// Kept, because what they hold could not be proven to be in the newest.
    pub unproven: usize,
    /// The newest of other devices, which open with what was replaced until those devices store
    /// anew.
    pub waiting: usize,
    /// Why the destination deleted no more.
    pub refused: Option<Cause>,
}

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Deletes at one destination what a new snapshot has superseded. Run the engine first: the
    /// present content has to be stored. `judge` compares an older snapshot with the newest, both
    /// as bytes that were just fetched; `is_retired` tells devices of which nothing is awaited any
    /// more.
    ///
    /// # Errors
    /// [`Cause::VaultLocked`] while nothing can be opened, [`Cause::Interrupted`] when the present
    /// content is not stored and opened yet, [`Cause::ClockWrong`] while the clock is doubtful, and
    /// whatever stopped listing and reading. Nothing was deleted then.
    pub async fn replace_older<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
        mut judge: impl AsyncFnMut(&[u8], &[u8]) -> Verdict,
        is_retired: impl Fn(&DeviceTag) -> bool,
    ) -> Result<Replaced, Failure> {
        let _claim = self
            .claim(id)
            .ok_or_else(|| Failure::new(Cause::Interrupted))?;
        let loaded = Journal::load(&self.memory, id).await;
        let mut journal = loaded.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        let outcome = self
            .replace(&mut journal, destination, &mut judge, is_retired)
            .await;
        let saved = journal.save(&self.memory).await;
        let replaced = outcome.map_err(|Stop(failure)| failure)?;
        saved.map_err(|error| Stop::from(error).0)?;
        Ok(replaced)
    }

    async fn replace<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        judge: &mut impl AsyncFnMut(&[u8], &[u8]) -> Verdict,
        is_retired: impl Fn(&DeviceTag) -> bool,
    ) -> Result<Replaced, Stop> {
        let info = self.vault.info().await?;
        if !info.unlocked {
            return Err(Failure::new(Cause::VaultLocked).into());
        }
        let missing = || Stop::from(Failure::new(Cause::Interrupted));
        let newest = candidate(&journal.evidence, &info).filter(|record| record.is_proven());
        let (name, hash) = newest
            .map(|record| (record.name.clone(), record.hash))
            .ok_or_else(missing)?;
        let sent = self.env.now_millis();
        let answer = destination.list(info.tag.as_str()).await;
        let listing = self.contact(&mut journal.evidence, sent, answer)?.value;
        // Nothing is dated here. A clock that is far off still tells that something is wrong; that
        // a folder tells no time does not.
        let skew = journal.evidence.skew;
        if skew.is_some_and(|skew| skew.ahead.unsigned_abs() > SKEW_DOUBTFUL) {
            return Err(Failure::new(Cause::ClockWrong).into());
        }
        let listed = snapshots(&info.tag, &listing);
        if !listed.iter().any(|listed| listed.name == name) {
            return Err(missing());
        }
        let bytes = match self.read(journal, destination, &name, hash).await? {
            Reading::Exact { bytes, .. } => bytes,
            Reading::Lost(cause) => {
                journal.evidence.lose(&name, cause, self.env.now_millis());
                return Err(Failure::new(cause).into());
            }
        };
        let others: Set<SnapshotName> = heads(&listed)
            .into_iter()
            .filter(|(device, _)| *device != info.device && !is_retired(device))
            .flat_map(|(_, heads)| heads)
            .filter(|name| !journal.evidence.knows(name))
            .collect();
        let mut replaced = Replaced::default();
        for older in listed.into_iter().map(|listed| listed.name) {
            // Whatever appeared above the newest since is not older.
            if older == name || (older.device == name.device && older.sequence >= name.sequence) {
                continue;
            }
            let sent = self.env.now_millis();
            let answer = destination.get(&older.to_string()).await;
            let Some(old) = self.contact(&mut journal.evidence, sent, answer)?.value else {
                continue;
            };
            match judge(&old, &bytes).await {
                Verdict::Current => {}
                Verdict::Unproven => replaced.unproven += 1,
                Verdict::Superseded if others.contains(&older) => replaced.waiting += 1,
                Verdict::Superseded => match self.discard(journal, destination, &older).await? {
                    None => replaced.deleted += 1,
                    refused => {
                        replaced.refused = refused;
                        break;
                    }
                },
            }
        }
        Ok(replaced)
    }

    /// Deletes one; says why the destination refuses.
    async fn discard<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        name: &SnapshotName,
    ) -> Result<Option<Cause>, Stop> {
        let is_ours = journal.evidence.record(name).is_some();
        if let Some(record) = journal.evidence.record_mut(name) {
            record.fate = Fate::Pruning;
            journal.save(&self.memory).await?;
        }
        let sent = self.env.now_millis();
        let answer = destination.delete(&name.to_string()).await;
        match self.contact(&mut journal.evidence, sent, answer) {
            Ok(_) => {
                if is_ours {
                    let sequence = name.sequence;
                    forget_one(&mut journal.evidence, name);
                    journal.evidence.log.add(sent, What::Pruned { sequence });
                }
                Ok(None)
            }
            Err(Stop(failure)) => Ok(Some(failure.cause)),
        }
    }
}

#[cfg(test)]
#[path = "replace_tests.rs"]
mod tests;
