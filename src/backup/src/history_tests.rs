use super::*;
use crate::destination::Entry as File;
use crate::engine::Trigger;
use crate::evidence::Seen;
use crate::journal::load_evidence;
use crate::name::Tag;
use crate::policy::{DAY, HOUR};
use crate::test_support::now;
use crate::test_world::{Shelf, engine};

fn id() -> DestinationId {
    DestinationId(Tag::from_random([7; 8]))
}

fn theirs(device: &str, sequence: u64) -> SnapshotName {
    let name = format!("vaultvault/{device}-{sequence}-{sequence:016x}");
    name.parse().unwrap()
}

#[test]
fn snapshots_are_told_by_time_and_device_with_what_is_known() {
    let (home, shelf) = (engine("first"), Shelf::default());
    home.let_pass(&shelf, HOUR);
    now(home.run(&id(), &shelf, Trigger::Now));
    home.let_pass(&shelf, DAY);
    let other = theirs("device01", 4);
    now(shelf.put(&other.to_string(), b"theirs")).unwrap();
    home.vault.write("second", home.env.now_millis());
    home.let_pass(&shelf, HOUR);
    now(home.run(&id(), &shelf, Trigger::Now));
    shelf.asked.borrow_mut().clear();
    let history = now(home.history(&id(), &shelf)).unwrap();
    assert_eq!(*shelf.asked.borrow(), ["list vaultvault"]);
    let told: Vec<_> = history
        .entries
        .iter()
        .map(|entry| {
            (
                entry.ours,
                entry.name.sequence,
                entry.newest_of_device,
                entry.size,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (true, 2, true, Some(6)),
            (false, 4, true, Some(6)),
            (true, 1, false, Some(5))
        ]
    );
    let known: Vec<_> = history
        .entries
        .iter()
        .map(|entry| entry.knowledge)
        .collect();
    let proven = |current: bool| move |knowledge: &Knowledge| matches!(knowledge, Knowledge::Proven { current: c, .. } if *c == current);
    assert!(
        proven(true)(&known[0]) && proven(false)(&known[2]),
        "{known:?}"
    );
    assert_eq!(known[1], Knowledge::Merged);
    assert_eq!(history.entries[2].accounts, Some(1));
    let devices: Vec<_> = history.devices().iter().map(ToString::to_string).collect();
    assert_eq!(devices, ["device00", "device01"]);
}

#[test]
fn one_is_looked_into_and_a_loss_of_ours_is_remembered() {
    let (home, shelf) = (engine("first"), Shelf::default());
    home.let_pass(&shelf, HOUR);
    now(home.run(&id(), &shelf, Trigger::Now));
    let other = theirs("device01", 4);
    now(shelf.put(&other.to_string(), b"theirs")).unwrap();
    let look = |name: &SnapshotName| now(home.snapshot(&id(), &shelf, name));
    let ours = now(home.history(&id(), &shelf)).unwrap().entries;
    let ours = ours.iter().find(|entry| entry.ours).unwrap().name.clone();
    assert_eq!(look(&ours), Ok(b"first".to_vec()));
    assert_eq!(look(&other), Ok(b"theirs".to_vec()));
    assert_eq!(look(&theirs("device01", 5)), Err(Failure::new(Cause::Gone)));
    shelf
        .objects
        .borrow_mut()
        .get_mut(&ours.to_string())
        .unwrap()
        .0[0] ^= 1;
    assert_eq!(look(&ours), Err(Failure::new(Cause::Damaged)));
    let evidence = now(load_evidence(&home.memory, &id())).unwrap();
    assert!(!evidence.record(&ours).unwrap().is_proven());
    let history = now(home.history(&id(), &shelf)).unwrap();
    let entry = history.entries.iter().find(|entry| entry.ours).unwrap();
    assert_eq!(entry.knowledge, Knowledge::Unopened(OpenError::Damaged));
}

#[test]
fn what_was_seen_before_and_is_not_listed_is_missed() {
    let evidence = Evidence {
        devices: [1, 2]
            .map(|number| {
                let name = theirs(&format!("device0{number}"), 9);
                let device = name.device.clone();
                let seen = Seen {
                    name,
                    server_time: None,
                    at: 7,
                    missing_since: None,
                    noted: false,
                };
                (device, seen)
            })
            .into_iter()
            .collect(),
        ..Evidence::default()
    };
    let listing = Listing {
        files: vec![File {
            name: theirs("device01", 9).file(),
            size: None,
            modified: None,
        }],
        ..Listing::default()
    };
    let vault = engine("first").vault.info.borrow().clone();
    let history = History::of(&listing, &evidence, &vault);
    assert_eq!(history.missing, [theirs("device02", 9)]);
    assert_eq!(history.entries.len(), 1);
    assert_eq!(history.entries[0].stored_at, None);
}
