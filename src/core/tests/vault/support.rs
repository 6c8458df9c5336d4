//! A device, and accounts to work with.

use holdfast_core::account::{Algorithm, Credential, Kind, NewAccount};
use holdfast_core::otpauth;
use holdfast_core::secret::Secret;
use holdfast_core::vault::{Clock, Duplicates, EditContext, Id, Vault};

pub const NOW: u64 = 1_800_000_000_000;

type Random = Box<dyn FnMut(&mut [u8])>;

/// A device with its clock and a deterministic source of "random" bytes.
pub struct Device {
    pub id: Id,
    clock: Clock,
    pub now: u64,
    random: Random,
}

impl Device {
    pub fn new(number: u8) -> Self {
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

    pub fn context(&mut self) -> EditContext<'_> {
        self.now += 1;
        EditContext {
            now: self.now,
            device: self.id,
            clock: &mut self.clock,
            random: &mut *self.random,
        }
    }

    pub fn add(&mut self, vault: &mut Vault, uri: &str) -> Id {
        let account = otpauth::parse(uri).unwrap();
        vault
            .add(account, Duplicates::Refuse, &mut self.context())
            .unwrap()
    }
}

pub fn uri(number: u32) -> String {
    format!("otpauth://totp/Site{number}:jane?secret={}", secret(number))
}

pub fn secret(number: u32) -> String {
    let bytes = number.to_be_bytes().to_vec();
    Secret::from_bytes(bytes).unwrap().to_base32().to_string()
}

pub fn hotp(counter: u64) -> Credential {
    let kind = Kind::Hotp {
        algorithm: Algorithm::Sha1,
        digits: 6,
        counter,
    };
    let secret = Secret::from_bytes(b"12345678901234567890".to_vec()).unwrap();
    Credential::new(secret, kind).unwrap()
}

pub fn account(credential: Credential) -> NewAccount {
    NewAccount {
        issuer: "Bank".to_owned(),
        label: "jane".to_owned(),
        note: String::new(),
        sites: Vec::new(),
        groups: Vec::new(),
        credential,
    }
}

pub fn issuers(vault: &Vault) -> Vec<&str> {
    let list = vault.list().into_iter();
    list.map(|(_, account)| account.issuer.value.as_str())
        .collect()
}
