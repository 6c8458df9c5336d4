//! Identifiers: 128 random bits.

use std::fmt;

use base32ct::{Base32UpperUnpadded, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The name of an account, a credential or a device: 128 random bits.
///
/// As text it is 26 characters of upper-case base32 (RFC 4648, section 6, no padding), and only
/// that: one id has one spelling, so that ids compare equal exactly when their texts do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

/// What one installation is called in stamps and version vectors.
pub type DeviceId = Id;

impl Id {
    /// Takes 16 bytes as they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// A new id from a source of randomness.
    pub fn random(fill: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut bytes = [0; 16];
        fill(&mut bytes);
        Self(bytes)
    }

    /// Reads the one spelling; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Base32UpperUnpadded::decode_vec(text).ok()?;
        let id = Self(bytes.try_into().ok()?);
        // The decoder lets the two spare bits of the last character be anything.
        (id.to_string() == text).then_some(id)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Base32UpperUnpadded::encode_string(&self.0))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not an id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn has_one_spelling() {
        let id = Id::from_bytes([0; 16]);
        let text = id.to_string();
        assert_eq!(text, "A".repeat(26));
        assert_eq!(Id::parse(&text), Some(id));
        assert_eq!(Id::parse(&text.to_lowercase()), None);
        // The last character carries two spare bits: only the spelling with zeros counts.
        assert_eq!(Id::parse(&format!("{}B", "A".repeat(25))), None);
        assert_eq!(Id::parse(""), None);
        assert_eq!(Id::parse(&format!("{text}=")), None);
    }

    proptest! {
        #[test]
        fn round_trips(bytes: [u8; 16]) {
            let id = Id::from_bytes(bytes);
            prop_assert_eq!(Id::parse(&id.to_string()), Some(id));
        }
    }
}
