//! The recovery key as it is printed and typed.
//!
//! Fourteen groups of five characters, `7KQ2M-…`. In each group the fifth character checks the
//! four before it and the group's place, so that a typing mistake is located; the last groups
//! carry a checksum over the whole key. The alphabet is the digits and letters without those that
//! are taken for others: O reads as 0, I and L as 1, B as 8.

mod error;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(seed: u8) -> RecoveryKey {
        RecoveryKey::from_bytes(crypto::sha256(&[&[seed]]))
    }

    #[test]
    fn all_zero_by_hand() {
        // The first group: check = x^5 * 1 = x^2 + 1 = 5. The second: x^5 * 2 = x^3 + x = 10 = A.
        let printed = RecoveryKey::from_bytes([0; 32]).print();
        assert!(printed.starts_with("00005-0000A-"), "{}", *printed);
        assert_eq!(printed.len(), 83);
    }

    #[test]
    fn the_first_characters_are_the_first_bits() {
        let mut bytes = [0; 32];
        bytes[0] = 0b0000_1000;
        bytes[2] = 0b0000_1111;
        let key = RecoveryKey::from_bytes(bytes);
        assert!(key.print().starts_with("1000"), "{}", *key.print());
        assert!(
            key.group(1).unwrap().starts_with("Y000"),
            "{}",
            *key.print()
        );
        assert_eq!(RecoveryKey::parse(&key.print()), Ok(key));
    }

    #[test]
    fn a_cut_or_longer_key_is_located() {
        let printed = key(1).print();
        let located = |typed: &str| RecoveryKey::parse(typed);
        let characters: String = printed.replace('-', "");
        let without = |at: usize| format!("{}{}", &characters[..at], &characters[at + 1..]);
        // A lost character shows in its group or, should the shifted group fit by chance, later.
        match located(&without(32)) {
            Err(RecoveryKeyError::Length {
                typed: 69,
                group: Some(group),
            }) => {
                assert!((6..=7).contains(&group), "{group}");
            }
            other => panic!("{other:?}"),
        }
        let groups: Vec<&str> = printed.split('-').collect();
        let mut short = groups.clone();
        short[4] = &groups[4][..4];
        assert_eq!(
            located(&short.join(" ")),
            Err(RecoveryKeyError::Length {
                typed: 69,
                group: Some(4)
            })
        );
        assert_eq!(
            located(&groups[..9].join(" ")),
            Err(RecoveryKeyError::Length {
                typed: 45,
                group: None
            })
        );
        assert_eq!(
            located(""),
            Err(RecoveryKeyError::Length {
                typed: 0,
                group: None
            })
        );
        let again = format!("{}-{}", *printed, groups[0]);
        assert_eq!(
            located(&again),
            Err(RecoveryKeyError::Length {
                typed: 75,
                group: None
            })
        );
        assert_eq!(
            located("1234*"),
            Err(RecoveryKeyError::Character { position: 4 })
        );
    }

    #[test]
    fn groups_of_two_keys_dont_make_one() {
        let (one, two) = (key(1).print(), key(2).print());
        let mixed = format!("{}{}", &one[..42], &two[42..]);
        assert_eq!(RecoveryKey::parse(&mixed), Err(RecoveryKeyError::Checksum));
    }

    #[test]
    fn one_group_of_the_sheet() {
        let key = key(3);
        let group = key.group(6).unwrap();
        assert!(key.group_matches(6, &group.to_lowercase()));
        assert!(!key.group_matches(5, &group));
        assert!(!key.group_matches(6, &group[..4]));
        assert!(!key.group_matches(6, ""));
        assert!(!key.group_matches(14, &group));
    }

    proptest! {
        #[test]
        fn round_trip(bytes in any::<[u8; 32]>()) {
            let key = RecoveryKey::from_bytes(bytes);
            prop_assert_eq!(RecoveryKey::parse(&key.print()), Ok(key));
        }

        #[test]
        fn typed_as_people_type(bytes in any::<[u8; 32]>(), choices in proptest::collection::vec(0..3_usize, 83)) {
            let key = RecoveryKey::from_bytes(bytes);
            let typed: String = key.print().chars().zip(choices).map(|(character, choice)| {
                let alike: [char; 3] = match character {
                    '0' => ['0', 'O', 'o'],
                    '1' => ['I', 'l', 'i'],
                    '8' => ['8', 'B', 'b'],
                    '-' => [' ', '\u{2013}', '\n'],
                    other => [other, other.to_ascii_lowercase(), other],
                };
                alike[choice]
            }).collect();
            prop_assert_eq!(RecoveryKey::parse(&typed), Ok(key));
        }

        #[test]
        fn one_wrong_character_is_located(bytes in any::<[u8; 32]>(), at in 0..70_usize, shift in 1..32_usize) {
            let key = RecoveryKey::from_bytes(bytes);
            let mut typed: Vec<char> = key.print().replace('-', "").chars().collect();
            let wrong = (usize::from(value(typed[at]).unwrap()) + shift) % 32;
            typed[at] = char::from(ALPHABET[wrong]);
            let typed: String = typed.into_iter().collect();
            prop_assert_eq!(RecoveryKey::parse(&typed), Err(RecoveryKeyError::Groups(vec![at / 5])));
        }

        #[test]
        fn exchanged_neighbours_are_located(bytes in any::<[u8; 32]>(), at in 0..69_usize) {
            let key = RecoveryKey::from_bytes(bytes);
            let mut typed: Vec<char> = key.print().replace('-', "").chars().collect();
            prop_assume!(typed[at] != typed[at + 1]);
            typed.swap(at, at + 1);
            let typed: String = typed.into_iter().collect();
            match RecoveryKey::parse(&typed) {
                Err(RecoveryKeyError::Groups(groups)) => prop_assert!(groups.contains(&(at / 5))),
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn exchanged_groups_are_located(bytes in any::<[u8; 32]>(), one in 0..14_usize, two in 0..14_usize) {
            let key = RecoveryKey::from_bytes(bytes);
            let printed = key.print();
            let mut groups: Vec<&str> = printed.split('-').collect();
            prop_assume!(one < two);
            groups.swap(one, two);
            prop_assert_eq!(
                RecoveryKey::parse(&groups.join("-")),
                Err(RecoveryKeyError::Groups(vec![one, two]))
            );
        }
    }
}
