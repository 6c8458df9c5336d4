//! The engine: does for one destination what is due, and remembers what it saw.
//!
//! One pass: put a new snapshot if the content isn't stored → list → get → compare → open →
//! record → merge what other devices stored → prune. The journal is saved before each effect. The
//! future may be dropped at any `await` (the browser ends the worker): whatever was about to
//! happen is examined in the next run. Snapshots are immutable and named anew, so repeating is
//! always safe.

use std::cell::{Cell, RefCell};

use holdfast_json::map::Set;

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::{Answer, Destination, Failure, Listing};
use crate::env::{Env, Memory, MemoryError};
use crate::evidence::{Evidence, Retry, Skew};
use crate::journal::{Journal, JournalError};
use crate::listing::{self, Findings};
use crate::log::What;
use crate::name::SnapshotName;
use crate::plan::{Due, candidate, next_wake};
use crate::policy::{CLOCK_EXCHANGE, PULL_EVERY, QUIET, Retention};
use crate::vault::{VaultError, VaultInfo, VaultPort};

/// The engine of one device. Holds no state of its own between runs.
pub struct Engine<E, M, V> {
    pub(crate) env: E,
    pub(crate) memory: M,
    pub(crate) vault: V,
    /// Which snapshots are kept. May change between runs.
    pub retention: Cell<Retention>,
    busy: RefCell<Set<DestinationId>>,
}

/// Why a run is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An alarm, a start, a change: do what is due.
    Due,
    /// The key is at hand now: also open and merge what waited for it.
    Unlocked,
    /// A person pressed the button: do everything, and don't wait out any pause.
    Now,
}

