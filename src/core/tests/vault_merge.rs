//! The laws of merging, and what merging means, over arbitrary interleavings on three devices.
//!
//! Next to each device's vault runs a model that knows nothing of registers, version vectors or
//! clocks: it keeps sets of events, and merging is their union. Which accounts are there, which
//! credentials are current and where their counters stand is read off the events.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_core::account::{Account, Algorithm, Credential, Kind, NewAccount};
use holdfast_core::secret::Secret;
use holdfast_core::vault::{
    Clock, Duplicates, EditContext, EditError, FieldChanges, Id, UNDO_MILLIS, Vault,
};
use proptest::prelude::*;

const DEVICES: usize = 3;
const START: u64 = 1_800_000_000_000;

/// What may happen. Numbers choose among what is there, modulo how much there is.
#[derive(Clone, Debug)]
enum Step {
    Add,
    Rename(usize, u8),
    Replace(usize),
    Advance(usize),
    Choose(usize, usize),
    Delete(usize),
    Undelete(usize),
    Move(usize, usize),
    Sync(usize),
    Wait(u32),
    Purge,
}

fn step(purging: bool) -> impl Strategy<Value = (usize, Step)> {
    let some = 0..8_usize;
    let step = prop_oneof![
        2 => Just(Step::Add),
        3 => (some.clone(), any::<u8>()).prop_map(|(a, b)| Step::Rename(a, b)),
        3 => some.clone().prop_map(Step::Replace),
        3 => some.clone().prop_map(Step::Advance),
        2 => (some.clone(), some.clone()).prop_map(|(a, b)| Step::Choose(a, b)),
        3 => some.clone().prop_map(Step::Delete),
        2 => some.clone().prop_map(Step::Undelete),
        2 => (some.clone(), some.clone()).prop_map(|(a, b)| Step::Move(a, b)),
        4 => some.prop_map(Step::Sync),
        1 => (0..4_000_000_u32).prop_map(Step::Wait),
        1 => Just(if purging { Step::Purge } else { Step::Add }),
    ];
    (0..DEVICES, step)
}

fn steps(purging: bool) -> impl Strategy<Value = Vec<(usize, Step)>> {
    proptest::collection::vec(step(purging), 1..60)
}

/// The events of one account.
#[derive(Clone, Debug, Default, PartialEq)]
struct Events {
    edits: BTreeSet<u32>,
    /// Edits that some deletion has seen.
    forgone: BTreeSet<u32>,
    /// Credentials by the event that set them: the number of the secret.
    credentials: BTreeMap<u32, u32>,
    replaced: BTreeSet<u32>,
    /// The counter by secret: every secret is set once, and chosen ones keep theirs.
    counters: BTreeMap<u32, u64>,
}

impl Events {
    fn alive(&self) -> bool {
        !self.edits.is_subset(&self.forgone)
    }

    fn current(&self) -> BTreeSet<u32> {
        let current = self.credentials.iter();
        current
            .filter(|(event, _)| !self.replaced.contains(event))
            .map(|(_, secret)| *secret)
            .collect()
    }

    fn set(&mut self, event: u32, secret: u32) {
        self.replaced.extend(self.credentials.keys());
        self.credentials.insert(event, secret);
    }

    fn merge(&mut self, other: &Self) {
        self.edits.extend(&other.edits);
        self.forgone.extend(&other.forgone);
        self.credentials.extend(&other.credentials);
        self.replaced.extend(&other.replaced);
        for (secret, counter) in &other.counters {
            let own = self.counters.entry(*secret).or_default();
            *own = (*own).max(*counter);
        }
    }
}

struct Device {
    id: Id,
    vault: Vault,
    model: BTreeMap<Id, Events>,
    clock: Clock,
    /// Added to the true time, in milliseconds.
    skew: i64,
}

struct World {
    devices: Vec<Device>,
    now: u64,
    events: u32,
    random: u64,
}

