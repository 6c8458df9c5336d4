//! What a change costs, counted.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use holdfast_simulation::cost::{Traffic, measure};

fn requests(traffic: &Traffic) -> Vec<(&'static str, u32)> {
    let requests = traffic.requests.iter();
    requests.map(|(method, count)| (*method, *count)).collect()
}

#[test]
fn a_change_costs_one_put_one_list_and_one_get_whatever_the_size() {
    for accounts in [10, 100, 1000] {
        let cost = measure(accounts);
        let expected = [("GET", 1), ("PROPFIND", 1), ("PUT", 1)];
        assert_eq!(requests(&cost.change), expected, "{accounts} accounts");
        // The vault goes there and back once; the rest is the list.
        assert!(cost.change.up < cost.sealed + 1000, "{cost:?}");
        assert!(cost.change.down < cost.sealed + 3000, "{cost:?}");
    }
}

#[test]
fn nothing_is_uploaded_when_nothing_changed() {
    let cost = measure(100);
    assert_eq!(requests(&cost.idle), [("PROPFIND", 1)]);
    assert_eq!(requests(&cost.daily), [("GET", 1), ("PROPFIND", 1)]);
    assert!(cost.idle.down < 3000, "{cost:?}");
}
