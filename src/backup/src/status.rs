//! What to say about a backup: a pure function of the evidence.

use crate::cause::{Cause, Remedy};
use crate::clock;
use crate::destination::Hint;
use crate::evidence::{Evidence, Fate, Foreign, Record};
use crate::name::{DeviceTag, SnapshotName};
use crate::policy::{FRESH_FOR, FUTURE_TOLERANCE, LOCKED_FOR, SKEW_WARNING, WORKING_FOR};
use crate::vault::{OpenError, VaultInfo};

/// What is known about a backup at one destination, or altogether.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// In one word.
    pub state: State,
    /// The newest version that was proven to be stored, and when that was last seen. No failure
    /// moves it.
    pub last_stored: Option<LastStored>,
    /// What exists only on this device, as far as this destination goes.
    pub at_risk: AtRisk,
    /// What stands in the way, or will at the next change. Always there for
    /// [`State::NotStored`].
    pub trouble: Option<Trouble>,
    /// What holds up merging or deserves a look, without being about storing.
    pub warnings: Vec<Warning>,
}

/// The state of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// At that time the destination held a snapshot with every account of the present version: it
    /// was read back, and these bytes were opened.
    Stored {
        /// When.
        at: u64,
        /// How many accounts.
        accounts: u32,
    },
    /// A change is on its way; no alarm.
    Storing {
        /// Since when.
        since: u64,
        /// It is there and was read back; opening it waits for the vault to be unlocked.
        waits_for_key: bool,
    },
    /// It was stored at that time, which is too long ago to say that it is; or it was missing in a
    /// list since, or something was seen that could not be saved.
    StoredNotCheckedSince {
        /// When it was last seen.
        at: u64,
        /// How many accounts.
        accounts: u32,
    },
    /// The present version is not stored; see [`Status::trouble`].
    NotStored,
    /// It was handed over to a place that can't be checked from here: never counts as stored.
    KeptUncheckable {
        /// When.
        at: Option<u64>,
        /// It was the present version.
        current: bool,
    },
    /// The person chose to have no destination.
    NoDestinationByChoice,
}

/// The newest proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastStored {
    /// When it was last seen there.
    pub at: u64,
    /// How many accounts.
    pub accounts: u32,
    /// The vault's version.
    pub version: u64,
}

/// What exists only on this device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtRisk {
    /// Accounts added or changed since the newest proof.
    pub accounts: u32,
    /// The first of these changes.
    pub since: Option<u64>,
}

/// What stands in the way, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub cause: Cause,
    /// What fixes it.
    pub remedy: Remedy,
    /// Since when.
    pub since: u64,
    /// When it is tried again by itself, if it is.
    pub next_try: Option<u64>,
    /// What would help, beyond the remedy.
    pub hint: Option<Hint>,
    /// The status of the response, if there was one.
    pub status: Option<u16>,
}

/// Something that holds up merging or deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// This computer's clock is wrong enough for codes to be refused.
    Clock {
        /// How far the server's clock is ahead of ours, in milliseconds.
        ahead: i64,
    },
    /// Other devices' snapshots wait for the vault to be unlocked.
    MergeWaitsForKey,
    /// Another device's snapshot is sealed under a key that this device doesn't have.
    KeyChanged {
        /// Which device.
        device: DeviceTag,
    },
    /// Another device's snapshot was written by a newer version.
    NewerFormat {
        /// Which device.
        device: DeviceTag,
    },
    /// Another device's snapshot is damaged.
    Damaged {
        /// Which device.
        device: DeviceTag,
    },
    /// Merging another device's snapshot would remove many accounts: agree or not.
    NeedsConsent {
        /// Which snapshot.
        name: SnapshotName,
        /// How many accounts.
        removals: u32,
    },
    /// The destination shows older data of that device than it did.
    RolledBack {
        /// Which device.
        device: DeviceTag,
        /// Since when.
        since: u64,
    },
}

