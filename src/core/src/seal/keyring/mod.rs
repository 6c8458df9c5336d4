//! The keyring: which vault keys and key slots there are, agreed on between devices by merging.
//!
//! It lies inside the sealed payload, and every part of it only grows: keys and slots are added, a
//! removed slot leaves its id behind. So merging is commutative, associative and idempotent, and a
//! slot that was removed once is removed for good, whatever an old file says.
//!
//! *Nobody is locked out.* A passphrase slot is removed only by an operation that adds one for the
//! same key ([`change_passphrase`](Keyring::change_passphrase)) or for a new key
//! ([`rotate`](Keyring::rotate)). Of all such operations in a merged history, take one that no
//! other has seen: its passphrase slot is still there. Two devices that change the passphrase
//! without knowing of each other leave two passphrases, and both open.
//!
//! *Rotations converge.* The current key is the one of the highest epoch, then of the latest time,
//! then of the greatest id; slots of any other key are not in the header.

mod change;
mod json;

use crate::fields::Field;
use crate::json::Object;
use crate::map::{Map, Set};
use core::fmt;

pub use change::{Entropy, NewPassphrase};

use super::envelope::{self, Opened};
use super::fields::Fields;
use super::header::Header;
use super::slot::Slot;
use super::{KeyId, SealError, SlotId, VaultKey, VaultTag, limits};

/// A vault key and when it came to be.
#[derive(Clone, PartialEq)]
pub struct KeyRecord {
    /// 1 for the first key of a vault; each rotation makes a key of the next epoch.
    pub epoch: u64,
    /// When it was made, in milliseconds since 1970. For showing and for breaking ties.
    pub added: u64,
    /// The key.
    pub key: VaultKey,
    unknown: Object,
}

/// A key slot and when it came to be.
#[derive(Clone, PartialEq)]
pub struct SlotRecord {
    /// When it was added, in milliseconds since 1970. For showing and for breaking ties.
    pub added: u64,
    /// The vault key that is wrapped in it.
    pub key: KeyId,
    /// What the user calls it ("work laptop"). May be empty. Sealed, so no destination sees it.
    pub label: String,
    /// The slot as it stands in the header.
    pub slot: Slot,
    unknown: Object,
}

/// The vault's keys and slots.
#[derive(Clone, PartialEq)]
pub struct Keyring {
    vault: VaultTag,
    /// Every key there has been, for reading what was sealed under it. Never empty: `current` is
    /// the one that new seals use.
    keys: Map<KeyId, KeyRecord>,
    current: KeyId,
    current_key: VaultKey,
    /// Every slot that was not removed, also those of keys that are no longer current.
    slots: Map<SlotId, SlotRecord>,
    removed: Set<SlotId>,
    /// Fields of the header that a later version added: the header mirrors them.
    fields: Fields,
    unknown: Object,
}

/// What merging another device's keyring did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absorbed {
    /// Something was learnt: the vault has to be saved, and new snapshots written.
    pub changed: bool,
    /// The current vault key is another one now.
    pub rotated: bool,
    /// Slots of ours that open the vault no longer, because the key was rotated elsewhere. Their
    /// owner must be told.
    pub lost: Vec<SlotId>,
}

impl Keyring {
    /// The opaque name of the vault.
    pub fn vault(&self) -> VaultTag {
        self.vault
    }

    /// The key that new seals use.
    pub fn current_key(&self) -> &VaultKey {
        &self.current_key
    }

    /// All keys, the current one first: for opening what this vault has ever sealed.
    pub fn keys(&self) -> impl Iterator<Item = &VaultKey> {
        let older = self
            .keys
            .iter()
            .rev()
            .filter(|(id, _)| **id != self.current);
        core::iter::once(&self.current_key).chain(older.map(|(_, record)| &record.key))
    }

    /// The records of all keys.
    pub fn key_records(&self) -> impl Iterator<Item = &KeyRecord> {
        self.keys.values()
    }

