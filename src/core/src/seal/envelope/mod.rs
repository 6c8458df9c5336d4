//! The file around the header: reading, opening, sealing.

mod read;
#[cfg(test)]
mod tests;
mod write;

use zeroize::Zeroizing;

pub use read::{Opened, Sealed, read, read_noting};
pub use write::{seal, seal_with};

use super::VaultKey;
use super::crypto::{self, TAG};

const MAGIC: &[u8; 8] = b"HOLDFAST";
const MAJOR: u16 = 1;
const MINOR: u16 = 0;
/// Magic, major, minor, length of the header, length of the ciphertext.
const PREAMBLE: usize = 8 + 2 + 2 + 4 + 4;
/// SHA-256, a salt and a commitment are of one length.
const HASH: usize = 32;
/// What stands around header and ciphertext: preamble, header checksum, salt, commitment, checksum.
const FRAME: usize = PREAMBLE + 4 * HASH;

fn seal_key(key: &VaultKey, salt: &[u8; HASH]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(crypto::expand(key.expose(), salt, &[crypto::SEAL]))
}

/// What ties the file to one vault key, one salt and one header: AES-GCM alone would let a file be
/// made that opens under two keys.
fn commitment(key: &VaultKey, salt: &[u8; HASH], header_checksum: &[u8; HASH]) -> [u8; HASH] {
    crypto::expand(key.expose(), salt, &[crypto::COMMITMENT, header_checksum])
}
