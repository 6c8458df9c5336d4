//! Help for unit tests: devices that edit vaults.

use holdfast_core::contents::Contents;
use holdfast_core::otpauth;
use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::seal::{DerivedKey, Keyring, NewPassphrase};
use holdfast_core::vault::{Clock, DeviceId, Duplicates, EditContext, Id, Vault};

/// One of several devices.
pub struct Device {
    id: DeviceId,
    now: u64,
    clock: Clock,
}

impl Device {
    pub fn new(number: u8) -> Self {
        Self {
            id: Id::from_bytes([number; 16]),
            now: 1_800_000_000_000,
            clock: Clock::default(),
        }
    }

    pub fn edit<T>(&mut self, edit: impl FnOnce(&mut EditContext<'_>) -> T) -> T {
        self.now += 1;
        let now = self.now;
        edit(&mut EditContext {
            now,
            device: self.id,
            clock: &mut self.clock,
            random: &mut random,
        })
    }

    /// A vault of ten accounts.
    pub fn ten(&mut self) -> (Contents, Vec<Id>) {
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
        let added = self.edit(|context| {
            let vault = &mut contents.vault;
            vault.add_all(accounts, Duplicates::Keep, context)
        });
        (contents, added.into_iter().map(Result::unwrap).collect())
    }

    /// The same without those.
    pub fn without(&mut self, contents: &Contents, ids: &[Id]) -> Contents {
        let mut contents = contents.clone();
        for id in ids {
            self.edit(|context| contents.vault.delete(*id, context))
                .unwrap();
        }
        contents
    }
}

fn random(bytes: &mut [u8]) {
    crate::browser::random::fill(bytes).unwrap();
}

/// How many accounts there are.
pub fn count(contents: &Contents) -> usize {
    contents.vault.list().len()
}