/// The status at one destination. `granted`: the browser's permission for it is there (or none is
/// needed). `now` is by this computer's clock.
#[must_use]
pub fn status(evidence: &Evidence, vault: &VaultInfo, granted: bool, now: u64) -> Status {
    let stored = evidence.stored(&vault.tag, vault.content, now);
    let newest = stored.or_else(|| evidence.newest_stored(&vault.tag, now));
    let last_stored = newest.and_then(last_stored);
    let handed_over = evidence.kept.filter(|_| evidence.uncheckable);
    let at_risk = match stored {
        Some(_) => AtRisk::default(),
        None => {
            let kept = handed_over.map(|kept| kept.version);
            at_risk(vault, kept.or(last_stored.map(|last| last.version)))
        }
    };
    let mut trouble = trouble(evidence, vault, granted, at_risk, now);
    let next_try = now + evidence.retry.wait(now);
    let proof = stored.and_then(|record| Some((record.read_back_at?, record.accounts)));
    let is_doubted = stored.is_some_and(|record| record.doubted);
    let state = match proof {
        // Before all: what could not be saved here is nowhere.
        _ if !vault.saved || evidence.unsaved => State::NotStored,
        _ if evidence.uncheckable => State::KeptUncheckable {
            at: evidence.kept.map(|kept| kept.at),
            current: evidence
                .kept
                .is_some_and(|kept| kept.content == vault.content),
        },
        Some((at, accounts)) if !is_doubted && is_recent(at, FRESH_FOR, now) => {
            State::Stored { at, accounts }
        }
        Some((at, accounts)) => {
            // It may have been stored again since, and only opening that is missing.
            trouble = trouble.or_else(|| {
                let (cause, since) = unopened(evidence, vault)?;
                // What needs nobody is tried in the next run.
                let by_itself = cause.remedy() == Remedy::Automatic;
                Some(Trouble::new(cause, since, by_itself.then_some(next_try)))
            });
            State::StoredNotCheckedSince { at, accounts }
        }
        None if trouble.is_some() => State::NotStored,
        None => match on_its_way(evidence, vault, now) {
            Ok(state) => state,
            Err((cause, since)) => {
                trouble = Some(Trouble::new(cause, since, Some(next_try)));
                State::NotStored
            }
        },
    };
    let warnings = warnings(evidence, vault, now);
    Status {
        state,
        last_stored,
        at_risk,
        trouble,
        warnings,
    }
}

/// The status altogether.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overall {
    /// The best of all: what one can rely on. Where there is no destination, what that means.
    pub best: Status,
    /// The worst of all: what needs attention.
    pub worst: Status,
    /// The places of the best and the worst in the list; `None` where there is no destination.
    pub places: Option<(usize, usize)>,
}

/// The status over several destinations. `declined`: the person chose to have none.
#[must_use]
pub fn overall(statuses: &[Status], vault: &VaultInfo, declined: bool) -> Overall {
    let ranked = || statuses.iter().enumerate();
    let worst = ranked().min_by_key(|(place, status)| (status.rank(), *place));
    let best = ranked().max_by_key(|(place, status)| (status.rank(), usize::MAX - place));
    match (best, worst) {
        (Some((best_place, best)), Some((worst_place, worst))) => Overall {
            best: best.clone(),
            worst: worst.clone(),
            places: Some((best_place, worst_place)),
        },
        _ => {
            let none = without_destination(vault, declined);
            Overall {
                best: none.clone(),
                worst: none,
                places: None,
            }
        }
    }
}

impl Status {
    /// Orders by how much one can rely on it.
    fn rank(&self) -> (u8, u64) {
        match self.state {
            State::Stored { at, .. } => (6, at),
            State::StoredNotCheckedSince { at, .. } => (5, at),
            State::Storing { .. } => (4, 0),
            State::KeptUncheckable { current: true, at } => (3, at.unwrap_or(0)),
            State::KeptUncheckable { current: false, at } => (2, at.unwrap_or(0)),
            State::NotStored => (1, u64::MAX - u64::from(self.at_risk.accounts)),
            State::NoDestinationByChoice => (0, 0),
        }
    }
}

impl Trouble {
    fn new(cause: Cause, since: u64, next_try: Option<u64>) -> Self {
        Self {
            cause,
            remedy: cause.remedy(),
            since,
            next_try,
            hint: None,
            status: None,
        }
    }
}

fn without_destination(vault: &VaultInfo, declined: bool) -> Status {
    let at_risk = at_risk(vault, None);
    let since = at_risk.since.unwrap_or(vault.changed_at);
    let mut trouble = None;
    let mut state = State::NoDestinationByChoice;
    if !vault.saved {
        trouble = Some(Trouble::new(
            Cause::CouldNotSaveHere,
            vault.changed_at,
            None,
        ));
        state = State::NotStored;
    } else if !declined {
        trouble = Some(Trouble::new(Cause::NoDestination, since, None));
        state = State::NotStored;
    }
    Status {
        state,
        last_stored: None,
        at_risk,
        trouble,
        warnings: Vec::new(),
    }
}

/// What was last seen to stand in the way.
fn trouble(
    evidence: &Evidence,
    vault: &VaultInfo,
    granted: bool,
    at_risk: AtRisk,
    now: u64,
) -> Option<Trouble> {
    if !vault.saved || evidence.unsaved {
        return Some(Trouble::new(
            Cause::CouldNotSaveHere,
            vault.changed_at,
            None,
        ));
    }
    let fault = evidence.fault.as_ref();
    if !granted {
        let since = fault
            .map(|fault| fault.since)
            .or(at_risk.since)
            .unwrap_or(now);
        return Some(Trouble::new(Cause::PermissionMissing, since, None));
    }
    let fault = fault?;
    let mut trouble = Trouble {
        hint: fault.hint,
        status: fault.status,
        ..Trouble::new(
            fault.cause,
            fault.since,
            Some(now + evidence.retry.wait(now)),
        )
    };
    if fault.cause == Cause::PermissionMissing && fault.hint != Some(Hint::GrantInBrowser) {
        // The browser has granted it: it is the server that withholds it.
        trouble.remedy = Remedy::AskAdministrator;
    }
    Some(trouble)
}

