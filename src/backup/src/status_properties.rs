//! What holds for every status, whatever the evidence.

use proptest::prelude::*;

use super::*;
use crate::cause::Remedy;
use crate::destination::Failure;
use crate::digest::Digest;
use crate::evidence::{Kept, Retry};
use crate::policy::{DAY, HOUR, MINUTE};
use crate::vault::Change;

const NOW: u64 = 20_000 * DAY;

fn content(version: u64) -> Digest {
    Digest::of(&version.to_le_bytes())
}

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![
        NOW - 10 * MINUTE..NOW + 2 * MINUTE,
        NOW - 4 * DAY..NOW,
        NOW..NOW + 1000 * DAY,
        0..NOW,
    ]
}

fn any_vault() -> impl Strategy<Value = VaultInfo> {
    let fell_back = proptest::option::of(1u64..5);
    (1u64..5, time(), any::<(bool, bool)>(), fell_back).prop_map(
        |(version, changed_at, (unlocked, saved), fell_back)| VaultInfo {
            tag: "vaultvault".parse().unwrap(),
            device: "device00".parse().unwrap(),
            version,
            content: content(version),
            accounts: u32::try_from(version).unwrap(),
            changed_at,
            changes: (1..=version)
                .map(|version| Change {
                    version,
                    at: changed_at - (5 - version).min(changed_at),
                })
                .collect(),
            unlocked,
            saved,
            fell_back,
        },
    )
}

fn any_record() -> impl Strategy<Value = Record> {
    let seen = || proptest::option::of(time());
    let why = prop_oneof![
        Just(OpenError::Locked),
        Just(OpenError::KeyChanged),
        Just(OpenError::NewerFormat),
        Just(OpenError::Storage),
    ];
    let fate = prop_oneof![
        4 => Just(Fate::Live),
        1 => Just(Fate::NeverArrived),
        1 => Just(Fate::Pruning),
        1 => time().prop_map(|at| Fate::Lost { cause: Cause::Gone, at }),
        1 => time().prop_map(|at| Fate::Lost { cause: Cause::Damaged, at }),
    ];
    let unopened = proptest::option::of((why, time()));
    let doubted = proptest::bool::weighted(0.2);
    (1u64..5, time(), seen(), seen(), unopened, fate, doubted).prop_map(
        |(version, sent_at, read_back_at, opened_at, unopened, fate, doubted)| Record {
            name: format!("vaultvault/device00-{version}-0000000000000000")
                .parse()
                .unwrap(),
            version,
            content: content(version),
            hash: content(version),
            size: 4096,
            accounts: u32::try_from(version).unwrap(),
            sent_at,
            server_time: None,
            read_back_at,
            opened_at,
            unopened,
            fate,
            doubted,
        },
    )
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    let fault = (
        proptest::sample::select(Cause::ALL.to_vec()),
        time(),
        proptest::option::of(time()),
    );
    let kept = proptest::option::of((time(), 1u64..5));
    let records = proptest::collection::vec(any_record(), 0..5);
    let working = proptest::option::of(time());
    let fault = proptest::option::of(fault);
    (records, time(), working, fault, kept, 0u8..8).prop_map(
        |(records, connected_at, working_since, fault, kept, place)| {
            let mut evidence = Evidence {
                records,
                connected_at,
                working_since,
                uncheckable: place == 0,
                unsaved: place == 1,
                kept: kept.map(|(at, version)| Kept {
                    at,
                    version,
                    content: content(version),
                    accounts: 1,
                }),
                ..Evidence::default()
            };
            if let Some((cause, at, next_try)) = fault {
                evidence.fail(at, &Failure::new(cause));
                evidence.retry = Retry {
                    failures: 1,
                    next_try,
                    pause: None,
                };
            }
            evidence
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_not_stored_has_a_cause_and_every_cause_a_way_out(
        evidence in any_evidence(), vault in any_vault(), granted: bool,
    ) {
        let status = status(&evidence, &vault, granted, NOW);
        prop_assert!(status.state != State::NotStored || status.trouble.is_some());
        if let Some(trouble) = status.trouble {
            let usual = trouble.remedy == trouble.cause.remedy();
            let server = trouble.cause == Cause::PermissionMissing
                && trouble.remedy == Remedy::AskAdministrator;
            prop_assert!(usual || server, "{trouble:?}");
            // Who is told to wait is told for how long.
            prop_assert!(trouble.remedy != Remedy::Automatic || trouble.next_try.is_some());
            prop_assert!(trouble.next_try.is_none_or(|at| (NOW..=NOW + DAY).contains(&at)));
        }
    }

    #[test]
    fn stored_means_safe_here_proven_there_lately_and_nothing_at_risk(
        evidence in any_evidence(), vault in any_vault(), granted: bool,
    ) {
        let status = status(&evidence, &vault, granted, NOW);
        if let State::Stored { at, .. } = status.state {
            prop_assert!(vault.saved && !evidence.unsaved && !evidence.uncheckable);
            prop_assert!(at + 2 * DAY >= NOW && at <= NOW + MINUTE);
            prop_assert_eq!(status.at_risk, AtRisk::default());
            let mut ours = evidence.records.iter().filter(|record| record.content == vault.content);
            prop_assert!(ours.any(|record| record.is_proven() && !record.doubted));
        }
        prop_assert_eq!(status.at_risk.accounts == 0, status.at_risk.since.is_none());
        prop_assert!(status.at_risk.accounts <= vault.accounts);
    }

    #[test]
    fn a_loss_never_makes_it_better(
        evidence in any_evidence(), vault in any_vault(), granted: bool, which: prop::sample::Index,
    ) {
        prop_assume!(!evidence.records.is_empty() && !evidence.uncheckable);
        let before = status(&evidence, &vault, granted, NOW);
        let mut after = evidence.clone();
        let which = which.index(after.records.len());
        after.records[which].fate = Fate::Lost { cause: Cause::Gone, at: NOW };
        let after = status(&after, &vault, granted, NOW);
        let stored = |status: &Status| matches!(status.state, State::Stored { .. });
        prop_assert!(stored(&before) || !stored(&after));
        prop_assert!(before.at_risk.accounts <= after.at_risk.accounts);
    }

    #[test]
    fn time_alone_makes_nothing_stored_that_was_not(
        evidence in any_evidence(), vault in any_vault(), later in 0u64..400 * DAY,
    ) {
        // Records from the future are from before the clock was set back: time makes them true.
        let seen = |record: &Record| record.read_back_at.is_none_or(|at| at <= NOW);
        prop_assume!(evidence.records.iter().all(seen));
        let stored = |now| matches!(status(&evidence, &vault, true, now).state, State::Stored { .. });
        prop_assert!(stored(NOW) || !stored(NOW + later));
        prop_assert!(later <= 2 * DAY + HOUR || !stored(NOW + later));
    }

    #[test]
    fn overall_the_best_is_no_worse_than_the_worst(
        all in proptest::collection::vec(any_evidence(), 0..4), vault in any_vault(), declined: bool,
    ) {
        let all: Vec<Status> = all.iter().map(|one| status(one, &vault, true, NOW)).collect();
        let overall = overall(&all, &vault, declined);
        prop_assert!(overall.best.rank() >= overall.worst.rank());
        prop_assert_eq!(overall.places.is_none(), all.is_empty());
        let stored = |status: &Status| matches!(status.state, State::Stored { .. });
        prop_assert_eq!(stored(&overall.best), all.iter().any(stored));
    }
}