/// What a run left behind. The evidence has the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// When to run again, by this computer's clock, in milliseconds.
    pub wake_at: u64,
    /// What stopped it, or why it waits.
    pub failure: Option<Cause>,
}

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// An engine over this device's clock, memory and vault.
    pub fn new(env: E, memory: M, vault: V) -> Self {
        let (retention, busy) = Default::default();
        Self {
            env,
            memory,
            vault,
            retention,
            busy,
        }
    }

    /// Does for one destination what is due. A second run for the same destination, while one is
    /// under way, does nothing.
    pub async fn run<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
        trigger: Trigger,
    ) -> Report {
        let now = self.env.now_millis();
        let Some(_claim) = self.claim(id) else {
            return Report {
                wake_at: now + QUIET,
                failure: None,
            };
        };
        let mut journal = match Journal::load(&self.memory, id).await {
            Ok(journal) => journal,
            Err(error) => {
                return Report {
                    wake_at: now + PULL_EVERY,
                    failure: Some(cause_of_journal(error)),
                };
            }
        };
        if trigger != Trigger::Now && !journal.evidence.retry.is_due(now) {
            let failure = journal.evidence.fault.as_ref().map(|fault| fault.cause);
            let wake_at = now + journal.evidence.retry.wait(now);
            return Report { wake_at, failure };
        }
        let attempted = self.attempt(&mut journal, destination, trigger).await;
        self.conclude(&mut journal, attempted).await
    }

    /// Stores the vault in this browser anew, if an edit could not be saved there. Whether that
    /// worked is in its info.
    pub async fn save_here(&self) {
        if let Ok(info) = self.vault.info().await
            && !info.saved
            && info.unlocked
        {
            let _ = self.vault.reseal().await;
        }
    }

    /// When the next run is due: to be asked after each change of the vault.
    pub async fn wake_at(&self, id: &DestinationId) -> u64 {
        let now = self.env.now_millis();
        match (
            Journal::load(&self.memory, id).await,
            self.vault.info().await,
        ) {
            (Ok(journal), Ok(info)) => next_wake(&journal.evidence, &info, now),
            _ => now + PULL_EVERY,
        }
    }

    /// One run at a time per destination: the claim ends when it is dropped.
    pub(crate) fn claim(&self, id: &DestinationId) -> Option<Claim<'_>> {
        let new = self.busy.borrow_mut().insert(id.clone());
        new.then(|| Claim {
            busy: &self.busy,
            id: id.clone(),
        })
    }

    /// Takes the outcome of an attempt into the evidence and plans the next one. An attempt that
    /// went well may have been asked to wait all the same.
    pub(crate) async fn conclude(
        &self,
        journal: &mut Journal,
        attempted: Result<Option<u64>, Stop>,
    ) -> Report {
        let now = self.env.now_millis();
        let evidence = &mut journal.evidence;
        let failure = match attempted {
            Ok(pause) => {
                if evidence.fault.take().is_some() {
                    evidence.log.add(now, What::Recovered);
                }
                evidence.retry = Retry::waiting(pause, now);
                None
            }
            Err(Stop(failure)) => {
                let (cause, status) = (failure.cause, failure.status);
                evidence.fail(now, &failure);
                evidence.retry.after(&failure, now, &self.env);
                evidence.log.add(now, What::Failed { cause, status });
                Some(cause)
            }
        };
        evidence.working_since = None;
        let saved = journal.save(&self.memory).await;
        let failure = match saved {
            Ok(()) => failure,
            Err(MemoryError) => Some(Cause::CouldNotSaveHere),
        };
        let wake_at = match self.vault.info().await {
            Ok(info) => next_wake(&journal.evidence, &info, now),
            Err(_) => now + PULL_EVERY,
        };
        Report { wake_at, failure }
    }

    async fn attempt<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        trigger: Trigger,
    ) -> Result<Option<u64>, Stop> {
        self.same_account(&mut journal.evidence, destination)?;
        let mut run = Run {
            trigger,
            fresh: None,
            seen: Set::new(),
            resealed: false,
            absorbed: false,
            pause: None,
        };
        // Merging changes the content, and a loss has to be made good: both need another pass.
        // Whatever is still open after these is open for the next run.
        for _ in 0..PASSES {
            if self.pass(journal, destination, &mut run).await? == Pass::Done {
                break;
            }
        }
        Ok(run.pause)
    }

    async fn pass<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        run: &mut Run,
    ) -> Result<Pass, Stop> {
        let now = self.env.now_millis();
        let mut info = match self.vault.info().await {
            Err(VaultError::None) => return Ok(Pass::Done),
            info => info?,
        };
        if !info.saved && info.unlocked && !run.resealed {
            // Storing what lies here helps in any case, so this may fail again.
            let _ = self.reseal(journal, run).await;
            info = self.vault.info().await?;
        }
        if self.outgrew(journal, &info).await? {
            // What is stored next does not grow from what this tag has stored, and nobody may take
            // it for that: the older ones would be passed over, with what only they hold.
            self.vault.renew_device(&info.device).await?;
            journal.evidence.log.add(now, What::StartedAnew);
            journal.save(&self.memory).await?;
            info = self.vault.info().await?;
        }
        let mut due = Due::of(&journal.evidence, &info, now, run.trigger);
        // After a fall back, what our own snapshots hold comes first.
        let behind = info.unlocked && journal.evidence.is_behind(&info) && !run.absorbed;
        if due.put
            && !behind
            && let Some(name) = self.put(journal, destination, run).await?
        {
            run.fresh = Some(name);
            due.list = true;
            info = self.vault.info().await?;
        }
        if !due.list {
            return Ok(Pass::Done);
        }
        let sent = self.env.now_millis();
        let answer = destination.list(info.tag.as_str()).await;
        let listing = self.contact(&mut journal.evidence, sent, answer)?;
        let findings = self
            .observe(journal, destination, &info, &listing.value)
            .await?;
        if findings.shares_identity {
            // We go on under a tag of our own, and nothing is pruned in this pass.
            return Ok(Pass::Again);
        }
        let newest = candidate(&journal.evidence, &info);
        let newest = newest.filter(|record| due.read || record.doubted);
        let newest = newest.map(|record| record.name.clone());
        let target = run.fresh.clone().or(newest);
        if let Some(name) = target
            && !run.seen.contains(&name)
            && self
                .verify(journal, destination, run, &name, &findings)
                .await?
        {
            return Ok(Pass::Again);
        }
        run.absorbed = true;
        if self.pull(journal, destination, run.trigger, &info).await? || behind {
            return Ok(Pass::Again);
        }
        run.pause = self
            .prune(journal, destination, run, &findings, listing.server_time)
            .await?;
        Ok(Pass::Done)
    }

    /// Takes a list into the evidence, checks what seems to be missing, and parts from a copy.
    async fn observe<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        info: &VaultInfo,
        listing: &Listing,
    ) -> Result<Findings, Stop> {
        let now = self.env.now_millis();
        let mut findings = listing::observe(&mut journal.evidence, info, listing, now);
        if findings.shares_identity && self.recognise(journal, info, &findings).await? {
            findings = listing::observe(&mut journal.evidence, info, listing, now);
        }
        let evidence = &mut journal.evidence;
        for name in &findings.missing {
            // A list may be stale; asking for the object itself settles it.
            let sent = self.env.now_millis();
            let answer = destination.get(&name.to_string()).await;
            let answer = match self.contact(evidence, sent, answer) {
                // Nobody knows yet.
                Err(Stop(failure)) if failure.may_be_of_one() => continue,
                answer => answer?,
            };
            if answer.value.is_none()
                && let Some(seen) = evidence.devices.get_mut(&name.device)
            {
                seen.missing_since = Some(now);
                let device = name.device.clone();
                evidence.log.add(now, What::RolledBack { device });
            }
        }
        if let Some(name) = &findings.missing_own {
            let sent = self.env.now_millis();
            let answer = destination.get(&name.to_string()).await;
            if self.contact(evidence, sent, answer)?.value.is_none() {
                evidence.lose(name, Cause::Gone, now);
            }
        }
        if findings.shares_identity {
            self.vault.renew_device(&info.device).await?;
            evidence.log.add(now, What::Copied);
            journal.save(&self.memory).await?;
        }
        Ok(findings)
    }

    /// Refuses to mix snapshots of two accounts.
    pub(crate) fn same_account<D: Destination>(
        &self,
        evidence: &mut Evidence,
        destination: &D,
    ) -> Result<(), Stop> {
        match (&evidence.account, destination.account()) {
            (Some(stored), Some(account)) if *stored != account => {
                Err(Failure::new(Cause::WrongAccount).into())
            }
            (None, account) => {
                evidence.account = account;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Takes the server's clock from an answer or a failure to a request that was sent at `sent`.
    pub(crate) fn contact<T>(
        &self,
        evidence: &mut Evidence,
        sent: u64,
        answer: Result<Answer<T>, Failure>,
    ) -> Result<Answer<T>, Stop> {
        let now = self.env.now_millis();
        let server_time = match &answer {
            Ok(answer) => answer.server_time,
            Err(failure) => failure.server_time,
        };
        // An exchange that took long, or across which the computer slept, says too little.
        let took = now.abs_diff(sent);
        if let Some(theirs) = server_time.filter(|_| took <= CLOCK_EXCHANGE) {
            // The server wrote its date somewhere between sending and now; it has no fractions.
            let ours = sent.min(now) / 2 + now.max(sent) / 2;
            let ahead = i64::try_from(theirs + 500)
                .unwrap_or(i64::MAX)
                .saturating_sub(i64::try_from(ours).unwrap_or(i64::MAX));
            evidence.skew = Some(Skew { ahead, at: now });
        }
        Ok(answer?)
    }
}

/// A claim on a destination.
pub(crate) struct Claim<'a> {
    busy: &'a RefCell<Set<DestinationId>>,
    id: DestinationId,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.busy.borrow_mut().remove(&self.id);
    }
}

