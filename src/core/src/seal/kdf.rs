//! From a passphrase to a key: Argon2id (RFC 9106), and the bounds on its parameters.

use super::SealError;
use super::bytes::Reader;
#[cfg(feature = "kdf")]
use super::{DerivedKey, limits};
#[cfg(feature = "kdf")]
use zeroize::Zeroizing;

/// Parameters of Argon2id.
///
/// Parameters read from a file are bounded on both sides. Above the ceiling a file could freeze
/// the browser; below the floor a destination could hand out a file whose slot is cheap to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KdfParams {
    /// What new slots get: 64 MiB, 3 passes, 1 lane. RFC 9106's second recommendation with the
    /// one lane that a browser can use; 0.2 seconds in a browser of 2025.
    pub const DEFAULT: KdfParams = KdfParams {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// The least memory, in KiB, and the fewest passes: 19 MiB and 2, the least that OWASP's
    /// password storage cheat sheet calls acceptable.
    pub const FLOOR: KdfParams = KdfParams {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// The most of each: 1 GiB, which a 32-bit wasm memory still holds; 16 passes; 4 lanes.
    pub const CEILING: KdfParams = KdfParams {
        memory_kib: 1024 * 1024,
        passes: 16,
        lanes: 4,
    };

    /// The most memory times passes, in KiB: 4 GiB, some four seconds in a browser.
    pub const COST_CEILING: u32 = 4 * 1024 * 1024;

    /// Checks parameters against floor and ceiling: memory in KiB, passes, lanes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, SealError> {
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        if memory_kib < floor.memory_kib || passes < floor.passes || lanes < floor.lanes {
            return Err(SealError::KdfTooWeak);
        }
        if memory_kib > ceiling.memory_kib
            || passes > ceiling.passes
            || lanes > ceiling.lanes
            || memory_kib.saturating_mul(passes) > Self::COST_CEILING
        {
            return Err(SealError::KdfTooCostly);
        }
        Ok(KdfParams {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Memory in KiB.
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    /// The field's value: algorithm (1 = Argon2id, version 0x13), memory in KiB, passes, lanes.
    pub(super) fn encode(self) -> Vec<u8> {
        let mut out = vec![ARGON2ID];
        for number in [self.memory_kib, self.passes, self.lanes] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out
    }

    /// Reads the field's value.
    pub(super) fn decode(value: &[u8]) -> Result<Self, SealError> {
        let mut reader = Reader::new(value);
        let fields = (
            reader.array::<1>(),
            reader.u32(),
            reader.u32(),
            reader.u32(),
        );
        match fields {
            (Some([ARGON2ID]), Some(memory), Some(passes), Some(lanes)) if reader.is_empty() => {
                KdfParams::new(memory, passes, lanes)
            }
            _ => Err(SealError::FieldInvalid("kdf")),
        }
    }
}

/// The one algorithm of format v1.
const ARGON2ID: u8 = 1;

/// Derives a slot's key from the passphrase: NFC-normalised UTF-8 through Argon2id.
///
/// Normalised, because one system types "ü" as one character and another as two. Takes the
/// memory and the time that `params` ask for; everything else in [`seal`](super) is quick.
#[cfg(feature = "nfc")]
pub fn derive(
    passphrase: &str,
    params: KdfParams,
    salt: &[u8; 32],
) -> Result<DerivedKey, SealError> {
    use unicode_normalization::UnicodeNormalization;

    // No NFC is shorter than a ninth of what it was made from, or longer than its triple.
    // Reserving that much leaves no copy behind in a freed allocation.
    if passphrase.len() > 9 * limits::PASSPHRASE {
        return Err(SealError::PassphraseTooLong);
    }
    let mut normalised = Zeroizing::new(String::with_capacity(3 * passphrase.len()));
    normalised.extend(passphrase.nfc());
    derive_normalised(&normalised, params, salt)
}

/// [`derive`] for a passphrase that is in NFC already. A browser brings its own tables of Unicode
/// (`String.prototype.normalize`), which are 100 KB that a module need not carry.
#[cfg(feature = "kdf")]
pub fn derive_normalised(
    passphrase: &str,
    params: KdfParams,
    salt: &[u8; 32],
) -> Result<DerivedKey, SealError> {
    use argon2::{Algorithm, Argon2, Params, Version};

    if passphrase.is_empty() {
        return Err(SealError::PassphraseEmpty);
    }
    if passphrase.len() > limits::PASSPHRASE {
        return Err(SealError::PassphraseTooLong);
    }
    let argon2 = Params::new(params.memory_kib, params.passes, params.lanes, Some(32))
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        .map_err(|_| SealError::KdfTooCostly)?;
    let mut out = Zeroizing::new([0; 32]);
    argon2
        .hash_password_into(passphrase.as_bytes(), salt, &mut *out)
        .map_err(|_| SealError::KdfTooCostly)?;
    Ok(DerivedKey::from_bytes(*out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_and_ceiling() {
        let (floor, ceiling) = (KdfParams::FLOOR, KdfParams::CEILING);
        assert!(KdfParams::new(floor.memory_kib, floor.passes, floor.lanes).is_ok());
        assert!(KdfParams::new(ceiling.memory_kib, 4, ceiling.lanes).is_ok());
        assert!(KdfParams::new(256 * 1024, ceiling.passes, 1).is_ok());
        for (memory, passes, lanes) in [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 0)] {
            assert_eq!(
                KdfParams::new(memory, passes, lanes),
                Err(SealError::KdfTooWeak)
            );
        }
        for (memory, passes, lanes) in [
            (1_048_577, 2, 1),
            (19_456, 17, 1),
            (19_456, 2, 5),
            (1_048_576, 5, 1),
            (u32::MAX, 2, 1),
        ] {
            assert_eq!(
                KdfParams::new(memory, passes, lanes),
                Err(SealError::KdfTooCostly)
            );
        }
    }

    #[test]
    fn default_is_within_bounds() {
        let KdfParams {
            memory_kib,
            passes,
            lanes,
        } = KdfParams::DEFAULT;
        assert_eq!(
            KdfParams::new(memory_kib, passes, lanes),
            Ok(KdfParams::DEFAULT)
        );
    }

    #[cfg(feature = "nfc")]
    mod derive {
        use super::*;

        #[test]
        fn an_umlaut_is_the_same_however_typed() {
            let salt = [9; 32];
            let composed = derive("M\u{fc}nze", KdfParams::FLOOR, &salt);
            let decomposed = derive("Mu\u{308}nze", KdfParams::FLOOR, &salt);
            assert_eq!(composed, decomposed);
            assert_ne!(composed, derive("Munze", KdfParams::FLOOR, &salt));
        }

        #[test]
        fn matches_the_reference_implementation() {
            // argon2-cffi 25.1: low_level.hash_secret_raw("Münze", b"\x09" * 32, 2, 19456, 1, 32, Type.ID)
            let key = derive("M\u{fc}nze", KdfParams::FLOOR, &[9; 32]).unwrap();
            assert_eq!(
                base16ct::lower::encode_string(key.expose()),
                "6110d7812d3bdbf5531ab0e458f3f724d79fc247583af01ec4436a23dc300628"
            );
        }

        #[test]
        fn bounds_on_the_passphrase() {
            let derive = |text: &str| derive(text, KdfParams::FLOOR, &[0; 32]);
            assert_eq!(derive(""), Err(SealError::PassphraseEmpty));
            assert_eq!(derive(&"a".repeat(4097)), Err(SealError::PassphraseTooLong));
            assert_eq!(
                derive(&"a".repeat(40_000)),
                Err(SealError::PassphraseTooLong)
            );
            assert!(derive(&"a".repeat(4096)).is_ok());
        }
    }
}
