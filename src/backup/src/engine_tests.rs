//! Faults that the simulation found, one test each.

use super::*;
use crate::evidence::{Fate, Foreign};
use crate::journal::load_evidence;
use crate::name::Tag;
use crate::policy::{DAY, HOUR, MINUTE};
use crate::restore::list_vault;
use crate::status::{State, status};
use crate::test_support::now;
use crate::test_world::{Bench, Notes, Shelf, Text, engine};

type Home = Engine<Bench, Notes, Text>;

fn id() -> DestinationId {
    DestinationId(Tag::from_random([7; 8]))
}

fn run(home: &Home, shelf: &Shelf) -> Report {
    home.let_pass(shelf, 2 * HOUR);
    now(home.run(&id(), shelf, Trigger::Due))
}

fn puts(shelf: &Shelf) -> usize {
    let asked = shelf.asked.borrow();
    asked.iter().filter(|verb| verb.starts_with("put")).count()
}

fn state(home: &Home) -> State {
    let evidence = now(load_evidence(&home.memory, &id())).unwrap();
    let info = home.vault.info.borrow();
    status(&evidence, &info, true, home.env.clock.get()).state
}

#[test]
fn a_clock_set_back_does_not_make_every_day_an_upload() {
    let (home, shelf) = (engine("one"), Shelf::default());
    home.env.clock.set(home.env.clock.get() + 1000 * DAY);
    now(home.run(&id(), &shelf, Trigger::Now));
    home.env.clock.set(home.env.clock.get() - 1000 * DAY);
    for text in ["two", "one"] {
        home.vault.write(text, home.env.clock.get());
        run(&home, &shelf);
    }
    assert_eq!(puts(&shelf), 3);
    for _ in 0..5 {
        home.let_pass(&shelf, DAY);
        run(&home, &shelf);
    }
    assert_eq!(puts(&shelf), 3);
}

#[test]
fn a_proof_that_is_hidden_does_not_make_a_locked_device_upload_again_and_again() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    home.vault.write("two", home.env.clock.get());
    run(&home, &shelf);
    home.vault.info.borrow_mut().unlocked = false;
    home.vault.write("one", home.env.clock.get());
    home.vault.salt.set(1);
    for _ in 0..5 {
        run(&home, &shelf);
    }
    assert_eq!(puts(&shelf), 3);
}

#[test]
fn a_server_that_asks_to_wait_when_something_is_deleted_is_not_asked_again() {
    let (home, shelf) = (engine("0"), Shelf::default());
    home.retention.set(Retention {
        recent: 1,
        days: 0,
        months: 0,
    });
    for number in 1..8 {
        run(&home, &shelf);
        home.vault.write(&number.to_string(), home.env.clock.get());
    }
    shelf.asks_to_wait.set(Some(5 * HOUR));
    let report = run(&home, &shelf);
    assert_eq!(report.failure, None);
    let asked = shelf.asked.borrow().len();
    assert!(
        shelf
            .asked
            .borrow()
            .last()
            .is_some_and(|verb| verb.starts_with("delete"))
    );
    home.vault.write("another", home.env.clock.get());
    for _ in 0..2 {
        run(&home, &shelf);
        assert_eq!(shelf.asked.borrow().len(), asked);
    }
    home.let_pass(&shelf, HOUR + MINUTE);
    now(home.run(&id(), &shelf, Trigger::Due));
    assert!(shelf.asked.borrow().len() > asked);
}

#[test]
fn an_unreadable_journal_on_a_full_disk_has_a_status_and_names_the_disk() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    let key = format!("backup/{}", id());
    let cut_off = b"{cut off".to_vec();
    home.memory.documents.borrow_mut().insert(key, cut_off);
    home.memory.full.set(true);
    let report = run(&home, &shelf);
    assert_eq!(report.failure, Some(Cause::CouldNotSaveHere));
    let unsaved = Evidence {
        unsaved: true,
        ..Evidence::default()
    };
    assert_eq!(now(load_evidence(&home.memory, &id())), Ok(unsaved));
    // Once there is room, the first run says so.
    home.memory.full.set(false);
    run(&home, &shelf);
    assert!(!now(load_evidence(&home.memory, &id())).unwrap().unsaved);
}

#[test]
fn what_was_seen_while_the_disk_was_full_is_doubted_until_it_is_looked_at_again() {
    let (home, shelf) = (engine("one"), Shelf::default());
    let said = || {
        let evidence = now(load_evidence(&home.memory, &id())).unwrap();
        let (info, at) = (home.vault.info.borrow(), home.env.clock.get());
        let status = status(&evidence, &info, true, at);
        (status.state, status.trouble.map(|trouble| trouble.cause))
    };
    run(&home, &shelf);
    let (stored, trouble) = said();
    assert!(matches!(stored, State::Stored { .. }) && trouble.is_none());
    // It is seen that all is gone, and that can't be written down.
    let kept = shelf.objects.take();
    home.memory.full.set(true);
    now(home.run(&id(), &shelf, Trigger::Now));
    let full = (State::NotStored, Some(Cause::CouldNotSaveHere));
    assert_eq!(said(), full);
    // There is room again, and the destination can't be reached.
    home.memory.full.set(false);
    shelf.unreachable.set(true);
    now(home.run(&id(), &shelf, Trigger::Now));
    let State::Stored { at, accounts } = stored else {
        return;
    };
    let was_stored = State::StoredNotCheckedSince { at, accounts };
    assert_eq!(said(), (was_stored, Some(Cause::Unreachable)));
    // The next look settles it: here what was gone has come back.
    shelf.unreachable.set(false);
    shelf.objects.replace(kept);
    home.let_pass(&shelf, HOUR);
    now(home.run(&id(), &shelf, Trigger::Due));
    let (state, trouble) = said();
    assert!(matches!(state, State::Stored { .. }) && trouble.is_none());
}

