//! An account: what a code is for, and the credential that makes the code.

mod draft;
mod error;
mod kind;

use crate::map::{Map, Set};

pub use draft::{AccountDraft, NewAccount};
pub(crate) use draft::{check_groups, check_length, check_sites};
pub use error::AccountError;
pub use kind::{Algorithm, Kind};

use crate::json::Object;
use crate::secret::{Pin, Secret};
use crate::vault::{Id, Register, VersionVector};

/// The longest issuer or label, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 1024;
/// The longest note, in bytes of UTF-8.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;
/// The most sites of one account.
pub const MAX_SITES: usize = 64;
/// The longest site, in bytes.
pub const MAX_SITE_BYTES: usize = 512;
/// The most groups of one account.
pub const MAX_GROUPS: usize = 64;
/// The longest name of a group, in bytes of UTF-8.
pub const MAX_GROUP_BYTES: usize = 256;

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
    /// The groups, folders or tags the user has put it in. Names, in the user's order.
    pub groups: Register<Vec<String>>,
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
    /// What the user types into the token besides: mOTP and Yandex mix it into each code.
    pin: Option<Pin>,
    /// The credential whose HOTP counter this one continues, if it replaced one with the same
    /// secret and counter.
    pub(crate) continues: Option<Id>,
    /// What this version can't read, carried on untouched.
    pub(crate) unknown: Object,
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
    /// A credential with parameters that are possible, of a kind that needs no PIN.
    ///
    /// # Errors
    /// See [`Credential::with_pin`].
    pub fn new(secret: Secret, kind: Kind) -> Result<Self, AccountError> {
        Self::with_pin(secret, kind, None)
    }

    /// A credential with parameters that are possible.
    ///
    /// Of a Yandex secret as its QR code has it, 26 bytes, only the 16 that make codes are kept.
    ///
    /// # Errors
    /// See [`Kind::validate`]; [`AccountError::Missing`] or [`AccountError::NotOfKind`] with
    /// `pin` when the kind needs one, or has none; a Yandex secret of another length or with a
    /// wrong checksum.
    pub fn with_pin(secret: Secret, kind: Kind, pin: Option<Pin>) -> Result<Self, AccountError> {
        kind.validate()?;
        match (&pin, kind.needs_pin()) {
            (None, true) => return Err(AccountError::Missing { field: "pin" }),
            (Some(_), false) => return Err(AccountError::NotOfKind { field: "pin" }),
            _ => {}
        }
        let secret = match kind {
            Kind::Yandex => secret.into_yandex()?,
            _ => secret,
        };
        Ok(Self {
            secret,
            kind,
            pin,
            continues: None,
            unknown: Object::new(),
        })
    }

    /// The shared secret.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The PIN that is mixed into each code, of mOTP and Yandex.
    #[must_use]
    pub fn pin(&self) -> Option<&Pin> {
        self.pin.as_ref()
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
        self.kind.without_counter() == other.kind.without_counter()
            && self.secret == other.secret
            && self.pin == other.pin
    }

    /// Moves a HOTP counter; no effect on another kind.
    pub(crate) fn set_counter(&mut self, value: u64) {
        if let Kind::Hotp { counter, .. } = &mut self.kind {
            *counter = value;
        }
    }
}

#[cfg(test)]
mod tests;