impl World {
    /// Three devices: one right, one an hour behind, one in a far future.
    fn new(far: i64) -> Self {
        let device = |(index, skew)| Device {
            id: Id::from_bytes([index; 16]),
            vault: Vault::default(),
            model: BTreeMap::new(),
            clock: Clock::default(),
            skew,
        };
        Self {
            devices: [(1, 0), (2, -3_600_000), (3, far)].map(device).into(),
            now: START,
            events: 0,
            random: 0,
        }
    }

    fn event(&mut self) -> u32 {
        self.events += 1;
        self.events
    }

    fn edit<T>(
        &mut self,
        index: usize,
        edit: impl FnOnce(&mut Vault, &mut EditContext<'_>) -> Result<T, EditError>,
    ) -> Result<T, EditError> {
        let Device {
            id,
            vault,
            clock,
            skew,
            ..
        } = &mut self.devices[index];
        let state = &mut self.random;
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                *state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                *byte = (*state >> 56) as u8;
            }
        };
        let mut context = EditContext {
            now: self.now.saturating_add_signed(*skew),
            device: *id,
            clock,
            random: &mut random,
        };
        edit(vault, &mut context)
    }

    fn run(&mut self, steps: &[(usize, Step)]) {
        for (index, step) in steps {
            self.now += 1;
            self.step(*index, step);
            self.devices[*index].check();
        }
    }

    fn step(&mut self, index: usize, step: &Step) {
        let event = self.event();
        let ids: Vec<Id> = self.devices[index].vault.accounts.keys().copied().collect();
        let pick = |number: usize| ids.get(number % ids.len().max(1)).copied();
        match step {
            Step::Add => {
                let new = NewAccount {
                    issuer: String::new(),
                    label: event.to_string(),
                    note: String::new(),
                    sites: Vec::new(),
                    credential: credential(event),
                };
                let id = self
                    .edit(index, |vault, context| {
                        vault.add(new, Duplicates::Refuse, context)
                    })
                    .unwrap();
                let model = self.devices[index].model.entry(id).or_default();
                model.edits.insert(event);
                model.set(event, event);
                model.counters.insert(event, 0);
            }
            Step::Rename(number, label) => {
                let Some(id) = pick(*number) else { return };
                let label = format!("label {label}");
                let changes = FieldChanges {
                    label: Some(label.clone()),
                    ..FieldChanges::default()
                };
                let result = self.edit(index, |vault, context| vault.edit(id, changes, context));
                let device = &mut self.devices[index];
                device.agrees(id, result);
                if let Ok(changed) = result {
                    // A person's edit holds, whatever the clocks say.
                    assert_eq!(device.vault.accounts[&id].label.value, label);
                    if changed {
                        device.model(id).edits.insert(event);
                    }
                }
            }
            Step::Replace(number) => {
                let Some(id) = pick(*number) else { return };
                let result = self.edit(index, |vault, context| {
                    vault.replace_credential(id, credential(event), context)
                });
                let device = &mut self.devices[index];
                device.agrees(id, result);
                if result.is_ok() {
                    let model = device.model(id);
                    model.edits.insert(event);
                    model.set(event, event);
                    model.counters.insert(event, 0);
                }
            }
            Step::Advance(number) => {
                let Some(id) = pick(*number) else { return };
                let account = &self.devices[index].vault.accounts[&id];
                let Some((credential, secret)) = first_secret(account) else {
                    return;
                };
                let result = self.edit(index, |vault, context| {
                    vault.advance(id, credential, context).map(drop)
                });
                let device = &mut self.devices[index];
                device.agrees(id, result);
                if result.is_ok() {
                    let model = device.model(id);
                    model.edits.insert(event);
                    *model.counters.get_mut(&secret).unwrap() += 1;
                }
            }
            Step::Choose(number, which) => {
                let Some(id) = pick(*number) else { return };
                let account = &self.devices[index].vault.accounts[&id];
                let current: Vec<Id> = account.credential_ids().collect();
                if current.len() < 2 {
                    return;
                }
                let chosen = current[which % current.len()];
                let secret = secret_number(&account.credentials[&chosen]);
                let result = self.edit(index, |vault, context| {
                    vault.choose_credential(id, chosen, context)
                });
                let device = &mut self.devices[index];
                device.agrees(id, result);
                if result.is_ok() {
                    let model = device.model(id);
                    model.edits.insert(event);
                    model.set(event, secret);
                }
            }
            Step::Delete(number) => {
                let Some(id) = pick(*number) else { return };
                let result = self.edit(index, |vault, context| vault.delete(id, context));
                let device = &mut self.devices[index];
                device.agrees(id, result);
                if result.is_ok() {
                    let model = device.model(id);
                    model.forgone.extend(model.edits.clone());
                }
            }
            Step::Undelete(number) => {
                let Some(id) = pick(*number) else { return };
                let result = self.edit(index, |vault, context| vault.undelete(id, context));
                let device = &mut self.devices[index];
                if result.is_ok() && !device.model(id).alive() {
                    device.model(id).edits.insert(event);
                }
            }
            Step::Move(number, target) => {
                let Some(id) = pick(*number) else { return };
                let target = pick(*target).filter(|t| self.devices[index].vault.get(*t).is_some());
                let result = self.edit(index, |vault, context| {
                    vault.move_before(id, target, context)
                });
                let device = &mut self.devices[index];
                device.agrees(id, result);
                if result.is_ok() && target != Some(id) {
                    device.model(id).edits.insert(event);
                    let order: Vec<Id> = device.vault.list().iter().map(|(id, _)| *id).collect();
                    let place = order.iter().position(|other| *other == id).unwrap();
                    assert_eq!(order.get(place + 1).copied(), target);
                }
            }
            Step::Sync(other) => self.sync(index, other % DEVICES),
            Step::Wait(seconds) => self.now += u64::from(*seconds) * 1000,
            Step::Purge => {
                let device = &mut self.devices[index];
                device
                    .vault
                    .purge(self.now.saturating_add_signed(device.skew));
            }
        }
    }

    /// `index` takes over what `other` has.
    fn sync(&mut self, index: usize, other: usize) {
        let (vault, model) = {
            let other = &self.devices[other];
            (other.vault.clone(), other.model.clone())
        };
        let device = &mut self.devices[index];
        device.vault.merge(&vault);
        for (id, events) in &model {
            device.model.entry(*id).or_default().merge(events);
        }
    }

    fn sync_all(&mut self) {
        for (index, other) in [(0, 1), (0, 2), (1, 0), (2, 0)] {
            self.sync(index, other);
        }
    }
}

