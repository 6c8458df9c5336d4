//! A shared secret: wiped when dropped, never printed.

use std::fmt;

use base32ct::{Base32UpperUnpadded, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Coded;

/// The longest secret in bytes. HMAC hashes anything longer than its block (at most 128 bytes), so
/// a longer one is a mistake, and a bound keeps a pasted file out.
pub const MAX_SECRET_BYTES: usize = 1024;

/// The secret an issuer shared, as raw bytes. Never empty.
///
/// Its memory is wiped on drop, `Debug` hides it, equality takes the same time wherever the
/// difference is. In JSON it is upper-case base32 (RFC 4648, section 6) without padding.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Vec<u8>);

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
}

impl Coded for SecretError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "secret_empty",
            Self::BadCharacter { .. } => "secret_bad_character",
            Self::Incomplete => "secret_incomplete",
            Self::TooLong => "secret_too_long",
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_what_issuers_print() {
        let plain = Secret::from_base32("JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(plain.as_bytes(), b"Hello!\xDE\xAD\xBE\xEF");
        for text in [
            "jbswy3dpehpk3pxp",
            "jbsw y3dp ehpk 3pxp",
            "JBSW-Y3DP-EHPK-3PXP",
            " JBSWY3DP\tEHPK3PXP\r\n",
            "jbsw\u{a0}y3dp\u{2009}ehpk\u{2011}3pxp",
            "JBSWY3DPEHPK3PXP======",
        ] {
            assert_eq!(Secret::from_base32(text), Ok(plain.clone()), "{text:?}");
        }
    }

    #[test]
    fn padding_may_be_there_or_missing() {
        // RFC 4648, section 10.
        for (text, bytes) in [
            ("MY======", "f"),
            ("MZXQ====", "fo"),
            ("MZXW6===", "foo"),
            ("MZXW6YQ=", "foob"),
            ("MZXW6YTB", "fooba"),
            ("MZXW6YTBOI======", "foobar"),
        ] {
            for text in [text, text.trim_end_matches('=')] {
                assert_eq!(
                    Secret::from_base32(text).unwrap().as_bytes(),
                    bytes.as_bytes()
                );
            }
        }
    }

    #[test]
    fn locates_what_is_wrong() {
        let bad = |position| Err(SecretError::BadCharacter { position });
        for (text, expected) in [
            ("", Err(SecretError::Empty)),
            (" - ", Err(SecretError::Empty)),
            ("=", bad(1)),
            ("JBSW=Y3DP", bad(6)),
            ("JBSW1Y3DP", bad(5)),
            ("JBSW 0Y3D", bad(6)),
            ("ÄBSWY3DP", bad(1)),
            ("JBSWY3Dß", bad(8)),
            ("JBSW_Y3DP", bad(5)),
            ("K", Err(SecretError::Incomplete)),
            ("JBSWY3DPE", Err(SecretError::Incomplete)),
            ("JBS", Err(SecretError::Incomplete)),
        ] {
            assert_eq!(Secret::from_base32(text), expected, "{text:?}");
        }
    }

    #[test]
    fn refuses_a_pasted_file_at_once() {
        let megabytes = "A".repeat(10 << 20);
        assert_eq!(Secret::from_base32(&megabytes), Err(SecretError::TooLong));
        assert_eq!(
            Secret::from_bytes(vec![0; MAX_SECRET_BYTES + 1]),
            Err(SecretError::TooLong)
        );
        assert!(Secret::from_bytes(vec![0; MAX_SECRET_BYTES]).is_ok());
        assert_eq!(Secret::from_bytes(Vec::new()), Err(SecretError::Empty));
    }

    #[test]
    fn never_shows_itself() {
        let secret = Secret::from_base32("JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        let error = Secret::from_base32("JBSWY3DPEHPK3PX!").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("JBSW"));
        let error = serde_json::from_str::<Secret>("\"JBSWY3DPEHPK3PX!\"").unwrap_err();
        assert!(!error.to_string().contains("JBSW"));
    }

    proptest! {
        #[test]
        fn base32_round_trips(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
            let secret = Secret::from_bytes(bytes.clone()).unwrap();
            let text = secret.to_base32();
            prop_assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
            let again = Secret::from_base32(&text).unwrap();
            prop_assert_eq!(again.as_bytes(), &bytes[..]);
            let json = serde_json::to_string(&secret).unwrap();
            prop_assert_eq!(serde_json::from_str::<Secret>(&json).unwrap(), secret);
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = Secret::from_base32(&text);
        }
    }
}
