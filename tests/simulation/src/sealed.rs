//! What a sealed vault is in the simulation: the real vault's payload behind a checksum and a key
//! number. The cryptography has tests of its own; here only counts who can open what, and what
//! comes of bytes that were changed.

use std::collections::BTreeSet;

use holdfast_backup::digest::Digest;
use holdfast_core::vault::Vault;

/// The vault with its keys, opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The accounts.
    pub vault: Vault,
    /// The number of the present key, and all older ones.
    pub keys: BTreeSet<u32>,
    /// Counts passphrase changes.
    pub slots: u32,
}

impl Contents {
    /// The key that is sealed under: who doesn't know it can't open the bytes.
    pub fn key(&self) -> u32 {
        self.keys.last().copied().unwrap_or(0)
    }

    /// Everything a backup has to carry.
    pub fn digest(&self) -> Digest {
        let mut bytes = self.vault.content_hash().to_vec();
        bytes.extend(self.ring());
        Digest::of(&bytes)
    }

    /// Takes over all that `other` knows.
    pub fn merge(&mut self, other: &Self) {
        self.vault.merge(&other.vault);
        self.keys.extend(&other.keys);
        self.slots = self.slots.max(other.slots);
    }

    /// The bytes to store.
    pub fn seal(&self) -> Vec<u8> {
        let mut inner = self.ring();
        inner.extend_from_slice(&self.vault.encode());
        let mut bytes = self.key().to_le_bytes().to_vec();
        bytes.extend_from_slice(&Digest::of(&inner).0);
        bytes.extend(inner);
        bytes
    }

    /// Opens sealed bytes as somebody who knows every key.
    pub fn open(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = take_u32(bytes)?;
        let (checksum, inner) = rest.split_at_checked(32)?;
        if checksum != Digest::of(inner).0.as_slice() {
            return None;
        }
        let (slots, rest) = take_u32(inner)?;
        let (count, mut rest) = take_u32(rest)?;
        let mut keys = BTreeSet::new();
        for _ in 0..count {
            let (key, after) = take_u32(rest)?;
            keys.insert(key);
            rest = after;
        }
        // The header is sealed along: it can't be changed unnoticed.
        if keys.last() != Some(&key) {
            return None;
        }
        let vault = Vault::decode(rest).ok()?;
        Some(Self { vault, keys, slots })
    }

    fn ring(&self) -> Vec<u8> {
        let mut bytes = self.slots.to_le_bytes().to_vec();
        bytes.extend(u32::try_from(self.keys.len()).unwrap_or(0).to_le_bytes());
        bytes.extend(self.keys.iter().flat_map(|key| key.to_le_bytes()));
        bytes
    }
}

fn take_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}
