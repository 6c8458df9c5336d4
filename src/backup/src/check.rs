//! Connecting, disconnecting, and "check now": the whole chain, step by step.

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::probe::{Capabilities, ProbeFailure, ProbeStep, probe};
use crate::destination::{Destination, Failure};
use crate::engine::{Engine, Stop, Trigger};
use crate::env::{Env, Memory};
use crate::evidence::{Evidence, Kept};
use crate::journal::Journal;
use crate::log::What;
use crate::plan::candidate;
use crate::policy::SKEW_WARNING;
use crate::vault::{OpenError, VaultInfo, VaultPort};

/// One step of the chain, in the order they are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The vault is safe in this browser.
    Here,
    /// The destination answers.
    Network,
    /// It is a storage server, and the folder is there.
    Address,
    /// It takes the credentials.
    SignIn,
    /// Reading and writing is allowed.
    Permission,
    /// There is room.
    Space,
    /// A new object can be written.
    Write,
    /// What was written comes back unchanged.
    ReadBack,
    /// The stored snapshot opens and holds every account.
    Open,
    /// The clocks agree.
    Clock,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 10] = [
        Self::Here,
        Self::Network,
        Self::Address,
        Self::SignIn,
        Self::Permission,
        Self::Space,
        Self::Write,
        Self::ReadBack,
        Self::Open,
        Self::Clock,
    ];
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// A tick.
    Passed,
    /// The cause that stopped the chain here.
    Failed {
        /// Why.
        cause: Cause,
    },
    /// An earlier step failed, or the server doesn't tell.
    NotReached,
}

/// The steps with their results, in order.
pub type Chain = Vec<(Step, StepResult)>;

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Connects a destination: makes the folder, finds out what can be done there, and remembers
    /// it. A destination that was connected before finds its journal again.
    ///
    /// # Errors
    /// Why it can't be used.
    pub async fn connect<D: Destination>(
        &self,
        id: &DestinationId,
        destination: &D,
    ) -> Result<Capabilities, Failure> {
        destination.prepare().await?;
        let found = probe(&self.env, destination).await;
        let capabilities = found.map_err(|stopped| stopped.failure)?;
        let now = self.env.now_millis();
        let account = destination.account();
        self.edit(id, |evidence| {
            evidence.connected_at = now;
            evidence.capabilities = Some(capabilities.clone());
            evidence.account = account;
            evidence.fault = None;
            evidence.retry = Default::default();
            evidence.log.add(now, What::Connected);
        })
        .await?;
        Ok(capabilities)
    }

    /// Disconnects a destination. Nothing is deleted there, and the journal stays, so that
    /// connecting it again finds everything.
    ///
    /// # Errors
    /// When this browser can't remember it.
    pub async fn disconnect(&self, id: &DestinationId) -> Result<(), Failure> {
        let now = self.env.now_millis();
        self.edit(id, |evidence| {
            evidence.fault = None;
            evidence.retry = Default::default();
            evidence.log.add(now, What::Disconnected);
        })
        .await
    }

    /// Remembers that the vault was handed over to a place that can't be checked from here. Pass
    /// the version that was handed over.
    ///
    /// # Errors
    /// When this browser can't remember it.
    pub async fn kept(&self, id: &DestinationId, vault: &VaultInfo) -> Result<(), Failure> {
        let kept = Kept {
            at: self.env.now_millis(),
            version: vault.version,
            content: vault.content,
            accounts: vault.accounts,
        };
        self.edit(id, |evidence| {
            evidence.uncheckable = true;
            evidence.kept = Some(kept);
            evidence.fault = None;
        })
        .await
    }

    /// Walks the whole chain with a small object of its own, then stores and reads back what there
    /// is to store, whatever pause is on.
    pub async fn check_now<D: Destination>(&self, id: &DestinationId, destination: &D) -> Chain {
        let stopped = |(step, cause)| chain(Some((step, cause)), StepResult::NotReached);
        match self.vault.sealed().await {
            Ok(_) => {}
            Err(_) => return stopped((Step::Here, Cause::CouldNotSaveHere)),
        }
        let known = Journal::load(&self.memory, id).await;
        // Where nothing can be deleted, a probe would stay for ever: the run itself has to do.
        let probes = known.is_ok_and(|journal| {
            let can = journal.evidence.capabilities;
            can.is_none_or(|can| can.deletes)
        });
        if probes && let Err(failure) = probe(&self.env, destination).await {
            let at = step_of_probe(&failure);
            // The status tells the same story as the chain.
            self.run(id, destination, Trigger::Now).await;
            return stopped((at, failure.failure.cause));
        }
        let report = self.run(id, destination, Trigger::Now).await;
        let (journal, info) = match (
            Journal::load(&self.memory, id).await,
            self.vault.info().await,
        ) {
            (Ok(journal), Ok(info)) => (journal, info),
            _ => return stopped((Step::Here, Cause::CouldNotSaveHere)),
        };
        let clock = clock_result(&journal.evidence);
        if let Some(cause) = report.failure {
            return chain(Some((step_of(cause, Step::Write), cause)), clock);
        }
        chain(
            unopened(&journal.evidence, &info, self.env.now_millis())
                .map(|cause| (Step::Open, cause)),
            clock,
        )
    }

    async fn edit(
        &self,
        id: &DestinationId,
        change: impl FnOnce(&mut Evidence),
    ) -> Result<(), Failure> {
        let busy = Failure::new(Cause::Interrupted);
        let _claim = self.claim(id).ok_or(busy)?;
        let loaded = Journal::load(&self.memory, id).await;
        let mut journal = loaded.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        change(&mut journal.evidence);
        let saved = journal.save(&self.memory).await;
        saved.map_err(|error| Stop::from(error).0)
    }
}

