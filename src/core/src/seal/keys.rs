//! Keys and identifiers as types of their own, so that none can stand in for another.
//!
//! Keys are overwritten when dropped, compare in constant time and never show their bytes.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

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

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base16ct::lower::encode_string(&self.0))
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
                let bytes = base16ct::lower::decode_vec(text).map_err(|_| ())?;
                bytes.as_slice().try_into().map($name).map_err(|_| ())
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
    fn an_identifier_has_one_spelling() {
        let tag = VaultTag([0xF0; 16]);
        assert_eq!(tag.to_string(), "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0");
        assert_eq!(tag.to_string().parse(), Ok(tag));
        assert!("f0".parse::<VaultTag>().is_err());
        assert!(tag.to_string().to_uppercase().parse::<VaultTag>().is_err());
    }
}
