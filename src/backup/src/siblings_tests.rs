//! One place under two addresses.

use super::*;
use crate::destination::Destination as _;
use crate::engine::Trigger;
use crate::listing::snapshots;
use crate::name::Tag;
use crate::policy::{DAY, HOUR};
use crate::test_support::now;
use crate::test_world::{Bench, Notes, Shelf, Text, engine};

type Home = Engine<Bench, Notes, Text>;

const ADDRESSES: [u8; 2] = [7, 8];

fn id(address: u8) -> DestinationId {
    DestinationId(Tag::from_random([address; 8]))
}

fn run(home: &Home, shelf: &Shelf, address: u8) {
    home.let_pass(shelf, HOUR);
    let report = now(home.run(&id(address), shelf, Trigger::Due));
    assert_eq!(report.failure, None);
}

fn run_both(home: &Home, shelf: &Shelf) {
    for address in ADDRESSES {
        run(home, shelf, address);
    }
}

fn device(home: &Home) -> String {
    home.vault.info.borrow().device.to_string()
}

fn puts(shelf: &Shelf) -> usize {
    let asked = shelf.asked.borrow();
    asked.iter().filter(|verb| verb.starts_with("put")).count()
}

#[test]
fn what_was_put_by_way_of_another_address_is_no_copys() {
    let (home, shelf) = (engine("one"), Shelf::default());
    for _ in 0..3 {
        run_both(&home, &shelf);
    }
    assert_eq!((device(&home).as_str(), puts(&shelf)), ("device00", 2));
    home.vault.write("two", home.env.clock.get());
    for _ in 0..30 {
        home.let_pass(&shelf, DAY);
        run_both(&home, &shelf);
    }
    assert_eq!((device(&home).as_str(), puts(&shelf)), ("device00", 4));
}

#[test]
fn a_copy_is_noticed_by_way_of_every_address() {
    for address in ADDRESSES {
        let (home, shelf) = (engine("one"), Shelf::default());
        run_both(&home, &shelf);
        let object = (b"of a copy".to_vec(), shelf.clock.get());
        let name = format!("vaultvault/device00-9-{:016x}", 9);
        shelf.objects.borrow_mut().insert(name, object);
        run(&home, &shelf, address);
        assert_eq!(device(&home), "device99");
    }
}

#[test]
fn an_older_generation_begins_anew_also_where_another_address_has_stored() {
    let (home, shelf) = (engine("all accounts"), Shelf::default());
    run(&home, &shelf, 7);
    home.vault.info.borrow_mut().unlocked = false;
    home.vault.write("few accounts", home.env.clock.get());
    {
        let mut info = home.vault.info.borrow_mut();
        (info.version, info.fell_back) = (1007, Some(1007));
    }
    run(&home, &shelf, 8);
    assert_eq!(device(&home), "device99");
    // Nothing under the former tag passes for the successor of all accounts.
    let objects = shelf.objects.borrow();
    let stored = objects.iter().map(|(name, (bytes, _))| {
        let former = name.contains("device00");
        (former, bytes.as_slice())
    });
    let all = [(true, b"all accounts".as_slice()), (false, b"few accounts")];
    assert!(stored.eq(all), "{objects:?}");
}

#[test]
fn a_place_is_recognised_by_what_lies_there() {
    let (home, shelf, elsewhere) = (engine("one"), Shelf::default(), Shelf::default());
    let of_another = "vaultvault/device01-1-0000000000000001".to_owned();
    let put_another = |shelf: &Shelf| {
        let mut objects = shelf.objects.borrow_mut();
        objects.insert(of_another.clone(), (b"of another".to_vec(), 0));
    };
    put_another(&shelf);
    run(&home, &shelf, 7);
    run(&home, &elsewhere, 8);
    let place = |shelf: &Shelf, connected: &[u8]| {
        let tag = "vaultvault".parse().unwrap();
        let listed = snapshots(&tag, &now(shelf.list("vaultvault")).unwrap().value);
        let connected = connected.iter().map(|address| id(*address));
        now(same_place(&home.memory, connected, &listed))
    };
    assert_eq!(place(&shelf, &[8, 7]), Some(id(7)));
    assert_eq!(place(&elsewhere, &[7, 8]), Some(id(8)));
    // What is disconnected may be connected under its other address.
    assert_eq!(place(&shelf, &[8]), None);
    // Also what only others have stored tells.
    let only = Shelf::default();
    put_another(&only);
    assert_eq!(place(&only, &[8, 7]), Some(id(7)));
    assert_eq!(place(&Shelf::default(), &[8, 7]), None);
}