/// Ticks up to where it stopped; what is known of the clock is told in any case.
fn chain(stopped: Option<(Step, Cause)>, clock: StepResult) -> Chain {
    let result = |step: Step| match stopped {
        _ if step == Step::Clock => clock,
        Some((at, cause)) if step == at => StepResult::Failed { cause },
        Some((at, _)) if step > at => StepResult::NotReached,
        _ => StepResult::Passed,
    };
    Step::ALL
        .into_iter()
        .map(|step| (step, result(step)))
        .collect()
}

fn clock_result(evidence: &Evidence) -> StepResult {
    match evidence.skew {
        None => StepResult::NotReached,
        Some(skew) if skew.ahead.unsigned_abs() > SKEW_WARNING => StepResult::Failed {
            cause: Cause::ClockWrong,
        },
        Some(_) => StepResult::Passed,
    }
}

/// Why the stored snapshot has not been opened.
fn unopened(evidence: &Evidence, info: &VaultInfo, now: u64) -> Option<Cause> {
    if evidence.stored(&info.tag, info.content, now).is_some() {
        return None;
    }
    let why = candidate(evidence, info).and_then(|record| record.unopened);
    Some(match why {
        Some((OpenError::KeyChanged, _)) => Cause::VaultKeyChanged,
        Some((OpenError::NewerFormat, _)) => Cause::NewerFormat,
        Some((OpenError::Locked, _)) => Cause::VaultLocked,
        // The vault has changed again since.
        _ => Cause::Interrupted,
    })
}

fn step_of_probe(stopped: &ProbeFailure) -> Step {
    let otherwise = match stopped.step {
        ProbeStep::List => Step::Network,
        ProbeStep::Write => Step::Write,
        ProbeStep::ReadBack => Step::ReadBack,
    };
    step_of(stopped.failure.cause, otherwise)
}

fn step_of(cause: Cause, otherwise: Step) -> Step {
    match cause {
        Cause::CouldNotSaveHere | Cause::NoDestination => Step::Here,
        Cause::Unreachable => Step::Network,
        Cause::NotAStorageServer | Cause::FolderMissing => Step::Address,
        Cause::SignedOut | Cause::WrongAccount | Cause::AppOutdated => Step::SignIn,
        Cause::PermissionMissing | Cause::NotAllowed => Step::Permission,
        Cause::StorageFull => Step::Space,
        Cause::Damaged | Cause::Gone => Step::ReadBack,
        Cause::VaultKeyChanged | Cause::NewerFormat | Cause::VaultLocked => Step::Open,
        Cause::ClockWrong => Step::Clock,
        Cause::AskedToWait | Cause::ServerFault | Cause::Interrupted => otherwise,
    }
}
