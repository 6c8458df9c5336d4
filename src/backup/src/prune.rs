//! Deleting superfluous snapshots of ours, and forgetting what can't come back.

use holdfast_json::map::Map;

use crate::cause::Cause;
use crate::destination::Destination;
use crate::destination::probe::refuses_deletion;
use crate::engine::{Engine, Run, Stop};
use crate::env::{Env, Memory};
use crate::evidence::{Evidence, Fate};
use crate::journal::Journal;
use crate::listing::{Findings, Listed};
use crate::log::What;
use crate::name::SnapshotName;
use crate::plan::candidate;
use crate::policy::{DAY, SKEW_DOUBTFUL};
use crate::retain::{Present, superfluous};
use crate::store::earliest;
use crate::vault::{VaultInfo, VaultPort};

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Deletes what retention finds superfluous: only snapshots under our present tag, only when
    /// the newest was read back in this very run and has been opened, and never while the clock is
    /// doubtful. That deleting fails is no failure of storing; if the server asks to wait, it gives
    /// for how long, in milliseconds.
    pub(crate) async fn prune<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        run: &Run,
        findings: &Findings,
        server_now: Option<u64>,
    ) -> Result<Option<u64>, Stop> {
        let info = self.vault.info().await?;
        let evidence = &mut journal.evidence;
        forget(evidence, findings, self.env.now_millis());
        let newest_is_safe = candidate(evidence, &info).is_some_and(|record| {
            record.is_proven() && !record.doubted && run.seen.contains(&record.name)
        });
        let newest_is_safe = newest_is_safe && !evidence.is_behind(&info);
        let may_delete = evidence.capabilities.as_ref().is_none_or(|can| can.deletes);
        let (true, true, true, Some(server_now)) = (
            newest_is_safe,
            may_delete,
            clock_is_sure(evidence),
            server_now,
        ) else {
            return Ok(None);
        };
        let mut pause = None;
        let present = present(evidence, &info, findings);
        for name in superfluous(&present, server_now, &self.retention.get())
            .into_iter()
            .take(AT_ONCE)
        {
            if let Some(record) = journal.evidence.record_mut(&name) {
                record.fate = Fate::Pruning;
            }
            journal.save(&self.memory).await?;
            let sent = self.env.now_millis();
            let answer = destination.delete(&name.to_string()).await;
            match self.contact(&mut journal.evidence, sent, answer) {
                Ok(_) => {
                    let sequence = name.sequence;
                    forget_one(&mut journal.evidence, &name);
                    journal.evidence.log.add(sent, What::Pruned { sequence });
                }
                Err(Stop(failure)) => {
                    if let (true, Some(can)) = (
                        refuses_deletion(&failure),
                        &mut journal.evidence.capabilities,
                    ) {
                        can.deletes = false;
                    }
                    pause = failure.retry_after;
                    break;
                }
            }
        }
        journal.save(&self.memory).await?;
        Ok(pause)
    }
}

/// Deletions of one run, at most.
const AT_ONCE: usize = 20;
/// How many pruned names are remembered.
const REMEMBERED: usize = 500;
/// After this long, a snapshot that isn't listed is only remembered by its name.
const FORGOTTEN_AFTER: u64 = 90 * DAY;

/// The server's clock is known and near ours.
fn clock_is_sure(evidence: &Evidence) -> bool {
    evidence
        .skew
        .is_some_and(|skew| skew.ahead.unsigned_abs() <= SKEW_DOUBTFUL)
}

/// Our own listed snapshots under the present tag, in the order of sending.
fn present(evidence: &Evidence, info: &VaultInfo, findings: &Findings) -> Vec<Present> {
    let listed: Map<&SnapshotName, &Listed> = findings
        .listed
        .iter()
        .map(|listed| (&listed.name, listed))
        .collect();
    let ours = evidence
        .records
        .iter()
        .filter(|record| record.name.vault == info.tag && record.name.device == info.device);
    let present = ours.filter_map(|record| {
        let listed = listed.get(&record.name)?;
        Some(Present {
            name: record.name.clone(),
            stored_at: earliest(record.server_time, listed.modified),
            proven: record.is_proven() && !record.doubted,
            broken: matches!(
                record.fate,
                Fate::Lost {
                    cause: Cause::Damaged,
                    ..
                } | Fate::Pruning
            ),
        })
    });
    present.collect()
}

/// Drops records of what is not there any more and has proven nothing for long.
fn forget(evidence: &mut Evidence, findings: &Findings, now: u64) {
    let last = |vault| {
        evidence
            .newest_stored(vault, now)
            .map(|record| &record.name)
    };
    let gone: Vec<SnapshotName> = evidence
        .records
        .iter()
        .filter(|record| {
            let old = record.sent_at.saturating_add(FORGOTTEN_AFTER) < now
                && last(&record.name.vault) != Some(&record.name);
            old || record.fate == Fate::Pruning
        })
        .map(|record| record.name.clone())
        .filter(|name| !findings.listed.iter().any(|listed| listed.name == *name))
        .collect();
    for name in gone {
        forget_one(evidence, &name);
    }
}

/// Forgets a snapshot of ours but for its name.
pub(crate) fn forget_one(evidence: &mut Evidence, name: &SnapshotName) {
    evidence.records.retain(|record| record.name != *name);
    remember(evidence, name);
}

/// Remembers the name of a snapshot of ours.
pub(crate) fn remember(evidence: &mut Evidence, name: &SnapshotName) {
    evidence.pruned.push(name.clone());
    let surplus = evidence.pruned.len().saturating_sub(REMEMBERED);
    evidence.pruned.drain(..surplus);
}
