//! The past against the present: what is said to be different, and what restoring does about it.

use holdfast_core::vault::{
    Agreement, Compared, Comparison, FieldChanges, Id, Part, Seen, UNDO_MILLIS, Vault,
};
use proptest::prelude::*;

use crate::support::{Device, NOW, account, hotp, secret, uri};
use crate::world::{World, steps};

fn ids(compared: &[Compared]) -> Vec<Id> {
    compared.iter().map(|compared| compared.id).collect()
}

fn rename(vault: &mut Vault, id: Id, issuer: &str, device: &mut Device) {
    let changes = FieldChanges {
        issuer: Some(issuer.to_owned()),
        ..FieldChanges::default()
    };
    assert_eq!(vault.edit(id, changes, &mut device.context()), Ok(true));
}

#[test]
fn what_was_added_changed_and_deleted_since_is_told_apart() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let [same, changed, deleted] = [1, 2, 3].map(|number| device.add(&mut vault, &uri(number)));
    let past = vault.clone();
    assert!(Comparison::between(&past, &vault).is_empty());
    let added = device.add(&mut vault, &uri(4));
    rename(&mut vault, changed, "Renamed", &mut device);
    vault
        .replace_credential(changed, hotp(7), &mut device.context())
        .unwrap();
    vault.delete(deleted, &mut device.context()).unwrap();
    vault
        .move_before(added, Some(same), &mut device.context())
        .unwrap();
    let comparison = Comparison::between(&past, &vault);
    assert_eq!(ids(&comparison.added), [added]);
    assert_eq!(ids(&comparison.deleted), [deleted]);
    assert_eq!(comparison.deleted[0].issuer, "Site3");
    assert_eq!(comparison.same, 1);
    let expected = Compared {
        id: changed,
        issuer: "Renamed".to_owned(),
        label: "jane".to_owned(),
        parts: vec![Part::Issuer, Part::Credential],
    };
    assert_eq!(comparison.changed, [expected]);
}

#[test]
fn a_counter_that_moved_is_no_difference_and_is_never_set_back() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let new = account(hotp(5));
    let id = vault
        .add(
            new,
            holdfast_core::vault::Duplicates::Keep,
            &mut device.context(),
        )
        .unwrap();
    let past = vault.clone();
    let credential = *vault.accounts[&id].credentials.keys().next().unwrap();
    vault
        .advance(id, credential, &mut device.context())
        .unwrap();
    assert!(Comparison::between(&past, &vault).is_empty());
    assert_eq!(vault.restore_all(&past, &mut device.context()), Ok(0));
    let counters = |vault: &Vault| -> Vec<Option<u64>> {
        let credentials = vault.accounts[&id].credentials.values();
        credentials.map(|own| own.kind().counter()).collect()
    };
    assert_eq!(counters(&vault), [Some(6)]);
}

#[test]
fn restoring_brings_back_what_was_and_keeps_what_came_since() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let [changed, deleted, forgotten] =
        [1, 2, 3].map(|number| device.add(&mut vault, &uri(number)));
    let past = vault.clone();
    rename(&mut vault, changed, "Renamed", &mut device);
    vault.delete(deleted, &mut device.context()).unwrap();
    vault.delete(forgotten, &mut device.context()).unwrap();
    vault.purge(NOW + 2 * UNDO_MILLIS);
    let added = device.add(&mut vault, &uri(4));
    let before = vault.clone();
    assert_eq!(vault.restore_all(&past, &mut device.context()), Ok(3));
    let comparison = Comparison::between(&past, &vault);
    assert_eq!(ids(&comparison.added), [added]);
    assert!(comparison.changed.is_empty() && comparison.deleted.is_empty());
    // It sticks: what another device still has of the time before changes nothing.
    let restored = vault.content_hash();
    vault.merge(&before);
    assert_eq!(vault.content_hash(), restored);
}

