use proptest::prelude::*;

use super::*;
use crate::destination::Failure;
use crate::digest::Digest;
use crate::engine::Trigger;
use crate::evidence::{Kept, Seen, Skew};
use crate::plan::Due;
use crate::policy::{DAY, HOUR, MINUTE, SECOND};
use crate::vault::Change;

const NOW: u64 = 20_000 * DAY;

fn content(version: u64) -> Digest {
    Digest::of(&version.to_le_bytes())
}

/// A vault with one account per version, the newest changed ten minutes ago.
fn vault(version: u64) -> VaultInfo {
    let at = |change: u64| NOW - 10 * MINUTE - (version - change) * HOUR;
    VaultInfo {
        tag: "vaultvault".parse().unwrap(),
        device: "device00".parse().unwrap(),
        version,
        content: content(version),
        accounts: u32::try_from(version).unwrap(),
        changed_at: at(version),
        changes: (1..=version)
            .map(|version| Change {
                version,
                at: at(version),
            })
            .collect(),
        unlocked: true,
        saved: true,
        fell_back: None,
    }
}

fn record(version: u64) -> Record {
    Record {
        name: format!("vaultvault/device00-{version}-0000000000000000")
            .parse()
            .unwrap(),
        version,
        content: content(version),
        hash: content(version),
        size: 4096,
        accounts: u32::try_from(version).unwrap(),
        sent_at: NOW - 5 * MINUTE,
        server_time: None,
        read_back_at: Some(NOW - 5 * MINUTE),
        opened_at: Some(NOW - 5 * MINUTE),
        unopened: None,
        fate: Fate::Live,
        doubted: false,
    }
}

fn evidence(records: Vec<Record>) -> Evidence {
    Evidence {
        connected_at: NOW - DAY,
        records,
        ..Evidence::default()
    }
}

fn at_now(evidence: &Evidence, vault: &VaultInfo) -> Status {
    status(evidence, vault, true, NOW)
}

fn cause(status: &Status) -> Option<Cause> {
    status.trouble.map(|trouble| trouble.cause)
}

#[test]
fn stored_needs_the_present_content_read_back_and_opened() {
    let good = at_now(&evidence(vec![record(3)]), &vault(3));
    let at = NOW - 5 * MINUTE;
    assert_eq!(good.state, State::Stored { at, accounts: 3 });
    assert_eq!(good.at_risk, AtRisk::default());
    let spoil: [fn(&mut Record); 6] = [
        |r| r.read_back_at = None,
        |r| r.opened_at = None,
        |r| r.fate = Fate::NeverArrived,
        |r| r.fate = Fate::Pruning,
        |r| r.content = content(2),
        |r| {
            let cause = Cause::Gone;
            r.fate = Fate::Lost { cause, at: NOW };
        },
    ];
    for spoil in spoil {
        let mut record = record(3);
        spoil(&mut record);
        let status = at_now(&evidence(vec![record]), &vault(3));
        assert!(!matches!(status.state, State::Stored { .. }), "{status:?}");
    }
}

/// A deletion was answered by a request to wait: nothing failed, and yet nothing is stored before.
#[test]
fn a_pause_without_a_failure_has_its_cause_and_its_time() {
    let next_try = NOW + 20 * HOUR;
    let mut waits = evidence(vec![record(3)]);
    waits.retry.next_try = Some(next_try);
    // What is stored is stored.
    let stored = at_now(&waits, &vault(3));
    assert!(matches!(stored.state, State::Stored { .. }) && stored.trouble.is_none());
    for changed_at in [NOW, NOW - HOUR] {
        let vault = VaultInfo {
            changed_at,
            ..vault(4)
        };
        let changed = at_now(&waits, &vault);
        assert_eq!(changed.state, State::NotStored);
        let trouble = changed.trouble.unwrap();
        assert_eq!(trouble.cause, Cause::AskedToWait);
        assert_eq!(
            (trouble.since, trouble.next_try),
            (changed_at, Some(next_try))
        );
        let later = status(&waits, &vault, true, next_try);
        assert_eq!(cause(&later), Some(Cause::Interrupted));
    }
    // Whatever else is named is not tried before either.
    let cause = Cause::Gone;
    waits.records[0].fate = Fate::Lost { cause, at: NOW };
    let trouble = at_now(&waits, &vault(3)).trouble.unwrap();
    assert_eq!((trouble.cause, trouble.next_try), (cause, Some(next_try)));
}

