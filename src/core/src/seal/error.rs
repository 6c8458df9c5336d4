//! What can be wrong with a sealed file, a key or a change to the key slots.

use core::fmt;

use crate::Coded;

/// A part of the file, to say where damage was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first 20 bytes: magic, version, lengths.
    Preamble,
    /// The visible header with the key slots.
    Header,
    /// Everything behind the header: salt, commitment, ciphertext, checksum.
    Body,
}

impl Part {
    /// The name as the field of an error.
    pub fn name(self) -> &'static str {
        match self {
            Part::Preamble => "preamble",
            Part::Header => "header",
            Part::Body => "body",
        }
    }
}

/// Why a sealed file can't be read or written, or a key slot can't be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The file doesn't begin with the magic.
    NotHoldfast,
    /// Intact, but of a newer major version: the program must be updated.
    NewerFormat {
        /// The file's major version.
        major: u16,
    },
    /// Larger than [`limits::FILE`](super::limits::FILE).
    FileTooLarge,
    /// The file ends early.
    Truncated(Part),
    /// Bytes follow after the end of the file.
    TrailingBytes,
    /// A checksum is wrong: bits have changed since the file was written.
    Damaged(Part),
    /// The header is larger than [`limits::HEADER`](super::limits::HEADER).
    HeaderTooLarge,
    /// A field occurs twice.
    FieldDuplicate {
        /// The field's tag.
        tag: u16,
    },
    /// Fields are not in ascending order of their tags.
    FieldOrder {
        /// The tag that came too late.
        tag: u16,
    },
    /// A field is longer than what holds it.
    FieldOverrun {
        /// The tag, or 0 if not even a tag and a length fit.
        tag: u16,
    },
    /// A field that must be there is missing.
    FieldMissing(&'static str),
    /// A field has a wrong length or an impossible value.
    FieldInvalid(&'static str),
    /// More slots than [`limits::SLOTS`](super::limits::SLOTS).
    TooManySlots,
    /// A slot is larger than [`limits::SLOT`](super::limits::SLOT).
    SlotTooLarge,
    /// Two slots have the same id.
    SlotDuplicate,
    /// Slots are not in ascending order of their ids.
    SlotOrder,
    /// No slot holds the vault key for a passphrase or a recovery key: nobody could open the file.
    NoSlot,
    /// Key derivation parameters below the floor.
    KdfTooWeak,
    /// Key derivation parameters above the ceiling.
    KdfTooCostly,
    /// An empty passphrase.
    PassphraseEmpty,
    /// A passphrase longer than [`limits::PASSPHRASE`](super::limits::PASSPHRASE).
    PassphraseTooLong,
    /// The file is intact, and this passphrase doesn't open the slot.
    WrongPassphrase,
    /// The file is intact, and this recovery key doesn't open any slot.
    WrongRecoveryKey,
    /// The file is intact, and this passkey doesn't open the slot.
    WrongPasskey,
    /// There is no slot of that id or kind.
    SlotNotFound,
    /// The file is intact, and none of the keys at hand opens it: the vault key was changed.
    VaultKeyChanged,
    /// The checksums hold, but not the authentication: someone without the key altered the file.
    Tampered,
    /// The decrypted padding is not as the format demands.
    PaddingInvalid,
    /// The payload doesn't fit into the largest file.
    PayloadTooLarge,
    /// The file or keyring belongs to another vault.
    ForeignVault,
    /// The keyring inside doesn't match the header outside, or the key that opened the file.
    KeyringMismatch,
    /// A passphrase slot can be replaced but not removed: it is what every vault can rely on.
    LastSlot,
}

impl Coded for SealError {
    fn code(&self) -> &'static str {
        match self {
            SealError::NotHoldfast => "not_holdfast",
            SealError::NewerFormat { .. } => "newer_format",
            SealError::FileTooLarge => "file_too_large",
            SealError::Truncated(_) => "truncated",
            SealError::TrailingBytes => "trailing_bytes",
            SealError::Damaged(_) => "damaged",
            SealError::HeaderTooLarge => "header_too_large",
            SealError::FieldDuplicate { .. } => "field_duplicate",
            SealError::FieldOrder { .. } => "field_order",
            SealError::FieldOverrun { .. } => "field_overrun",
            SealError::FieldMissing(_) => "field_missing",
            SealError::FieldInvalid(_) => "field_invalid",
            SealError::TooManySlots => "too_many_slots",
            SealError::SlotTooLarge => "slot_too_large",
            SealError::SlotDuplicate => "slot_duplicate",
            SealError::SlotOrder => "slot_order",
            SealError::NoSlot => "no_slot",
            SealError::KdfTooWeak => "kdf_too_weak",
            SealError::KdfTooCostly => "kdf_too_costly",
            SealError::PassphraseEmpty => "passphrase_empty",
            SealError::PassphraseTooLong => "passphrase_too_long",
            SealError::WrongPassphrase => "wrong_passphrase",
            SealError::WrongRecoveryKey => "wrong_recovery_key",
            SealError::WrongPasskey => "wrong_passkey",
            SealError::SlotNotFound => "slot_not_found",
            SealError::VaultKeyChanged => "vault_key_changed",
            SealError::Tampered => "tampered",
            SealError::PaddingInvalid => "padding_invalid",
            SealError::PayloadTooLarge => "payload_too_large",
            SealError::ForeignVault => "foreign_vault",
            SealError::KeyringMismatch => "keyring_mismatch",
            SealError::LastSlot => "last_slot",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            SealError::Truncated(part) | SealError::Damaged(part) => Some(part.name()),
            SealError::FieldMissing(name) | SealError::FieldInvalid(name) => Some(name),
            SealError::PassphraseEmpty
            | SealError::PassphraseTooLong
            | SealError::WrongPassphrase => Some("passphrase"),
            SealError::WrongRecoveryKey => Some("recovery_key"),
            _ => None,
        }
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SealError::NotHoldfast => f.write_str("this is not a Holdfast backup"),
            SealError::NewerFormat { major } => {
                write!(
                    f,
                    "made by a newer version (format {major}): update Holdfast"
                )
            }
            SealError::FileTooLarge => f.write_str("the file is larger than 64 MiB"),
            SealError::Truncated(part) => write!(f, "the file ends early, in its {}", part.name()),
            SealError::TrailingBytes => f.write_str("bytes follow after the end of the file"),
            SealError::Damaged(part) => write!(f, "the file is damaged in its {}", part.name()),
            SealError::HeaderTooLarge => f.write_str("the header is larger than 64 KiB"),
            SealError::FieldDuplicate { tag } => write!(f, "field {tag} occurs twice"),
            SealError::FieldOrder { tag } => write!(f, "field {tag} is out of order"),
            SealError::FieldOverrun { tag } => write!(f, "field {tag} runs over its end"),
            SealError::FieldMissing(name) => write!(f, "the field {name} is missing"),
            SealError::FieldInvalid(name) => write!(f, "the field {name} is invalid"),
            SealError::TooManySlots => f.write_str("more than 64 key slots"),
            SealError::SlotTooLarge => f.write_str("a key slot is larger than 512 bytes"),
            SealError::SlotDuplicate => f.write_str("two key slots have the same id"),
            SealError::SlotOrder => f.write_str("the key slots are out of order"),
            SealError::NoSlot => f.write_str("no passphrase or recovery key would open this"),
            SealError::KdfTooWeak => f.write_str("key derivation below the floor"),
            SealError::KdfTooCostly => f.write_str("key derivation above the ceiling"),
            SealError::PassphraseEmpty => f.write_str("the passphrase is empty"),
            SealError::PassphraseTooLong => f.write_str("the passphrase is too long"),
            SealError::WrongPassphrase => f.write_str("wrong passphrase (the file is intact)"),
            SealError::WrongRecoveryKey => f.write_str("wrong recovery key (the file is intact)"),
            SealError::WrongPasskey => f.write_str("wrong passkey (the file is intact)"),
            SealError::SlotNotFound => f.write_str("there is no such key slot"),
            SealError::VaultKeyChanged => {
                f.write_str("sealed under another vault key: passphrase or recovery key needed")
            }
            SealError::Tampered => f.write_str("altered by someone who doesn't have the key"),
            SealError::PaddingInvalid => f.write_str("the padding inside is not as it must be"),
            SealError::PayloadTooLarge => f.write_str("the vault doesn't fit into 64 MiB"),
            SealError::ForeignVault => f.write_str("this belongs to another vault"),
            SealError::KeyringMismatch => f.write_str("the keyring doesn't match the header"),
            SealError::LastSlot => f.write_str("a passphrase can be replaced, not removed"),
        }
    }
}

impl std::error::Error for SealError {}
