//! Sealing a payload.

use zeroize::Zeroizing;

use super::{FRAME, MAGIC, MAJOR, MINOR, TAG, commitment, seal_key};
use crate::seal::header::Header;
use crate::seal::{Keyring, SealError, VaultKey, crypto, limits, padding};

/// Seals a payload under the keyring's current key, with the header that mirrors the keyring.
/// The payload must hold that keyring. `random` are 32 fresh random bytes.
pub fn seal(payload: &[u8], keyring: &Keyring, random: &[u8; 32]) -> Result<Vec<u8>, SealError> {
    seal_with(payload, &keyring.header(), keyring.current_key(), random)
}

/// Seals a payload under a key, with a header.
///
/// The salt in the file is derived from `random`, the vault key and the payload. Should the source
/// of randomness ever repeat itself, two different payloads still get different salts, and
/// no key encrypts twice.
pub fn seal_with(
    payload: &[u8],
    header: &Header,
    key: &VaultKey,
    random: &[u8; 32],
) -> Result<Vec<u8>, SealError> {
    if !header.opens_anywhere() {
        return Err(SealError::NoSlot);
    }
    let header = header.encode()?;
    let mut padded = padding::pad(payload).ok_or(SealError::PayloadTooLarge)?;
    let length = FRAME + header.len() + padded.len() + TAG;
    if length > limits::FILE {
        return Err(SealError::PayloadTooLarge);
    }
    let as_u32 = |length: usize| u32::try_from(length).map_err(|_| SealError::PayloadTooLarge);
    let mut file = Vec::with_capacity(length);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&MAJOR.to_be_bytes());
    file.extend_from_slice(&MINOR.to_be_bytes());
    file.extend_from_slice(&as_u32(header.len())?.to_be_bytes());
    file.extend_from_slice(&as_u32(padded.len() + TAG)?.to_be_bytes());
    file.extend_from_slice(&header);

    let hedge = Zeroizing::new(crypto::expand(key.expose(), random, &[crypto::SALT]));
    let salt = crypto::hmac(&hedge, &[&file, payload]);
    let tag = crypto::encrypt(&seal_key(key, &salt), &file, &mut padded)
        .ok_or(SealError::PayloadTooLarge)?;

    let header_checksum = crypto::sha256(&[&file]);
    file.extend_from_slice(&header_checksum);
    file.extend_from_slice(&salt);
    file.extend_from_slice(&commitment(key, &salt, &header_checksum));
    file.extend_from_slice(&padded);
    file.extend_from_slice(&tag);
    let checksum = crypto::sha256(&[&file]);
    file.extend_from_slice(&checksum);
    Ok(file)
}
