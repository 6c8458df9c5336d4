//! An account: what a code is for, and the credential that makes the code.

mod draft;
mod error;

use crate::map::{Map, Set};

use serde::{Deserialize, Serialize};

pub use draft::{AccountDraft, NewAccount};
pub(crate) use draft::{check_length, check_sites};
pub use error::AccountError;

use crate::json::Object;
use crate::secret::Secret;
use crate::vault::{Id, Register, VersionVector};

/// The longest issuer or label, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 1024;
/// The longest note, in bytes of UTF-8.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;
/// The most sites of one account.
pub const MAX_SITES: usize = 64;
/// The longest site, in bytes.
pub const MAX_SITE_BYTES: usize = 512;

/// What a code is for: one entry of the list the user sees.
///
/// Fields that a later version added and this one doesn't know are kept in `unknown` and written
/// back untouched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// Who issues the code ("GitHub"). May be empty.
    pub issuer: Register<String>,
    /// The user's name there ("jane@example.org"), the Key URI's label. May be empty.
    pub label: Register<String>,
    /// Free text of the user's.
    pub note: Register<String>,
    /// Sites this account fills on, as hosts or origins the user has confirmed.
    pub sites: Register<Vec<String>>,
    /// The place in the list: a fractional index, compared as bytes (see `vault::order`).
    pub position: Register<String>,
    /// Every credential that no later one has replaced. One in normal life; more after two
    /// devices changed the credential without knowing of each other: all are kept and shown.
    pub credentials: Map<Id, Credential>,
    /// Credentials of a kind that only a later version can read, carried on untouched.
    pub later_credentials: Map<Id, Object>,
    /// Ids of credentials that were replaced. Only grows.
    pub replaced: Set<Id>,
    /// The HOTP counters: the highest known, by [`Credential::counter_id`]. Only grows, and
    /// outlives a replaced credential, so that a counter moved elsewhere at the same time counts
    /// for the credential that continues it.
    pub counters: Map<Id, u64>,
    /// Every edit that this account has seen, per device.
    pub edits: VersionVector,
    /// The deletion, if there was one. The account counts as deleted only while the deletion has
    /// seen every edit: an edit made elsewhere at the same time brings it back.
    pub deletion: Option<Deletion>,
    /// What this version can't read, carried on untouched.
    pub unknown: Object,
}

/// A deletion and what it knew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deletion {
    /// The edits that the deleting person had in view.
    pub seen: VersionVector,
    /// Every credential that the account had until then, the replaced ones included. Their ids
    /// are random, so this holds even where a copied profile has made two devices share one entry
    /// of `seen`.
    pub credentials: Set<Id>,
    /// When, in milliseconds since the Unix epoch.
    pub at: u64,
    /// What this version can't read, carried on untouched.
    pub unknown: Object,
}

/// The secret and the parameters that make a code: never mixed from two sources, and never
/// changed, except for a HOTP counter that moves on.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    secret: Secret,
    kind: Kind,
    /// The credential whose HOTP counter this one continues, if it replaced one with the same
    /// secret and counter.
    pub(crate) continues: Option<Id>,
    /// What this version can't read, carried on untouched.
    pub(crate) unknown: Object,
}

/// The kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
}

/// The hash function of the HMAC (RFC 6238, section 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
}

impl Account {
    /// Whether the account is deleted: the deletion has seen every edit and every credential.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deletion.as_ref().is_some_and(|deletion| {
            deletion.seen.covers(&self.edits)
                && self
                    .credential_ids()
                    .all(|id| deletion.credentials.contains(&id))
        })
    }

    /// Whether the user has to choose between credentials that two devices set without knowing of
    /// each other.
    #[must_use]
    pub fn has_conflict(&self) -> bool {
        self.credentials.len() + self.later_credentials.len() > 1
    }

    /// The ids of all credentials that are not replaced, readable or not.
    pub fn credential_ids(&self) -> impl Iterator<Item = Id> {
        let later = self.later_credentials.keys();
        self.credentials.keys().chain(later).copied()
    }
}

impl Credential {
    /// A credential with parameters that are possible.
    ///
    /// # Errors
    /// See [`Kind::validate`].
    pub fn new(secret: Secret, kind: Kind) -> Result<Self, AccountError> {
        kind.validate()?;
        Ok(Self {
            secret,
            kind,
            continues: None,
            unknown: Object::new(),
        })
    }

    /// The shared secret.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// How codes are made from it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The id under which [`Account::counters`] counts this credential, itself known as `id`.
    #[must_use]
    pub fn counter_id(&self, id: Id) -> Id {
        self.continues.unwrap_or(id)
    }

    /// Whether both make the same codes, at equal counters.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.kind.without_counter() == other.kind.without_counter() && self.secret == other.secret
    }

    /// Moves a HOTP counter; no effect on another kind.
    pub(crate) fn set_counter(&mut self, value: u64) {
        if let Kind::Hotp { counter, .. } = &mut self.kind {
            *counter = value;
        }
    }
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
            Self::Steam => return Ok(()),
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

    /// The name in a Key URI and in the payload: `totp`, `hotp` or `steam`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Totp { .. } => "totp",
            Self::Hotp { .. } => "hotp",
            Self::Steam => "steam",
        }
    }

    /// The counter of the next code, of a HOTP.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        match self {
            Self::Hotp { counter, .. } => Some(*counter),
            Self::Totp { .. } | Self::Steam => None,
        }
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
    /// The name in a Key URI and in the payload: `SHA1`, `SHA256` or `SHA512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Reads a name in any of the spellings in use: `SHA1`, `sha-1`, `HmacSHA1`, `HMAC-SHA1`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut plain: String = name
            .trim()
            .chars()
            .filter(|c| !matches!(c, '-' | '_'))
            .collect();
        plain.make_ascii_uppercase();
        match plain.strip_prefix("HMAC").unwrap_or(&plain) {
            "SHA1" => Some(Self::Sha1),
            "SHA256" => Some(Self::Sha256),
            "SHA512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
