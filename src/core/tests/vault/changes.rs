//! What a merge would do, what history brings back, and what is known of devices.

use holdfast_core::account::MAX_NAME_BYTES;
use holdfast_core::otpauth;
use holdfast_core::vault::{Changes, Duplicates, FieldChanges, Id, Seen, Vault};

use crate::support::{Device, hotp, issuers, secret, uri};

#[test]
fn a_merge_that_removes_much_asks_first() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let new = (0..30).map(|n| otpauth::parse(&uri(n)).unwrap()).collect();
    let ids = vault.add_all(new, Duplicates::Refuse, &mut device.context());
    let ids: Vec<Id> = ids.into_iter().map(Result::unwrap).collect();
    let (mut other, mut theirs) = (Device::new(2), vault.clone());
    for (count, id) in ids.iter().take(6).enumerate() {
        assert!(
            !vault.plan_merge(&theirs).changes.needs_consent(),
            "{count}"
        );
        theirs.delete(*id, &mut other.context()).unwrap();
    }
    let mut plan = vault.plan_merge(&theirs);
    assert_eq!(plan.changes.removed.len(), 6);
    assert!(plan.changes.needs_consent());

    // "Keep them" is an edit: it holds on the other device too.
    plan.keep_removed(&mut device.context()).unwrap();
    assert_eq!(plan.merged.list().len(), 30);
    theirs.merge(&plan.merged);
    assert_eq!(theirs.list().len(), 30);
}

#[test]
fn a_fifth_is_much_in_a_small_vault() {
    let changes = |removed: usize, before| Changes {
        removed: vec![Id::from_bytes([0; 16]); removed],
        before,
        ..Changes::default()
    };
    for (removed, before, asks) in [
        (0, 0, false),
        (0, 10, false),
        (1, 5, false),
        (1, 4, true),
        (2, 10, false),
        (3, 10, true),
        (5, 100, false),
        (6, 100, true),
    ] {
        assert_eq!(
            changes(removed, before).needs_consent(),
            asks,
            "{removed} of {before}"
        );
    }
}

#[test]
fn a_plan_lists_what_is_different() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let ids: Vec<Id> = (1..=4).map(|n| device.add(&mut vault, &uri(n))).collect();
    let (mut other, mut theirs) = (Device::new(2), vault.clone());
    let added = other.add(&mut theirs, &uri(5));
    theirs
        .replace_credential(ids[0], hotp(1), &mut other.context())
        .unwrap();
    theirs
        .confirm_site(ids[1], "a.example", &mut other.context())
        .unwrap();
    theirs.delete(ids[2], &mut other.context()).unwrap();
    theirs
        .move_before(ids[3], Some(ids[0]), &mut other.context())
        .unwrap();
    let changes = vault.plan_merge(&theirs).changes;
    let mut changed = vec![ids[0], ids[1]];
    changed.sort_unstable();
    assert_eq!(changes.added, [added]);
    assert_eq!(changes.changed, changed);
    assert_eq!(changes.removed, [ids[2]]);
    assert_eq!(changes.before, 4);
    assert!(theirs.plan_merge(&vault).changes.is_empty());
}

#[test]
fn restoring_from_history_sticks() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let past = vault.clone();
    let changes = FieldChanges {
        label: Some("other".to_owned()),
        ..FieldChanges::default()
    };
    vault.edit(id, changes, &mut device.context()).unwrap();
    vault
        .replace_credential(id, hotp(1), &mut device.context())
        .unwrap();
    vault.delete(id, &mut device.context()).unwrap();
    for purge in [false, true] {
        let mut vault = vault.clone();
        let elsewhere = vault.clone();
        if purge {
            assert_eq!(vault.purge(u64::MAX), 1);
        }
        vault
            .restore(id, &past.accounts[&id], &mut device.context())
            .unwrap();
        vault.merge(&elsewhere);
        let account = vault.get(id).unwrap();
        assert_eq!(account.label.value, "jane");
        assert_eq!(account.credentials.len(), 1);
        let credential = account.credentials.values().next().unwrap();
        assert_eq!(*credential.secret().to_base32(), secret(1));
    }
    // An account that was never here.
    let mut empty = Vault::default();
    empty
        .restore(id, &past.accounts[&id], &mut device.context())
        .unwrap();
    assert_eq!(issuers(&empty), ["Site1"]);
}

#[test]
fn devices_are_named_and_retired() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let (mut other, mut theirs) = (Device::new(2), Vault::default());
    assert_eq!(
        vault.name_device(device.id, " Desk ", &mut device.context()),
        Ok(true)
    );
    assert_eq!(
        vault.name_device(device.id, "Desk", &mut device.context()),
        Ok(false)
    );
    theirs
        .name_device(other.id, "Laptop", &mut other.context())
        .unwrap();
    vault.merge(&theirs);
    assert!(vault.retire_device(other.id, true, &mut device.context()));
    theirs.merge(&vault);
    assert_eq!(theirs, vault);
    assert!(theirs.devices[&other.id].retired.value);
    assert_eq!(theirs.devices[&device.id].name.value, "Desk");
    let long = "x".repeat(MAX_NAME_BYTES + 1);
    assert!(
        vault
            .name_device(device.id, &long, &mut device.context())
            .is_err()
    );
}

#[test]
fn of_a_devices_snapshots_the_newest_is_kept() {
    let mut vault = Vault::default();
    let device = Id::from_bytes([1; 16]);
    let seen = |sequence, at| Seen {
        sequence,
        at,
        ..Seen::default()
    };
    for (sequence, at) in [(2, 5), (3, 4), (1, 9)] {
        vault.note_snapshot(device, seen(sequence, at));
    }
    assert_eq!(vault.seen[&device], seen(3, 4));
}
