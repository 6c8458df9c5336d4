//! Accounts and keys together: while a device is away, another changes the passphrase, the recovery
//! key or the vault key. Whatever order they come back in, no edit is lost, nobody is locked out,
//! and no slot that was gone returns.

use std::collections::BTreeSet;

use holdfast_core::contents::{Contents, ContentsError};
use holdfast_core::otpauth;
use holdfast_core::seal::{Keyring, SealError, SlotId, SlotKind, SlotSecret, read};
use holdfast_core::vault::{DeviceId, Duplicates, EditContext, Id, Vault};
use proptest::prelude::*;

use super::world::{World, derive};

const DEVICES: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    AddAccount,
    /// Notes something on the account that the number points at.
    Note(usize),
    ChangePassphrase,
    RenewRecovery,
    ChangeVaultKey,
    Store,
    /// Reads the snapshot that the number points at. A device that is away just doesn't.
    Read(usize),
}

fn steps() -> impl Strategy<Value = Vec<(Step, usize, u64)>> {
    let step = prop_oneof![
        4 => Just(Step::AddAccount),
        3 => any::<usize>().prop_map(Step::Note),
        2 => Just(Step::ChangePassphrase),
        1 => Just(Step::RenewRecovery),
        2 => Just(Step::ChangeVaultKey),
        4 => Just(Step::Store),
        5 => any::<usize>().prop_map(Step::Read),
    ];
    proptest::collection::vec((step, 0..DEVICES, 0..3_u64), 0..40)
}

/// Devices with accounts, and the person who knows every passphrase.
struct Homes {
    devices: Vec<Contents>,
    snapshots: Vec<Vec<u8>>,
    people: World,
    added: BTreeSet<Id>,
    /// The slots that are live on each device now, and those that once were.
    live: Vec<BTreeSet<SlotId>>,
    gone: Vec<BTreeSet<SlotId>>,
}

impl Homes {
    fn new() -> Self {
        let mut people = World::new();
        let first = people.new_passphrase();
        let keyring = Keyring::create(&first, 0, &mut people.entropy()).unwrap();
        let contents = Contents {
            vault: Vault::default(),
            keyring,
        };
        Homes {
            devices: vec![contents; DEVICES],
            snapshots: Vec::new(),
            people,
            added: BTreeSet::new(),
            live: vec![BTreeSet::new(); DEVICES],
            gone: vec![BTreeSet::new(); DEVICES],
        }
    }

    fn step(&mut self, step: &Step, device: usize, now: u64) {
        let mut contents = self.devices[device].clone();
        match step {
            Step::AddAccount => {
                let number = self.added.len();
                let uri = format!("otpauth://totp/A{number}:jane?secret=MFRGGZDFMZTWQ2LK");
                let id = self.edit(&mut contents, device, now, |vault, context| {
                    vault.add(otpauth::parse(&uri).unwrap(), Duplicates::Keep, context)
                });
                self.added.insert(id.unwrap());
            }
            Step::Note(index) => {
                let ids: Vec<Id> = contents.vault.accounts.keys().copied().collect();
                if !ids.is_empty() {
                    let id = ids[index % ids.len()];
                    let changes = holdfast_core::vault::FieldChanges {
                        note: Some(format!("note {index}")),
                        ..Default::default()
                    };
                    self.edit(&mut contents, device, now, |vault, context| {
                        vault.edit(id, changes, context)
                    })
                    .unwrap();
                }
            }
            Step::ChangePassphrase => {
                let new = self.people.new_passphrase();
                let mut random = self.people.entropy();
                contents
                    .keyring
                    .change_passphrase(&new, now, &mut random)
                    .unwrap();
            }
            Step::RenewRecovery => {
                let mut random = self.people.entropy();
                contents.keyring.renew_recovery(now, &mut random).unwrap();
            }
            Step::ChangeVaultKey => {
                let new = self.people.new_passphrase();
                let mut random = self.people.entropy();
                contents.keyring.rotate(&new, now, &mut random).unwrap();
            }
            Step::Store => {
                let mut random = [0; 32];
                self.people.entropy()(&mut random);
                self.snapshots.push(contents.seal(&random).unwrap());
            }
            Step::Read(index) => {
                if let Some(last) = self.snapshots.len().checked_sub(1) {
                    self.read(&mut contents, index % (last + 1));
                }
            }
        }
        self.devices[device] = contents;
        self.check(device);
    }

