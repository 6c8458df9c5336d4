//! A shared secret: wiped when dropped, never printed.

use std::fmt;

use base32ct::{Base32UpperUnpadded, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Coded;
use crate::account::{AccountError, check_length};

/// The longest secret in bytes. HMAC hashes anything longer than its block (at most 128 bytes), so
/// a longer one is a mistake, and a bound keeps a pasted file out.
pub const MAX_SECRET_BYTES: usize = 1024;

/// The secret an issuer shared, as raw bytes. Never empty.
///
/// Its memory is wiped on drop, `Debug` hides it, equality takes the same time wherever the
/// difference is. In JSON it is upper-case base32 (RFC 4648, section 6) without padding.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Vec<u8>);

/// What the user types into a token besides: mOTP and Yandex mix it into each code.
///
/// Wiped on drop, hidden in `Debug`, compared in constant time. 1 to [`MAX_PIN_BYTES`] of UTF-8.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

/// The longest PIN in bytes of UTF-8. Yandex allows 16 digits.
pub const MAX_PIN_BYTES: usize = 64;

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretError {
    /// Nothing there, or nothing but spaces, dashes and padding.
    Empty,
    /// A character that base32 does not have.
    BadCharacter {
        /// Its place in the text as it was given, counted in characters from 1.
        position: usize,
    },
    /// The last character adds no byte: a character is missing or too many.
    Incomplete,
    /// More than [`MAX_SECRET_BYTES`].
    TooLong,
    /// Not as Yandex makes them: 16 bytes, or 26 with a checksum that fits.
    NotYandex,
}

impl Secret {
    /// Takes raw bytes.
    ///
    /// # Errors
    /// [`SecretError::Empty`] and [`SecretError::TooLong`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SecretError> {
        let secret = Self(bytes);
        if secret.0.is_empty() {
            Err(SecretError::Empty)
        } else if secret.0.len() > MAX_SECRET_BYTES {
            Err(SecretError::TooLong)
        } else {
            Ok(secret)
        }
    }

    /// Reads base32 as issuers print it: either case, with spaces and dashes between groups, with
    /// or without padding. 80-bit secrets are welcome: real issuers use them.
    ///
    /// Up to four bits after the last whole byte may be anything: issuers that draw random
    /// characters leave them set, and every HMAC ignores them.
    ///
    /// # Errors
    /// A character outside of the alphabet is an error with its position, never skipped; so is
    /// padding before the end, and a length that no number of whole bytes has.
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        // Room for a separator after each symbol and then some; what is longer is no secret.
        if text.len() > MAX_SECRET_BYTES * 4 {
            return Err(SecretError::TooLong);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
        let (mut pending, mut bits, mut symbols, mut padded) = (0_u32, 0_u32, 0_usize, false);
        for (index, character) in text.chars().enumerate() {
            match symbol(character) {
                Some(value) if !padded => {
                    symbols += 1;
                    pending = (pending << 5) | u32::from(value);
                    bits += 5;
                    if bits >= 8 {
                        bits -= 8;
                        bytes.push((pending >> bits & 0xff) as u8);
                        pending &= (1 << bits) - 1;
                    }
                }
                None if character == '=' && symbols > 0 => padded = true,
                None if is_separator(character) => {}
                _ => {
                    return Err(SecretError::BadCharacter {
                        position: index + 1,
                    });
                }
            }
        }
        // Five or more bits left over are a whole character without effect.
        if bits >= 5 {
            return Err(SecretError::Incomplete);
        }
        Self::from_bytes(std::mem::take(&mut *bytes))
    }

    /// Reads base32 as [`Secret::from_base32`] does, or hexadecimal where it can't be that: at
    /// least eight bytes, at least one digit that base32 doesn't have. A few issuers print it so.
    ///
    /// # Errors
    /// As [`Secret::from_base32`].
    pub fn read(text: &str) -> Result<Self, SecretError> {
        const FEWEST_BYTES: usize = 8;
        Self::from_base32(text).or_else(|error| match error {
            SecretError::BadCharacter { .. } => Self::from_hex(text)
                .ok()
                .filter(|secret| secret.0.len() >= FEWEST_BYTES)
                .ok_or(error),
            _ => Err(error),
        })
    }

    /// Reads hexadecimal in either case, with spaces and dashes between groups.
    ///
    /// # Errors
    /// See [`SecretError`].
    pub fn from_hex(text: &str) -> Result<Self, SecretError> {
        if text.len() > MAX_SECRET_BYTES * 4 {
            return Err(SecretError::TooLong);
        }
        let mut digits = Zeroizing::new(String::with_capacity(text.len()));
        for (index, character) in text.chars().enumerate() {
            if character.is_ascii_hexdigit() {
                digits.push(character);
            } else if !is_separator(character) {
                return Err(SecretError::BadCharacter {
                    position: index + 1,
                });
            }
        }
        let bytes = base16ct::mixed::decode_vec(&digits);
        Self::from_bytes(bytes.map_err(|_| SecretError::Incomplete)?)
    }

    /// Of a Yandex secret the 16 bytes that make codes.
    ///
    /// The QR code has ten more: the user's number and the length of the PIN, and twelve bits of
    /// checksum, the remainder by the polynomial 0x18F3.
    ///
    /// # Errors
    /// [`SecretError::NotYandex`].
    pub fn into_yandex(mut self) -> Result<Self, SecretError> {
        match self.0.len() {
            16 => Ok(self),
            26 => {
                let mut remainder = 0_u16;
                for bit in 0..26 * 8 - 12 {
                    let byte = self.0.get(bit / 8).copied().unwrap_or_default();
                    remainder = remainder << 1 | u16::from(byte >> (7 - bit % 8) & 1);
                    if remainder & 0x1000 != 0 {
                        remainder ^= 0x18f3;
                    }
                }
                let tail = self.0.get(24..).and_then(|tail| tail.try_into().ok());
                if u16::from_be_bytes(tail.unwrap_or_default()) & 0xfff != remainder {
                    return Err(SecretError::NotYandex);
                }
                Self::from_bytes(self.0.drain(..16).collect())
            }
            _ => Err(SecretError::NotYandex),
        }
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Upper-case base32 without padding; wiped when dropped.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(Base32UpperUnpadded::encode_string(&self.0))
    }

    /// Lower-case hexadecimal; wiped when dropped.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(base16ct::lower::encode_string(&self.0))
    }
}

