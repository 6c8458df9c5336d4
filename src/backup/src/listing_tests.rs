use super::*;
use crate::digest::Digest;
use crate::evidence::Record;
use crate::status::status;

const VAULT: &str = "vaultvault";

fn name(text: &str) -> SnapshotName {
    let (device, rest) = text.split_once('-').unwrap();
    let (sequence, random) = rest.split_once('-').unwrap();
    let random: u64 = random.parse().unwrap();
    format!("{VAULT}/device{device}-{sequence}-{random:016x}")
        .parse()
        .unwrap()
}

fn vault() -> VaultInfo {
    VaultInfo {
        tag: VAULT.parse().unwrap(),
        device: "device00".parse().unwrap(),
        version: 1,
        content: Digest([0; 32]),
        accounts: 0,
        changed_at: 0,
        changes: Vec::new(),
        unlocked: true,
        saved: true,
        fell_back: None,
    }
}

fn listing(names: &[(&str, u64)]) -> Listing {
    let files = names.iter().map(|(text, modified)| Entry {
        name: name(text).file(),
        size: None,
        modified: Some(*modified),
    });
    Listing {
        files: files.collect(),
        ..Listing::default()
    }
}

fn wanted(evidence: &Evidence) -> Vec<SnapshotName> {
    let wanted = evidence
        .foreign
        .iter()
        .filter(|(_, state)| **state == Foreign::Wanted);
    wanted.map(|(name, _)| name.clone()).collect()
}

fn sent(text: &str) -> Record {
    Record {
        name: name(text),
        version: 1,
        content: Digest([0; 32]),
        hash: Digest([0; 32]),
        size: 0,
        accounts: 0,
        sent_at: 0,
        server_time: None,
        read_back_at: None,
        opened_at: None,
        unopened: None,
        fate: Fate::Live,
        doubted: false,
    }
}

#[test]
fn the_newest_of_each_other_device_is_wanted() {
    let mut evidence = Evidence {
        records: vec![sent("00-1-0")],
        ..Evidence::default()
    };
    let list = listing(&[("00-1-0", 1), ("01-3-0", 1), ("01-4-0", 2), ("02-9-0", 1)]);
    let findings = observe(&mut evidence, &vault(), &list, 7);
    assert_eq!(wanted(&evidence), [name("01-4-0"), name("02-9-0")]);
    assert!(!findings.shares_identity);
    assert_eq!(evidence.devices.len(), 2);
}

#[test]
fn what_we_never_sent_under_our_tag_is_a_copys_and_is_wanted() {
    let mut evidence = Evidence {
        records: vec![sent("00-2-0")],
        ..Evidence::default()
    };
    let list = listing(&[("00-1-5", 1), ("00-2-0", 1)]);
    let findings = observe(&mut evidence, &vault(), &list, 7);
    assert!(findings.shares_identity);
    assert_eq!(wanted(&evidence), [name("00-1-5")]);
}

#[test]
fn after_a_fall_back_our_own_are_read_until_one_opens() {
    let records = vec![sent("00-1-0"), sent("00-2-0"), sent("00-3-0")];
    let mut evidence = Evidence {
        records,
        ..Evidence::default()
    };
    let mut vault = vault();
    vault.fell_back = Some(1007);
    let list = listing(&[("00-1-0", 1), ("00-2-0", 1), ("00-3-0", 1)]);
    assert!(!observe(&mut evidence, &vault, &list, 7).shares_identity);
    assert_eq!(wanted(&evidence), [name("00-3-0")]);
    let damaged = Foreign::Unopened {
        why: OpenError::Damaged,
        at: 7,
    };
    evidence.foreign.insert(name("00-3-0"), damaged);
    reabsorbed(&mut evidence, &vault);
    observe(&mut evidence, &vault, &list, 8);
    assert_eq!(wanted(&evidence), [name("00-2-0")]);
    evidence.foreign.insert(name("00-2-0"), Foreign::Merged);
    reabsorbed(&mut evidence, &vault);
    observe(&mut evidence, &vault, &list, 9);
    assert!(evidence.foreign.is_empty());
}

