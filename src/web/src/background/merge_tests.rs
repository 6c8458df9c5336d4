use holdfast_core::otpauth;
use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::seal::{DerivedKey, Keyring, NewPassphrase};
use holdfast_core::vault::{Clock, DeviceId, Duplicates, Id, Vault};

use super::*;

/// One of two devices.
struct Device {
    id: DeviceId,
    now: u64,
    clock: Clock,
}

impl Device {
    fn new(number: u8) -> Self {
        Self {
            id: Id::from_bytes([number; 16]),
            now: 1_800_000_000_000,
            clock: Clock::default(),
        }
    }

    fn edit<T>(&mut self, edit: impl FnOnce(&mut EditContext<'_>) -> T) -> T {
        self.now += 1;
        let now = self.now;
        edit(&mut EditContext {
            now,
            device: self.id,
            clock: &mut self.clock,
            random: &mut random,
        })
    }

    fn merge(&mut self, own: &mut Contents, theirs: &Contents, removals: Removals) -> Option<u32> {
        self.edit(|context| take(own, theirs, removals, context))
            .unwrap()
    }
}

fn random(bytes: &mut [u8]) {
    crate::browser::random::fill(bytes).unwrap();
}

fn names(contents: &Contents) -> usize {
    contents.vault.list().len()
}

/// A vault of ten accounts.
fn ten(device: &mut Device) -> (Contents, Vec<Id>) {
    let passphrase = NewPassphrase {
        params: KdfParams::DEFAULT,
        salt: [1; 32],
        derived: DerivedKey::from_bytes([2; 32]),
    };
    let mut contents = Contents {
        vault: Vault::default(),
        keyring: Keyring::create(&passphrase, 1, &mut random).unwrap(),
    };
    let accounts = (0..10).map(|number| {
        let uri = format!("otpauth://totp/Site{number}:jane?secret=MFRGGZDFMZTWQ2LK");
        otpauth::parse(&uri).unwrap()
    });
    let accounts = accounts.collect();
    let added = device.edit(|context| {
        let vault = &mut contents.vault;
        vault.add_all(accounts, Duplicates::Keep, context)
    });
    (contents, added.into_iter().map(Result::unwrap).collect())
}

fn without(device: &mut Device, contents: &Contents, ids: &[Id]) -> Contents {
    let mut contents = contents.clone();
    for id in ids {
        device
            .edit(|context| contents.vault.delete(*id, context))
            .unwrap();
    }
    contents
}

#[test]
fn an_answer_holds_for_the_merge_that_was_asked_about_and_for_no_other() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, ids) = ten(&mut here);
    let six = without(&mut there, &own, &ids[..6]);
    assert_eq!(here.merge(&mut own, &six, Removals::Ask), Some(6));
    assert_eq!(here.merge(&mut own, &six, Removals::Keep), None);
    assert_eq!(names(&own), 10);
    // What is deleted later, elsewhere, by somebody who has seen that, goes.
    let one = without(&mut there, &own, &ids[..1]);
    assert_eq!(here.merge(&mut own, &one, Removals::Ask), None);
    assert_eq!(names(&own), 9);
}

#[test]
fn consent_reaches_as_far_as_the_number_that_was_shown() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, ids) = ten(&mut here);
    let six = without(&mut there, &own, &ids[..6]);
    let before = own.clone();
    let agreed = |most| Removals::Remove { most };
    assert_eq!(here.merge(&mut own, &six, agreed(5)), Some(6));
    assert_eq!(own, before);
    assert_eq!(here.merge(&mut own, &six, agreed(6)), None);
    assert_eq!(names(&own), 4);
    // Few need no word, however few were agreed to.
    let nine = without(&mut there, &before, &ids[..1]);
    let mut own = before;
    assert_eq!(here.merge(&mut own, &nine, agreed(0)), None);
    assert_eq!(names(&own), 9);
}
