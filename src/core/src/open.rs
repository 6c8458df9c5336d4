//! Opening a backup with what a person typed, check by check (`docs/format.md`, "Reading").

use std::fmt;

use crate::Coded;
use crate::contents::{Contents, ContentsError};
use crate::seal::kdf::KdfParams;
use crate::seal::{
    self, Check, DerivedKey, Header, RecoveryKey, RecoveryKeyError, SealError, SlotKind,
    SlotSecret, VaultKey,
};

/// What a person typed to open a backup.
#[derive(Clone, Copy)]
pub enum Typed<'a> {
    /// The passphrase.
    Passphrase(&'a str),
    /// The recovery key of the printed sheet.
    RecoveryKey(&'a str),
    /// One of the two, whichever it is.
    Either(&'a str),
}

/// `seal::kdf::derive`, or its like in a module of its own.
pub type Derive<'a> = &'a dyn Fn(&str, KdfParams, &[u8; 32]) -> Result<DerivedKey, SealError>;

/// Why a backup can't be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The file, or the secret for it.
    Contents(ContentsError),
    /// What was typed is no recovery key, and this is where it is wrong.
    RecoveryKey(RecoveryKeyError),
}

/// Opens a backup, and tells every check that was passed.
///
/// # Errors
/// See [`OpenError`].
pub fn open(
    bytes: &[u8],
    typed: Typed<'_>,
    derive: Derive<'_>,
    passed: &mut dyn FnMut(Check),
) -> Result<Contents, OpenError> {
    let sealed = seal::read_noting(bytes, &mut *passed)?;
    let key = vault_key(sealed.header(), typed, derive, passed)?;
    let opened = sealed
        .open_noting([&key], &mut *passed)
        .map_err(|error| match error {
            // The slot gave this key: the two were not made together.
            SealError::VaultKeyChanged => SealError::Tampered,
            other => other,
        })?;
    Ok(Contents::decode(&opened, sealed.header(), passed)?)
}

fn vault_key(
    header: &Header,
    typed: Typed<'_>,
    derive: Derive<'_>,
    passed: &mut dyn FnMut(Check),
) -> Result<VaultKey, OpenError> {
    match typed {
        Typed::Passphrase(text) => Ok(by_passphrase(header, text, derive, passed)?),
        Typed::RecoveryKey(text) => {
            let key = RecoveryKey::parse(text).inspect_err(|_| recovery_slot(header, passed))?;
            Ok(by_recovery_key(header, &key, passed)?)
        }
        Typed::Either(text) => match RecoveryKey::parse(text) {
            Ok(key) => Ok(by_recovery_key(header, &key, passed)?),
            Err(mistake) => {
                by_passphrase(header, text, derive, passed).map_err(|error| match error {
                    // Tried before it is called a mistake: some passphrase might look like a key.
                    SealError::WrongPassphrase if RecoveryKey::resembles(text) => mistake.into(),
                    SealError::SlotNotFound if RecoveryKey::resembles(text) => {
                        recovery_slot(header, passed);
                        mistake.into()
                    }
                    other => other.into(),
                })
            }
        },
    }
}

/// Tries each passphrase slot: there are two after two devices changed the passphrase without
/// knowing of each other.
fn by_passphrase(
    header: &Header,
    text: &str,
    derive: Derive<'_>,
    passed: &mut dyn FnMut(Check),
) -> Result<VaultKey, SealError> {
    let mut wrong = SealError::SlotNotFound;
    for slot in header.slots_of(SlotKind::Passphrase) {
        let (Some(salt), Some(params)) = (slot.salt(), slot.kdf()) else {
            continue;
        };
        if wrong == SealError::SlotNotFound {
            passed(Check::SlotThere);
        }
        let derived = derive(text, params, salt)?;
        match header.unwrap(slot.id(), SlotSecret::Passphrase(&derived)) {
            Ok(key) => {
                passed(Check::VaultKey);
                return Ok(key);
            }
            Err(error) => wrong = error,
        }
    }
    Err(wrong)
}

fn by_recovery_key(
    header: &Header,
    key: &RecoveryKey,
    passed: &mut dyn FnMut(Check),
) -> Result<VaultKey, SealError> {
    recovery_slot(header, passed);
    let key = header.recover(key)?;
    passed(Check::VaultKey);
    Ok(key)
}

fn recovery_slot(header: &Header, passed: &mut dyn FnMut(Check)) {
    if header.slots_of(SlotKind::Recovery).next().is_some() {
        passed(Check::SlotThere);
    }
}

impl fmt::Debug for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(..)",
            Self::RecoveryKey(_) => "RecoveryKey(..)",
            Self::Either(_) => "Either(..)",
        })
    }
}

