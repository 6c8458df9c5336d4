//! Devices, a destination, a person who knows every passphrase, and a model that knows every slot.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::seal::{
    DerivedKey, KeyId, Keyring, NewPassphrase, Opened, PrfOutput, RecoveryKey, SealError, SlotId,
    SlotKind, SlotSecret, read, seal,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug)]
pub enum Step {
    ChangePassphrase,
    RenewRecovery,
    AddPasskey,
    /// Removes a passkey or a recovery key, whichever the number points at.
    Remove(usize),
    Rotate,
    Store,
    /// Reads the snapshot that the number points at, old or new.
    Read(usize),
}

/// Steps: what happens, on which device, and what its clock says (many ties).
pub fn steps() -> impl Strategy<Value = Vec<(Step, usize, u64)>> {
    let step = prop_oneof![
        2 => Just(Step::ChangePassphrase),
        2 => Just(Step::RenewRecovery),
        2 => Just(Step::AddPasskey),
        2 => (0..9_usize).prop_map(Step::Remove),
        1 => Just(Step::Rotate),
        4 => Just(Step::Store),
        6 => any::<usize>().prop_map(Step::Read),
    ];
    proptest::collection::vec((step, 0..DEVICES, 0..3_u64), 0..40)
}

pub const DEVICES: usize = 3;

/// All devices, the destination, the person and the model.
pub struct World {
    pub devices: Vec<Keyring>,
    pub snapshots: Vec<Vec<u8>>,
    pub random: [u8; 32],
    pub passphrases: Vec<u64>,
    recovery_keys: Vec<RecoveryKey>,
    /// Every slot ever made, with the key that it wraps.
    pub added: BTreeMap<SlotId, KeyId>,
    pub removed: BTreeSet<SlotId>,
    /// Every key ever made, as it ranks.
    pub keys: BTreeSet<(u64, u64, KeyId)>,
}

impl World {
    pub fn new() -> Self {
        let mut world = World {
            devices: Vec::new(),
            snapshots: Vec::new(),
            random: [0; 32],
            passphrases: Vec::new(),
            recovery_keys: Vec::new(),
            added: BTreeMap::new(),
            removed: BTreeSet::new(),
            keys: BTreeSet::new(),
        };
        let passphrase = world.new_passphrase();
        let keyring = Keyring::create(&passphrase, 0, &mut world.entropy()).unwrap();
        world.devices = vec![keyring; DEVICES];
        world.note(0, &slots_of(&json!({"slots": {}})));
        world
    }