impl Device {
    fn model(&mut self, id: Id) -> &mut Events {
        self.model.get_mut(&id).unwrap()
    }

    /// An edit works exactly when the account is alive.
    fn agrees<T>(&mut self, id: Id, result: Result<T, EditError>) {
        assert_eq!(result.is_ok(), self.model(id).alive());
        if let Err(error) = result {
            assert_eq!(error, EditError::NoSuchAccount);
        }
    }

    /// No account that is alive is without a credential.
    fn check(&self) {
        for (_, account) in self.vault.list() {
            assert!(account.credential_ids().next().is_some());
        }
    }

    /// The vault says what the model says.
    fn equals_model(&self) {
        assert_eq!(
            self.vault.accounts.keys().collect::<Vec<_>>(),
            self.model.keys().collect::<Vec<_>>()
        );
        for (id, account) in &self.vault.accounts {
            let events = &self.model[id];
            assert_eq!(!account.is_deleted(), events.alive());
            let secrets: BTreeSet<u32> = account.credentials.values().map(secret_number).collect();
            assert_eq!(secrets, events.current());
            for credential in account.credentials.values() {
                assert_eq!(
                    credential.kind().counter().unwrap(),
                    events.counters[&secret_number(credential)]
                );
            }
        }
    }
}

/// A HOTP whose secret is this number.
fn credential(number: u32) -> Credential {
    let kind = Kind::Hotp {
        algorithm: Algorithm::Sha1,
        digits: 6,
        counter: 0,
    };
    let secret = Secret::from_bytes(number.to_be_bytes().to_vec()).unwrap();
    Credential::new(secret, kind).unwrap()
}

