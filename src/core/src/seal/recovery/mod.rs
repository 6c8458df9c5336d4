//! The recovery key as it is printed and typed.
//!
//! Fourteen groups of five characters, `7KQ2M-…`. In each group the fifth character checks the
//! four before it and the group's place, so that a typing mistake is located; the last groups
//! carry a checksum over the whole key. The alphabet is the digits and letters without those that
//! are taken for others: O reads as 0, I and L as 1, B as 8.

mod error;
#[cfg(test)]
mod tests;

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::crypto;

pub use error::RecoveryKeyError;

/// The groups of a printed recovery key.
pub const GROUPS: usize = 14;
/// The characters of a group: four of the key and one that checks them.
const GROUP: usize = DATA + 1;
const DATA: usize = 4;
/// The bytes of the checksum over the whole key: 14 groups hold 256 + 24 bits.
const CHECKSUM: usize = 3;
const ALPHABET: &[u8; 32] = b"0123456789ACDEFGHJKMNPQRSTUVWXYZ";

/// 256 random bits that open the vault without the passphrase.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey([u8; 32]);

impl RecoveryKey {
    /// A recovery key of 32 random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        RecoveryKey(bytes)
    }

    /// The 32 bytes.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The printed form: 14 groups of five characters, joined by hyphens (83 characters).
    pub fn print(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
        for index in 0..GROUPS {
            if index > 0 {
                out.push('-');
            }
            out.push_str(&self.group(index).unwrap_or_default());
        }
        out
    }

    /// One printed group, counted from 0; `None` beyond the last.
    pub fn group(&self, index: usize) -> Option<Zeroizing<String>> {
        if index >= GROUPS {
            return None;
        }
        // Four characters are 20 bits, so a group begins on a byte or in its middle.
        let mut bytes = Zeroizing::new([0; 32 + CHECKSUM]);
        let (key, check) = bytes.split_at_mut(32);
        key.copy_from_slice(&self.0);
        check.copy_from_slice(&checksum(&self.0));
        let mut symbols = Zeroizing::new([0; GROUP]);
        let (data, last) = symbols.split_at_mut(DATA);
        for (offset, symbol) in data.iter_mut().enumerate() {
            let first = (index * DATA + offset) * 5;
            *symbol = (0..5).fold(0, |symbol, bit| symbol << 1 | bit_of(&*bytes, first + bit));
        }
        last.fill(check_symbol(index, data));
        Some(Zeroizing::new(
            symbols.iter().map(|symbol| letter(*symbol)).collect(),
        ))
    }

    /// Whether `typed` is the printed group `index`, as tolerantly as [`parse`](Self::parse) reads:
    /// for asking, after printing, for two places of the sheet.
    pub fn group_matches(&self, index: usize, typed: &str) -> bool {
        let Some(group) = self.group(index) else {
            return false;
        };
        let Ok(typed) = symbols(typed) else {
            return false;
        };
        let expected: Zeroizing<Vec<u8>> = Zeroizing::new(
            group
                .bytes()
                .filter_map(|byte| value(char::from(byte)))
                .collect(),
        );
        typed.len() == expected.len() && bool::from(typed.ct_eq(&expected))
    }

    /// Whether a text has the shape of a printed recovery key, mistakes or not: about as many
    /// groups, nearly all of five characters. No passphrase that people choose looks like that.
    pub fn resembles(typed: &str) -> bool {
        let groups = || typed.split(is_separator).filter(|group| !group.is_empty());
        let whole = groups().filter(|group| group.chars().count() == GROUP);
        (GROUPS - 2..=GROUPS + 2).contains(&groups().count()) && whole.count() >= GROUPS - 4
    }

    /// Reads what a person typed. Case, spaces and hyphens don't matter, and the letters that are
    /// not in the alphabet stand for the digits they look like.
    pub fn parse(typed: &str) -> Result<Self, RecoveryKeyError> {
        let symbols = symbols(typed)?;
        let wrong = symbols
            .chunks(GROUP)
            .take(GROUPS)
            .enumerate()
            .filter(|(index, group)| !is_valid_group(*index, group))
            .map(|(index, _)| index);
        if symbols.len() != GROUPS * GROUP {
            // A character too few or too many shifts all that follows: the first group that is
            // wrong is the one to look at, unless the separators tell.
            let first = misshapen_group(typed).or(wrong.min());
            return Err(RecoveryKeyError::Length {
                typed: symbols.len(),
                group: first,
            });
        }
        let wrong: Vec<usize> = wrong.collect();
        if !wrong.is_empty() {
            return Err(RecoveryKeyError::Groups(wrong));
        }
        let mut bytes = Zeroizing::new([0_u8; 32 + CHECKSUM]);
        let data = symbols
            .chunks(GROUP)
            .flat_map(|group| group.iter().take(DATA));
        for (position, symbol) in data.enumerate() {
            for bit in 0..5 {
                let target = position * 5 + bit;
                if let Some(byte) = bytes.get_mut(target / 8) {
                    *byte |= (symbol >> (4 - bit) & 1) << (7 - target % 8);
                }
            }
        }
        let (key, check) = bytes
            .split_first_chunk::<32>()
            .ok_or(RecoveryKeyError::Checksum)?;
        if !bool::from(checksum(key)[..].ct_eq(check)) {
            return Err(RecoveryKeyError::Checksum);
        }
        Ok(RecoveryKey(*key))
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(..)")
    }
}

