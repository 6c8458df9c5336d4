//! Changes that a person makes to the keyring.

use crate::json::Object;
use crate::map::{Map, Set};

use zeroize::Zeroizing;

use super::{KeyRecord, Keyring, SlotRecord};
use crate::seal::fields::Fields;
use crate::seal::kdf::KdfParams;
use crate::seal::slot::{Slot, SlotKind, SlotSecret};
use crate::seal::{
    DerivedKey, PrfOutput, RecoveryKey, SealError, SlotId, VaultKey, VaultTag, limits,
};

/// A source of random bytes. It fills the whole slice with bytes from the system's generator, or
/// doesn't return.
pub type Entropy<'a> = dyn FnMut(&mut [u8]) + 'a;

/// A passphrase on its way into a slot.
#[derive(Clone, Debug)]
pub struct NewPassphrase {
    /// The parameters that `derived` was derived with.
    pub params: KdfParams,
    /// The fresh random salt that `derived` was derived with.
    pub salt: [u8; 32],
    /// What [`kdf::derive`](crate::seal::kdf::derive) gave.
    pub derived: DerivedKey,
}

impl Keyring {
    /// The keyring of a new vault, with a passphrase slot. `now` is in milliseconds since 1970.
    pub fn create(
        passphrase: &NewPassphrase,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<Keyring, SealError> {
        let key = new_key(random);
        let current = key.id();
        let record = KeyRecord {
            epoch: 1,
            added: now,
            key: key.clone(),
            unknown: Object::new(),
        };
        let mut keyring = Keyring {
            vault: VaultTag(bytes(random)),
            keys: Map::new(),
            current,
            current_key: key,
            slots: Map::new(),
            removed: Set::new(),
            fields: Fields::default(),
            unknown: Object::new(),
        };
        keyring.keys.insert(current, record);
        keyring.add_passphrase(passphrase, now, random)?;
        Ok(keyring)
    }

    /// Puts a new passphrase in the place of every passphrase known here. Older snapshots still
    /// open with the old one.
    pub fn change_passphrase(
        &mut self,
        passphrase: &NewPassphrase,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<SlotId, SealError> {
        let old = self.all_of(SlotKind::Passphrase);
        let id = self.add_passphrase(passphrase, now, random)?;
        self.discard(&old);
        Ok(id)
    }

    /// Makes a recovery key in the place of every one known here, or the first. It is shown to the
    /// user once; the keyring holds only what it opens.
    pub fn renew_recovery(
        &mut self,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<RecoveryKey, SealError> {
        let old = self.all_of(SlotKind::Recovery);
        let secret = Zeroizing::new(bytes(random));
        let recovery = RecoveryKey::from_bytes(*secret);
        let salt = bytes(random);
        self.add(
            SlotSecret::Recovery(&recovery),
            None,
            &salt,
            "",
            now,
            random,
        )?;
        self.discard(&old);
        Ok(recovery)
    }

    /// Adds a passkey. `salt` is the random input that its PRF was evaluated for; `label` is what
    /// the user calls it.
    pub fn add_passkey(
        &mut self,
        output: &PrfOutput,
        salt: &[u8; 32],
        label: &str,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<SlotId, SealError> {
        if self.live().count() >= limits::SLOTS {
            return Err(SealError::TooManySlots);
        }
        self.add(SlotSecret::Passkey(output), None, salt, label, now, random)
    }

    /// Removes a passkey or a recovery key.
    ///
    /// A passphrase is never removed, only replaced ([`change_passphrase`](Self::change_passphrase)):
    /// if two devices each removed one of two passphrases, merging would leave none.
    pub fn remove(&mut self, id: SlotId) -> Result<(), SealError> {
        let record = self.slots.get(&id).ok_or(SealError::SlotNotFound)?;
        if record.slot.kind() == SlotKind::Passphrase {
            return Err(SealError::LastSlot);
        }
        self.discard(&[id]);
        Ok(())
    }

    /// Changes the vault key, because someone may know the old one. Every slot known here is
    /// removed; the new key gets a passphrase slot and a recovery key, which is returned. Old keys
    /// stay for reading. Passkeys have to be added again.
    pub fn rotate(
        &mut self,
        passphrase: &NewPassphrase,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<RecoveryKey, SealError> {
        let mut next = self.clone();
        let old: Vec<SlotId> = next.slots.keys().copied().collect();
        next.discard(&old);
        let highest = next
            .keys
            .values()
            .map(|record| record.epoch)
            .max()
            .unwrap_or(0);
        let key = new_key(random);
        // Somebody else's key of the last epoch would stay the current one.
        let epoch = highest
            .checked_add(1)
            .ok_or(SealError::FieldInvalid("epoch"))?;
        let record = KeyRecord {
            epoch,
            added: now,
            key: key.clone(),
            unknown: Object::new(),
        };
        next.keys.insert(key.id(), record);
        next.choose_current();
        next.add_passphrase(passphrase, now, random)?;
        let recovery = next.renew_recovery(now, random)?;
        *self = next;
        Ok(recovery)
    }

    fn add_passphrase(
        &mut self,
        passphrase: &NewPassphrase,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<SlotId, SealError> {
        let secret = SlotSecret::Passphrase(&passphrase.derived);
        self.add(
            secret,
            Some(passphrase.params),
            &passphrase.salt,
            "",
            now,
            random,
        )
    }

    fn add(
        &mut self,
        secret: SlotSecret<'_>,
        kdf: Option<KdfParams>,
        salt: &[u8; 32],
        label: &str,
        now: u64,
        random: &mut Entropy<'_>,
    ) -> Result<SlotId, SealError> {
        let id = SlotId(bytes(random));
        let slot = Slot::wrap(self.vault, &self.current_key, secret, kdf, id, salt)?;
        let record = SlotRecord {
            added: now,
            key: self.current,
            label: label.to_owned(),
            slot,
            unknown: Object::new(),
        };
        self.slots.insert(id, record);
        Ok(id)
    }

    /// Every slot of a kind, also of keys that are no longer current.
    fn all_of(&self, kind: SlotKind) -> Vec<SlotId> {
        self.slots
            .iter()
            .filter(|(_, record)| record.slot.kind() == kind)
            .map(|(id, _)| *id)
            .collect()
    }

    fn discard(&mut self, ids: &[SlotId]) {
        for id in ids {
            self.slots.remove(id);
            self.removed.insert(*id);
        }
    }
}

fn bytes<const N: usize>(random: &mut Entropy<'_>) -> [u8; N] {
    let mut bytes = [0; N];
    random(&mut bytes);
    bytes
}

fn new_key(random: &mut Entropy<'_>) -> VaultKey {
    VaultKey::from_bytes(*Zeroizing::new(bytes(random)))
}
