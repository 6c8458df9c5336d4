//! An account: what a code is for, and the credential that makes the code.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::vault::{Id, Register, VersionVector};

/// What a code is for: one entry of the list the user sees.
///
/// Fields that a later version added and this one doesn't know are kept in `unknown` and written
/// back untouched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub credentials: BTreeMap<Id, Credential>,
    /// Ids of credentials that were replaced. Only grows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub replaced: BTreeSet<Id>,
    /// Every edit that this account has seen, per device.
    pub edits: VersionVector,
    /// The deletion, if there was one. The account counts as deleted only while the deletion has
    /// seen every edit: an edit made elsewhere at the same time brings it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Deletion>,
    /// What this version can't read, carried on untouched.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// A deletion and what it knew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deletion {
    /// The edits that the deleting person had in view.
    pub seen: VersionVector,
    /// When, in milliseconds since the Unix epoch.
    pub at: u64,
    /// What this version can't read, carried on untouched.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// The secret and the parameters that make a code: never mixed from two sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Credential {
    /// The shared secret, as raw bytes.
    pub secret: Secret,
    /// How codes are made from it.
    #[serde(flatten)]
    pub kind: Kind,
    /// What this version can't read, carried on untouched.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// The kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
