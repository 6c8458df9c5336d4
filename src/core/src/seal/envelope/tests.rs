//! Files made here, and what happens to each of their bits.

use proptest::prelude::*;

use super::{HASH, TAG, read, seal};
use crate::Coded;
use crate::seal::kdf::KdfParams;
use crate::seal::padding::FLOOR;
use crate::seal::{
    DerivedKey, Keyring, NewPassphrase, SealError, SlotKind, SlotSecret, VaultKey, crypto,
};

fn keyring() -> Keyring {
    let passphrase = NewPassphrase {
        params: KdfParams::DEFAULT,
        salt: [1; 32],
        derived: DerivedKey::from_bytes([2; 32]),
    };
    let mut next = 0;
    let mut random = |bytes: &mut [u8]| {
        next += 1;
        bytes.fill(next);
    };
    Keyring::create(&passphrase, 0, &mut random).unwrap()
}

fn code(bytes: &[u8]) -> &'static str {
    read(bytes).map_or_else(|error| error.code(), |_| "ok")
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - HASH;
    let checksum = crypto::sha256(&[&bytes[..end]]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

#[test]
fn opens_by_key_and_by_slot() {
    let keyring = keyring();
    let file = seal(b"payload", &keyring, &[9; 32]).unwrap();
    let sealed = read(&file).unwrap();
    assert_eq!(
        sealed.open(keyring.keys()).unwrap().payload.as_slice(),
        b"payload"
    );
    let slot = sealed
        .header()
        .slots_of(SlotKind::Passphrase)
        .next()
        .unwrap()
        .id();
    let derived = DerivedKey::from_bytes([2; 32]);
    let opened = sealed
        .unlock(slot, SlotSecret::Passphrase(&derived))
        .unwrap();
    assert_eq!(format!("{opened:?}"), "Opened(7 bytes)");
    assert_eq!(opened.key, *keyring.current_key());
    let stranger = VaultKey::from_bytes([77; 32]);
    assert_eq!(
        sealed.open([&stranger]).unwrap_err(),
        SealError::VaultKeyChanged
    );
    let derived = DerivedKey::from_bytes([3; 32]);
    let error = sealed
        .unlock(slot, SlotSecret::Passphrase(&derived))
        .unwrap_err();
    assert_eq!(error, SealError::WrongPassphrase);
}

#[test]
fn repeated_randomness_repeats_no_key() {
    let keyring = keyring();
    let one = seal(b"one", &keyring, &[9; 32]).unwrap();
    let two = seal(b"two", &keyring, &[9; 32]).unwrap();
    let salt = |file: &[u8]| file[file.len() - (HASH * 3 + FLOOR + TAG)..][..HASH].to_vec();
    assert_ne!(salt(&one), salt(&two));
}

#[test]
fn a_newer_version_is_told_from_damage() {
    let mut file = seal(b"payload", &keyring(), &[9; 32]).unwrap();
    file[9] = 2;
    assert_eq!(code(&file), "damaged");
    assert_eq!(code(&with_checksum(file.clone())), "newer_format");
    file[9] = 0;
    assert_eq!(code(&with_checksum(file.clone())), "field_invalid");
    // A newer version may look like anything behind its version number.
    let newer = with_checksum([&b"HOLDFAST\0\x02\0\0anything"[..], &[0; HASH]].concat());
    assert_eq!(code(&newer), "newer_format");
}

#[test]
fn the_version_is_authenticated() {
    let keyring = keyring();
    let mut file = seal(b"payload", &keyring, &[9; 32]).unwrap();
    file[11] = 5;
    let header_end = file.len() - (HASH * 3 + FLOOR + TAG + HASH);
    let checksum = crypto::sha256(&[&file[..header_end]]);
    file[header_end..header_end + HASH].copy_from_slice(&checksum);
    assert_eq!(
        keyring.open(&with_checksum(file)).unwrap_err(),
        SealError::VaultKeyChanged
    );
}

#[test]
fn the_largest_file() {
    let keyring = keyring();
    assert!(seal(&vec![0; 60 << 20], &keyring, &[0; 32]).is_ok());
    let error = seal(&vec![0; 64 << 20], &keyring, &[0; 32]).unwrap_err();
    assert_eq!(error, SealError::PayloadTooLarge);
}

proptest! {
    #[test]
    fn every_changed_bit_is_noticed(bit in 0..37_000_usize) {
        let mut file = seal(b"payload", &keyring(), &[9; 32]).unwrap();
        let bit = bit % (file.len() * 8);
        file[bit / 8] ^= 1 << (bit % 8);
        let code = code(&file);
        prop_assert!(["damaged", "not_holdfast", "truncated"].contains(&code), "{}", code);
    }

    #[test]
    fn every_changed_bit_is_noticed_without_checksums(bit in 0..37_000_usize) {
        let keyring = keyring();
        let file = seal(b"payload", &keyring, &[9; 32]).unwrap();
        let header_end = file.len() - (HASH * 3 + FLOOR + TAG + HASH);
        let bit = 96 + bit % ((file.len() - HASH) * 8 - 96);
        let mut file = file;
        file[bit / 8] ^= 1 << (bit % 8);
        let checksum = crypto::sha256(&[&file[..header_end]]);
        if bit / 8 < header_end {
            file[header_end..header_end + HASH].copy_from_slice(&checksum);
        }
        prop_assert!(keyring.open(&with_checksum(file)).is_err());
    }

    #[test]
    fn every_cut_and_every_tail_is_noticed(length in 0..4700_usize) {
        let file = seal(b"payload", &keyring(), &[9; 32]).unwrap();
        let cut = &file[..length.min(file.len() - 1)];
        prop_assert_eq!(code(cut), "truncated");
        let longer = [&file[..], &vec![0; length + 1]].concat();
        prop_assert_eq!(code(&longer), "trailing_bytes");
    }

    #[test]
    fn nonsense_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&bytes).is_err());
        let bytes = [&b"HOLDFAST\0\x01\0\0"[..], &bytes].concat();
        prop_assert!(read(&bytes).is_err());
    }
}
