//! Handing the vault over to a place that can't be checked from here: it never counts as stored.

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::{Destination, Failure};
use crate::engine::{Engine, Report, Stop, Trigger};
use crate::env::{Env, Memory, random};
use crate::evidence::{Evidence, Kept};
use crate::journal::Journal;
use crate::name::SnapshotName;
use crate::policy::{DAY, QUIET};
use crate::vault::{Sealed, VaultInfo, VaultPort};

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Hands the newest content over, if it hasn't been yet. There is little room: of this device's
    /// older ones none is kept, and where a second one does not fit, the older one goes first. What
    /// lies there under another tag is left alone, also under a former one of ours: it may hold what
    /// nothing else does.
    pub async fn keep<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
        trigger: Trigger,
    ) -> Report {
        let now = self.env.now_millis();
        let nothing = |wake_at, failure| Report { wake_at, failure };
        let Some(_claim) = self.claim(id) else {
            return nothing(now + QUIET, None);
        };
        let (mut journal, info) = match (
            Journal::load(&self.memory, id).await,
            self.vault.info().await,
        ) {
            (Ok(journal), Ok(info)) => (journal, info),
            _ => return nothing(now + DAY, Some(Cause::CouldNotSaveHere)),
        };
        journal.evidence.uncheckable = true;
        let due = kept_wake(&journal.evidence, &info, now);
        if trigger != Trigger::Now && due > now && !journal.evidence.unsaved {
            let failure = journal.evidence.fault.as_ref().map(|fault| fault.cause);
            return nothing(due, failure);
        }
        let attempted = self
            .hand_over(&mut journal.evidence, destination, &info)
            .await;
        let attempted = attempted.map(|kept| {
            journal.evidence.kept = Some(kept);
            None
        });
        let report = self.conclude(&mut journal, attempted).await;
        let wake_at = kept_wake(&journal.evidence, &info, now).max(now + QUIET);
        Report { wake_at, ..report }
    }

    /// When [`Engine::keep`] is due: to be asked after each change of the vault.
    pub async fn keep_at(&self, id: &DestinationId) -> u64 {
        let now = self.env.now_millis();
        match (
            Journal::load(&self.memory, id).await,
            self.vault.info().await,
        ) {
            (Ok(journal), Ok(info)) => kept_wake(&journal.evidence, &info, now),
            _ => now + DAY,
        }
    }

    async fn hand_over<D: Destination>(
        &self,
        evidence: &mut Evidence,
        destination: &D,
        info: &VaultInfo,
    ) -> Result<Kept, Stop> {
        let at = self.env.now_millis();
        let sealed = self.vault.sealed().await?;
        let folder = destination.list(info.tag.as_str()).await?.value;
        let own = |name: &SnapshotName| name.device == info.device;
        let mut before: Vec<SnapshotName> = folder
            .files
            .iter()
            .filter_map(|file| SnapshotName::in_folder(&info.tag, &file.name))
            .filter(own)
            .collect();
        before.sort_unstable();
        if before.is_empty() {
            // Somebody has emptied it, or we died between making room and using it.
            evidence.kept = None;
        }
        let last = before.last();
        if let Some(last) = last
            && holds(destination, last, &sealed).await?
        {
            before.pop();
        } else {
            let name = SnapshotName {
                vault: info.tag.clone(),
                device: info.device.clone(),
                sequence: last.map_or(0, |name| name.sequence).saturating_add(1),
                random: u64::from_le_bytes(random(&self.env)),
            };
            let put = destination.put(&name.to_string(), &sealed.bytes).await;
            match put {
                Err(failure) if failure.cause == Cause::StorageFull && evidence.kept.is_some() => {
                    put_in_place_of(&before, evidence, destination, &name, &sealed).await?;
                }
                put => {
                    put?;
                }
            }
            if !holds(destination, &name, &sealed).await? {
                return Err(Failure::new(Cause::Damaged).into());
            }
        }
        // The one before the newest goes last, and only now.
        if evidence.kept.is_some() {
            for name in &before {
                destination.delete(&name.to_string()).await?;
            }
        }
        Ok(kept(&sealed, at))
    }
}

/// Whether these very bytes lie there under that name.
async fn holds<D: Destination>(
    destination: &D,
    name: &SnapshotName,
    sealed: &Sealed,
) -> Result<bool, Stop> {
    let read = destination.get(&name.to_string()).await?.value;
    Ok(read.is_some_and(|bytes| bytes == sealed.bytes))
}

/// Hands over where there is no room for two: what is there goes first. Should that not be enough,
/// it is put back. Who dies in between finds nothing there, and hands over anew.
async fn put_in_place_of<D: Destination>(
    before: &[SnapshotName],
    evidence: &mut Evidence,
    destination: &D,
    name: &SnapshotName,
    sealed: &Sealed,
) -> Result<(), Failure> {
    let mut older = Vec::new();
    for name in before {
        let name = name.to_string();
        if let Some(bytes) = destination.get(&name).await?.value {
            older.push((name, bytes));
        }
    }
    for name in before {
        destination.delete(&name.to_string()).await?;
    }
    let put = destination.put(&name.to_string(), &sealed.bytes).await;
    if put.is_err() {
        let kept = evidence.kept.take();
        for (name, bytes) in &older {
            destination.put(name, bytes).await?;
        }
        evidence.kept = kept.filter(|_| !older.is_empty());
    }
    put.map(drop)
}

fn kept(sealed: &Sealed, at: u64) -> Kept {
    Kept {
        at,
        version: sealed.version,
        content: sealed.content,
        accounts: sealed.accounts,
    }
}

/// When handing over is due.
fn kept_wake(evidence: &Evidence, info: &VaultInfo, now: u64) -> u64 {
    let current = evidence
        .kept
        .is_some_and(|kept| kept.content == info.content);
    match (current, evidence.fault.is_some()) {
        (true, false) => now + DAY,
        (_, true) => now + evidence.retry.wait(now),
        // A burst of changes is handed over once.
        (false, false) => info.changed_at.saturating_add(QUIET).min(now + QUIET),
    }
}

#[cfg(test)]
#[path = "keep_tests.rs"]
mod tests;