    fn edit<T>(
        &mut self,
        contents: &mut Contents,
        device: usize,
        now: u64,
        edit: impl FnOnce(&mut Vault, &mut EditContext<'_>) -> T,
    ) -> T {
        let mut clock = contents.vault.clock(now);
        edit(
            &mut contents.vault,
            &mut EditContext {
                now,
                device: DeviceId::from_bytes([u8::try_from(device).unwrap() + 1; 16]),
                clock: &mut clock,
                random: &mut self.people.entropy(),
            },
        )
    }

    /// As a device reads: with the keys it knows, and if they were changed, with the passphrase.
    fn read(&self, contents: &mut Contents, snapshot: usize) {
        let bytes = &self.snapshots[snapshot];
        let theirs = match Contents::open(bytes, contents.keyring.keys()) {
            Err(ContentsError::Seal(SealError::VaultKeyChanged)) => self.unlock(bytes),
            opened => opened.unwrap(),
        };
        let plan = contents.plan_merge(&theirs).unwrap();
        contents.vault = plan.accounts.merged;
        contents.keyring = plan.keyring;
    }

    fn unlock(&self, bytes: &[u8]) -> Contents {
        let sealed = read(bytes).unwrap();
        let slots = sealed.header().slots_of(SlotKind::Passphrase);
        let mut tries =
            slots.flat_map(|slot| self.people.passphrases.iter().map(move |n| (slot, *n)));
        let opened = tries.find_map(|(slot, number)| {
            let derived = derive(number, slot.salt().unwrap());
            Contents::unlock(bytes, slot.id(), SlotSecret::Passphrase(&derived)).ok()
        });
        opened.expect("a snapshot that no passphrase opens")
    }

    /// What must hold on a device at all times.
    fn check(&mut self, device: usize) {
        let keyring = &self.devices[device].keyring;
        let live: BTreeSet<SlotId> = keyring.live().map(|(id, _)| id).collect();
        let passphrases = keyring.header().slots_of(SlotKind::Passphrase).count();
        assert!(passphrases > 0, "locked out");
        let gone = &mut self.gone[device];
        gone.extend(self.live[device].difference(&live).copied());
        assert!(live.is_disjoint(gone), "an older slot returned");
        self.live[device] = live;
    }

    /// Everybody comes back, stores and reads, until nobody can learn more.
    fn settle(&mut self) {
        for _ in 0..3 {
            for device in 0..DEVICES {
                self.step(&Step::Store, device, 9);
            }
            let last = self.snapshots.len();
            for device in 0..DEVICES {
                for snapshot in last - DEVICES..last {
                    self.step(&Step::Read(snapshot), device, 9);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn no_edit_is_lost_whatever_order_devices_come_back_in(steps in steps()) {
        let mut homes = Homes::new();
        let mut notes = BTreeSet::new();
        for (step, device, now) in &steps {
            homes.step(step, *device, *now);
            if let Step::Note(index) = step {
                notes.insert(format!("note {index}"));
            }
        }
        homes.settle();
        let hash = homes.devices[0].content_hash();
        for device in 0..DEVICES {
            prop_assert_eq!(homes.devices[device].content_hash(), hash);
            let vault = &homes.devices[device].vault;
            let there: BTreeSet<Id> = vault.list().into_iter().map(|(id, _)| id).collect();
            prop_assert_eq!(&there, &homes.added, "an account is missing");
        }
        // What stands on an account was written by somebody.
        for account in homes.devices[0].vault.accounts.values() {
            let note = &account.note.value;
            prop_assert!(note.is_empty() || notes.contains(note));
        }
        // What is stored last opens with a passphrase, and holds it all.
        let opened = homes.unlock(homes.snapshots.last().unwrap());
        prop_assert_eq!(opened.vault.list().len(), homes.added.len());
    }
}

/// In one story: the laptop is away with an edit while the key is changed.
#[test]
fn edits_made_under_the_old_key_come_along() {
    let mut homes = Homes::new();
    homes.step(&Step::AddAccount, 0, 1);
    homes.step(&Step::Store, 0, 1);
    homes.step(&Step::Read(0), 1, 1);
    homes.step(&Step::ChangeVaultKey, 0, 2);
    homes.step(&Step::Store, 0, 2);
    // Away: an account of its own, stored under the old key.
    homes.step(&Step::AddAccount, 1, 3);
    homes.step(&Step::Store, 1, 3);
    // The one that changed the key takes the account over and learns no old slot by it.
    let before: Vec<SlotId> = homes.devices[0].keyring.live().map(|(id, _)| id).collect();
    homes.step(&Step::Read(2), 0, 4);
    assert_eq!(homes.devices[0].vault.list().len(), 2);
    let after: Vec<SlotId> = homes.devices[0].keyring.live().map(|(id, _)| id).collect();
    assert_eq!(before, after);
    // The other one is told that the key has changed, and goes on with the passphrase.
    let own = homes.devices[1].clone();
    let refused = Contents::open(&homes.snapshots[1], own.keyring.keys());
    assert!(matches!(
        refused,
        Err(ContentsError::Seal(SealError::VaultKeyChanged))
    ));
    homes.step(&Step::Read(1), 1, 5);
    assert_eq!(homes.devices[1].vault.list().len(), 2);
    assert_eq!(
        homes.devices[1].keyring.current_key(),
        homes.devices[0].keyring.current_key()
    );
}
