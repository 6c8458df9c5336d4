//! Measures on this machine, as numbers for `make bench`: Argon2id with the parameters of every
//! new vault, and opening a vault of ten thousand accounts once the key is known.
//!
//! `measure FILE` also writes that vault's backup to FILE; a recovery key of zeros opens it.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool of the developers'"
)]

mod rounds;

use holdfast_core::contents::Contents;
use holdfast_core::otpauth;
use holdfast_core::seal::kdf::{self, KdfParams};
use holdfast_core::seal::{self, Keyring, NewPassphrase};
use holdfast_core::vault::{Duplicates, EditContext, Id, Vault};
use serde_json::json;

const ACCOUNTS: usize = 10_000;

fn main() {
    let derive = || kdf::derive("correct horse battery staple", KdfParams::DEFAULT, &[7; 32]);
    let derived = derive().expect("the parameters are possible");
    let argon2 = rounds::median::<9>(|| drop(derive()));

    let (file, keyring) = backup(&NewPassphrase {
        params: KdfParams::DEFAULT,
        salt: [7; 32],
        derived,
    });
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, &file).expect("the file can be written");
    }
    let open = rounds::median::<9>(|| drop(Contents::open(&file, [keyring.current_key()])));
    let unseal =
        rounds::median::<9>(|| drop(seal::read(&file).map(|sealed| sealed.open(keyring.keys()))));
    println!(
        "{}",
        json!({ "argon2": argon2, "open": open, "unseal": unseal, "bytes": file.len(), "accounts": ACCOUNTS })
    );
}

/// Accounts as people have them, each with a note.
fn backup(passphrase: &NewPassphrase) -> (Vec<u8>, Keyring) {
    let mut state = 1_u64;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (state >> 56) as u8;
        }
    };
    let mut keyring = Keyring::create(passphrase, 1, &mut random).expect("the passphrase is one");
    // The key that `recover.html` is given: known, so that nothing has to be handed on.
    let recovery = &mut |bytes: &mut [u8]| bytes.fill(0);
    keyring
        .renew_recovery(2, recovery)
        .expect("a key can be added");
    let mut vault = Vault::default();
    let mut clock = vault.clock(1);
    let mut context = EditContext {
        now: 1,
        device: Id::from_bytes([1; 16]),
        clock: &mut clock,
        random: &mut random,
    };
    let accounts = (0..ACCOUNTS).map(|number| {
        let secret = data_encoding::BASE32_NOPAD.encode(format!("secret number {number:06}").as_bytes());
        let link = format!("otpauth://totp/Issuer%20{number}:jane{number}@mail.example?secret={secret}&issuer=Issuer%20{number}");
        let mut account = otpauth::parse(&link).expect("the link is one");
        account.note = format!("Recovery codes are in the folder behind the desk, page {number}.");
        account
    });
    let added = vault.add_all(accounts.collect(), Duplicates::Keep, &mut context);
    assert!(added.iter().all(Result::is_ok));
    let mut contents = Contents { vault, keyring };
    let file = contents.seal(&[9; 32]).expect("it fits");
    (file, contents.keyring)
}
