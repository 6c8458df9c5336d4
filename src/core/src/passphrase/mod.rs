//! The floor under a passphrase: what lies on other people's servers must not be cheap to guess.

mod strength;

use std::collections::BTreeSet;
use std::fmt;

pub use strength::Strength;

use crate::Coded;

/// The fewest characters of a passphrase.
pub const MIN_CHARACTERS: usize = 10;

/// The fewest different characters.
pub const MIN_DIFFERENT: usize = 5;

/// Why a passphrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassphraseError {
    /// Nothing, or nothing but spaces.
    Empty,
    /// Fewer than [`MIN_CHARACTERS`].
    TooShort,
    /// Fewer than [`MIN_DIFFERENT`] different characters, one run of neighbours ("1234567890"), or
    /// otherwise [`Strength::Weak`].
    TooSimple,
}

/// Checks a new passphrase against the floor. One that is already in use is never checked.
///
/// # Errors
/// See [`PassphraseError`].
pub fn check(passphrase: &str) -> Result<(), PassphraseError> {
    if passphrase.trim().is_empty() {
        return Err(PassphraseError::Empty);
    }
    if passphrase.chars().count() < MIN_CHARACTERS {
        return Err(PassphraseError::TooShort);
    }
    let different = passphrase
        .chars()
        .flat_map(char::to_lowercase)
        .collect::<BTreeSet<_>>()
        .len();
    let is_weak = || Strength::of(passphrase) <= Strength::Weak;
    if different < MIN_DIFFERENT || is_run(passphrase) || is_weak() {
        return Err(PassphraseError::TooSimple);
    }
    Ok(())
}

/// Whether each character follows its neighbour in the alphabet, upwards or downwards; 9 is
/// followed by 0.
fn is_run(text: &str) -> bool {
    let follows = |a: char, b: char| u32::from(a) + 1 == u32::from(b) || (a, b) == ('9', '0');
    let pairs = || text.chars().zip(text.chars().skip(1));
    pairs().all(|(a, b)| follows(a, b)) || pairs().all(|(a, b)| follows(b, a))
}

impl Coded for PassphraseError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "passphrase_empty",
            Self::TooShort => "passphrase_too_short",
            Self::TooSimple => "passphrase_too_simple",
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("passphrase")
    }
}

impl fmt::Display for PassphraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the passphrase is empty",
            Self::TooShort => "the passphrase is too short",
            Self::TooSimple => "the passphrase is too simple",
        })
    }
}

impl std::error::Error for PassphraseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor() {
        assert_eq!(check(""), Err(PassphraseError::Empty));
        assert_eq!(check("            "), Err(PassphraseError::Empty));
        assert_eq!(check("Abc-123.x"), Err(PassphraseError::TooShort));
        assert_eq!(check("aaaaaaaaaaaaaa"), Err(PassphraseError::TooSimple));
        assert_eq!(check("AaAaBbBbAaAaBb"), Err(PassphraseError::TooSimple));
        assert_eq!(check("1234567890"), Err(PassphraseError::TooSimple));
        assert_eq!(check("0987654321"), Err(PassphraseError::TooSimple));
        assert_eq!(check("abcdefghijklm"), Err(PassphraseError::TooSimple));
        for guessed_first in [
            "password123",
            "Passwort123!",
            "qwertz123456",
            "Holdfast2026",
        ] {
            assert_eq!(check(guessed_first), Err(PassphraseError::TooSimple));
        }
        assert_eq!(check("correct horse battery"), Ok(()));
        // Ten characters, not ten bytes.
        assert_eq!(check("Öß7ñ-Ø2çé"), Err(PassphraseError::TooShort));
        assert_eq!(check("Öß7ñ-Ø2çéX"), Ok(()));
    }
}
