//! The keyring over interleavings: devices change passphrase, recovery key, passkeys and the vault
//! key without knowing of each other, and come back in any order, with any old snapshot.
//!
//! Everything goes through sealed bytes. A person is at hand who knows every passphrase that was
//! ever set; the test's model knows every slot and key that was ever added or removed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod edits;
mod world;

use std::collections::BTreeSet;

use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::seal::{
    DerivedKey, Keyring, NewPassphrase, PrfOutput, SealError, SlotId, SlotKind, seal, seal_with,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use world::{Step, World, steps};

#[test]
fn the_ways_in_change_with_passphrases_and_recovery_keys_and_with_nothing_else() {
    let mut state = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_add(1);
            *byte = state;
        }
    };
    let passphrase = |number: u8| NewPassphrase {
        params: KdfParams::DEFAULT,
        salt: [number; 32],
        derived: DerivedKey::from_bytes([number; 32]),
    };
    let mut keyring = Keyring::create(&passphrase(1), 0, &mut random).unwrap();
    let mut seen = vec![keyring.header().ways_in()];
    keyring
        .change_passphrase(&passphrase(2), 1, &mut random)
        .unwrap();
    seen.push(keyring.header().ways_in());
    keyring.renew_recovery(2, &mut random).unwrap();
    seen.push(keyring.header().ways_in());
    keyring.rotate(&passphrase(3), 3, &mut random).unwrap();
    seen.push(keyring.header().ways_in());
    let different: BTreeSet<[u8; 32]> = seen.iter().copied().collect();
    assert_eq!(different.len(), seen.len());
    let output = PrfOutput::from_bytes([7; 32]);
    keyring
        .add_passkey(&output, &[8; 32], "laptop", 4, &mut random)
        .unwrap();
    assert_eq!(keyring.header().ways_in(), seen[3]);
}

proptest! {
    #[test]
    fn devices_agree_and_nobody_is_locked_out(steps in steps()) {
        let mut world = World::new();
        for (step, device, now) in &steps {
            world.step(step, *device, *now);
        }
        world.settle();
        let keyring = &world.devices[0];
        for other in &world.devices {
            prop_assert_eq!(other, keyring, "devices differ after they have seen everything");
        }
        // Rotations at the same time end in one key; the slots are those of that key, less the
        // ones that somebody removed: no other is missing, and none too many.
        let winner = world.keys.last().unwrap().2;
        prop_assert_eq!(keyring.current_key().id(), winner);
        let expected: BTreeSet<SlotId> = world
            .added
            .iter()
            .filter(|(id, key)| **key == winner && !world.removed.contains(id))
            .map(|(id, _)| *id)
            .collect();
        let live: BTreeSet<SlotId> = keyring.live().map(|(id, _)| id).collect();
        prop_assert_eq!(live, expected);
        // Every snapshot ever stored can still be read.
        for snapshot in &world.snapshots {
            prop_assert!(keyring.open(snapshot).is_ok());
        }
    }

    #[test]
    fn merging_is_a_join(steps in steps()) {
        let mut world = World::new();
        for (step, device, now) in &steps {
            world.step(step, *device, *now);
        }
        let merged = |one: &Keyring, other: &Keyring| {
            let mut merged = one.clone();
            merged.merge(other).unwrap();
            merged
        };
        let [a, b, c] = &world.devices[..] else { unreachable!() };
        prop_assert_eq!(merged(a, b), merged(b, a));
        prop_assert_eq!(merged(&merged(a, b), c), merged(a, &merged(b, c)));
        prop_assert_eq!(&merged(a, a), a);
        prop_assert_eq!(merged(&merged(a, b), b), merged(a, b));
        let text = serde_json::to_string(a).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Keyring>(&text).unwrap(), a);
    }
}

/// A world where device 0 has changed the vault key and device 1 doesn't know yet.
fn rotated() -> World {
    let mut world = World::new();
    world.step(&Step::Store, 0, 0);
    world.step(&Step::Rotate, 0, 1);
    world
}