#[test]
fn an_old_proof_says_since_when() {
    let status = |now| status(&evidence(vec![record(3)]), &vault(3), true, now).state;
    let at = NOW - 5 * MINUTE;
    assert!(matches!(status(at + 2 * DAY), State::Stored { .. }));
    let old = State::StoredNotCheckedSince { at, accounts: 3 };
    assert_eq!(status(at + 2 * DAY + 1), old);
    // The clock was set back: how old the proof is, nobody knows.
    assert_eq!(status(at - 2 * MINUTE), old);
}

#[test]
fn a_change_is_on_its_way_for_a_while_and_then_was_cut_off() {
    let mut vault = vault(4);
    vault.changed_at = NOW - MINUTE;
    let on_its_way = at_now(&evidence(vec![record(3)]), &vault);
    let since = NOW - MINUTE;
    let waits_for_key = false;
    assert_eq!(
        on_its_way.state,
        State::Storing {
            since,
            waits_for_key
        }
    );
    assert_eq!(on_its_way.at_risk.accounts, 1);
    vault.changed_at = NOW - HOUR;
    let cut_off = at_now(&evidence(vec![record(3)]), &vault);
    assert_eq!(
        (cut_off.state, cause(&cut_off)),
        (State::NotStored, Some(Cause::Interrupted))
    );
}

#[test]
fn what_is_at_risk_is_counted_from_the_newest_proof() {
    let mut evidence = evidence(vec![record(2), record(3)]);
    evidence.fail(NOW, &Failure::new(Cause::StorageFull));
    let status = at_now(&evidence, &vault(5));
    assert_eq!(status.state, State::NotStored);
    let since = Some(NOW - 10 * MINUTE - HOUR);
    assert_eq!(status.at_risk, AtRisk { accounts: 2, since });
    assert_eq!(status.last_stored.unwrap().version, 3);
    let trouble = status.trouble.unwrap();
    assert_eq!(
        (trouble.cause, trouble.remedy),
        (Cause::StorageFull, Remedy::FreeSpace)
    );
    assert_eq!(at_now(&Evidence::default(), &vault(5)).at_risk.accounts, 5);
}

#[test]
fn a_locked_vault_is_no_alarm_for_a_day() {
    let mut locked = vault(3);
    locked.unlocked = false;
    let mut unopened = record(3);
    unopened.opened_at = None;
    let state = at_now(&evidence(vec![unopened.clone()]), &locked).state;
    assert!(
        matches!(
            state,
            State::Storing {
                waits_for_key: true,
                ..
            }
        ),
        "{state:?}"
    );
    unopened.sent_at = NOW - 2 * DAY;
    let status = at_now(&evidence(vec![unopened.clone()]), &locked);
    assert_eq!(
        (status.state, cause(&status)),
        (State::NotStored, Some(Cause::VaultLocked))
    );
    assert_eq!(status.trouble.unwrap().remedy, Remedy::Unlock);
    for (why, named) in [
        (OpenError::KeyChanged, Cause::VaultKeyChanged),
        (OpenError::NewerFormat, Cause::NewerFormat),
    ] {
        unopened.unopened = Some((why, NOW));
        let status = at_now(&evidence(vec![unopened.clone()]), &locked);
        assert_eq!(
            (status.state, cause(&status)),
            (State::NotStored, Some(named))
        );
    }
}

#[test]
fn a_loss_is_told_until_it_is_made_good() {
    for lost in [Cause::Gone, Cause::Damaged] {
        let mut gone = record(3);
        gone.fate = Fate::Lost {
            cause: lost,
            at: NOW,
        };
        let status = at_now(&evidence(vec![record(2), gone.clone()]), &vault(3));
        assert_eq!(
            (status.state, cause(&status)),
            (State::NotStored, Some(lost))
        );
        assert_eq!(status.at_risk.accounts, 1);
        // Another is on its way: that is no ordinary change.
        let mut sent = record(3);
        (sent.sent_at, sent.read_back_at, sent.opened_at) = (NOW, None, None);
        let replacing = at_now(&evidence(vec![gone.clone(), sent]), &vault(3));
        assert_eq!(
            (replacing.state, cause(&replacing)),
            (State::NotStored, Some(lost))
        );
        let again = at_now(&evidence(vec![gone, record(3)]), &vault(3));
        assert!(matches!(again.state, State::Stored { .. }));
    }
}