impl Pin {
    /// Takes a text as it is.
    ///
    /// # Errors
    /// [`AccountError::Missing`] and [`AccountError::TooLong`].
    pub fn new(text: &str) -> Result<Self, AccountError> {
        const FIELD: &str = "pin";
        if text.is_empty() {
            return Err(AccountError::Missing { field: FIELD });
        }
        check_length(FIELD, text, MAX_PIN_BYTES)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Coded for SecretError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "secret_empty",
            Self::BadCharacter { .. } => "secret_bad_character",
            Self::Incomplete => "secret_incomplete",
            Self::TooLong => "secret_too_long",
            Self::NotYandex => "secret_not_yandex",
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("secret")
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the secret is empty"),
            Self::BadCharacter { position } => write!(
                f,
                "character {position} of the secret is not base32 (letters A to Z, digits 2 to 7)"
            ),
            Self::Incomplete => {
                f.write_str("the secret is incomplete: a character is missing or too many")
            }
            Self::TooLong => write!(f, "the secret is longer than {MAX_SECRET_BYTES} bytes"),
            Self::NotYandex => f.write_str("the secret is not one of Yandex's"),
        }
    }
}

impl std::error::Error for SecretError {}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Pin {}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base32())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::from_base32(&text).map_err(de::Error::custom)
    }
}

/// What people and issuers put between groups. Dashes and spaces in their typographic forms too:
/// a web page or a word processor makes them out of the plain ones.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{2010}'..='\u{2014}' | '\u{200B}' | '\u{FEFF}'
        )
}

/// The five bits of a base32 character, in either case.
fn symbol(character: char) -> Option<u8> {
    match character {
        'A'..='Z' => Some(character as u8 - b'A'),
        'a'..='z' => Some(character as u8 - b'a'),
        '2'..='7' => Some(character as u8 - b'2' + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