#[test]
fn two_passphrases_set_at_the_same_time_both_open() {
    let mut world = World::new();
    world.step(&Step::ChangePassphrase, 0, 1);
    world.step(&Step::ChangePassphrase, 1, 2);
    world.settle();
    assert_eq!(
        world.devices[2]
            .header()
            .slots_of(SlotKind::Passphrase)
            .count(),
        2
    );
    world.step(&Step::ChangePassphrase, 2, 3);
    assert_eq!(world.devices[2].header().slots().len(), 1);
}

#[test]
fn who_knows_a_replaced_key_can_bring_in_nothing() {
    let world = rotated();
    let victim = world.devices[0].clone();
    let stolen = world.devices[1].current_key().clone();

    // A slot of his own for the old key.
    let mut forged = world.devices[1].clone();
    let output = PrfOutput::from_bytes([66; 32]);
    forged
        .add_passkey(&output, &[6; 32], "", 9, &mut |bytes| bytes.fill(66))
        .unwrap();
    let file = seal(
        json!({"keyring": forged}).to_string().as_bytes(),
        &forged,
        &[1; 32],
    )
    .unwrap();
    let opened = victim
        .open(&file)
        .expect("edits under an old key can still be read");
    let mut after = victim.clone();
    assert!(!after.absorb(&forged, &opened.key).unwrap().changed);
    assert_eq!(after, victim);

    // A key of his own, sealed under the old one.
    let mut random = 0;
    let mut entropy = |bytes: &mut [u8]| {
        random += 1;
        bytes.fill(random);
    };
    let derived = DerivedKey::from_bytes([66; 32]);
    let passphrase = NewPassphrase {
        params: KdfParams::DEFAULT,
        salt: [6; 32],
        derived,
    };
    let old_header = forged.header();
    forged.rotate(&passphrase, 10, &mut entropy).unwrap();
    forged.rotate(&passphrase, 11, &mut entropy).unwrap();
    let payload = json!({"keyring": forged}).to_string();
    let file = seal_with(payload.as_bytes(), &old_header, &stolen, &[2; 32]).unwrap();
    let opened = victim.open(&file).unwrap();
    assert_eq!(
        forged.verify(&old_header, &opened.key),
        Err(SealError::KeyringMismatch)
    );
    assert_eq!(
        after.absorb(&forged, &opened.key),
        Err(SealError::KeyringMismatch)
    );
    assert_eq!(after, victim);

    // The same, sealed under his own: nothing of ours opens it.
    let file = seal(payload.as_bytes(), &forged, &[3; 32]).unwrap();
    assert_eq!(victim.open(&file).unwrap_err(), SealError::VaultKeyChanged);
}

#[test]
fn a_rotation_says_which_slots_it_cost() {
    let mut world = rotated();
    world.step(&Step::RenewRecovery, 1, 2);
    let lost: BTreeSet<SlotId> = world.devices[1].live().map(|(id, _)| id).collect();
    world.step(&Step::Store, 0, 2);
    let opened = world.unlock(&world.snapshots[1]);
    let rotated = world.devices[0].clone();
    let absorbed = world.devices[1].absorb(&rotated, &opened.key).unwrap();
    assert!(absorbed.changed && absorbed.rotated);
    // The first passphrase was removed by the rotation itself, the new recovery key was not seen.
    assert_eq!(absorbed.lost.len(), 1);
    assert!(absorbed.lost.iter().all(|id| lost.contains(id)));
}

#[test]
fn another_vault_is_not_merged() {
    let (mut ours, mut world) = (World::new(), World::new());
    world.random = [9; 32];
    let passphrase = world.new_passphrase();
    let other = Keyring::create(&passphrase, 0, &mut world.entropy()).unwrap();
    let file = seal(b"{}", &other, &[0; 32]).unwrap();
    assert_eq!(
        ours.devices[0].open(&file).unwrap_err(),
        SealError::ForeignVault
    );
    assert_eq!(ours.devices[0].merge(&other), Err(SealError::ForeignVault));
    let key = other.current_key().clone();
    assert_eq!(
        ours.devices[0].absorb(&other, &key),
        Err(SealError::ForeignVault)
    );
}

