//! What a server lists, and does not give whoever asks for it.

use super::*;
use crate::journal::load_evidence;
use crate::name::{SnapshotName, Tag};
use crate::policy::{DAY, HOUR, SECOND};
use crate::restore::{fetch_newest_of_all_devices, list_vault};
use crate::status::{State, status};
use crate::test_support::now;
use crate::test_world::{Bench, Notes, Shelf, Text, engine};

type Home = Engine<Bench, Notes, Text>;

fn id() -> DestinationId {
    DestinationId(Tag::from_random([7; 8]))
}

fn run(home: &Home, shelf: &Shelf) -> Option<Cause> {
    home.let_pass(shelf, 2 * HOUR);
    now(home.run(&id(), shelf, Trigger::Due)).failure
}

fn puts(shelf: &Shelf) -> usize {
    let asked = shelf.asked.borrow();
    asked.iter().filter(|verb| verb.starts_with("put")).count()
}

fn is_stored(home: &Home) -> bool {
    let evidence = now(load_evidence(&home.memory, &id())).unwrap();
    let info = home.vault.info.borrow();
    let state = status(&evidence, &info, true, home.env.clock.get()).state;
    matches!(state, State::Stored { .. })
}

/// Another device's snapshot of that number.
fn foreign(home: &Home, shelf: &Shelf, sequence: u64) -> String {
    let name = SnapshotName {
        vault: home.vault.info.borrow().tag.clone(),
        device: "device22".parse().unwrap(),
        sequence,
        random: 1,
    };
    let object = (b"theirs".to_vec(), shelf.clock.get());
    shelf.objects.borrow_mut().insert(name.to_string(), object);
    name.to_string()
}

#[test]
fn our_own_that_is_broken_there_for_good_is_put_anew() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    assert!(is_stored(&home));
    let broken = shelf.objects.borrow().keys().next().unwrap().clone();
    shelf.refuses.borrow_mut().push(broken);
    home.let_pass(&shelf, DAY);
    // It may be a fault that passes, at first.
    assert_eq!(run(&home, &shelf), Some(Cause::ServerFault));
    assert_eq!(puts(&shelf), 1);
    let tries = (0..4).map(|_| run(&home, &shelf));
    assert!(tries.into_iter().any(|failure| failure.is_none()));
    assert_eq!((puts(&shelf), is_stored(&home)), (2, true));
}

#[test]
fn who_may_not_read_does_not_store_again_and_again() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    shelf.refuses.borrow_mut().push(String::new());
    for _ in 0..12 {
        home.let_pass(&shelf, DAY);
        assert!(run(&home, &shelf).is_some());
    }
    // Once in vain, in the belief that one object is broken.
    assert_eq!((puts(&shelf), is_stored(&home)), (2, false));
}

#[test]
fn one_of_another_device_keeps_nothing_from_being_stored() {
    let (home, shelf) = (engine("one"), Shelf::default());
    let older = foreign(&home, &shelf, 1);
    let broken = foreign(&home, &shelf, 2);
    shelf.refuses.borrow_mut().push(broken.clone());
    let first = run(&home, &shelf);
    assert_eq!((first, is_stored(&home)), (Some(Cause::ServerFault), true));
    let mut last = first;
    for _ in 0..4 {
        last = run(&home, &shelf);
    }
    assert_eq!(last, None);
    // What came before it is better than nothing.
    let asked = |path: &str| shelf.asked.borrow().contains(&format!("get {path}"));
    assert!(asked(&older));
    // Some day it is tried again.
    shelf.refuses.take();
    home.let_pass(&shelf, 2 * DAY);
    run(&home, &shelf);
    assert!(asked(&broken));
}

#[test]
fn a_restore_brings_what_can_be_had() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    let older = foreign(&home, &shelf, 1);
    let broken = foreign(&home, &shelf, 2);
    shelf.refuses.borrow_mut().push(broken.clone());
    let tag = home.vault.info.borrow().tag.clone();
    let found = |shelf: &Shelf| {
        let fetched = fetch_newest_of_all_devices(shelf, &tag, async |_, _| true);
        now(fetched).map(|fetched| {
            let names = fetched.into_iter().map(|(name, _)| name.to_string());
            names.collect::<Vec<String>>()
        })
    };
    let names = found(&shelf).unwrap();
    assert!(names.contains(&older) && names.len() == 2);
    // Where nothing can be had, there is no backup that "was not found".
    shelf.refuses.borrow_mut().push(String::new());
    assert_eq!(found(&shelf).unwrap_err().cause, Cause::ServerFault);
}

#[test]
fn data_that_is_moved_to_another_server_keeps_its_history() {
    let (home, shelf) = (engine("one"), Shelf::default());
    for day in 0..25 {
        home.vault
            .write(&format!("day {day}"), home.env.clock.get());
        run(&home, &shelf);
        home.let_pass(&shelf, DAY - 2 * HOUR);
    }
    let tag = home.vault.info.borrow().tag.clone();
    let kept = now(list_vault(&shelf, tag))
        .unwrap()
        .devices
        .values()
        .flatten()
        .count();
    // All of it is dated anew, in its order.
    for (at, (_, modified)) in (0u64..).zip(shelf.objects.borrow_mut().values_mut()) {
        *modified = shelf.clock.get() + at * SECOND;
    }
    home.let_pass(&shelf, HOUR);
    home.vault.write("afterwards", home.env.clock.get());
    run(&home, &shelf);
    run(&home, &shelf);
    assert_eq!(shelf.objects.borrow().len(), kept + 1);
}

#[test]
fn an_exchange_that_took_long_tells_nothing_of_the_clock() {
    let home = engine("one");
    let mut evidence = Evidence::default();
    let mut skew = |took: u64| {
        evidence.skew = None;
        let sent = home.env.clock.get();
        home.env.clock.set(sent + took);
        let answer = Answer {
            value: (),
            server_time: Some(sent),
        };
        assert!(home.contact(&mut evidence, sent, Ok(answer)).is_ok());
        evidence.skew.is_some()
    };
    assert!(skew(SECOND) && !skew(60 * SECOND));
}