impl PartialEq for RecoveryKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RecoveryKey {}

fn checksum(key: &[u8; 32]) -> [u8; CHECKSUM] {
    let [a, b, c, ..] = crypto::sha256(&[crypto::RECOVERY, key]);
    [a, b, c]
}

fn bit_of(bytes: &[u8], index: usize) -> u8 {
    bytes
        .get(index / 8)
        .map_or(0, |byte| byte >> (7 - index % 8) & 1)
}

fn letter(symbol: u8) -> char {
    ALPHABET
        .get(usize::from(symbol))
        .map_or('0', |byte| char::from(*byte))
}

fn value(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        'B' => '8',
        other => other,
    };
    let position = ALPHABET
        .iter()
        .position(|byte| char::from(*byte) == character)?;
    u8::try_from(position).ok()
}

/// Spaces and every kind of hyphen and dash that a keyboard, a scanner or a word processor makes.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '_' | '.' | ',' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}'
        )
}

fn symbols(typed: &str) -> Result<Zeroizing<Vec<u8>>, RecoveryKeyError> {
    // The room for all of it, so that growing leaves no copy behind.
    let mut symbols = Zeroizing::new(Vec::with_capacity(typed.len()));
    for character in typed.chars().filter(|character| !is_separator(*character)) {
        let position = symbols.len();
        symbols.push(value(character).ok_or(RecoveryKeyError::Character { position })?);
    }
    Ok(symbols)
}

/// The first group, as separated by the person, that is not five characters long; `None` if there
/// are no separators to go by.
fn misshapen_group(typed: &str) -> Option<usize> {
    let groups = || typed.split(is_separator).filter(|group| !group.is_empty());
    if groups().count() < 2 {
        return None;
    }
    groups()
        .take(GROUPS)
        .position(|group| group.chars().count() != GROUP)
}

fn is_valid_group(index: usize, group: &[u8]) -> bool {
    match group.split_last() {
        Some((check, data)) if data.len() == DATA => *check == check_symbol(index, data),
        _ => false,
    }
}

/// The symbol that makes `x·s₀ + x²·s₁ + x³·s₂ + x⁴·s₃ + x⁵·(index + 1) + check` zero in GF(32),
/// x⁵ = x² + 1. All factors differ and none is zero, so that one wrong character, two neighbours
/// exchanged and a group in another's place are always noticed.
fn check_symbol(index: usize, data: &[u8]) -> u8 {
    let place = u8::try_from(index + 1).unwrap_or(0);
    // By Horner's rule, from the highest power down.
    let sum = data
        .iter()
        .rev()
        .fold(times_x(place), |sum, symbol| times_x(sum ^ symbol));
    sum & 31
}

/// Multiplies by x in GF(32).
fn times_x(symbol: u8) -> u8 {
    let doubled = symbol << 1;
    if doubled & 32 == 0 {
        doubled
    } else {
        doubled ^ 0b10_0101
    }
}
