//! What a person does to the accounts of one profile.

use holdfast_core::account::{Account, Algorithm, Credential, Kind, NewAccount};
use holdfast_core::secret::Secret;
use holdfast_core::vault::{Duplicates, EditContext, FieldChanges, Id, Vault};

use crate::home::{Home, device_id};
use crate::scene::Scene;
use crate::sealed::Contents;

/// More accounts than this are not added.
const MOST: usize = 12;

/// One edit: adds, changes, deletes, uses a code; gives the account that was deleted. Nothing
/// happens while the vault is locked.
pub fn edit(home: &mut Home, scene: &Scene) -> Option<Id> {
    let choice = scene.random(|random| random.below(14));
    let number = scene.random(|random| random.below(1000));
    let ids: Vec<Id> = home.truth.vault.list().iter().map(|(id, _)| *id).collect();
    let some = scene.random(|random| random.pick(&ids).copied());
    let device = device_id(&home.disk.device);
    let line = home.edit(scene, |contents, context| {
        let vault = &mut contents.vault;
        match (choice, some) {
            (0..=4, _) if ids.len() < MOST => {
                let added = vault.add(account(number), Duplicates::Keep, context);
                format!("adds {added:?}")
            }
            (10, _) => {
                let named = vault.name_device(device, &format!("Device {number}"), context);
                format!("is named: {named:?}")
            }
            (_, Some(id)) => edit_account(scene, vault, id, (choice, number), context),
            _ => "looks on".to_owned(),
        }
    });
    let line = line.unwrap_or_else(|| "is locked, no edit".to_owned());
    scene.trace(|| format!("{} {line}", home.uid));
    some.filter(|id| {
        home.truth
            .vault
            .accounts
            .get(id)
            .is_some_and(Account::is_deleted)
    })
}

/// Restores a past state as a person does in the history: all of it, or one account.
pub fn restore(home: &mut Home, scene: &Scene, past: &Contents) {
    let ids: Vec<Id> = past.vault.list().iter().map(|(id, _)| *id).collect();
    let one = scene.random(|random| random.chance(500).then(|| random.pick(&ids).copied()));
    let line = home.edit(scene, |contents, context| match one {
        Some(Some(id)) => {
            let then = past.vault.get(id).cloned().unwrap_or_default();
            scene.note_edit(id);
            let restored = contents.vault.restore(id, &then, context);
            format!("restores {id}: {restored:?}")
        }
        _ => {
            ids.iter().for_each(|id| scene.note_edit(*id));
            let restored = contents.vault.restore_all(&past.vault, context);
            let comparison =
                holdfast_core::vault::Comparison::between(&past.vault, &contents.vault);
            if !(comparison.changed.is_empty() && comparison.deleted.is_empty()) {
                scene.violate(|| format!("restoring left differences: {comparison:?}"));
            }
            format!("restores all: {restored:?}")
        }
    });
    if let Some(line) = line {
        scene.trace(|| format!("{} {line}", home.uid));
    }
}

fn edit_account(
    scene: &Scene,
    vault: &mut Vault,
    id: Id,
    (choice, number): (u64, u64),
    context: &mut EditContext<'_>,
) -> String {
    match choice {
        7 => {
            let _ = vault.delete(id, context);
            scene.note_deletion(id);
            format!("deletes {id}")
        }
        8 => {
            scene.note_edit(id);
            let credential = account(number).credential;
            let _ = vault.replace_credential(id, credential, context);
            format!("replaces the credential of {id}")
        }
        9 => {
            let chosen = vault.get(id).and_then(|own| own.credential_ids().last());
            let Some(chosen) = chosen else {
                return "looks on".to_owned();
            };
            scene.note_edit(id);
            let _ = vault.choose_credential(id, chosen, context);
            format!("chooses a credential of {id}")
        }
        11..=12 => {
            let own = vault.get(id).and_then(|own| own.credentials.keys().next());
            let Some(credential) = own.copied() else {
                return "looks on".to_owned();
            };
            scene.note_edit(id);
            let used = vault.advance(id, credential, context);
            format!("uses a code of {id}: {:?}", used.map(|_| ()))
        }
        13 => {
            let _ = vault.move_before(id, None, context);
            scene.note_edit(id);
            format!("moves {id} to the end")
        }
        _ => {
            let changes = FieldChanges {
                issuer: Some(format!("Issuer {number}")),
                ..FieldChanges::default()
            };
            scene.note_edit(id);
            let _ = vault.edit(id, changes, context);
            format!("renames {id}")
        }
    }
}

/// An account that follows from a number.
pub fn account(number: u64) -> NewAccount {
    let secret = Secret::from_bytes(number.to_le_bytes().repeat(3)).expect("24 bytes");
    let (algorithm, digits) = (Algorithm::Sha1, 6);
    let kind = if number.is_multiple_of(3) {
        Kind::Hotp {
            algorithm,
            digits,
            counter: number,
        }
    } else {
        Kind::Totp {
            algorithm,
            digits,
            period: 30,
        }
    };
    NewAccount {
        issuer: format!("Issuer {number}"),
        label: "jane@example.org".to_owned(),
        note: String::new(),
        sites: Vec::new(),
        groups: Vec::new(),
        credential: Credential::new(secret, kind).expect("usual parameters"),
    }
}