    /// Random bytes that never repeat.
    pub fn entropy(&mut self) -> impl FnMut(&mut [u8]) + '_ {
        |bytes| {
            for chunk in bytes.chunks_mut(32) {
                self.random = Sha256::digest(self.random).into();
                chunk.copy_from_slice(&self.random[..chunk.len()]);
            }
        }
    }

    pub fn new_passphrase(&mut self) -> NewPassphrase {
        let number = u64::try_from(self.passphrases.len()).unwrap();
        self.passphrases.push(number);
        let mut salt = [0; 32];
        self.entropy()(&mut salt);
        NewPassphrase {
            params: KdfParams::DEFAULT,
            salt,
            derived: derive(number, &salt),
        }
    }

    /// Does a step; gives back whether the device's keyring may have changed.
    pub fn step(&mut self, step: &Step, device: usize, now: u64) {
        let mut keyring = self.devices[device].clone();
        let before = slots_of(&json!(keyring));
        match step {
            Step::ChangePassphrase => {
                let passphrase = self.new_passphrase();
                keyring
                    .change_passphrase(&passphrase, now, &mut self.entropy())
                    .unwrap();
            }
            Step::RenewRecovery => {
                let key = keyring.renew_recovery(now, &mut self.entropy()).unwrap();
                self.recovery_keys.push(key);
            }
            Step::AddPasskey => {
                let output = PrfOutput::from_bytes([1; 32]);
                keyring
                    .add_passkey(&output, &[2; 32], "laptop", now, &mut self.entropy())
                    .unwrap();
            }
            Step::Remove(index) => {
                let ids: Vec<SlotId> = keyring.live().map(|(id, _)| id).collect();
                let id = ids[index % ids.len()];
                let is_passphrase =
                    keyring.header().slot(id).unwrap().kind() == SlotKind::Passphrase;
                let expected = if is_passphrase {
                    Err(SealError::LastSlot)
                } else {
                    Ok(())
                };
                assert_eq!(keyring.remove(id), expected);
            }
            Step::Rotate => {
                let passphrase = self.new_passphrase();
                let key = keyring
                    .rotate(&passphrase, now, &mut self.entropy())
                    .unwrap();
                self.recovery_keys.push(key);
            }
            Step::Store => {
                let payload = json!({"keyring": keyring}).to_string();
                let mut random = [0; 32];
                self.entropy()(&mut random);
                self.snapshots
                    .push(seal(payload.as_bytes(), &keyring, &random).unwrap());
            }
            Step::Read(index) => {
                if !self.snapshots.is_empty() {
                    self.read(&mut keyring, index % self.snapshots.len());
                }
            }
        }
        let is_edit = !matches!(step, Step::Store | Step::Read(_));
        let old = std::mem::replace(&mut self.devices[device], keyring);
        if is_edit {
            self.note(device, &before);
        }
        self.check(&old, device);
    }

    /// Reads a snapshot as a device does, with the person at hand if the key has changed.
    fn read(&self, keyring: &mut Keyring, snapshot: usize) {
        let bytes = &self.snapshots[snapshot];
        let opened = match keyring.open(bytes) {
            Err(SealError::VaultKeyChanged) => self.unlock(bytes),
            opened => opened.unwrap(),
        };
        let payload: Value = serde_json::from_slice(&opened.payload).unwrap();
        let found: Keyring = serde_json::from_value(payload["keyring"].clone()).unwrap();
        found
            .verify(read(bytes).unwrap().header(), &opened.key)
            .unwrap();
        let before = keyring.clone();
        let absorbed = keyring.absorb(&found, &opened.key).unwrap();
        assert_eq!(absorbed.changed, *keyring != before);
        assert_eq!(
            absorbed.rotated,
            keyring.current_key() != before.current_key()
        );
        let live: BTreeSet<SlotId> = keyring.live().map(|(id, _)| id).collect();
        assert!(absorbed.lost.iter().all(|id| !live.contains(id)));
        if !absorbed.changed {
            assert_eq!(keyring.generation(), before.generation());
        }
    }

    /// Every passphrase that was ever set is tried on every slot.
    pub fn unlock(&self, bytes: &[u8]) -> Opened {
        let sealed = read(bytes).unwrap();
        let slots = sealed.header().slots_of(SlotKind::Passphrase);
        let mut tries = slots.flat_map(|slot| self.passphrases.iter().map(move |n| (slot, *n)));
        let opened = tries.find_map(|(slot, number)| {
            let derived = derive(number, slot.salt().unwrap());
            sealed
                .unlock(slot.id(), SlotSecret::Passphrase(&derived))
                .ok()
        });
        opened.expect("a snapshot that no passphrase opens")
    }

    /// Tells the model what an edit did.
    fn note(&mut self, device: usize, before: &BTreeSet<SlotId>) {
        let json = json!(self.devices[device]);
        let after = slots_of(&json);
        for id in &after {
            let key = json["slots"][id.to_string()]["key"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap();
            self.added.insert(*id, key);
        }
        self.removed.extend(before.difference(&after));
        let ranks = self.devices[device].key_records();
        self.keys
            .extend(ranks.map(|record| (record.epoch, record.added, record.key.id())));
    }

    /// What must hold on every device at all times.
    fn check(&self, before: &Keyring, device: usize) {
        let keyring = &self.devices[device];
        let header = keyring.header();
        assert!(
            keyring.generation() >= before.generation(),
            "the generation fell"
        );
        let (old, new) = (removed_of(before), removed_of(keyring));
        assert!(new.is_superset(&old), "a removal was forgotten");
        assert!(
            header.slots().iter().all(|slot| !new.contains(&slot.id())),
            "a slot returned"
        );
        assert!(
            header.slots_of(SlotKind::Passphrase).next().is_some(),
            "locked out"
        );
        for slot in header.slots_of(SlotKind::Passphrase) {
            let key = self.passphrases.iter().find_map(|number| {
                let derived = derive(*number, slot.salt().unwrap());
                header
                    .unwrap(slot.id(), SlotSecret::Passphrase(&derived))
                    .ok()
            });
            assert_eq!(
                key.as_ref(),
                Some(keyring.current_key()),
                "a passphrase opens nothing"
            );
        }
        let of_known_keys = |slot: SlotId| {
            self.recovery_keys
                .iter()
                .find_map(|key| header.unwrap(slot, SlotSecret::Recovery(key)).ok())
        };
        for slot in header.slots_of(SlotKind::Recovery) {
            let key = of_known_keys(slot.id());
            assert_eq!(
                key.as_ref(),
                Some(keyring.current_key()),
                "a recovery key opens nothing"
            );
        }
    }

    /// Everyone stores and reads everything, until nobody can learn more.
    pub fn settle(&mut self) {
        for _ in 0..3 {
            for device in 0..DEVICES {
                self.step(&Step::Store, device, 0);
            }
            for device in 0..DEVICES {
                for snapshot in self.snapshots.len() - DEVICES..self.snapshots.len() {
                    self.step(&Step::Read(snapshot), device, 0);
                }
            }
        }
    }
}

/// Stands in for Argon2id: what matters here is that passphrase and salt decide the key.
pub fn derive(passphrase: u64, salt: &[u8; 32]) -> DerivedKey {
    let hash = Sha256::new()
        .chain_update(passphrase.to_be_bytes())
        .chain_update(salt);
    DerivedKey::from_bytes(hash.finalize().into())
}

fn slots_of(keyring: &Value) -> BTreeSet<SlotId> {
    keyring["slots"]
        .as_object()
        .unwrap()
        .keys()
        .map(|id| id.parse().unwrap())
        .collect()
}

fn removed_of(keyring: &Keyring) -> BTreeSet<SlotId> {
    let json = json!(keyring);
    let ids = json["removed"].as_array().cloned().unwrap_or_default();
    ids.iter()
        .map(|id| id.as_str().unwrap().parse().unwrap())
        .collect()
}
