use holdfast_backup::listing::Listed;
use holdfast_core::vault::Seen;

use super::*;
use crate::background::test_device::{Device, count};

fn gathered(all: &[&Contents]) -> Gathered {
    let mut gathered = Gathered::default();
    for one in all {
        gathered.add((*one).clone()).unwrap();
    }
    gathered
}

#[test]
fn whoever_comes_first_many_removals_are_not_carried_out_unasked() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (all, ids) = here.ten();
    let less = there.without(&all, &ids[..6]);
    for order in [[&all, &less], [&less, &all]] {
        let gained = gathered(&order).finish().unwrap();
        assert_eq!(gained.unasked, sorted(&ids[..6]));
    }
    // Few need no word, and what a single one has deleted is nobody else's.
    let less = there.without(&all, &ids[..2]);
    for order in [vec![&all, &less], vec![&less, &all], vec![&less]] {
        let gained = gathered(&order).finish().unwrap();
        assert_eq!(gained.unasked, []);
        assert_eq!(count(&gained.contents), 8);
    }
}

fn sorted(ids: &[Id]) -> Vec<Id> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

const TAG: &str = "vaultvault";
const DAY: u64 = 86_400_000;

fn name(text: &str) -> SnapshotName {
    let name = format!("{TAG}/{text}-0000000000000000");
    name.parse().unwrap()
}

/// A list of snapshots, stored on these days, each device's newest first.
fn found(listed: &[(&str, u64)]) -> VaultFound {
    let mut found = VaultFound {
        tag: TAG.parse().unwrap(),
        devices: Default::default(),
    };
    for (text, day) in listed {
        let name = name(text);
        let device = name.device.clone();
        found.devices.entry(device).or_default().push(Listed {
            name,
            size: None,
            modified: Some(day * DAY),
        });
    }
    found
}

/// What is missing where the vault knows that snapshot, of these bytes, since that day.
fn missing(seen: (&str, &str, u64), listed: &[(&str, u64)], opened: &[(&str, &str)]) -> usize {
    let (mut contents, _) = Device::new(1).ten();
    let known = name(seen.0);
    let seen = Seen {
        sequence: known.sequence,
        at: seen.2 * DAY,
        hash: Digest::of(seen.1.as_bytes()).0,
        ..Seen::default()
    };
    contents.vault.note_snapshot(device_id(&known.device), seen);
    let opened: Vec<_> = opened
        .iter()
        .map(|(text, bytes)| (name(text), bytes.as_bytes().to_vec()))
        .collect();
    let missing = gathered(&[&contents]).missing(&found(listed), &opened);
    assert!(missing.iter().all(|id| *id == device_id(&known.device)));
    missing.len()
}

#[test]
fn a_newer_one_that_another_device_has_known_is_missed() {
    let there = [("laptop00-7", 1)];
    let opened = [("laptop00-7", "seven")];
    assert_eq!(missing(("laptop00-7", "seven", 1), &there, &opened), 0);
    assert_eq!(missing(("laptop00-9", "nine", 3), &there, &opened), 1);
    assert_eq!(missing(("laptop00-9", "nine", 3), &[], &[]), 1);
}

#[test]
fn a_newest_one_that_does_not_open_is_missed() {
    let there = [("laptop00-8", 2), ("laptop00-7", 1)];
    let seen = ("laptop00-7", "seven", 1);
    assert_eq!(missing(seen, &there, &[("laptop00-8", "eight")]), 0);
    assert_eq!(missing(seen, &there, &[("laptop00-7", "seven")]), 1);
    // Once, also where it was known.
    let seen = ("laptop00-9", "nine", 3);
    assert_eq!(missing(seen, &there, &[("laptop00-7", "seven")]), 1);
}

#[test]
fn numbers_of_another_place_say_nothing_against_the_same_or_what_came_later() {
    let seen = ("laptop00-50", "the same", 3);
    let there = [("laptop00-2", 2)];
    assert_eq!(missing(seen, &there, &[("laptop00-2", "the same")]), 0);
    assert_eq!(missing(seen, &there, &[("laptop00-2", "older")]), 1);
    let there = [("laptop00-2", 4)];
    assert_eq!(missing(seen, &there, &[("laptop00-2", "newer")]), 0);
}