impl Coded for OpenError {
    fn code(&self) -> &'static str {
        match self {
            Self::Contents(error) => error.code(),
            Self::RecoveryKey(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Contents(error) => error.field(),
            Self::RecoveryKey(error) => error.field(),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contents(error) => error.fmt(f),
            Self::RecoveryKey(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<ContentsError> for OpenError {
    fn from(error: ContentsError) -> Self {
        Self::Contents(error)
    }
}

impl From<SealError> for OpenError {
    fn from(error: SealError) -> Self {
        Self::Contents(error.into())
    }
}

impl From<RecoveryKeyError> for OpenError {
    fn from(error: RecoveryKeyError) -> Self {
        Self::RecoveryKey(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;
    use crate::seal::{Keyring, NewPassphrase};
    use crate::vault::Vault;

    const PASSPHRASE: &str = "correct horse battery staple";

    /// Quick, and different for different texts.
    fn derive(text: &str, _: KdfParams, _: &[u8; 32]) -> Result<DerivedKey, SealError> {
        let mut key = [0; 32];
        for (byte, letter) in key.iter_mut().zip(text.bytes()) {
            *byte = letter;
        }
        Ok(DerivedKey::from_bytes(key))
    }

    fn backup() -> (Vec<u8>, String) {
        let (mut contents, recovery) = contents();
        (contents.seal(&[9; 32]).unwrap(), recovery)
    }

    fn contents() -> (Contents, String) {
        let passphrase = NewPassphrase {
            params: KdfParams::DEFAULT,
            salt: [1; 32],
            derived: derive(PASSPHRASE, KdfParams::DEFAULT, &[1; 32]).unwrap(),
        };
        let mut next = 0;
        let mut random = |bytes: &mut [u8]| {
            next += 1;
            bytes.fill(next);
        };
        let mut keyring = Keyring::create(&passphrase, 0, &mut random).unwrap();
        let recovery = keyring.renew_recovery(1, &mut random).unwrap();
        let contents = Contents {
            vault: Vault::default(),
            keyring,
        };
        (contents, recovery.print().to_string())
    }

    fn outcome(bytes: &[u8], typed: Typed<'_>) -> (Result<(), &'static str>, Option<Check>) {
        let mut passed = Vec::new();
        let result = open(bytes, typed, &derive, &mut |check| passed.push(check));
        assert!(passed.is_sorted(), "{passed:?}");
        let result = result.map(drop).map_err(|error| error.code());
        (result, passed.last().copied())
    }

    #[test]
    fn every_check_is_told_once_and_in_order() {
        let (bytes, recovery) = backup();
        for typed in [
            Typed::Passphrase(PASSPHRASE),
            Typed::Either(PASSPHRASE),
            Typed::RecoveryKey(&recovery),
            Typed::Either(&recovery),
        ] {
            let mut passed = Vec::new();
            open(&bytes, typed, &derive, &mut |check| passed.push(check)).unwrap();
            assert_eq!(passed, Check::ALL, "{typed:?}");
        }
    }

    #[test]
    fn the_last_check_passed_is_the_one_before_the_failure() {
        let (bytes, recovery) = backup();
        let key = Typed::RecoveryKey(&recovery);
        assert_eq!(outcome(b"nothing", key), (Err("not_holdfast"), None));
        let cut = bytes.get(..bytes.len() - 1).unwrap();
        assert_eq!(
            outcome(cut, key),
            (Err("truncated"), Some(Check::HeaderChecksum))
        );
        assert_eq!(
            outcome(&bytes, Typed::Passphrase("wrong")),
            (Err("wrong_passphrase"), Some(Check::SlotThere))
        );
    }

    #[test]
    fn a_mistyped_recovery_key_is_located_and_a_wrong_passphrase_is_not_called_one() {
        let (bytes, recovery) = backup();
        let mistyped = recovery.replacen(|c: char| c.is_ascii_alphanumeric(), "", 1);
        for typed in [Typed::Either(&mistyped), Typed::RecoveryKey(&mistyped)] {
            let error = open(&bytes, typed, &derive, &mut |_| ()).unwrap_err();
            assert_eq!(error.code(), "recovery_key_length");
            assert!(error.to_string().contains("group 1"), "{error}");
            // The slot is there: the key is what is wrong.
            assert_eq!(
                outcome(&bytes, typed),
                (Err("recovery_key_length"), Some(Check::SlotThere))
            );
        }
        assert_eq!(
            outcome(&bytes, Typed::Either("any other words")).0,
            Err("wrong_passphrase")
        );
    }

    #[test]
    fn a_backup_without_a_passphrase_has_a_slot_for_the_recovery_key() {
        let (mut contents, recovery) = contents();
        let header = contents.keyring.header();
        let passphrase = header.slots_of(SlotKind::Passphrase).next().unwrap();
        let mut json = contents.keyring.to_json();
        if let Json::Object(keyring) = &mut json
            && let Some(Json::Object(slots)) = keyring.get_mut("slots")
        {
            slots.remove(&passphrase.id().to_string()).unwrap();
        }
        contents.keyring = Keyring::from_json(json).unwrap();
        let bytes = contents.seal(&[9; 32]).unwrap();
        assert_eq!(outcome(&bytes, Typed::Either(&recovery)).0, Ok(()));
        let mistyped = recovery.replacen(|c: char| c.is_ascii_alphanumeric(), "", 1);
        assert_eq!(
            outcome(&bytes, Typed::Either(&mistyped)),
            (Err("recovery_key_length"), Some(Check::SlotThere))
        );
        assert_eq!(
            outcome(&bytes, Typed::Either("any other words")),
            (Err("slot_not_found"), Some(Check::Slots))
        );
    }
}