#[test]
fn what_was_merged_before_a_fall_back_is_wanted_again_once() {
    let mut evidence = Evidence::default();
    let mut vault = vault();
    let list = listing(&[("07-1-0", 1), ("07-2-0", 2)]);
    observe(&mut evidence, &vault, &list, 7);
    evidence.foreign.insert(name("07-2-0"), Foreign::Merged);
    observe(&mut evidence, &vault, &list, 8);
    assert!(wanted(&evidence).is_empty());
    // The generation that it was merged into is lost.
    vault.fell_back = Some(1007);
    observe(&mut evidence, &vault, &list, 9);
    assert_eq!(wanted(&evidence), [name("07-2-0")]);
    evidence.foreign.insert(name("07-2-0"), Foreign::Merged);
    observe(&mut evidence, &vault, &list, 10);
    assert!(wanted(&evidence).is_empty());
}

#[test]
fn a_fall_back_is_not_over_while_a_merge_of_our_own_waits_for_consent() {
    let mut evidence = Evidence {
        records: vec![sent("00-1-0")],
        ..Evidence::default()
    };
    let mut vault = vault();
    vault.fell_back = Some(1007);
    let list = listing(&[("00-1-0", 1)]);
    observe(&mut evidence, &vault, &list, 7);
    let asks = Foreign::NeedsConsent { removals: 1 };
    evidence.foreign.insert(name("00-1-0"), asks);
    reabsorbed(&mut evidence, &vault);
    observe(&mut evidence, &vault, &list, 8);
    assert_eq!(evidence.foreign.get(&name("00-1-0")), Some(&asks));
    evidence.foreign.insert(name("00-1-0"), Foreign::Merged);
    reabsorbed(&mut evidence, &vault);
    observe(&mut evidence, &vault, &list, 9);
    assert!(evidence.foreign.is_empty());
}

#[test]
fn what_was_pruned_and_shows_again_is_no_copys() {
    let mut evidence = Evidence {
        pruned: vec![name("00-1-0")],
        ..Evidence::default()
    };
    let findings = observe(&mut evidence, &vault(), &listing(&[("00-1-0", 1)]), 7);
    assert!(!findings.shares_identity);
}

#[test]
fn forks_show_by_a_sequence_used_twice_or_stored_late() {
    let twice = snapshots_of(&[("01-4-0", 1), ("01-5-0", 2), ("01-5-1", 2), ("01-6-0", 3)]);
    let names: Vec<_> = heads(&twice)
        .into_iter()
        .flat_map(|(_, heads)| heads)
        .collect();
    assert_eq!(names, [name("01-5-0"), name("01-5-1"), name("01-6-0")]);
    let late = snapshots_of(&[("01-4-0", 1), ("01-5-7", 9), ("01-7-0", 3), ("01-8-0", 4)]);
    let names: Vec<_> = heads(&late)
        .into_iter()
        .flat_map(|(_, heads)| heads)
        .collect();
    assert_eq!(names, [name("01-5-7"), name("01-8-0")]);
}

fn snapshots_of(names: &[(&str, u64)]) -> Vec<Listed> {
    snapshots(&VAULT.parse().unwrap(), &listing(names))
}

#[test]
fn what_appears_late_is_wanted_too() {
    let mut evidence = Evidence::default();
    observe(&mut evidence, &vault(), &listing(&[("01-4-0", 1)]), 7);
    observe(
        &mut evidence,
        &vault(),
        &listing(&[("01-4-0", 1), ("01-3-0", 1)]),
        8,
    );
    assert_eq!(wanted(&evidence), [name("01-3-0"), name("01-4-0")]);
}

