//! Edits one by one: what they change, what they refuse, and what they leave alone.

use holdfast_core::Coded;
use holdfast_core::otpauth;
use holdfast_core::vault::{EditError, FieldChanges, Id, Seen, UNDO_MILLIS, Vault};

use crate::support::{Device, NOW, hotp, issuers, secret, uri};

#[test]
fn an_edit_that_changes_nothing_leaves_the_content_alone() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let before = vault.content_hash();
    let changes = FieldChanges {
        issuer: Some(" Site1 ".to_owned()),
        note: Some(String::new()),
        ..FieldChanges::default()
    };
    assert_eq!(vault.edit(id, changes, &mut device.context()), Ok(false));
    let same = vault.accounts[&id]
        .credentials
        .values()
        .next()
        .unwrap()
        .clone();
    assert_eq!(
        vault.replace_credential(id, same, &mut device.context()),
        Ok(false)
    );
    vault.undelete(id, &mut device.context()).unwrap();
    vault.note_snapshot(device.id, Seen::default());
    assert_eq!(vault.purge(u64::MAX), 0);
    assert_eq!(vault.content_hash(), before);
}

#[test]
fn refused_edits_change_nothing() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let gone = device.add(&mut vault, &uri(2));
    vault.delete(gone, &mut device.context()).unwrap();
    let credential = *vault.accounts[&id].credentials.keys().next().unwrap();
    let before = vault.clone();
    let context = &mut device.context();
    let nobody = Id::from_bytes([9; 16]);
    for id in [nobody, gone] {
        let missing = EditError::NoSuchAccount;
        assert_eq!(
            vault.edit(id, FieldChanges::default(), context),
            Err(missing)
        );
        assert_eq!(vault.delete(id, context), Err(missing));
        assert_eq!(vault.move_before(id, None, context), Err(missing));
        assert_eq!(vault.confirm_site(id, "a.example", context), Err(missing));
        assert_eq!(vault.replace_credential(id, hotp(0), context), Err(missing));
        assert_eq!(vault.advance(id, credential, context), Err(missing));
        assert!(vault.get(id).is_none());
    }
    assert_eq!(
        vault.undelete(nobody, context),
        Err(EditError::NoSuchAccount)
    );
    assert_eq!(
        vault.move_before(id, Some(gone), context),
        Err(EditError::NoSuchAccount)
    );
    assert_eq!(
        vault.advance(id, nobody, context),
        Err(EditError::NoSuchCredential)
    );
    assert_eq!(
        vault.advance(id, credential, context),
        Err(EditError::NotCounterBased)
    );
    assert_eq!(
        vault.choose_credential(id, nobody, context),
        Err(EditError::NoSuchCredential)
    );
    for (changes, field) in [
        (
            FieldChanges {
                issuer: Some("new".to_owned()),
                note: Some("x".repeat(1 << 20)),
                ..FieldChanges::default()
            },
            "note",
        ),
        (
            FieldChanges {
                sites: Some(vec![" ".to_owned()]),
                ..FieldChanges::default()
            },
            "sites",
        ),
    ] {
        let error = vault.edit(id, changes, context).unwrap_err();
        assert_eq!(error.field(), Some(field));
    }
    assert_eq!(vault, before);
}

#[test]
fn a_deletion_by_a_computer_years_behind_can_be_undone_as_long_as_any() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    device.now = NOW + 10 * UNDO_MILLIS;
    let id = device.add(&mut vault, &uri(2));
    let mut behind = Device::new(2);
    behind.now = NOW;
    vault.delete(id, &mut behind.context()).unwrap();
    assert_eq!(vault.purge(device.now + UNDO_MILLIS - 1), 0);
    assert_eq!(vault.purge(device.now + UNDO_MILLIS), 1);
}

#[test]
fn deleting_is_undone_for_90_days_and_then_forgotten() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(2));
    let kept = vault.clone();
    let site1 = otpauth::parse(&uri(1)).unwrap();
    let changes = FieldChanges {
        issuer: Some(site1.issuer),
        ..FieldChanges::default()
    };
    vault.edit(id, changes, &mut device.context()).unwrap();
    vault
        .replace_credential(id, site1.credential, &mut device.context())
        .unwrap();
    vault.delete(id, &mut device.context()).unwrap();
    let at = vault.accounts[&id].deletion.as_ref().unwrap().at;
    assert_eq!((vault.list().len(), vault.deleted().len()), (0, 1));
    assert_eq!(vault.purge(at + UNDO_MILLIS - 1), 0);
    let mut undone = vault.clone();
    undone.undelete(id, &mut device.context()).unwrap();
    assert_eq!(issuers(&undone), ["Site1"]);

    assert_eq!(vault.purge(at + UNDO_MILLIS), 1);
    assert_eq!(vault.purge(at + UNDO_MILLIS), 0);
    assert_eq!(vault.deleted().len(), 0);
    assert_eq!(
        vault.undelete(id, &mut device.context()),
        Err(EditError::Forgotten)
    );
    let text = String::from_utf8(vault.encode().to_vec()).unwrap();
    assert!(!text.contains(&secret(1)) && !text.contains("Site1"));
    // An old snapshot does not bring it back, and leaves no trace.
    let purged = vault.content_hash();
    vault.merge(&kept);
    assert!(vault.list().is_empty());
    vault.purge(at + UNDO_MILLIS);
    assert_eq!(vault.content_hash(), purged);
    // Undone elsewhere at the same time, it is back.
    vault.merge(&undone);
    vault.purge(at + UNDO_MILLIS);
    assert_eq!(issuers(&vault), ["Site1"]);
}

#[test]
fn a_new_credential_beats_a_deletion_even_under_a_copied_identity() {
    // Two installations with one device id, as after copying a profile: the deletion's version
    // vector covers the other copy's edit, but not its new credential.
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let mut copy = vault.clone();
    copy.replace_credential(id, hotp(1), &mut device.context())
        .unwrap();
    let changes = FieldChanges {
        note: Some("later".to_owned()),
        ..FieldChanges::default()
    };
    vault.edit(id, changes, &mut device.context()).unwrap();
    vault.delete(id, &mut device.context()).unwrap();
    vault.merge(&copy);
    assert_eq!(vault.list().len(), 1);
}
