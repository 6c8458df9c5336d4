//! A key slot: the vault key, wrapped for one passphrase, recovery key or passkey.

use zeroize::Zeroizing;

use super::crypto::{self, TAG};
use super::fields::Fields;
use super::kdf::KdfParams;
use super::{DerivedKey, PrfOutput, RecoveryKey, SealError, SlotId, VaultKey, VaultTag, limits};

const ID: u16 = 1;
const KIND: u16 = 2;
const SALT: u16 = 3;
const KDF: u16 = 4;
const WRAPPED: u16 = 5;

/// What opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// A passphrase.
    Passphrase,
    /// The recovery key of the printed sheet.
    Recovery,
    /// A passkey of one installation: a convenience that never counts as the last slot.
    Passkey,
    /// A kind that a later version added. Carried along, not opened.
    Unknown(u8),
}

impl SlotKind {
    /// The kind's number in the file.
    pub fn number(self) -> u8 {
        match self {
            SlotKind::Passphrase => 1,
            SlotKind::Recovery => 2,
            SlotKind::Passkey => 3,
            SlotKind::Unknown(number) => number,
        }
    }

    fn from_number(number: u8) -> Self {
        match number {
            1 => SlotKind::Passphrase,
            2 => SlotKind::Recovery,
            3 => SlotKind::Passkey,
            other => SlotKind::Unknown(other),
        }
    }

    /// Whether a person can open the vault with it on any device.
    pub fn opens_anywhere(self) -> bool {
        matches!(self, SlotKind::Passphrase | SlotKind::Recovery)
    }
}

/// What a slot is opened with.
#[derive(Clone, Copy, Debug)]
pub enum SlotSecret<'a> {
    /// The key derived from the passphrase with the slot's parameters and salt.
    Passphrase(&'a DerivedKey),
    /// The recovery key.
    Recovery(&'a RecoveryKey),
    /// The passkey's PRF output for the slot's salt.
    Passkey(&'a PrfOutput),
}

impl SlotSecret<'_> {
    /// The kind of slot that this opens.
    pub fn kind(&self) -> SlotKind {
        match self {
            SlotSecret::Passphrase(_) => SlotKind::Passphrase,
            SlotSecret::Recovery(_) => SlotKind::Recovery,
            SlotSecret::Passkey(_) => SlotKind::Passkey,
        }
    }

    fn bytes(&self) -> &[u8; 32] {
        match self {
            SlotSecret::Passphrase(key) => key.expose(),
            SlotSecret::Recovery(key) => key.expose(),
            SlotSecret::Passkey(output) => output.expose(),
        }
    }

    fn wrong(&self) -> SealError {
        match self {
            SlotSecret::Passphrase(_) => SealError::WrongPassphrase,
            SlotSecret::Recovery(_) => SealError::WrongRecoveryKey,
            SlotSecret::Passkey(_) => SealError::WrongPasskey,
        }
    }
}

/// A key slot as it stands in the visible header.
///
/// In JSON (inside the keyring) it is the base64 of its bytes in the header, so that what a later
/// version put into it survives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    id: SlotId,
    kind: SlotKind,
    fields: Fields,
}

impl Slot {
    /// Wraps `key` for `secret`. `id` and `salt` are fresh random bytes: the wrapping key is used
    /// for this one slot. `kdf` are the parameters with which a passphrase's key was derived.
    pub(super) fn wrap(
        vault: VaultTag,
        key: &VaultKey,
        secret: SlotSecret<'_>,
        kdf: Option<KdfParams>,
        id: SlotId,
        salt: &[u8; 32],
    ) -> Result<Self, SealError> {
        let mut fields = Fields::default();
        fields.set(ID, id.0.to_vec());
        fields.set(KIND, vec![secret.kind().number()]);
        fields.set(SALT, salt.to_vec());
        if let Some(params) = kdf {
            fields.set(KDF, params.encode());
        }
        let mut slot = Slot {
            id,
            kind: secret.kind(),
            fields,
        };
        let wrapping = slot.wrapping_key(salt, secret);
        let mut wrapped = Zeroizing::new(Vec::with_capacity(32 + TAG));
        wrapped.extend_from_slice(key.expose());
        let tag = crypto::encrypt(&wrapping, &slot.associated_data(vault), &mut wrapped)
            .ok_or(SealError::PayloadTooLarge)?;
        wrapped.extend_from_slice(&tag);
        slot.fields.set(WRAPPED, wrapped.to_vec());
        Ok(slot)
    }