/// Nothing failed, and the present version is not proven to be stored: on its way, or why not.
fn on_its_way(evidence: &Evidence, vault: &VaultInfo, now: u64) -> Result<State, (Cause, u64)> {
    let since = vault.changed_at.max(evidence.connected_at);
    let storing = |waits_for_key| State::Storing {
        since,
        waits_for_key,
    };
    if let Some((cause, sent_at)) = unopened(evidence, vault) {
        let waits = matches!(cause, Cause::VaultLocked | Cause::Interrupted);
        return match waits && is_recent(sent_at, LOCKED_FOR, now) {
            true => Ok(storing(cause == Cause::VaultLocked)),
            false => Err((cause, sent_at)),
        };
    }
    // What was seen to be lost is named until another is proven to be there.
    let lost = sent(evidence, vault).filter_map(|record| match record.fate {
        Fate::Lost { cause, at } => Some((cause, at)),
        _ => None,
    });
    if let Some(lost) = lost.max_by_key(|(_, at)| *at) {
        return Err(lost);
    }
    if evidence.retry.wait(now) > 0 {
        // Storing went well, and something else, a deletion, was answered by a request to wait.
        return Err((Cause::AskedToWait, since));
    }
    let working = evidence
        .working_since
        .is_some_and(|at| is_recent(at, WORKING_FOR, now));
    if working || is_recent(since, WORKING_FOR, now) {
        return Ok(storing(false));
    }
    Err((Cause::Interrupted, since))
}

/// The newest snapshot of the present content was read back, but not opened: why, and since when.
fn unopened(evidence: &Evidence, vault: &VaultInfo) -> Option<(Cause, u64)> {
    let newest = sent(evidence, vault)
        .filter(|record| record.fate == Fate::Live && record.read_back_at.is_some())
        .max_by_key(|record| record.sent_at)
        .filter(|record| record.opened_at.is_none())?;
    let cause = match newest.unopened {
        Some((OpenError::KeyChanged, _)) => Cause::VaultKeyChanged,
        Some((OpenError::NewerFormat, _)) => Cause::NewerFormat,
        _ if !vault.unlocked => Cause::VaultLocked,
        _ => Cause::Interrupted,
    };
    Some((cause, newest.sent_at))
}

/// Our snapshots of the present content, whatever became of them.
fn sent<'a>(evidence: &'a Evidence, vault: &'a VaultInfo) -> impl Iterator<Item = &'a Record> {
    let records = evidence.records.iter();
    records.filter(|record| record.name.vault == vault.tag && record.content == vault.content)
}

fn warnings(evidence: &Evidence, vault: &VaultInfo, now: u64) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(skew) = evidence.skew
        && skew.ahead.unsigned_abs() > SKEW_WARNING
        && clock::holds(&skew, now)
    {
        warnings.push(Warning::Clock { ahead: skew.ahead });
    }
    let waits = |state: &Foreign| {
        matches!(
            state,
            Foreign::Wanted
                | Foreign::Unopened {
                    why: OpenError::Locked,
                    ..
                }
        )
    };
    if !vault.unlocked && evidence.foreign.values().any(waits) {
        warnings.push(Warning::MergeWaitsForKey);
    }
    for (name, state) in &evidence.foreign {
        let device = name.device.clone();
        warnings.push(match state {
            Foreign::Unopened {
                why: OpenError::KeyChanged,
                ..
            } => Warning::KeyChanged { device },
            Foreign::Unopened {
                why: OpenError::NewerFormat,
                ..
            } => Warning::NewerFormat { device },
            Foreign::Unopened {
                why: OpenError::Damaged,
                ..
            } if !evidence.has_merged_after(name) => Warning::Damaged { device },
            Foreign::NeedsConsent { removals } => Warning::NeedsConsent {
                name: name.clone(),
                removals: *removals,
            },
            _ => continue,
        });
    }
    for (device, seen) in &evidence.devices {
        if let Some(since) = seen.missing_since.filter(|_| !seen.noted) {
            warnings.push(Warning::RolledBack {
                device: device.clone(),
                since,
            });
        }
    }
    warnings
}

fn last_stored(record: &Record) -> Option<LastStored> {
    let (accounts, version) = (record.accounts, record.version);
    record.read_back_at.map(|at| LastStored {
        at,
        accounts,
        version,
    })
}

fn at_risk(vault: &VaultInfo, stored: Option<u64>) -> AtRisk {
    let changed = || {
        vault
            .changes
            .iter()
            .filter(|change| stored.is_none_or(|v| change.version > v))
    };
    AtRisk {
        accounts: u32::try_from(changed().count()).unwrap_or(u32::MAX),
        since: changed().map(|change| change.at).min(),
    }
}

/// It was at most that long ago. A time in the future is from before the clock was set back: how
/// long ago it was is unknown.
fn is_recent(at: u64, limit: u64, now: u64) -> bool {
    at <= now.saturating_add(FUTURE_TOLERANCE) && now.saturating_sub(at) <= limit
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "status_properties.rs"]
mod properties;