    /// A number that grows with every change and never shrinks by merging.
    pub fn generation(&self) -> u64 {
        // A slot counts one when it is added and one more when it is removed.
        let count = self.keys.len() + self.slots.len() + 2 * self.removed.len();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    /// The slots that open the vault: those of the current key.
    pub fn live(&self) -> impl Iterator<Item = (SlotId, &SlotRecord)> {
        let live = |record: &&SlotRecord| record.key == self.current;
        let mut records: Vec<&SlotRecord> = self.slots.values().filter(live).collect();
        // More than fit come together only by many devices adding slots unknown to each other.
        // Passphrases and recovery keys then go first, and the newest of each.
        records.sort_unstable_by_key(|record| {
            let anywhere = record.slot.kind().opens_anywhere();
            (
                core::cmp::Reverse((anywhere, record.added)),
                record.slot.id(),
            )
        });
        records.truncate(limits::SLOTS);
        records.into_iter().map(|record| (record.slot.id(), record))
    }

    /// The visible header for this keyring.
    pub fn header(&self) -> Header {
        let slots = self.live().map(|(_, record)| record.slot.clone()).collect();
        Header::new(self.vault, self.generation(), slots, &self.fields)
    }

    /// Takes over header fields of a later version that a header has and this keyring doesn't, so
    /// that the next seal has them too.
    pub fn carry(&mut self, header: &Header) {
        for (tag, value) in header.unknown().iter() {
            if self.fields.get(tag).is_none_or(|ours| ours < value) {
                self.fields.set(tag, value.to_vec());
            }
        }
    }

    /// Checks that the keyring found in a file is the one that the file's header mirrors, and that
    /// the file was sealed under its current key.
    pub fn verify(&self, header: &Header, sealed_under: &VaultKey) -> Result<(), SealError> {
        let ours = self.header();
        let mirrors = ours.vault == header.vault
            && ours.generation == header.generation
            && ours.slots() == header.slots();
        if mirrors && self.current_key == *sealed_under {
            Ok(())
        } else {
            Err(SealError::KeyringMismatch)
        }
    }

    /// Opens a file of this vault with any of its keys.
    ///
    /// [`SealError::VaultKeyChanged`] means that another device has changed the key: the passphrase
    /// or the recovery key for that file is needed.
    pub fn open(&self, bytes: &[u8]) -> Result<Opened, SealError> {
        let sealed = envelope::read(bytes)?;
        if sealed.header().vault != self.vault {
            return Err(SealError::ForeignVault);
        }
        sealed.open(self.keys())
    }

    /// Merges the keyring found in a file that was sealed under `sealed_under`.
    ///
    /// What was sealed under a key that has been replaced teaches nothing: the key may have been
    /// replaced because a stranger knows it, and he could bring in a key and slots of his own. A
    /// file under a key that is not yet known is believed, because only a passphrase or a recovery
    /// key can have opened it. Check the file with `other.verify` first.
    pub fn absorb(
        &mut self,
        other: &Keyring,
        sealed_under: &VaultKey,
    ) -> Result<Absorbed, SealError> {
        if other.vault != self.vault {
            return Err(SealError::ForeignVault);
        }
        if other.current_key != *sealed_under {
            return Err(SealError::KeyringMismatch);
        }
        let sealed_under = sealed_under.id();
        if sealed_under != self.current && self.keys.contains_key(&sealed_under) {
            return Ok(Absorbed::default());
        }
        let before = self.clone();
        self.merge(other)?;
        let lost = |(id, _): &(SlotId, &SlotRecord)| {
            self.current != before.current && !self.removed.contains(id)
        };
        Ok(Absorbed {
            changed: *self != before,
            rotated: self.current != before.current,
            lost: before.live().filter(lost).map(|(id, _)| id).collect(),
        })
    }

    /// The join of two keyrings of one vault: commutative, associative, idempotent.
    ///
    /// For keyrings from files use [`absorb`](Self::absorb), which knows whom to believe.
    pub fn merge(&mut self, other: &Keyring) -> Result<(), SealError> {
        if other.vault != self.vault {
            return Err(SealError::ForeignVault);
        }
        join(&mut self.keys, &other.keys);
        join(&mut self.slots, &other.slots);
        join(&mut self.unknown, &other.unknown);
        self.removed.extend(&other.removed);
        self.slots.retain(|id, _| !self.removed.contains(id));
        for (tag, value) in other.fields.iter() {
            if self.fields.get(tag).is_none_or(|ours| ours < value) {
                self.fields.set(tag, value.to_vec());
            }
        }
        self.choose_current();
        Ok(())
    }

    /// Makes the greatest key the current one.
    fn choose_current(&mut self) {
        let rank = |(id, record): &(&KeyId, &KeyRecord)| (record.epoch, record.added, **id);
        if let Some((id, record)) = self.keys.iter().max_by_key(rank) {
            self.current = *id;
            self.current_key = record.key.clone();
        }
    }
}

// What a later version adds may be secret: none of it is shown.

impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRecord(epoch {}, added {})", self.epoch, self.added)
    }
}

impl fmt::Debug for SlotRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SlotRecord({:?}, added {}, {:?})",
            self.slot.id(),
            self.added,
            self.key
        )
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("vault", &self.vault)
            .field("keys", &self.keys)
            .field("slots", &self.slots)
            .field("removed", &self.removed)
            .finish_non_exhaustive()
    }
}

/// The union of two maps. Where both have a key with different values, which takes a faulty
/// program or a later version, the value with the greater JSON stays: any rule will do, as long as
/// every device follows the same.
fn join<K: Ord + Clone, V: Clone + PartialEq + Field>(ours: &mut Map<K, V>, theirs: &Map<K, V>) {
    for (key, value) in theirs {
        let keep = ours
            .get(key)
            .is_some_and(|own| own == value || *json::bytes(own) > *json::bytes(value));
        if !keep {
            ours.insert(key.clone(), value.clone());
        }
    }
}
