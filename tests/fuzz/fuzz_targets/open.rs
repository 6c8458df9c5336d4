//! A whole file: as it comes, and with the checksums repaired so that more of it is reached.
#![no_main]

use holdfast_core::seal::{DerivedKey, RecoveryKey, SlotSecret, VaultKey, read};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    open(bytes);
    let mut bytes = bytes.to_vec();
    if let Some(length) = bytes.get(12..16) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let end = length.saturating_add(20);
        if end.saturating_add(32) <= bytes.len() {
            let checksum = Sha256::digest(&bytes[..end]);
            bytes[end..end + 32].copy_from_slice(&checksum);
        }
    }
    if let Some(end) = bytes.len().checked_sub(32) {
        let checksum = Sha256::digest(&bytes[..end]);
        bytes[end..].copy_from_slice(&checksum);
    }
    open(&bytes);
});

/// Nothing here may open: none of the keys is one of the corpus.
fn open(bytes: &[u8]) {
    let Ok(sealed) = read(bytes) else { return };
    assert!(sealed.open([&VaultKey::from_bytes([1; 32])]).is_err());
    assert!(sealed.recover(&RecoveryKey::from_bytes([2; 32])).is_err());
    let derived = DerivedKey::from_bytes([3; 32]);
    for slot in sealed.header().slots() {
        assert!(
            sealed
                .unlock(slot.id(), SlotSecret::Passphrase(&derived))
                .is_err()
        );
        let _ = (slot.kind(), slot.salt(), slot.kdf());
    }
}
