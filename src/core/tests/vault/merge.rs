//! The laws of merging, and what merging means, over arbitrary interleavings on three devices.

use holdfast_core::account::Account;
use holdfast_core::vault::{UNDO_MILLIS, Vault};
use proptest::prelude::*;

use crate::world::{Step, World, first_secret, steps};

fn merged(a: &Vault, b: &Vault) -> Vault {
    let mut result = a.clone();
    result.merge(b);
    result
}

const YEARS_270: i64 = 270 * 365 * 24 * 3_600_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn merging_means_what_the_model_says(steps in steps(false)) {
        let mut world = World::new(YEARS_270);
        world.run(&steps);
        for device in &world.devices {
            device.equals_model();
        }
        world.sync_all();
        for device in &world.devices {
            device.equals_model();
        }
    }

    #[test]
    fn merging_is_a_join(steps in steps(true)) {
        let mut world = World::new(YEARS_270);
        world.run(&steps);
        let [a, b, c] = [0, 1, 2].map(|index| &world.devices[index].vault);
        let ab = merged(a, b);
        prop_assert_eq!(&ab, &merged(b, a), "commutative");
        prop_assert_eq!(&merged(&ab, c), &merged(a, &merged(b, c)), "associative");
        prop_assert_eq!(&merged(a, a), a, "idempotent");
        prop_assert_eq!(&merged(&ab, a), &ab, "absorbs");
        prop_assert_eq!(ab.encode(), merged(b, a).encode());
    }

    #[test]
    fn devices_converge_and_fall_silent(steps in steps(true)) {
        let mut world = World::new(0);
        world.run(&steps);
        // Each goes on by itself: merge, then purge, as the background does.
        for round in 0..4 {
            let before: Vec<_> = world.devices.iter().map(|d| d.vault.content_hash()).collect();
            for (index, other) in [(0, 1), (1, 2), (2, 0)] {
                world.sync(index, other);
                world.devices[index].vault.purge(world.now);
                world.devices[index].check();
            }
            let after: Vec<_> = world.devices.iter().map(|d| d.vault.content_hash()).collect();
            if round == 3 {
                prop_assert_eq!(&before, &after, "no more uploads");
                prop_assert!(after.iter().all(|hash| *hash == after[0]), "one content");
            }
        }
        let [a, b] = [0, 1].map(|index| world.devices[index].vault.encode());
        prop_assert_eq!(a, b);
    }

    #[test]
    fn payloads_round_trip(steps in steps(true)) {
        let mut world = World::new(YEARS_270);
        world.run(&steps);
        world.sync_all();
        for device in &world.devices {
            let bytes = device.vault.encode();
            let read = Vault::decode(&bytes).unwrap();
            prop_assert_eq!(&read, &device.vault);
            prop_assert_eq!(read.encode(), bytes);
            prop_assert_eq!(read.content_hash(), device.vault.content_hash());
        }
    }
}

#[test]
fn a_device_that_was_away_brings_back_what_it_edited() {
    // Deleted and forgotten on one device, the credential replaced there before; edited on
    // another one that knew of neither.
    let mut world = World::new(0);
    world.run(&[(0, Step::Add)]);
    world.sync_all();
    world.run(&[(0, Step::Replace(0)), (0, Step::Delete(0))]);
    world.run(&[(1, Step::Rename(0, 7))]);
    world.now += 2 * UNDO_MILLIS;
    world.run(&[(0, Step::Purge)]);
    assert!(
        world.devices[0]
            .vault
            .accounts
            .values()
            .all(Account::is_purged)
    );
    world.sync_all();
    for device in &world.devices {
        let list = device.vault.list();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].1.label.value, "label 7");
        assert_eq!(first_secret(list[0].1).unwrap().1, 1);
    }
}

/// Found by fuzzing: merged in memory, the account had both forms, and once written only one.
#[test]
fn a_credential_that_is_readable_on_one_side_only_is_the_same_after_writing() {
    let vault = |digits: &str| {
        let text = format!(
            r#"{{"format":1,"accounts":{{"AAAQEAYEAUDAOCAJBIFQYDIOB4":{{"credentials":{{
                "AEBAGBAFAYDQQCIKBMGA2DQPCA":{{"type":"totp","secret":"JBSWY3DPEHPK3PXP",
                    "algorithm":"SHA1","digits":{digits},"period":30}}}},
                "edits":{{"AEBAGBAFAYDQQCIKBMGA2DQPCA":7}}}}}}}}"#
        );
        Vault::decode(text.as_bytes()).unwrap()
    };
    let (readable, later) = (vault("6"), vault("\"six\""));
    let (mut one, mut two) = (readable.clone(), later.clone());
    one.merge(&later);
    two.merge(&readable);
    assert_eq!(one, two);
    assert_eq!(one, readable);
    assert_eq!(Vault::decode(&one.encode()).as_ref(), Ok(&one));
    // Alone it is carried on as it is.
    assert_eq!(Vault::decode(&later.encode()).as_ref(), Ok(&later));
    assert_ne!(later, readable);
}

#[test]
fn a_device_field_that_is_readable_on_one_side_only_is_the_same_after_writing() {
    let vault = |retired: &str| {
        let device = "AEBAGBAFAYDQQCIKBMGA2DQPCA";
        let text = format!(
            r#"{{"format":1,"accounts":{{}},"devices":{{"{device}":{{"retired":{{"stamp":[1,0,"{device}"],"value":{retired}}}}}}}}}"#
        );
        Vault::decode(text.as_bytes()).unwrap()
    };
    let (readable, later) = (vault("true"), vault(r#""a later version's""#));
    for (a, b) in [(&readable, &later), (&later, &readable)] {
        let result = merged(a, b);
        assert_eq!(Vault::decode(&result.encode()), Ok(result.clone()));
        assert_eq!(merged(&result, b), result);
    }
    assert_eq!(merged(&readable, &later), merged(&later, &readable));
}

#[test]
fn two_states_that_cant_be_read_alone_are_read_once_they_are_joined() {
    let vault = |issuer: &str, label: &str| {
        let device = "AEBAGBAFAYDQQCIKBMGA2DQPCA";
        let stamp = format!(r#""stamp":[1,0,"{device}"]"#);
        let text = format!(
            r#"{{"format":1,"accounts":{{"AAAQEAYEAUDAOCAJBIFQYDIOB4":{{
                "issuer":{{{stamp},"{issuer}":"Harbour"}},"label":{{{stamp},"{label}":"jane"}},
                "edits":{{"{device}":7}}}}}}}}"#
        );
        Vault::decode(text.as_bytes()).unwrap()
    };
    // The greater of two values under one stamp stays, so that here each side gives one field.
    let (a, b) = (vault("value", "valuE"), vault("valuE", "value"));
    assert_eq!((a.accounts.len(), b.accounts.len()), (0, 0));
    let result = merged(&a, &b);
    assert_eq!((result.accounts.len(), result.unreadable.len()), (1, 0));
    assert_eq!(Vault::decode(&result.encode()), Ok(result.clone()));
    assert_eq!(merged(&b, &a), result);
}
