use std::cell::Cell;

use super::*;
use crate::engine::Trigger;
use crate::journal::load_evidence;
use crate::name::Tag;
use crate::policy::{DAY, HOUR};
use crate::test_support::now;
use crate::test_world::{Bench, Notes, Shelf, Text, engine};

type Home = Engine<Bench, Notes, Text>;

fn id() -> DestinationId {
    DestinationId(Tag::from_random([7; 8]))
}

fn keys(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn stored() -> (Home, Shelf) {
    let (home, shelf) = (engine("all accounts"), Shelf::default());
    home.let_pass(&shelf, HOUR);
    let report = now(home.run(&id(), &shelf, Trigger::Now));
    assert_eq!(report.failure, None);
    (home, shelf)
}

fn evidence(home: &Home) -> Evidence {
    now(load_evidence(&home.memory, &id())).unwrap()
}

fn suggested(home: &Home, with: &str) -> Option<Suggestion> {
    let info = home.vault.info.borrow();
    suggestion(&evidence(home), &info, keys(with), home.env.now_millis())
}

fn compared(
    with: &str,
    agreed: u32,
    of: u32,
) -> impl AsyncFnOnce(&[u8]) -> Result<Compared, &'static str> {
    let keys = keys(with);
    async move |bytes: &[u8]| {
        assert_eq!(bytes, b"all accounts");
        Ok(Compared { agreed, of, keys })
    }
}

#[test]
fn a_rehearsal_fetches_anew_and_is_remembered() {
    let (home, shelf) = stored();
    shelf.asked.borrow_mut().clear();
    let done = now(home.rehearse(&id(), &shelf, compared("one", 3, 3))).unwrap();
    assert!(done.current);
    assert_eq!((done.compared.agreed, done.compared.of), (3, 3));
    assert_eq!(*shelf.asked.borrow(), [format!("get {}", done.name)]);
    let remembered = evidence(&home).rehearsal.unwrap();
    assert_eq!((remembered.agreed, remembered.of), (3, 3));
    assert_eq!(remembered.at, home.env.now_millis());
    home.vault.write("more accounts", home.env.now_millis());
    let done = now(home.rehearse(&id(), &shelf, compared("one", 3, 4))).unwrap();
    assert!(!done.current);
}

#[test]
fn one_destination_where_it_was_rehearsed_is_enough() {
    let (home, shelf) = stored();
    home.let_pass(&shelf, 30 * DAY);
    let before = evidence(&home);
    now(home.rehearse(&id(), &shelf, compared("one", 3, 3))).unwrap();
    let after = evidence(&home);
    let due = |all: &[&Evidence], with: &str| {
        let info = home.vault.info.borrow();
        overdue(
            all.iter().copied(),
            &info,
            keys(with),
            home.env.now_millis(),
        )
    };
    let nothing_stored = Evidence::default();
    assert_eq!(due(&[], "one"), None);
    assert_eq!(due(&[&nothing_stored], "one"), None);
    assert_eq!(
        due(&[&nothing_stored, &before], "one"),
        Some(Suggestion::Never)
    );
    assert_eq!(due(&[&before, &after], "one"), None);
    let last = after.rehearsal.unwrap().at;
    assert_eq!(
        due(&[&after], "another"),
        Some(Suggestion::KeysChanged { last })
    );
}

#[test]
fn a_refusal_is_no_evidence() {
    let (home, shelf) = stored();
    let before = evidence(&home);
    let compare = async |_: &[u8]| Err("wrong passphrase");
    let refused = now(home.rehearse(&id(), &shelf, compare));
    assert_eq!(refused, Err(RehearsalError::Refused("wrong passphrase")));
    assert_eq!(evidence(&home), before);
}

#[test]
fn what_opens_an_older_snapshot_shows_nothing_of_the_present_keys() {
    let (home, shelf) = stored();
    let rehearsed = compared("replaced", 3, 3);
    now(home.rehearse(&id(), &shelf, rehearsed)).unwrap();
    let last = home.env.now_millis();
    assert_eq!(
        suggested(&home, "present"),
        Some(Suggestion::KeysChanged { last })
    );
    assert_eq!(suggested(&home, "replaced"), None);
}

#[test]
fn nothing_is_rehearsed_before_something_is_stored() {
    let (home, shelf) = (engine("all accounts"), Shelf::default());
    let outcome = now(home.rehearse(&id(), &shelf, compared("one", 3, 3)));
    assert_eq!(outcome, Err(RehearsalError::NothingStored));
    home.let_pass(&shelf, 30 * DAY);
    assert_eq!(suggested(&home, "one"), None);
}

#[test]
fn a_loss_is_remembered_and_made_good() {
    for damage in [true, false] {
        let (home, shelf) = stored();
        let path = shelf.objects.borrow().keys().next().unwrap().clone();
        match damage {
            true => shelf.objects.borrow_mut().get_mut(&path).unwrap().0[0] ^= 1,
            false => drop(shelf.objects.borrow_mut().remove(&path)),
        }
        let opened = Cell::new(false);
        let compare = async |_: &[u8]| {
            opened.set(true);
            Err::<Compared, ()>(())
        };
        let outcome = now(home.rehearse(&id(), &shelf, compare));
        let cause = if damage { Cause::Damaged } else { Cause::Gone };
        assert_eq!(outcome, Err(RehearsalError::Failed(Failure::new(cause))));
        assert!(!opened.get());
        assert!(evidence(&home).rehearsal.is_none());
        assert_eq!(
            evidence(&home).newest_stored(&"vaultvault".parse().unwrap(), 0),
            None
        );
        home.let_pass(&shelf, HOUR);
        now(home.run(&id(), &shelf, Trigger::Due));
        let done = now(home.rehearse(&id(), &shelf, compared("one", 3, 3)));
        assert!(done.is_ok());
    }
}

#[test]
fn it_is_suggested_first_after_a_week_then_every_ninety_days_and_after_a_change_of_keys() {
    let (home, shelf) = stored();
    now(home.connect(&id(), &shelf)).unwrap();
    assert_eq!(suggested(&home, "one"), None);
    home.let_pass(&shelf, 7 * DAY);
    assert_eq!(suggested(&home, "one"), Some(Suggestion::Never));
    now(home.rehearse(&id(), &shelf, compared("one", 3, 3))).unwrap();
    let last = home.env.now_millis();
    assert_eq!(suggested(&home, "one"), None);
    assert_eq!(
        suggested(&home, "two"),
        Some(Suggestion::KeysChanged { last })
    );
    home.let_pass(&shelf, 90 * DAY - 1);
    assert_eq!(suggested(&home, "one"), None);
    home.let_pass(&shelf, 1);
    assert_eq!(suggested(&home, "one"), Some(Suggestion::Old { last }));
    now(home.rehearse(&id(), &shelf, compared("one", 2, 3))).unwrap();
    let last = home.env.now_millis();
    let (agreed, of) = (2, 3);
    assert_eq!(
        suggested(&home, "one"),
        Some(Suggestion::Incomplete { last, agreed, of })
    );
}

#[test]
fn a_doubt_outlives_a_rehearsal_that_got_no_further() {
    let (home, shelf) = stored();
    shelf.cuts_off.set(true);
    assert!(now(home.rehearse(&id(), &shelf, compared("one", 3, 3))).is_err());
    assert!(evidence(&home).records[0].doubted);
}
