//! Three devices with random edits, and next to each device's vault a model that knows nothing of
//! registers, version vectors or clocks.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_core::account::{Account, Algorithm, Credential, Kind, NewAccount};
use holdfast_core::secret::Secret;
use holdfast_core::vault::{Clock, Duplicates, EditContext, EditError, FieldChanges, Id, Vault};
use proptest::prelude::*;

use crate::model::Events;

const DEVICES: usize = 3;
const START: u64 = 1_800_000_000_000;

/// What may happen. Numbers choose among what is there, modulo how much there is.
#[derive(Clone, Debug)]
pub enum Step {
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

pub fn steps(purging: bool) -> impl Strategy<Value = Vec<(usize, Step)>> {
    proptest::collection::vec(step(purging), 1..60)
}

pub struct Device {
    id: Id,
    pub vault: Vault,
    model: BTreeMap<Id, Events>,
    clock: Clock,
    /// Added to the true time, in milliseconds.
    skew: i64,
}

pub struct World {
    pub devices: Vec<Device>,
    pub now: u64,
    events: u32,
    random: u64,
    /// The event that set a credential, by the credential's id.
    set_by: BTreeMap<Id, u32>,
    /// The event that is a choice, by what was chosen among what: two people who choose the same
    /// among the same make one choice.
    choices: BTreeMap<(u32, BTreeSet<u32>), u32>,
}

impl World {
    /// Three devices: one right, one an hour behind, one in a far future.
    pub fn new(far: i64) -> Self {
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
            set_by: BTreeMap::new(),
            choices: BTreeMap::new(),
        }
    }

    fn event(&mut self) -> u32 {
        self.events += 1;
        self.events
    }

    pub fn edit<T>(
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

    pub fn run(&mut self, steps: &[(usize, Step)]) {
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
                    groups: Vec::new(),
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
                self.note_credential(index, id, event);
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
                    self.note_credential(index, id, event);
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
                    let among = (self.set_by[&chosen], model.current_events());
                    let choice = *self.choices.entry(among).or_insert(event);
                    model.set(choice, secret);
                    self.note_credential(index, id, choice);
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

    /// The only credential of the account has just been set by `event`.
    fn note_credential(&mut self, index: usize, id: Id, event: u32) {
        let mut ids = self.devices[index].vault.accounts[&id].credential_ids();
        self.set_by.insert(ids.next().unwrap(), event);
        assert_eq!(ids.next(), None);
    }

    /// `index` takes over what `other` has.
    pub fn sync(&mut self, index: usize, other: usize) {
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

    pub fn sync_all(&mut self) {
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
    pub fn check(&self) {
        for (_, account) in self.vault.list() {
            assert!(account.credential_ids().next().is_some());
        }
    }

    /// The vault says what the model says.
    pub fn equals_model(&self) {
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

pub fn first_secret(account: &Account) -> Option<(Id, u32)> {
    let (id, credential) = account.credentials.first()?;
    Some((*id, secret_number(credential)))
}
