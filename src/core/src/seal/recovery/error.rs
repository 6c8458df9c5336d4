//! Where a typed recovery key is wrong.

use core::fmt;

use super::{GROUP, GROUPS};
use crate::Coded;

/// Where a typed recovery key is wrong. Groups are counted from 0, characters from 0 without
/// counting spaces and hyphens; nothing of what was typed is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryKeyError {
    /// A character that occurs in no recovery key.
    Character {
        /// Its place among the characters typed.
        position: usize,
    },
    /// Too few or too many characters.
    Length {
        /// The characters typed.
        typed: usize,
        /// The first group that doesn't fit: a character is missing or too much there or just
        /// before. `None` when all that was typed is right, so that the end is missing.
        group: Option<usize>,
    },
    /// The right length, with typing mistakes in these groups.
    Groups(Vec<usize>),
    /// Every group fits, but they don't belong together.
    Checksum,
}

impl Coded for RecoveryKeyError {
    fn code(&self) -> &'static str {
        match self {
            RecoveryKeyError::Character { .. } => "recovery_key_character",
            RecoveryKeyError::Length { .. } => "recovery_key_length",
            RecoveryKeyError::Groups(_) => "recovery_key_groups",
            RecoveryKeyError::Checksum => "recovery_key_checksum",
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("recovery_key")
    }
}

impl fmt::Display for RecoveryKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecoveryKeyError::Character { position } => {
                write!(f, "character {} can't be in a recovery key", position + 1)
            }
            RecoveryKeyError::Length { typed, group } => {
                write!(f, "{typed} characters instead of {}", GROUPS * GROUP)?;
                match group {
                    Some(group) => write!(f, ": look at group {}", group + 1),
                    None => Ok(()),
                }
            }
            RecoveryKeyError::Groups(groups) => {
                f.write_str("typing mistake in group")?;
                groups
                    .iter()
                    .try_for_each(|group| write!(f, " {}", group + 1))
            }
            RecoveryKeyError::Checksum => f.write_str("the groups don't belong to one key"),
        }
    }
}

impl std::error::Error for RecoveryKeyError {}
