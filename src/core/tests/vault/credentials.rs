//! Counters that move, and credentials that are replaced and chosen.

use holdfast_core::account::{Algorithm, Credential, Kind};
use holdfast_core::code;
use holdfast_core::vault::{Duplicates, EditError, Id, Vault};

use crate::support::{Device, NOW, account, hotp, uri};

#[test]
fn a_counter_moves_before_its_code_is_given() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let context = &mut device.context();
    let id = vault
        .add(account(hotp(0)), Duplicates::Refuse, context)
        .unwrap();
    let credential = *vault.accounts[&id].credentials.keys().next().unwrap();
    // RFC 4226, appendix D.
    for (next, expected) in [(1, "755224"), (2, "287082"), (3, "359152")] {
        let code = vault.advance(id, credential, context).unwrap();
        assert_eq!(*code.text, expected);
        let stored = &vault.accounts[&id].credentials[&credential];
        assert_eq!(stored.kind().counter(), Some(next));
    }
    // Asking for the code moves nothing.
    let before = vault.clone();
    let next = code::at(&vault.accounts[&id].credentials[&credential], NOW);
    assert_eq!(*next.text, "969429");
    assert_eq!(vault, before);
}

#[test]
fn a_counter_at_its_end_is_an_error() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let context = &mut device.context();
    let new = account(hotp(u64::MAX));
    let id = vault.add(new, Duplicates::Refuse, context).unwrap();
    let credential = *vault.accounts[&id].credentials.keys().next().unwrap();
    let before = vault.clone();
    let result = vault.advance(id, credential, context);
    assert_eq!(result, Err(EditError::CounterExhausted));
    assert_eq!(vault, before);
}

#[test]
fn a_counter_set_by_hand_may_be_lower_and_stays() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let context = &mut device.context();
    let id = vault
        .add(account(hotp(50)), Duplicates::Refuse, context)
        .unwrap();
    let other = vault.clone();
    vault.replace_credential(id, hotp(3), context).unwrap();
    vault.merge(&other);
    let counters: Vec<_> = vault.accounts[&id].credentials.values().collect();
    assert_eq!(counters.len(), 1);
    assert_eq!(counters[0].kind().counter(), Some(3));
}

#[test]
fn a_corrected_credential_continues_the_counter_that_another_device_moves() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = vault
        .add(account(hotp(5)), Duplicates::Refuse, &mut device.context())
        .unwrap();
    let credential = *vault.accounts[&id].credentials.keys().next().unwrap();
    let (mut other, mut theirs) = (Device::new(2), vault.clone());
    theirs
        .advance(id, credential, &mut other.context())
        .unwrap();
    theirs
        .advance(id, credential, &mut other.context())
        .unwrap();
    let eight = Kind::Hotp {
        algorithm: Algorithm::Sha1,
        digits: 8,
        counter: 5,
    };
    let corrected = Credential::new(hotp(5).secret().clone(), eight).unwrap();
    vault
        .replace_credential(id, corrected, &mut device.context())
        .unwrap();
    vault.merge(&theirs);
    let current: Vec<_> = vault.accounts[&id].credentials.values().collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].kind().counter(), Some(7));
}

#[test]
fn concurrent_credentials_are_both_kept_until_the_user_chooses() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let (mut other, mut theirs) = (Device::new(2), vault.clone());
    vault
        .replace_credential(id, hotp(1), &mut device.context())
        .unwrap();
    theirs
        .replace_credential(id, hotp(2), &mut other.context())
        .unwrap();
    vault.merge(&theirs);
    theirs.merge(&vault);
    assert!(vault.accounts[&id].has_conflict());
    assert_eq!(vault.counts().conflicts, 1);
    let ids: Vec<Id> = vault.accounts[&id].credentials.keys().copied().collect();
    assert_eq!(ids.len(), 2);

    // Both devices choose the same: settled. They choose differently: both are shown again.
    let (mut same, mut different) = (theirs.clone(), theirs.clone());
    vault
        .choose_credential(id, ids[0], &mut device.context())
        .unwrap();
    same.choose_credential(id, ids[0], &mut other.context())
        .unwrap();
    different
        .choose_credential(id, ids[1], &mut other.context())
        .unwrap();
    same.merge(&vault);
    assert_eq!(same.accounts[&id].credentials.len(), 1);
    different.merge(&vault);
    assert_eq!(different.accounts[&id].credentials.len(), 2);
}

#[test]
fn a_chosen_credential_continues_the_counter_that_another_device_moves() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let (mut other, mut theirs) = (Device::new(2), vault.clone());
    vault
        .replace_credential(id, hotp(1), &mut device.context())
        .unwrap();
    let chosen = *vault.accounts[&id].credentials.keys().next().unwrap();
    theirs
        .replace_credential(id, hotp(30), &mut other.context())
        .unwrap();
    vault.merge(&theirs);
    theirs.merge(&vault);
    vault
        .choose_credential(id, chosen, &mut device.context())
        .unwrap();
    theirs.advance(id, chosen, &mut other.context()).unwrap();
    vault.merge(&theirs);
    let current: Vec<_> = vault.accounts[&id].credentials.values().collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].kind().counter(), Some(2));
}