#[test]
fn an_older_one_is_wanted_when_the_newest_is_damaged_or_went_away() {
    let mut evidence = Evidence::default();
    let list = listing(&[("01-3-0", 1), ("01-4-0", 1), ("01-5-0", 1)]);
    observe(&mut evidence, &vault(), &list, 7);
    let damaged = Foreign::Unopened {
        why: OpenError::Damaged,
        at: 7,
    };
    evidence.foreign.insert(name("01-5-0"), damaged);
    observe(&mut evidence, &vault(), &list, 8);
    assert_eq!(wanted(&evidence), [name("01-4-0")]);
    observe(&mut evidence, &vault(), &listing(&[("01-3-0", 1)]), 9);
    assert_eq!(wanted(&evidence), [name("01-3-0")]);
}

#[test]
fn a_destination_that_went_back_in_time_is_noticed_once() {
    let mut evidence = Evidence::default();
    observe(&mut evidence, &vault(), &listing(&[("01-4-0", 1)]), 7);
    let findings = observe(&mut evidence, &vault(), &listing(&[("01-3-0", 1)]), 8);
    assert_eq!(findings.missing, [name("01-4-0")]);
    for (_, seen) in evidence.devices.iter_mut() {
        seen.missing_since = Some(8);
    }
    let findings = observe(&mut evidence, &vault(), &listing(&[("01-3-0", 1)]), 9);
    assert!(findings.missing.is_empty());
    observe(&mut evidence, &vault(), &listing(&[("01-5-0", 1)]), 10);
    assert!(
        evidence
            .devices
            .values()
            .all(|seen| seen.missing_since.is_none())
    );
}

#[test]
fn who_has_seen_a_loss_is_told_of_the_next_one() {
    let mut evidence = Evidence::default();
    let (there, gone) = (listing(&[("01-4-0", 1)]), listing(&[("01-3-0", 1)]));
    let noted = |evidence: &Evidence| evidence.devices.values().any(|seen| seen.noted);
    observe(&mut evidence, &vault(), &there, 7);
    for (_, seen) in evidence.devices.iter_mut() {
        (seen.missing_since, seen.noted) = (Some(8), true);
    }
    observe(&mut evidence, &vault(), &gone, 9);
    assert!(noted(&evidence));
    observe(&mut evidence, &vault(), &there, 10);
    assert!(!noted(&evidence));
    // Of a device that is out of use it stays noted, and what it stores then is news.
    for (_, seen) in evidence.devices.iter_mut() {
        seen.noted = true;
    }
    observe(&mut evidence, &vault(), &there, 11);
    assert!(noted(&evidence));
    observe(&mut evidence, &vault(), &listing(&[("01-5-0", 1)]), 12);
    assert!(!noted(&evidence));
}

#[test]
fn other_files_are_left_alone() {
    let files = ["notes.txt", "device01-4-zz", ".htaccess"];
    let listing = Listing {
        files: files
            .map(|name| Entry {
                name: name.to_owned(),
                size: None,
                modified: None,
            })
            .to_vec(),
        ..Listing::default()
    };
    assert!(snapshots(&VAULT.parse().unwrap(), &listing).is_empty());
}

#[test]
fn what_a_device_has_stored_since_answers_for_what_it_stored_before() {
    for state in [
        Foreign::NeedsConsent { removals: 10 },
        Foreign::Unopened {
            why: OpenError::Damaged,
            at: 0,
        },
    ] {
        let warnings = |evidence: &Evidence| status(evidence, &vault(), true, 4).warnings.len();
        let both = listing(&[("01-5-1", 100), ("01-6-1", 200)]);
        let mut evidence = Evidence::default();
        observe(&mut evidence, &vault(), &listing(&[("01-5-1", 100)]), 1);
        evidence.foreign.insert(name("01-5-1"), state);
        assert_eq!(warnings(&evidence), 1, "{state:?}");
        observe(&mut evidence, &vault(), &both, 2);
        evidence.foreign.insert(name("01-6-1"), Foreign::Merged);
        observe(&mut evidence, &vault(), &both, 3);
        assert_eq!(warnings(&evidence), 0, "{state:?}");
    }
}