#[test]
fn what_is_missing_in_a_list_is_asked_for_at_once_and_put_anew() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    assert!(matches!(state(&home), State::Stored { .. }));
    // Somebody empties the folder, long before the daily look is due.
    let kept = shelf.objects.take();
    run(&home, &shelf);
    assert_eq!(puts(&shelf), 2);
    assert!(matches!(state(&home), State::Stored { .. }));
    let lost = kept.keys().next().unwrap().parse().unwrap();
    let evidence = now(load_evidence(&home.memory, &id())).unwrap();
    assert!(matches!(
        evidence.record(&lost).unwrap().fate,
        Fate::Lost { .. }
    ));
}

#[test]
fn what_is_missing_in_a_list_is_not_called_stored_when_asking_for_it_fails() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    let kept = shelf.objects.take();
    shelf.gives_nothing.set(true);
    assert_eq!(run(&home, &shelf).failure, Some(Cause::Unreachable));
    assert!(matches!(state(&home), State::StoredNotCheckedSince { .. }));
    // It was only the list that was stale.
    shelf.gives_nothing.set(false);
    shelf.objects.replace(kept);
    run(&home, &shelf);
    assert_eq!((puts(&shelf), run(&home, &shelf).failure), (1, None));
    assert!(matches!(state(&home), State::Stored { .. }));
}

#[test]
fn what_differs_and_can_not_be_read_again_is_not_called_stored() {
    let (home, shelf) = (engine("one"), Shelf::default());
    run(&home, &shelf);
    home.let_pass(&shelf, DAY);
    shelf.cuts_off.set(true);
    assert_eq!(run(&home, &shelf).failure, Some(Cause::Unreachable));
    assert!(matches!(state(&home), State::StoredNotCheckedSince { .. }));
    // It had been cut off on its way.
    shelf.gives_nothing.set(false);
    run(&home, &shelf);
    assert_eq!((puts(&shelf), run(&home, &shelf).failure), (1, None));
    assert!(matches!(state(&home), State::Stored { .. }));
}

#[test]
fn an_older_proof_of_the_same_content_that_is_gone_too_is_not_called_stored() {
    let (home, shelf) = (engine("one"), Shelf::default());
    for text in ["two", "one"] {
        run(&home, &shelf);
        home.vault.write(text, home.env.clock.get());
    }
    run(&home, &shelf);
    shelf.objects.take();
    shelf.takes_nothing.set(true);
    run(&home, &shelf);
    assert!(!matches!(state(&home), State::Stored { .. }));
}

/// The vault is damaged on disk while it is locked: an older generation goes on.
fn fall_back(home: &Home) {
    home.vault.info.borrow_mut().unlocked = false;
    home.vault.write("few accounts", home.env.clock.get());
    let mut info = home.vault.info.borrow_mut();
    info.version = 1007;
    info.fell_back = Some(1007);
}

#[test]
fn what_was_damaged_is_read_again_when_the_destination_goes_back_in_time() {
    let (home, shelf) = (engine("all accounts"), Shelf::default());
    run(&home, &shelf);
    let whole = shelf.objects.borrow().clone();
    for (bytes, _) in shelf.objects.borrow_mut().values_mut() {
        bytes.insert(0, 0);
    }
    fall_back(&home);
    run(&home, &shelf);
    home.vault.info.borrow_mut().unlocked = true;
    now(home.run(&id(), &shelf, Trigger::Unlocked));
    let state = || {
        let evidence = now(load_evidence(&home.memory, &id())).unwrap();
        let name = whole.keys().next().unwrap().parse().unwrap();
        evidence.foreign.get(&name).copied()
    };
    assert_ne!(state(), Some(Foreign::Merged));
    shelf.objects.replace(whole.clone());
    for _ in 0..15 {
        run(&home, &shelf);
    }
    assert_eq!(state(), Some(Foreign::Merged));
}

#[test]
fn an_older_generation_does_not_pass_for_the_successor_of_what_was_stored() {
    let (home, shelf) = (engine("all accounts"), Shelf::default());
    run(&home, &shelf);
    // Only who unlocks it can merge what is stored.
    fall_back(&home);
    assert_eq!(run(&home, &shelf).failure, None);
    let found = now(list_vault(&shelf, "vaultvault".parse().unwrap())).unwrap();
    let newest = found.newest_of_all_devices();
    let objects = shelf.objects.borrow();
    let texts: Vec<&[u8]> = newest
        .iter()
        .map(|name| objects[&name.to_string()].0.as_slice())
        .collect();
    assert_eq!(texts, [b"all accounts".as_slice(), b"few accounts"]);
    drop(objects);
    // Once is enough.
    let device = home.vault.info.borrow().device.clone();
    run(&home, &shelf);
    assert_eq!(home.vault.info.borrow().device, device);
}
