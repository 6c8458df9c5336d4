//! The kinds of codes and their parameters.

use serde::{Deserialize, Serialize};

use super::AccountError;

/// The kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Kind {
    /// RFC 6238: a code per time step.
    Totp {
        /// The hash of the HMAC.
        algorithm: Algorithm,
        /// Length of the code, 5 to 10.
        digits: u8,
        /// The time step in seconds, at least 1.
        period: u32,
    },
    /// RFC 4226: a code per use.
    Hotp {
        /// The hash of the HMAC.
        algorithm: Algorithm,
        /// Length of the code, 5 to 10.
        digits: u8,
        /// The counter of the *next* code to be shown.
        counter: u64,
    },
    /// Steam Guard: five characters of Steam's own alphabet, SHA-1, 30 s.
    Steam,
    /// Mobile-OTP: six hexadecimal digits of an MD5 over the time in 10 s, the secret and a PIN.
    Motp,
    /// Yandex Key: eight letters from HMAC-SHA-256 under a hash of PIN and secret, 30 s.
    Yandex,
}

/// The hash function of the HMAC (RFC 6238, section 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// HMAC-SHA-1, what nearly every issuer uses.
    #[serde(rename = "SHA1")]
    Sha1,
    /// HMAC-SHA-256.
    #[serde(rename = "SHA256")]
    Sha256,
    /// HMAC-SHA-512.
    #[serde(rename = "SHA512")]
    Sha512,
    /// HMAC over GOST R 34.11-2012 (RFC 6986) with 256 bits.
    #[serde(rename = "GOST3411_2012_256")]
    Gost256,
    /// HMAC over GOST R 34.11-2012 (RFC 6986) with 512 bits.
    #[serde(rename = "GOST3411_2012_512")]
    Gost512,
}

impl Kind {
    /// The fewest digits of a code.
    pub const MIN_DIGITS: u8 = 5;
    /// The most digits of a code: the truncated HMAC has 31 bits (RFC 4226, section 5.3).
    pub const MAX_DIGITS: u8 = 10;

    /// Holds the parameters against what is possible: 5 to 10 digits, a time step of at least one
    /// second.
    ///
    /// # Errors
    /// [`AccountError::OutOfRange`] with the field.
    pub fn validate(&self) -> Result<(), AccountError> {
        let digits = match self {
            Self::Totp { digits, .. } | Self::Hotp { digits, .. } => *digits,
            Self::Steam | Self::Motp | Self::Yandex => return Ok(()),
        };
        if !(Self::MIN_DIGITS..=Self::MAX_DIGITS).contains(&digits) {
            return Err(AccountError::OutOfRange {
                field: "digits",
                min: u64::from(Self::MIN_DIGITS),
                max: u64::from(Self::MAX_DIGITS),
            });
        }
        if let Self::Totp { period: 0, .. } = self {
            return Err(AccountError::OutOfRange {
                field: "period",
                min: 1,
                max: u64::from(u32::MAX),
            });
        }
        Ok(())
    }

    /// The name in the payload: `totp`, `hotp`, `steam`, `motp` or `yandex`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Totp { .. } => "totp",
            Self::Hotp { .. } => "hotp",
            Self::Steam => "steam",
            Self::Motp => "motp",
            Self::Yandex => "yandex",
        }
    }

    /// The counter of the next code, of a HOTP.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        match self {
            Self::Hotp { counter, .. } => Some(*counter),
            Self::Totp { .. } | Self::Steam | Self::Motp | Self::Yandex => None,
        }
    }

    /// Whether a PIN goes into each code.
    #[must_use]
    pub fn needs_pin(&self) -> bool {
        matches!(self, Self::Motp | Self::Yandex)
    }

    /// The same with the counter at 0: what stays the same for the life of a credential.
    #[must_use]
    pub fn without_counter(mut self) -> Self {
        if let Self::Hotp { counter, .. } = &mut self {
            *counter = 0;
        }
        self
    }
}

impl Algorithm {
    /// The name in a Key URI and in the payload: `SHA1`, `SHA256`, `SHA512`, and, as the
    /// Authenticator extension spells them, `GOST3411_2012_256` and `GOST3411_2012_512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Gost256 => "GOST3411_2012_256",
            Self::Gost512 => "GOST3411_2012_512",
        }
    }

    /// Reads a name in any of the spellings in use: `SHA1`, `sha-1`, `HmacSHA1`, `HMAC-SHA1`, and
    /// `Algorithm.sha1`, as early versions of Ente Auth wrote it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut plain: String = name
            .trim()
            .chars()
            .filter(|c| !matches!(c, '-' | '_'))
            .collect();
        plain.make_ascii_uppercase();
        let prefixes = ["HMAC", "ALGORITHM."].into_iter();
        let bare = prefixes
            .filter_map(|prefix| plain.strip_prefix(prefix))
            .next();
        match bare.unwrap_or(&plain) {
            "SHA1" => Some(Self::Sha1),
            "SHA256" => Some(Self::Sha256),
            "SHA512" => Some(Self::Sha512),
            "GOST34112012256" => Some(Self::Gost256),
            "GOST34112012512" => Some(Self::Gost512),
            _ => None,
        }
    }
}
