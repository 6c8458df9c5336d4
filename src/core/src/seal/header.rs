//! The visible header: all that can be read without a key.

use sha2::{Digest, Sha256};

use super::bytes::Reader;
use super::fields::Fields;
use super::slot::{Slot, SlotKind, SlotSecret};
use super::{Check, RecoveryKey, SealError, SlotId, VaultKey, VaultTag, limits};

const VAULT: u16 = 1;
const GENERATION: u16 = 2;
const SLOTS: u16 = 3;

/// The visible header of a sealed file. It names no device, no time and no count of anything but
/// key slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The opaque name of the vault.
    pub vault: VaultTag,
    /// The generation of the slot set: see [`Keyring::generation`](super::Keyring::generation).
    pub generation: u64,
    slots: Vec<Slot>,
    unknown: Fields,
}

impl Header {
    /// A header of these slots, which are put in the order of their ids, and of `unknown` fields
    /// from a later version; known tags among these are ignored.
    pub(super) fn new(
        vault: VaultTag,
        generation: u64,
        mut slots: Vec<Slot>,
        unknown: &Fields,
    ) -> Self {
        slots.sort_unstable_by_key(Slot::id);
        let mut kept = Fields::default();
        for (tag, value) in unknown.iter().filter(|(tag, _)| !is_known(*tag)) {
            kept.set(tag, value.to_vec());
        }
        Header {
            vault,
            generation,
            slots,
            unknown: kept,
        }
    }

    /// The key slots, ascending by id.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slot of that name.
    pub fn slot(&self, id: SlotId) -> Result<&Slot, SealError> {
        self.slots
            .iter()
            .find(|slot| slot.id() == id)
            .ok_or(SealError::SlotNotFound)
    }

    /// The slots of one kind. There are two passphrase slots after two devices changed the
    /// passphrase without knowing of each other; a passphrase has to be tried on each.
    pub fn slots_of(&self, kind: SlotKind) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.kind() == kind)
    }

    /// SHA-256 of the ids of all slots that open the vault anywhere: passphrases and recovery keys.
    /// It changes with each of them, and can be told without any key.
    pub fn ways_in(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for slot in self
            .slots
            .iter()
            .filter(|slot| slot.kind().opens_anywhere())
        {
            hash.update(slot.id().0);
        }
        hash.finalize().into()
    }

    /// Fields that a later version added.
    pub fn unknown(&self) -> &Fields {
        &self.unknown
    }

    /// Takes the vault key out of a slot.
    pub fn unwrap(&self, id: SlotId, secret: SlotSecret<'_>) -> Result<VaultKey, SealError> {
        self.slot(id)?.unwrap(self.vault, secret)
    }

    /// Takes the vault key out with the recovery key, whichever slot it belongs to.
    pub fn recover(&self, key: &RecoveryKey) -> Result<VaultKey, SealError> {
        let mut error = SealError::SlotNotFound;
        for slot in self.slots_of(SlotKind::Recovery) {
            match slot.unwrap(self.vault, SlotSecret::Recovery(key)) {
                Ok(key) => return Ok(key),
                Err(wrong) => error = wrong,
            }
        }
        Err(error)
    }

    /// Whether a passphrase or a recovery key opens it: what every written file must have.
    pub(super) fn opens_anywhere(&self) -> bool {
        self.slots.iter().any(|slot| slot.kind().opens_anywhere())
    }

    /// Reads a header from the bytes between the preamble and the header's checksum.
    pub(super) fn decode(bytes: &[u8], mut passed: impl FnMut(Check)) -> Result<Self, SealError> {
        if bytes.len() > limits::HEADER {
            return Err(SealError::HeaderTooLarge);
        }
        let fields = Fields::decode(bytes)?;
        let vault = VaultTag(*fields.array(VAULT, "vault_tag")?);
        let generation = u64::from_be_bytes(*fields.array(GENERATION, "generation")?);
        let slots = fields.get(SLOTS).ok_or(SealError::FieldMissing("slots"))?;
        passed(Check::HeaderFields);
        let slots = decode_slots(slots)?;
        passed(Check::Slots);
        Ok(Header::new(vault, generation, slots, &fields))
    }

    /// The header's bytes.
    pub(super) fn encode(&self) -> Result<Vec<u8>, SealError> {
        if self.slots.len() > limits::SLOTS {
            return Err(SealError::TooManySlots);
        }
        let mut slots = Vec::new();
        for slot in &self.slots {
            let bytes = slot.encode();
            let length = u16::try_from(bytes.len()).map_err(|_| SealError::SlotTooLarge)?;
            slots.extend_from_slice(&length.to_be_bytes());
            slots.extend(bytes);
        }
        let mut fields = self.unknown.clone();
        fields.set(VAULT, self.vault.0.to_vec());
        fields.set(GENERATION, self.generation.to_be_bytes().to_vec());
        fields.set(SLOTS, slots);
        let bytes = fields.encode(|_| false);
        if bytes.len() > limits::HEADER {
            return Err(SealError::HeaderTooLarge);
        }
        Ok(bytes)
    }
}

fn is_known(tag: u16) -> bool {
    matches!(tag, VAULT | GENERATION | SLOTS)
}

/// Slots one after another, each behind its length (u16), strictly ascending by id.
fn decode_slots(bytes: &[u8]) -> Result<Vec<Slot>, SealError> {
    let mut reader = Reader::new(bytes);
    let mut slots: Vec<Slot> = Vec::new();
    while !reader.is_empty() {
        let overrun = SealError::FieldOverrun { tag: SLOTS };
        let length = reader.u16().ok_or(overrun.clone())?;
        let slot = Slot::decode(reader.take(usize::from(length)).ok_or(overrun)?)?;
        if slots.len() == limits::SLOTS {
            return Err(SealError::TooManySlots);
        }
        if slots.iter().any(|earlier| earlier.id() == slot.id()) {
            return Err(SealError::SlotDuplicate);
        }
        if slots.last().is_some_and(|last| last.id() > slot.id()) {
            return Err(SealError::SlotOrder);
        }
        slots.push(slot);
    }
    Ok(slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_and_slots_round_trip() {
        let mut unknown = Fields::default();
        unknown.set(3, vec![0xFF]);
        unknown.set(77, b"from the future".to_vec());
        let mut slot = Fields::default();
        slot.set(1, vec![5; 16]);
        slot.set(2, vec![99]);
        slot.set(400, vec![1, 2]);
        let slot = Slot::decode(&slot.encode(|_| false)).unwrap();
        let header = Header::new(VaultTag([1; 16]), 12, vec![slot], &unknown);
        assert_eq!(
            header.unknown().iter().count(),
            1,
            "a known tag hid among the unknown"
        );
        let bytes = header.encode().unwrap();
        let again = Header::decode(&bytes, |_| ()).unwrap();
        assert_eq!(again, header);
        assert_eq!(again.encode().unwrap(), bytes);
    }

    #[test]
    fn no_more_slots_than_the_limit() {
        let slots = |count: u8| {
            (0..count).map(|n| {
                let mut fields = Fields::default();
                fields.set(1, vec![n; 16]);
                fields.set(2, vec![99]);
                Slot::decode(&fields.encode(|_| false)).unwrap()
            })
        };
        let header = |count| {
            Header::new(
                VaultTag([1; 16]),
                1,
                slots(count).collect(),
                &Fields::default(),
            )
        };
        let bytes = header(64).encode().unwrap();
        assert_eq!(Header::decode(&bytes, |_| ()).unwrap().slots().len(), 64);
        assert_eq!(header(65).encode(), Err(SealError::TooManySlots));
    }
}
