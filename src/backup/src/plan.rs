//! What is due for one destination, and when the next thing will be.

use crate::cause::Cause;
use crate::engine::Trigger;
use crate::evidence::{Evidence, Fate, Foreign, Record};
use crate::policy::{
    CHECK_EVERY, FUTURE_TOLERANCE, HELD_FOR, PULL_EVERY, QUIET, QUIET_AT_MOST, SECOND,
};
use crate::vault::{OpenError, VaultInfo};

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// Put a new snapshot: the present content is not there under our tag.
    pub put: bool,
    /// Read back the snapshot with the present content.
    pub read: bool,
    /// List: to read back, to see other devices, or to show that the destination answers again.
    pub list: bool,
}

impl Due {
    pub(crate) fn of(evidence: &Evidence, info: &VaultInfo, now: u64, trigger: Trigger) -> Self {
        let newest = candidate(evidence, info);
        let put =
            newest.is_none() && (trigger == Trigger::Now || quiet_at(evidence, info, now) <= now);
        let read = newest.is_some_and(|record| {
            trigger == Trigger::Now
                || record.doubted
                || is_past(record.read_back_at, CHECK_EVERY, now)
                || (info.unlocked && opens_at(record, trigger, now) <= now)
        });
        let pull = trigger != Trigger::Due || is_past(evidence.listed_at, PULL_EVERY, now);
        let wanted = info.unlocked && evidence.foreign.values().any(|s| *s == Foreign::Wanted);
        let behind = info.unlocked && evidence.is_behind(info);
        let list = read || pull || wanted || behind || evidence.fault.is_some();
        Self { put, read, list }
    }
}

/// The best proof under this installation's tag that the present content is stored: no loss of it
/// was seen, and nothing newer of other content may be there, which would hide it from who
/// restores. Newer is what has the higher sequence: clocks are set back.
pub(crate) fn candidate<'a>(evidence: &'a Evidence, info: &VaultInfo) -> Option<&'a Record> {
    let ours = || {
        let names = evidence.records.iter();
        names.filter(|record| record.name.vault == info.tag && record.name.device == info.device)
    };
    let hides = |record: &Record| {
        let other = match record.fate {
            Fate::Lost { cause, .. } => cause == Cause::Damaged,
            _ => record.content != info.content,
        };
        other && record.read_back_at.is_some()
    };
    let hidden = ours()
        .filter(|record| hides(record))
        .map(|record| record.name.sequence)
        .max();
    ours()
        .filter(|record| record.fate == Fate::Live && record.content == info.content)
        .filter(|record| hidden.is_none_or(|hidden| record.name.sequence >= hidden))
        .max_by_key(|record| {
            let read_back = record.read_back_at.is_some();
            (
                record.is_proven(),
                read_back,
                record.name.sequence,
                record.sent_at,
            )
        })
}

/// When the next run is due.
pub(crate) fn next_wake(evidence: &Evidence, info: &VaultInfo, now: u64) -> u64 {
    if evidence.fault.is_some() {
        return now + evidence.retry.wait(now).max(SECOND);
    }
    let pull = from(evidence.listed_at, PULL_EVERY, now);
    let own = match candidate(evidence, info) {
        None => quiet_at(evidence, info, now),
        Some(record) if record.doubted => now,
        Some(record) => from(record.read_back_at, CHECK_EVERY, now),
    };
    pull.min(own).max(now + SECOND)
}

/// When the burst of changes is over: some time after the last one, but not endlessly after the
/// first.
fn quiet_at(evidence: &Evidence, info: &VaultInfo, now: u64) -> u64 {
    let sent = evidence
        .records
        .iter()
        .map(|record| record.version)
        .max()
        .unwrap_or(0);
    let first = info
        .changes
        .iter()
        .filter(|change| change.version > sent)
        .map(|c| c.at)
        .min();
    let at_most = first.map_or(u64::MAX, |first| first.saturating_add(QUIET_AT_MOST));
    let quiet_at = info.changed_at.saturating_add(QUIET).min(at_most);
    // A change in the future: the clock was set back since.
    if info.changed_at > now.saturating_add(FUTURE_TOLERANCE) {
        now
    } else {
        quiet_at
    }
}

/// When opening is to be tried next, for a snapshot that was read back only.
fn opens_at(record: &Record, trigger: Trigger, now: u64) -> u64 {
    match (record.opened_at, record.unopened) {
        (Some(_), _) => u64::MAX,
        (None, Some((why, at)))
            // What failed here may be over by the next run; these take a person, or another version.
            if trigger == Trigger::Due
                && matches!(why, OpenError::KeyChanged | OpenError::NewerFormat) =>
        {
            from(Some(at), HELD_FOR, now)
        }
        (None, _) => now,
    }
}

/// The time after a pause. What never was, or was in the future (the clock was set back since), is
/// due now.
fn from(last: Option<u64>, pause: u64, now: u64) -> u64 {
    match last {
        Some(at) if at <= now.saturating_add(FUTURE_TOLERANCE) => at.saturating_add(pause),
        _ => now,
    }
}

/// The pause is over.
pub(crate) fn is_past(last: Option<u64>, pause: u64, now: u64) -> bool {
    from(last, pause, now) <= now
}
