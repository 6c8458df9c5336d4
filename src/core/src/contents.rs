//! What is sealed: the vault together with its keyring.
//!
//! The keyring lies in the payload under `keyring`. It merges by rules of its own (whom to believe
//! depends on the key a file was sealed under), so it is kept apart from the accounts while open.

use std::fmt;

use crate::Coded;
use crate::seal::{
    self, Absorbed, Check, Header, Keyring, RecoveryKey, SealError, SlotId, SlotSecret, VaultKey,
};
use crate::vault::{MergePlan, PayloadError, Vault};

/// The payload's field.
const KEYRING: &str = "keyring";

/// An opened vault.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// The accounts and devices.
    pub vault: Vault,
    /// The vault's keys and slots.
    pub keyring: Keyring,
}

/// Why a sealed vault can't be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentsError {
    /// The seal.
    Seal(SealError),
    /// What was sealed.
    Payload(PayloadError),
    /// The payload holds no keyring that can be read.
    Keyring,
}

/// What a merge with another snapshot would give.
pub struct ContentsPlan {
    /// The accounts: the result, and what is different for the user.
    pub accounts: MergePlan,
    /// The keyring after the merge.
    pub keyring: Keyring,
    /// What happened to the keyring.
    pub absorbed: Absorbed,
}

impl Contents {
    /// Opens a sealed vault with whichever of the keys it was sealed under.
    ///
    /// # Errors
    /// See [`ContentsError`]; [`SealError::VaultKeyChanged`] when it was none of them.
    pub fn open<'k>(
        bytes: &[u8],
        keys: impl IntoIterator<Item = &'k VaultKey>,
    ) -> Result<Self, ContentsError> {
        let sealed = seal::read(bytes)?;
        Self::decode(&sealed.open(keys)?, sealed.header(), |_| ())
    }

    /// Opens it through one of its slots.
    ///
    /// # Errors
    /// See [`ContentsError`]; [`SealError::WrongPassphrase`] and its like.
    pub fn unlock(
        bytes: &[u8],
        slot: SlotId,
        secret: SlotSecret<'_>,
    ) -> Result<Self, ContentsError> {
        let sealed = seal::read(bytes)?;
        Self::decode(&sealed.unlock(slot, secret)?, sealed.header(), |_| ())
    }

    /// Opens it with the recovery key.
    ///
    /// # Errors
    /// See [`ContentsError`]; [`SealError::WrongRecoveryKey`].
    pub fn recover(bytes: &[u8], key: &RecoveryKey) -> Result<Self, ContentsError> {
        let sealed = seal::read(bytes)?;
        Self::decode(&sealed.recover(key)?, sealed.header(), |_| ())
    }

    /// Reads what a file held, and tells every check that was passed.
    pub(crate) fn decode(
        opened: &seal::Opened,
        header: &Header,
        mut passed: impl FnMut(Check),
    ) -> Result<Self, ContentsError> {
        let vault = Vault::decode(&opened.payload);
        if !matches!(vault, Err(PayloadError::Json(_))) {
            passed(Check::Json);
        }
        let mut vault = vault.map_err(ContentsError::Payload)?;
        passed(Check::PayloadFields);
        let json = vault
            .unknown
            .remove(KEYRING)
            .ok_or(ContentsError::Keyring)?;
        let mut keyring = Keyring::from_json(json).map_err(|_| ContentsError::Keyring)?;
        passed(Check::Keyring);
        keyring.verify(header, &opened.key)?;
        passed(Check::Mirror);
        keyring.carry(header);
        Ok(Self { vault, keyring })
    }

    /// Seals it under the current key. `random` are 32 fresh random bytes.
    ///
    /// # Errors
    /// [`SealError::PayloadTooLarge`].
    pub fn seal(&mut self, random: &[u8; 32]) -> Result<Vec<u8>, ContentsError> {
        let payload = self.with_keyring(Vault::encode);
        Ok(seal::seal(&payload, &self.keyring, random)?)
    }

    /// SHA-256 of everything a backup has to carry: accounts, deletions, devices, keys and slots.
    /// The change counter moves when, and only when, this changes.
    pub fn content_hash(&mut self) -> [u8; 32] {
        self.with_keyring(Vault::content_hash)
    }

    /// What merging a snapshot of the same vault would give. `other` was opened from a file that
    /// was sealed under its own current key.
    ///
    /// # Errors
    /// [`SealError::ForeignVault`].
    pub fn plan_merge(&self, other: &Self) -> Result<ContentsPlan, ContentsError> {
        let mut keyring = self.keyring.clone();
        let absorbed = keyring.absorb(&other.keyring, other.keyring.current_key())?;
        Ok(ContentsPlan {
            accounts: self.vault.plan_merge(&other.vault),
            keyring,
            absorbed,
        })
    }

    /// Runs `read` on the vault as it is in the payload.
    fn with_keyring<T>(&mut self, read: impl FnOnce(&Vault) -> T) -> T {
        let keyring = self.keyring.to_json();
        self.vault.unknown.insert(KEYRING.to_owned(), keyring);
        let value = read(&self.vault);
        self.vault.unknown.remove(KEYRING);
        value
    }
}

impl From<SealError> for ContentsError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl Coded for ContentsError {
    fn code(&self) -> &'static str {
        match self {
            Self::Seal(error) => error.code(),
            Self::Payload(error) => error.code(),
            Self::Keyring => "keyring_unreadable",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Seal(error) => error.field(),
            Self::Payload(error) => error.field(),
            Self::Keyring => Some(KEYRING),
        }
    }
}

impl fmt::Display for ContentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seal(error) => error.fmt(f),
            Self::Payload(error) => error.fmt(f),
            Self::Keyring => f.write_str("the keyring can't be read"),
        }
    }
}

impl std::error::Error for ContentsError {}