/// What one run has done so far.
pub(crate) struct Run {
    /// Why it was asked for.
    pub trigger: Trigger,
    /// Put in this run, and acknowledged.
    pub fresh: Option<SnapshotName>,
    /// Read back in this run.
    pub seen: Set<SnapshotName>,
    /// What lay in the browser was sealed anew in this run.
    pub resealed: bool,
    /// What others stored was looked at in this run.
    pub absorbed: bool,
    /// How long the server asked to wait, although nothing failed.
    pub pause: Option<u64>,
}

#[derive(PartialEq, Eq)]
enum Pass {
    Done,
    Again,
}

/// Passes of one run, at most.
const PASSES: usize = 4;

/// What stops a run.
#[derive(Debug)]
pub(crate) struct Stop(pub Failure);

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<MemoryError> for Stop {
    fn from(MemoryError: MemoryError) -> Self {
        Self(Failure::new(Cause::CouldNotSaveHere))
    }
}

impl From<VaultError> for Stop {
    fn from(_: VaultError) -> Self {
        Self(Failure::new(Cause::CouldNotSaveHere))
    }
}

fn cause_of_journal(error: JournalError) -> Cause {
    match error {
        JournalError::Storage => Cause::CouldNotSaveHere,
        JournalError::Newer => Cause::NewerFormat,
    }
}

#[cfg(test)]
#[path = "refused_tests.rs"]
mod refused;

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