    /// Reads a slot and checks everything that can be checked without a key.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.len() > limits::SLOT {
            return Err(SealError::SlotTooLarge);
        }
        let fields = Fields::decode(bytes)?;
        let id = SlotId(*fields.array(ID, "slot_id")?);
        let [number] = *fields.array(KIND, "slot_kind")?;
        let kind = SlotKind::from_number(number);
        if number == 0 {
            return Err(SealError::FieldInvalid("slot_kind"));
        }
        if !matches!(kind, SlotKind::Unknown(_)) {
            fields.array::<32>(SALT, "slot_salt")?;
            fields.array::<{ 32 + TAG }>(WRAPPED, "slot_wrapped")?;
            match (kind, fields.get(KDF)) {
                (SlotKind::Passphrase, Some(value)) => drop(KdfParams::decode(value)?),
                (SlotKind::Passphrase, None) => return Err(SealError::FieldMissing("kdf")),
                (_, Some(_)) => return Err(SealError::FieldInvalid("kdf")),
                (_, None) => {}
            }
        }
        Ok(Slot { id, kind, fields })
    }

    /// The slot's bytes in the header.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.fields.encode(|_| false)
    }

    /// The slot's name.
    pub fn id(&self) -> SlotId {
        self.id
    }

    /// What opens it.
    pub fn kind(&self) -> SlotKind {
        self.kind
    }

    /// The salt: for Argon2id in a passphrase slot, the PRF's input in a passkey slot.
    /// `None` only in a slot of unknown kind.
    pub fn salt(&self) -> Option<&[u8; 32]> {
        self.fields.array(SALT, "slot_salt").ok()
    }

    /// The parameters with which the passphrase's key is derived. `None` in other slots.
    pub fn kdf(&self) -> Option<KdfParams> {
        self.fields
            .get(KDF)
            .and_then(|value| KdfParams::decode(value).ok())
    }

    /// Takes the vault key out.
    ///
    /// Whether the secret is wrong or the slot was altered on purpose can't be told apart here;
    /// damage can, because [`read`](super::read) has checked the checksums before.
    pub fn unwrap(&self, vault: VaultTag, secret: SlotSecret<'_>) -> Result<VaultKey, SealError> {
        let wrong = || secret.wrong();
        if self.kind != secret.kind() {
            return Err(SealError::SlotNotFound);
        }
        let salt = self.salt().ok_or_else(wrong)?;
        let wrapped = self.fields.array::<{ 32 + TAG }>(WRAPPED, "slot_wrapped")?;
        let (sealed, tag) = wrapped.split_first_chunk::<32>().ok_or_else(wrong)?;
        let tag = tag.first_chunk::<TAG>().ok_or_else(wrong)?;
        let mut key = Zeroizing::new(*sealed);
        let wrapping = self.wrapping_key(salt, secret);
        crypto::decrypt(&wrapping, &self.associated_data(vault), &mut *key, tag)
            .ok_or_else(wrong)?;
        Ok(VaultKey::from_bytes(*key))
    }

    fn wrapping_key(&self, salt: &[u8; 32], secret: SlotSecret<'_>) -> Zeroizing<[u8; 32]> {
        let info = [crypto::SLOT, &[self.kind.number()], &self.id.0];
        Zeroizing::new(crypto::expand(secret.bytes(), salt, &info))
    }

    /// The vault's tag and all of the slot but the wrapped key.
    fn associated_data(&self, vault: VaultTag) -> Vec<u8> {
        let mut data = vault.0.to_vec();
        data.extend(self.fields.encode(|tag| tag == WRAPPED));
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultTag = VaultTag([1; 16]);

    fn slot(secret: SlotSecret<'_>, kdf: Option<KdfParams>) -> Slot {
        let key = VaultKey::from_bytes([42; 32]);
        Slot::wrap(VAULT, &key, secret, kdf, SlotId([2; 16]), &[3; 32]).unwrap()
    }

    #[test]
    fn every_kind_opens_with_its_own_secret_only() {
        let (derived, other) = (
            DerivedKey::from_bytes([5; 32]),
            DerivedKey::from_bytes([6; 32]),
        );
        let prf = PrfOutput::from_bytes([5; 32]);
        let recovery = RecoveryKey::from_bytes([5; 32]);
        let secrets = [
            (SlotSecret::Passphrase(&derived), Some(KdfParams::DEFAULT)),
            (SlotSecret::Recovery(&recovery), None),
            (SlotSecret::Passkey(&prf), None),
        ];
        for (secret, kdf) in secrets {
            let slot = slot(secret, kdf);
            assert_eq!(slot.unwrap(VAULT, secret).unwrap().expose(), &[42; 32]);
            assert_eq!(Slot::decode(&slot.encode()).unwrap(), slot);
            for (wrong, _) in secrets {
                assert_eq!(
                    slot.unwrap(VAULT, wrong).is_ok(),
                    wrong.kind() == secret.kind()
                );
            }
            assert!(
                slot.unwrap(VaultTag([9; 16]), secret).is_err(),
                "another vault's slot"
            );
        }
        let slot = slot(SlotSecret::Passphrase(&derived), Some(KdfParams::DEFAULT));
        let error = slot
            .unwrap(VAULT, SlotSecret::Passphrase(&other))
            .unwrap_err();
        assert_eq!(error, SealError::WrongPassphrase);
    }

    #[test]
    fn every_field_is_authenticated() {
        let derived = DerivedKey::from_bytes([5; 32]);
        let secret = SlotSecret::Passphrase(&derived);
        let slot = slot(secret, Some(KdfParams::DEFAULT));
        let cheaper = KdfParams::new(32 * 1024, 3, 1).unwrap().encode();
        for (tag, value) in [(KDF, cheaper), (SALT, vec![4; 32]), (99, vec![1])] {
            let mut altered = slot.clone();
            altered.fields.set(tag, value);
            let altered = Slot::decode(&altered.encode()).unwrap();
            assert_eq!(
                altered.unwrap(VAULT, secret),
                Err(SealError::WrongPassphrase),
                "{tag}"
            );
        }
    }

    #[test]
    fn an_unknown_kind_is_kept_as_it_is() {
        let mut fields = Fields::default();
        fields.set(ID, vec![7; 16]);
        fields.set(KIND, vec![200]);
        fields.set(SALT, vec![1, 2, 3]);
        let bytes = fields.encode(|_| false);
        let slot = Slot::decode(&bytes).unwrap();
        assert_eq!((slot.kind(), slot.salt()), (SlotKind::Unknown(200), None));
        assert_eq!(slot.encode(), bytes);
    }
}
