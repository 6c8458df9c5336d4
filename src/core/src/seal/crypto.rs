//! The four primitives the format is made of, with their labels.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag};
use hkdf::{Hkdf, HkdfExtract};
use sha2::{Digest, Sha256};

/// Label of the key that encrypts a payload.
pub(super) const SEAL: &[u8] = b"holdfast/1/seal";
/// Label of the commitment to vault key, salt and header.
pub(super) const COMMITMENT: &[u8] = b"holdfast/1/commitment";
/// Label of the key that wraps the vault key in a slot.
pub(super) const SLOT: &[u8] = b"holdfast/1/slot";
/// Label of a vault key's identifier.
pub(super) const KEY_ID: &[u8] = b"holdfast/1/key-id";
/// Label of the key that hedges a seal's salt.
pub(super) const SALT: &[u8] = b"holdfast/1/salt";
/// Label of a recovery key's checksum.
pub(super) const RECOVERY: &[u8] = b"holdfast/1/recovery";

/// The length of an authentication tag of AES-GCM.
pub(super) const TAG: usize = 16;

/// HKDF-SHA-256 (RFC 5869) to `N` bytes; `info` is concatenated.
pub(super) fn expand<const N: usize>(key: &[u8; 32], salt: &[u8], info: &[&[u8]]) -> [u8; N] {
    const { assert!(N <= 32, "one block of SHA-256") };
    let mut out = [0; N];
    // The only error is an output of more than 255 blocks, which the line above rules out.
    let _ = Hkdf::<Sha256>::new(Some(salt), key).expand_multi_info(info, &mut out);
    out
}

/// SHA-256 of the concatenation of `parts`.
pub(super) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// HMAC-SHA-256 of the concatenation of `parts`: HKDF's extraction is nothing else.
pub(super) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = HkdfExtract::<Sha256>::new(Some(key));
    for part in parts {
        mac.input_ikm(part);
    }
    mac.finalize().0.into()
}

/// AES-256-GCM in place with the all-zero nonce: every key here encrypts exactly once.
/// `None` only beyond 64 GiB.
pub(super) fn encrypt(key: &[u8; 32], aad: &[u8], buffer: &mut [u8]) -> Option<[u8; TAG]> {
    Aes256Gcm::new(key.into())
        .encrypt_inout_detached(&Nonce::default(), aad, buffer.into())
        .ok()
        .map(Into::into)
}

/// Decrypts in place. `None` when key, associated data, ciphertext or tag don't belong together;
/// the buffer then still holds the ciphertext.
pub(super) fn decrypt(
    key: &[u8; 32],
    aad: &[u8],
    buffer: &mut [u8],
    tag: &[u8; TAG],
) -> Option<()> {
    let tag: &Tag = tag.into();
    Aes256Gcm::new(key.into())
        .decrypt_inout_detached(&Nonce::default(), aad, buffer.into(), tag)
        .ok()
}