#[test]
fn more_slots_than_fit_keep_the_passphrase() {
    let mut world = World::new();
    for device in 0..2 {
        for _ in 0..40 {
            world.step(&Step::AddPasskey, device, 5);
        }
    }
    let mut merged = world.devices[0].clone();
    merged.merge(&world.devices[1]).unwrap();
    assert_eq!(merged.live().count(), 64);
    assert_eq!(merged.header().slots_of(SlotKind::Passphrase).count(), 1);
    assert!(seal(b"{}", &merged, &[0; 32]).is_ok());
    let output = PrfOutput::from_bytes([1; 32]);
    let added = merged.add_passkey(&output, &[2; 32], "", 6, &mut |_| ());
    assert_eq!(added, Err(SealError::TooManySlots));
}

#[test]
fn a_keyring_that_contradicts_itself_is_refused() {
    let good = json!(rotated().devices[0]);
    assert!(serde_json::from_value::<Keyring>(good.clone()).is_ok());
    let (key, slot) = {
        let first = |name: &str| {
            good[name]
                .as_object()
                .unwrap()
                .keys()
                .next()
                .unwrap()
                .clone()
        };
        (first("keys"), first("slots"))
    };
    let mut bad = Vec::new();
    let mut edit = |edit: &dyn Fn(&mut Value)| {
        let mut copy = good.clone();
        edit(&mut copy);
        bad.push(copy);
    };
    edit(&|json| json["keys"] = json!({}));
    edit(&|json| json["keys"][&key]["epoch"] = json!(0));
    edit(&|json| json["keys"][&key]["key"] = json!("AAAA"));
    edit(&|json| {
        let record = json["keys"][&key].clone();
        json["keys"]["00".repeat(16)] = record;
    });
    edit(&|json| {
        let record = json["slots"][&slot].clone();
        json["slots"]["00".repeat(16)] = record;
    });
    edit(&|json| json["removed"] = json!([slot]));
    edit(&|json| json["slots"][&slot]["slot"] = json!("AAAA"));
    edit(&|json| json["fields"] = json!({"77": "not base64!"}));
    for (index, json) in bad.into_iter().enumerate() {
        let error = serde_json::from_value::<Keyring>(json).expect_err(&index.to_string());
        let secret = good["keys"][&key]["key"].as_str().unwrap();
        assert!(!error.to_string().contains(secret));
    }
}

#[test]
fn a_later_versions_numbers_dont_drift() {
    let mut json = json!(rotated().devices[0]);
    json["later"] = json!({"most": u64::MAX, "least": i64::MIN});
    let keyring: Keyring = serde_json::from_value(json).unwrap();
    let text = serde_json::to_string(&keyring).unwrap();
    assert_eq!(serde_json::from_str::<Keyring>(&text).unwrap(), keyring);
}

/// Whoever once got a key of the last epoch in would keep it current for ever, and the change would
/// be none.
#[test]
fn a_vault_key_that_would_not_become_the_current_one_is_not_made() {
    let mut json = json!(rotated().devices[0]);
    for record in json["keys"].as_object_mut().unwrap().values_mut() {
        record["epoch"] = json!(u64::MAX);
    }
    let mut keyring: Keyring = serde_json::from_value(json).unwrap();
    let before = keyring.clone();
    let mut world = World::new();
    let passphrase = world.new_passphrase();
    assert_eq!(
        keyring.rotate(&passphrase, 9, &mut world.entropy()).err(),
        Some(SealError::FieldInvalid("epoch"))
    );
    assert_eq!(keyring, before);
}