fn secret_number(credential: &Credential) -> u32 {
    u32::from_be_bytes(credential.secret().as_bytes().try_into().unwrap())
}

fn first_secret(account: &Account) -> Option<(Id, u32)> {
    let (id, credential) = account.credentials.first_key_value()?;
    Some((*id, secret_number(credential)))
}

fn merged(a: &Vault, b: &Vault) -> Vault {
    let mut result = a.clone();
    result.merge(b);
    result
}

const YEARS_270: i64 = 270 * 365 * 24 * 3_600_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn merging_means_what_the_model_says(steps in steps(false)) {
        let mut world = World::new(YEARS_270);
        world.run(&steps);
        for device in &world.devices {
            device.equals_model();
        }
        world.sync_all();
        for device in &world.devices {
            device.equals_model();
        }
    }

    #[test]
    fn merging_is_a_join(steps in steps(true)) {
        let mut world = World::new(YEARS_270);
        world.run(&steps);
        let [a, b, c] = [0, 1, 2].map(|index| &world.devices[index].vault);
        let ab = merged(a, b);
        prop_assert_eq!(&ab, &merged(b, a), "commutative");
        prop_assert_eq!(&merged(&ab, c), &merged(a, &merged(b, c)), "associative");
        prop_assert_eq!(&merged(a, a), a, "idempotent");
        prop_assert_eq!(&merged(&ab, a), &ab, "absorbs");
        prop_assert_eq!(ab.encode(), merged(b, a).encode());
    }

    #[test]
    fn devices_converge_and_fall_silent(steps in steps(true)) {
        let mut world = World::new(0);
        world.run(&steps);
        // Each goes on by itself: merge, then purge, as the background does.
        for round in 0..4 {
            let before: Vec<_> = world.devices.iter().map(|d| d.vault.content_hash()).collect();
            for (index, other) in [(0, 1), (1, 2), (2, 0)] {
                world.sync(index, other);
                world.devices[index].vault.purge(world.now);
                world.devices[index].check();
            }
            let after: Vec<_> = world.devices.iter().map(|d| d.vault.content_hash()).collect();
            if round == 3 {
                prop_assert_eq!(&before, &after, "no more uploads");
                prop_assert!(after.iter().all(|hash| *hash == after[0]), "one content");
            }
        }
        let [a, b] = [0, 1].map(|index| world.devices[index].vault.encode());
        prop_assert_eq!(a, b);
    }

    #[test]
    fn payloads_round_trip(steps in steps(true)) {
        let mut world = World::new(YEARS_270);
        world.run(&steps);
        world.sync_all();
        for device in &world.devices {
            let bytes = device.vault.encode();
            let read = Vault::decode(&bytes).unwrap();
            prop_assert_eq!(&read, &device.vault);
            prop_assert_eq!(read.encode(), bytes);
            prop_assert_eq!(read.content_hash(), device.vault.content_hash());
        }
    }
}

#[test]
fn a_device_that_was_away_brings_back_what_it_edited() {
    // Deleted and forgotten on one device, the credential replaced there before; edited on
    // another one that knew of neither.
    let mut world = World::new(0);
    world.run(&[(0, Step::Add)]);
    world.sync_all();
    world.run(&[(0, Step::Replace(0)), (0, Step::Delete(0))]);
    world.run(&[(1, Step::Rename(0, 7))]);
    world.now += 2 * UNDO_MILLIS;
    world.run(&[(0, Step::Purge)]);
    assert!(
        world.devices[0]
            .vault
            .accounts
            .values()
            .all(Account::is_purged)
    );
    world.sync_all();
    for device in &world.devices {
        let list = device.vault.list();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].1.label.value, "label 7");
        assert_eq!(first_secret(list[0].1).unwrap().1, 1);
    }
}
