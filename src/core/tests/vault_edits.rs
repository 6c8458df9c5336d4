//! Edits one by one: what they change, what they refuse, and what they leave alone.

use holdfast_core::Coded;
use holdfast_core::account::{Algorithm, Credential, Kind, MAX_NAME_BYTES, NewAccount};
use holdfast_core::secret::Secret;
use holdfast_core::vault::{
    Changes, Clock, Duplicates, EditContext, EditError, FieldChanges, Id, Seen, UNDO_MILLIS, Vault,
};
use holdfast_core::{code, otpauth};

const NOW: u64 = 1_800_000_000_000;

/// A device with its clock and a deterministic source of "random" bytes.
struct Device {
    id: Id,
    clock: Clock,
    now: u64,
    random: Box<dyn FnMut(&mut [u8])>,
}

impl Device {
    fn new(number: u8) -> Self {
        let mut state = u64::from(number);
        Self {
            id: Id::from_bytes([number; 16]),
            clock: Clock::default(),
            now: NOW,
            random: Box::new(move |bytes| {
                for byte in bytes {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(99);
                    *byte = (state >> 56) as u8;
                }
            }),
        }
    }

    fn context(&mut self) -> EditContext<'_> {
        self.now += 1;
        EditContext {
            now: self.now,
            device: self.id,
            clock: &mut self.clock,
            random: &mut *self.random,
        }
    }

    fn add(&mut self, vault: &mut Vault, uri: &str) -> Id {
        let account = otpauth::parse(uri).unwrap();
        vault
            .add(account, Duplicates::Refuse, &mut self.context())
            .unwrap()
    }
}

fn uri(number: u32) -> String {
    format!("otpauth://totp/Site{number}:jane?secret={}", secret(number))
}

fn secret(number: u32) -> String {
    let bytes = number.to_be_bytes().to_vec();
    Secret::from_bytes(bytes).unwrap().to_base32().to_string()
}

fn hotp(counter: u64) -> Credential {
    let kind = Kind::Hotp {
        algorithm: Algorithm::Sha1,
        digits: 6,
        counter,
    };
    let secret = Secret::from_bytes(b"12345678901234567890".to_vec()).unwrap();
    Credential::new(secret, kind).unwrap()
}

fn account(credential: Credential) -> NewAccount {
    NewAccount {
        issuer: "Bank".to_owned(),
        label: "jane".to_owned(),
        note: String::new(),
        sites: Vec::new(),
        credential,
    }
}

fn issuers(vault: &Vault) -> Vec<&str> {
    let list = vault.list().into_iter();
    list.map(|(_, account)| account.issuer.value.as_str())
        .collect()
}

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
fn deleting_is_undone_for_90_days_and_then_forgotten() {
    let (mut device, mut vault) = (Device::new(1), Vault::default());
    let id = device.add(&mut vault, &uri(1));
    let kept = vault.clone();
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