#[test]
fn what_this_version_cannot_read_comes_back_too() {
    let id = Id::from_bytes([1; 16]);
    let text = format!(r#"{{"format":1,"accounts":{{"{id}":{{"later":7}}}}}}"#);
    let past = Vault::decode(text.as_bytes()).unwrap();
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    assert_eq!(vault.restore_all(&past, &mut device.context()), Ok(0));
    assert_eq!(vault.unreadable, past.unreadable);
    assert_eq!(vault.unreadable.len(), 1);
    let agreement = Agreement::between(&past, &vault, NOW);
    assert_eq!((agreement.agreed.len(), agreement.of()), (1, 1));
    let missing = Agreement::between(&Vault::default(), &vault, NOW);
    assert_eq!((missing.missing.len(), missing.of()), (1, 1));
}

#[test]
fn codes_that_agree_and_codes_that_do_not() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let steam = format!("otpauth://totp/Steam:jane?secret={}", secret(9)) + "&encoder=steam";
    let [same, other, missing, guard] = [uri(1), uri(2), uri(3), steam.clone()].map(|uri| {
        let id = device.add(&mut vault, &uri);
        (id, uri)
    });
    let counter = vault
        .add(
            account(hotp(5)),
            holdfast_core::vault::Duplicates::Keep,
            &mut device.context(),
        )
        .unwrap();
    let mut backup = vault.clone();
    backup.accounts.remove(&missing.0);
    // A counter-based account goes on being used: its codes are compared where the vault is.
    let credential = *vault.accounts[&counter].credentials.keys().next().unwrap();
    vault
        .advance(counter, credential, &mut device.context())
        .unwrap();
    let parsed = holdfast_core::otpauth::parse(&uri(77)).unwrap().credential;
    vault
        .replace_credential(other.0, parsed, &mut device.context())
        .unwrap();
    let agreement = Agreement::between(&backup, &vault, NOW);
    assert_eq!(agreement.agreed, [same.0, guard.0, counter]);
    assert_eq!(agreement.differing, [other.0]);
    assert_eq!(agreement.missing, [missing.0]);
    assert_eq!(agreement.of(), 5);
}

#[test]
fn other_parameters_are_other_codes() {
    let base = format!("otpauth://totp/Site:jane?secret={}", secret(1));
    for change in [
        "&digits=8",
        "&period=60",
        "&algorithm=SHA256",
        "&encoder=steam",
    ] {
        let (mut device, mut vault) = (Device::new(1), Vault::default());
        let id = device.add(&mut vault, &base);
        let backup = vault.clone();
        let other = holdfast_core::otpauth::parse(&format!("{base}{change}")).unwrap();
        vault
            .replace_credential(id, other.credential, &mut device.context())
            .unwrap();
        let agreement = Agreement::between(&backup, &vault, NOW);
        assert_eq!(agreement.differing, [id], "{change}");
    }
}

#[test]
fn a_newer_snapshot_that_existed_is_missed() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let [laptop, phone, named] = [2, 3, 4].map(|number| Id::from_bytes([number; 16]));
    for (id, sequence, at) in [(laptop, 7, NOW), (phone, 3, NOW + 1)] {
        let seen = Seen {
            sequence,
            at,
            ..Seen::default()
        };
        vault.note_snapshot(id, seen);
    }
    vault
        .name_device(laptop, "Laptop", &mut device.context())
        .unwrap();
    vault
        .name_device(named, "Old tablet", &mut device.context())
        .unwrap();
    assert!(vault.retire_device(named, true, &mut device.context()));
    let views = vault.device_views();
    let of = |index: usize| {
        (
            views[index].id,
            views[index].name.as_str(),
            views[index].retired,
        )
    };
    assert_eq!(of(0), (phone, "", false));
    assert_eq!(of(1), (laptop, "Laptop", false));
    assert_eq!(of(2), (named, "Old tablet", true));
    assert_eq!(views[1].last_seen, Some(NOW));
    let missing = |found: &[(Id, u64)]| -> Vec<Id> {
        let found = found.iter().copied().collect();
        let missing = vault.missing_snapshots(&found);
        missing.into_iter().map(|view| view.id).collect()
    };
    assert_eq!(missing(&[(laptop, 7), (phone, 4)]), []);
    assert_eq!(missing(&[(laptop, 6), (phone, 3)]), [laptop]);
    assert_eq!(missing(&[]), [phone, laptop]);
}

proptest! {
    #[test]
    fn after_restoring_all_nothing_of_then_is_different_and_it_sticks(
        before in steps(false),
        after in steps(false),
    ) {
        let mut world = World::new(0);
        world.run(&before);
        let past = world.devices[0].vault.clone();
        world.run(&after);
        let present = world.devices[0].vault.clone();
        world
            .edit(0, |vault, context| vault.restore_all(&past, context))
            .unwrap();
        let restored = world.devices[0].vault.clone();
        for old in [&Vault::default(), &past, &present] {
            let mut merged = restored.clone();
            merged.merge(old);
            let comparison = Comparison::between(&past, &merged);
            prop_assert!(comparison.changed.is_empty(), "{:?}", comparison.changed);
            prop_assert!(comparison.deleted.is_empty(), "{:?}", comparison.deleted);
            // What was there before and only there stays too.
            for (id, _) in present.list() {
                prop_assert!(merged.get(id).is_some());
            }
        }
    }
}
