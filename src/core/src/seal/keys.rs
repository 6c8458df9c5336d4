//! Keys and identifiers as types of their own, so that none can stand in for another.
//!
//! Keys are overwritten when dropped, compare in constant time and never show their bytes.

use core::fmt;

use data_encoding::{BASE64, HEXLOWER};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::crypto;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Takes the 32 bytes. The caller wipes its own copy.
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                $name(bytes)
            }

            /// The 32 bytes, for a cipher or for handing them to another instance of this program.
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = core::array::TryFromSliceError;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                bytes.try_into().map($name)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}
    };
}

secret! {
    /// The vault key: 256 random bits from which the key of every seal is derived.
    VaultKey
}
secret! {
    /// What [`kdf::derive`](super::kdf::derive) makes of a passphrase for one slot.
    DerivedKey
}
secret! {
    /// What a passkey's PRF extension gives for a slot's salt (WebAuthn Level 3, section 10.1.4).
    PrfOutput
}

impl VaultKey {
    /// The key's identifier: derived from it, so that the two can't disagree. It occurs only
    /// inside the sealed payload.
    pub fn id(&self) -> KeyId {
        KeyId(crypto::expand(&self.0, &[], &[crypto::KEY_ID]))
    }
}

impl Serialize for VaultKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(BASE64.encode(&self.0)))
    }
}

impl<'de> Deserialize<'de> for VaultKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = VaultKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("32 bytes in base64")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<VaultKey, E> {
                // serde's own messages would quote the text, which is a key.
                let invalid = || E::custom("a key is not 32 bytes in base64");
                let bytes = BASE64.decode(text.as_bytes()).map_err(|_| invalid())?;
                let bytes = Zeroizing::new(bytes);
                VaultKey::try_from(bytes.as_slice()).map_err(|_| invalid())
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl core::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| ())?;
                bytes.as_slice().try_into().map($name).map_err(|_| ())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse()
                    .map_err(|()| D::Error::custom(concat!(stringify!($name), ": 32 hex digits")))
            }
        }
    };
}

identifier! {
    /// The opaque name of a vault: random, and all that a destination learns of it.
    VaultTag
}
identifier! {
    /// The random name of a key slot.
    SlotId
}
identifier! {
    /// The name of a vault key, derived from it.
    KeyId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key_byte() {
        let shown = format!("{:?} {:?}", VaultKey([0xAB; 32]), DerivedKey([0xAB; 32]));
        assert_eq!(shown, "VaultKey(..) DerivedKey(..)");
    }

    #[test]
    fn a_bad_key_in_json_is_not_quoted() {
        let error = serde_json::from_str::<VaultKey>("\"c2VjcmV0\"")
            .unwrap_err()
            .to_string();
        assert!(!error.contains("c2VjcmV0"), "{error}");
        let error = serde_json::from_str::<VaultKey>("\"!hunter2!\"")
            .unwrap_err()
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn json_round_trip() {
        let key = VaultKey([7; 32]);
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<VaultKey>(&text).unwrap(), key);
        let tag = VaultTag([0xF0; 16]);
        let text = serde_json::to_string(&tag).unwrap();
        assert_eq!(text, "\"f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0\"");
        assert_eq!(serde_json::from_str::<VaultTag>(&text).unwrap(), tag);
        assert!(serde_json::from_str::<VaultTag>("\"f0\"").is_err());
    }
}