#[test]
fn a_permission_is_asked_for_where_it_is_missing() {
    let mut evidence = evidence(vec![]);
    let here = status(&evidence, &vault(1), false, NOW).trouble.unwrap();
    assert_eq!(
        (here.cause, here.remedy),
        (Cause::PermissionMissing, Remedy::GrantPermission)
    );
    evidence.fail(NOW, &Failure::new(Cause::PermissionMissing));
    let there = at_now(&evidence, &vault(1)).trouble.unwrap();
    assert_eq!(
        (there.cause, there.remedy),
        (Cause::PermissionMissing, Remedy::AskAdministrator)
    );
}

#[test]
fn what_could_not_be_saved_here_comes_first() {
    let mut vault = vault(3);
    vault.saved = false;
    let status = status(&evidence(vec![record(3)]), &vault, false, NOW);
    assert_eq!(
        (status.state, cause(&status)),
        (State::NotStored, Some(Cause::CouldNotSaveHere))
    );
    let none = overall(&[], &vault, true).best;
    assert_eq!(
        (none.state, cause(&none)),
        (State::NotStored, Some(Cause::CouldNotSaveHere))
    );
}

#[test]
fn what_cannot_be_checked_never_counts_as_stored() {
    let mut evidence = evidence(vec![record(3)]);
    evidence.uncheckable = true;
    let (at, version, accounts) = (NOW, 3, 3);
    let content = content(version);
    evidence.kept = Some(Kept {
        at,
        version,
        content,
        accounts,
    });
    let state = |version| at_now(&evidence, &vault(version)).state;
    // What changed since it was handed over is what a newer one would add.
    assert_eq!(at_now(&evidence, &vault(4)).at_risk.accounts, 1);
    assert_eq!(
        state(3),
        State::KeptUncheckable {
            at: Some(NOW),
            current: true
        }
    );
    assert_eq!(
        state(4),
        State::KeptUncheckable {
            at: Some(NOW),
            current: false
        }
    );
}

#[test]
fn without_a_destination_it_is_an_alarm_unless_chosen() {
    let alarm = overall(&[], &vault(3), false).worst;
    assert_eq!(
        (alarm.state, cause(&alarm)),
        (State::NotStored, Some(Cause::NoDestination))
    );
    assert_eq!(alarm.at_risk.accounts, 3);
    let calm = overall(&[], &vault(3), true).worst;
    assert_eq!(
        (calm.state, calm.trouble),
        (State::NoDestinationByChoice, None)
    );
}

#[test]
fn the_best_and_the_worst_of_several() {
    let stored = at_now(&evidence(vec![record(3)]), &vault(3));
    let mut failing = evidence(vec![record(2)]);
    failing.fail(NOW, &Failure::new(Cause::SignedOut));
    let failing = at_now(&failing, &vault(3));
    let overall = overall(&[failing.clone(), stored.clone()], &vault(3), false);
    assert_eq!(overall.places, Some((1, 0)));
    assert_eq!((overall.best, overall.worst), (stored, failing));
}

#[test]
fn warnings_are_no_alarms() {
    let mut evidence = evidence(vec![record(3)]);
    let theirs: SnapshotName = "vaultvault/device01-4-0000000000000000".parse().unwrap();
    evidence.skew = Some(Skew {
        ahead: -i64::try_from(16 * SECOND).unwrap(),
        at: NOW,
    });
    evidence
        .foreign
        .insert(theirs.clone(), Foreign::NeedsConsent { removals: 9 });
    let missing_since = Some(NOW);
    let seen = Seen {
        name: theirs.clone(),
        server_time: None,
        at: NOW,
        missing_since,
        noted: false,
    };
    evidence.devices.insert(theirs.device.clone(), seen);
    let status = at_now(&evidence, &vault(3));
    assert!(matches!(status.state, State::Stored { .. }));
    assert_eq!(
        status.warnings,
        [
            Warning::Clock { ahead: -16_000 },
            Warning::NeedsConsent {
                name: theirs.clone(),
                removals: 9
            },
            Warning::RolledBack {
                device: theirs.device.clone(),
                since: NOW
            },
        ]
    );
    // A person who has seen it is not told again.
    for (_, seen) in evidence.devices.iter_mut() {
        seen.noted = true;
    }
    let told = at_now(&evidence, &vault(3)).warnings;
    let is_rollback = |warning: &Warning| matches!(warning, Warning::RolledBack { .. });
    assert!(!told.iter().any(is_rollback), "{told:?}");
    evidence.skew = Some(Skew {
        ahead: 15_000,
        at: NOW,
    });
    evidence.foreign = [(theirs, Foreign::Wanted)].into_iter().collect();
    let mut locked = vault(3);
    locked.unlocked = false;
    let warnings = at_now(&evidence, &locked).warnings;
    assert_eq!(warnings.first(), Some(&Warning::MergeWaitsForKey));
}

