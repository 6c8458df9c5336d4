//! Adding, moving and finding accounts.

use holdfast_core::Coded;
use holdfast_core::account::MAX_NAME_BYTES;
use holdfast_core::otpauth;
use holdfast_core::vault::{Duplicates, EditError, FieldChanges, Id, Vault};

use crate::support::{Device, account, hotp, issuers, uri};

#[test]
fn a_duplicate_is_refused_and_named_unless_it_is_wanted() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let first = device.add(&mut vault, &uri(1));
    let same = || otpauth::parse(&uri(1).replace("Site1", "Other")).unwrap();
    let context = &mut device.context();
    let before = vault.clone();
    let error = vault.add(same(), Duplicates::Refuse, context).unwrap_err();
    assert_eq!(error, EditError::Duplicate { existing: first });
    assert_eq!(vault, before);
    assert_eq!(vault.duplicate_of(&same().credential), Some(first));
    assert!(vault.add(same(), Duplicates::Keep, context).is_ok());
    // Another parameter is another account; another counter is not.
    let eight = otpauth::parse(&format!("{}&digits=8", uri(1))).unwrap();
    assert!(vault.add(eight, Duplicates::Refuse, context).is_ok());
    assert!(
        vault
            .add(account(hotp(1)), Duplicates::Refuse, context)
            .is_ok()
    );
    let error = vault
        .add(account(hotp(9)), Duplicates::Refuse, context)
        .unwrap_err();
    assert_eq!(error.code(), "duplicate_account");
}

#[test]
fn adding_many_answers_for_each() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let mut long = otpauth::parse(&uri(9)).unwrap();
    long.label = "x".repeat(MAX_NAME_BYTES + 1);
    let new = [1, 2, 1].map(|number| otpauth::parse(&uri(number)).unwrap());
    let new = new.into_iter().chain([long]).collect();
    let results = vault.add_all(new, Duplicates::Refuse, &mut device.context());
    assert!(results[0].is_ok() && results[1].is_ok());
    let existing = results[0].unwrap();
    assert_eq!(results[2], Err(EditError::Duplicate { existing }));
    assert_eq!(results[3].unwrap_err().field(), Some("label"));
    assert_eq!(issuers(&vault), ["Site1", "Site2"]);
}

#[test]
fn accounts_move_and_make_room_for_each_other() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let ids: Vec<Id> = (1..=3).map(|n| device.add(&mut vault, &uri(n))).collect();
    vault
        .move_before(ids[2], Some(ids[0]), &mut device.context())
        .unwrap();
    assert_eq!(issuers(&vault), ["Site3", "Site1", "Site2"]);
    vault
        .move_before(ids[2], None, &mut device.context())
        .unwrap();
    assert_eq!(issuers(&vault), ["Site1", "Site2", "Site3"]);
    // The same spot over and over, far beyond what one spot has room for.
    for round in 0..2_000 {
        let (moved, target) = if round % 2 == 0 { (0, 1) } else { (1, 0) };
        let third = Some(ids[2]);
        vault
            .move_before(ids[moved], third, &mut device.context())
            .unwrap();
        let order: Vec<Id> = vault.list().iter().map(|(id, _)| *id).collect();
        assert_eq!(order, [ids[target], ids[moved], ids[2]]);
    }
    assert!(
        vault
            .accounts
            .values()
            .all(|a| a.position.value.len() <= 64)
    );
}

#[test]
fn equal_or_broken_places_still_let_accounts_move() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let ids: Vec<Id> = (1..=3).map(|n| device.add(&mut vault, &uri(n))).collect();
    for place in ["V", "", "not a place!"] {
        for id in &ids {
            vault.accounts.get_mut(id).unwrap().position.value = place.to_owned();
        }
        let order: Vec<Id> = vault.list().iter().map(|(id, _)| *id).collect();
        vault
            .move_before(order[2], Some(order[1]), &mut device.context())
            .unwrap();
        let after: Vec<Id> = vault.list().iter().map(|(id, _)| *id).collect();
        assert_eq!(after, [order[0], order[2], order[1]], "{place:?}");
    }
}

#[test]
fn search_finds_every_word_in_any_field() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(
        &mut vault,
        "otpauth://totp/Caf%C3%89:jane@a.example?secret=MY",
    );
    device.add(&mut vault, &uri(1));
    vault
        .confirm_site(id, "login.example.org", &mut device.context())
        .unwrap();
    assert_eq!(
        vault.confirm_site(id, "login.example.org ", &mut device.context()),
        Ok(false)
    );
    let changes = FieldChanges {
        note: Some("Second Factor".to_owned()),
        ..FieldChanges::default()
    };
    vault.edit(id, changes, &mut device.context()).unwrap();
    for (query, found) in [
        ("café", 1),
        ("CAFÉ jane", 1),
        ("factor login.example", 1),
        ("jane", 2),
        (" ", 2),
        ("café nobody", 0),
        // Never the secret.
        ("AAAA", 0),
        ("janesecond", 0),
    ] {
        assert_eq!(vault.search(query).len(), found, "{query}");
    }
}
