//! Yandex Key: a TOTP whose key is a hash of PIN and secret.

use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// The time step in seconds.
pub(super) const PERIOD: u32 = 30;

/// The key of the HMAC: SHA-256 over PIN and secret, without its first byte if that is zero.
pub(super) fn key(secret: &Secret, pin: &str) -> Secret {
    let hash = Sha256::new()
        .chain_update(pin)
        .chain_update(secret.as_bytes())
        .finalize();
    let key = hash.strip_prefix(&[0]).unwrap_or(&hash);
    // A hash is neither empty nor too long; the secret alone would only give wrong codes.
    Secret::from_bytes(key.to_vec()).unwrap_or_else(|_| secret.clone())
}