#[test]
fn what_a_clock_said_long_ago_is_no_warning() {
    let mut evidence = evidence(vec![record(3)]);
    for (at, warned) in [(NOW, 1), (NOW - FRESH_FOR - 1, 0)] {
        let ahead = 300_000;
        evidence.skew = Some(Skew { ahead, at });
        assert_eq!(at_now(&evidence, &vault(3)).warnings.len(), warned);
    }
}

#[test]
fn what_could_not_be_saved_here_is_said_first_also_where_nothing_can_be_checked() {
    let mut kept = evidence(vec![]);
    kept.uncheckable = true;
    let unsaved = VaultInfo {
        saved: false,
        ..vault(3)
    };
    let status = at_now(&kept, &unsaved);
    assert_eq!(status.state, State::NotStored);
    assert_eq!(cause(&status), Some(Cause::CouldNotSaveHere));
}

/// It may be over by the next run, and nobody can do anything about it.
#[test]
fn opening_that_failed_here_is_tried_in_the_next_run() {
    for (why, read) in [
        (OpenError::Storage, true),
        (OpenError::KeyChanged, false),
        (OpenError::NewerFormat, false),
    ] {
        let unopened = Record {
            opened_at: None,
            unopened: Some((why, NOW - 5 * MINUTE)),
            ..record(3)
        };
        let due = Due::of(&evidence(vec![unopened]), &vault(3), NOW, Trigger::Due);
        assert_eq!(due.read, read, "{why:?}");
    }
}

fn any_record() -> impl Strategy<Value = Record> {
    let time = || proptest::option::of(NOW - 4 * DAY..NOW + DAY);
    let fate = prop_oneof![
        3 => Just(Fate::Live),
        1 => Just(Fate::NeverArrived),
        1 => Just(Fate::Pruning),
        1 => Just(Fate::Lost { cause: Cause::Gone, at: NOW }),
    ];
    (1u64..5, time(), time(), fate).prop_map(|(version, read_back_at, opened_at, fate)| Record {
        read_back_at,
        opened_at,
        fate,
        ..record(version)
    })
}

proptest! {
    #[test]
    fn no_failure_moves_a_stored_time(
        records in proptest::collection::vec(any_record(), 0..6),
        cause in proptest::sample::select(Cause::ALL.to_vec()),
        at in NOW - DAY..NOW + DAY,
        granted: bool,
    ) {
        let mut evidence = evidence(records);
        let before = at_now(&evidence, &vault(4));
        evidence.fail(at, &Failure::new(cause));
        let after = status(&evidence, &vault(4), granted, NOW);
        prop_assert_eq!(after.last_stored, before.last_stored);
        prop_assert_eq!(after.at_risk, before.at_risk);
        match before.state {
            State::Stored { .. } | State::StoredNotCheckedSince { .. } => {
                prop_assert_eq!(after.state, before.state);
            }
            _ => prop_assert_eq!(after.state, State::NotStored),
        }
    }

    #[test]
    fn stored_is_never_said_without_a_recent_whole_proof(
        records in proptest::collection::vec(any_record(), 0..6),
    ) {
        let evidence = evidence(records);
        let status = at_now(&evidence, &vault(4));
        let proof = evidence.records.iter().any(|record| {
            record.fate == Fate::Live
                && record.opened_at.is_some()
                && record.content == content(4)
                && record.read_back_at.is_some_and(|at| at + 2 * DAY >= NOW && at <= NOW + MINUTE)
        });
        prop_assert_eq!(matches!(status.state, State::Stored { .. }), proof);
        prop_assert!(status.state != State::NotStored || status.trouble.is_some());
    }
}
