//! What a person or a Key URI says about an account, before it is one.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    AccountError, Algorithm, Credential, Kind, MAX_GROUP_BYTES, MAX_GROUPS, MAX_NAME_BYTES,
    MAX_NOTE_BYTES, MAX_SITE_BYTES, MAX_SITES,
};
use crate::secret::{Pin, Secret};

/// The fields of an account as text: what the form has, and what a Key URI or another app's
/// export brings.
///
/// A new one holds the defaults of the Key URI format: TOTP, SHA1, 6 digits, 30 s. A counter has
/// no default. `Debug` hides the secret, and its memory is wiped on drop.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct AccountDraft {
    /// Who issues the code.
    pub issuer: String,
    /// The user's name there.
    pub label: String,
    /// Free text.
    pub note: String,
    /// `totp`, `hotp`, `steam`, `motp` or `yandex`; `battle`, which is a TOTP with eight digits.
    #[serde(rename = "type")]
    pub kind: String,
    /// Base32, or hexadecimal where it can't be base32. Of mOTP hexadecimal first.
    pub secret: String,
    /// See [`Algorithm::parse`]. Read for TOTP and HOTP only.
    pub algorithm: String,
    /// 5 to 10. Read for TOTP and HOTP only.
    pub digits: String,
    /// In seconds. Read for TOTP only.
    pub period: String,
    /// Of the next code. Read for HOTP only.
    pub counter: String,
    /// The PIN of mOTP and Yandex. Read for these only.
    #[serde(default)]
    pub pin: String,
    /// Sites it fills on.
    #[serde(default)]
    pub sites: Vec<String>,
    /// The groups, folders or tags it is in.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// An account that is valid, before it has its place in the vault.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAccount {
    /// Who issues the code.
    pub issuer: String,
    /// The user's name there.
    pub label: String,
    /// Free text.
    pub note: String,
    /// Sites it fills on.
    pub sites: Vec<String>,
    /// The groups, folders or tags it is in.
    pub groups: Vec<String>,
    /// What makes the codes.
    pub credential: Credential,
}

impl AccountDraft {
    /// Reads every field that the type needs.
    ///
    /// # Errors
    /// The first field that can't be read, see [`AccountError`].
    pub fn parse(&self) -> Result<NewAccount, AccountError> {
        let kind = match self.kind.trim().to_ascii_lowercase().as_str() {
            "totp" => Kind::Totp {
                algorithm: self.algorithm()?,
                digits: self.digits()?,
                period: number("period", &self.period, 1, u64::from(u32::MAX))?
                    .try_into()
                    .unwrap_or(u32::MAX),
            },
            "hotp" => Kind::Hotp {
                algorithm: self.algorithm()?,
                digits: self.digits()?,
                counter: number("counter", &self.counter, 0, u64::MAX)?,
            },
            "steam" => Kind::Steam,
            "motp" => Kind::Motp,
            "yandex" => Kind::Yandex,
            "battle" => Kind::Totp {
                algorithm: Algorithm::Sha1,
                digits: 8,
                period: 30,
            },
            "" => return Err(AccountError::Missing { field: "type" }),
            _ => return Err(AccountError::UnknownType),
        };
        let account = NewAccount {
            issuer: self.issuer.trim().to_owned(),
            label: self.label.trim().to_owned(),
            note: self.note.trim().to_owned(),
            sites: self.sites.clone(),
            groups: self.groups.clone(),
            credential: self.credential(kind)?,
        };
        account.validate()?;
        Ok(account)
    }

    fn credential(&self, kind: Kind) -> Result<Credential, AccountError> {
        let secret = match kind {
            Kind::Motp => Secret::from_hex(&self.secret).or_else(|_| Secret::read(&self.secret))?,
            _ => Secret::read(&self.secret)?,
        };
        let pin = match kind.needs_pin() {
            true => Some(Pin::new(self.pin.trim())?),
            false => None,
        };
        Credential::with_pin(secret, kind, pin)
    }

    fn algorithm(&self) -> Result<Algorithm, AccountError> {
        if self.algorithm.trim().is_empty() {
            return Err(AccountError::Missing { field: "algorithm" });
        }
        Algorithm::parse(&self.algorithm).ok_or(AccountError::UnknownAlgorithm)
    }

    fn digits(&self) -> Result<u8, AccountError> {
        let (min, max) = (u64::from(Kind::MIN_DIGITS), u64::from(Kind::MAX_DIGITS));
        number("digits", &self.digits, min, max)?
            .try_into()
            .map_err(|_| AccountError::OutOfRange {
                field: "digits",
                min,
                max,
            })
    }
}

impl NewAccount {
    /// Holds the lengths of the texts against their bounds.
    ///
    /// # Errors
    /// [`AccountError::TooLong`] or [`AccountError::Missing`] with the field.
    pub fn validate(&self) -> Result<(), AccountError> {
        check_length("issuer", &self.issuer, MAX_NAME_BYTES)?;
        check_length("label", &self.label, MAX_NAME_BYTES)?;
        check_length("note", &self.note, MAX_NOTE_BYTES)?;
        check_sites(&self.sites)?;
        check_groups(&self.groups)
    }

    /// The fields that [`AccountDraft::parse`] makes the same account of.
    #[must_use]
    pub fn to_draft(&self) -> AccountDraft {
        let mut draft = AccountDraft::default();
        draft.issuer.clone_from(&self.issuer);
        draft.label.clone_from(&self.label);
        draft.note.clone_from(&self.note);
        draft.sites.clone_from(&self.sites);
        draft.groups.clone_from(&self.groups);
        draft.set_credential(&self.credential);
        draft
    }
}

impl AccountDraft {
    /// Takes over kind and parameters, but no secret and no PIN: what an edit form starts with.
    pub fn set_kind(&mut self, kind: Kind) {
        kind.name().clone_into(&mut self.kind);
        if let Kind::Totp {
            algorithm, digits, ..
        }
        | Kind::Hotp {
            algorithm, digits, ..
        } = kind
        {
            algorithm.name().clone_into(&mut self.algorithm);
            self.digits = digits.to_string();
        }
        if let Kind::Totp { period, .. } = kind {
            self.period = period.to_string();
        }
        if let Kind::Hotp { counter, .. } = kind {
            self.counter = counter.to_string();
        }
    }

    fn set_credential(&mut self, credential: &Credential) {
        self.set_kind(credential.kind());
        self.secret = match credential.kind() {
            Kind::Motp => credential.secret().to_hex(),
            _ => credential.secret().to_base32(),
        }
        .to_string();
        if let Some(pin) = credential.pin() {
            pin.as_str().clone_into(&mut self.pin);
        }
    }
}

impl Default for AccountDraft {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            label: String::new(),
            note: String::new(),
            kind: "totp".to_owned(),
            secret: String::new(),
            algorithm: "SHA1".to_owned(),
            digits: "6".to_owned(),
            period: "30".to_owned(),
            counter: String::new(),
            pin: String::new(),
            sites: Vec::new(),
            groups: Vec::new(),
        }
    }
}

impl fmt::Debug for AccountDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountDraft")
            .field("type", &self.kind)
            .finish_non_exhaustive()
    }
}

pub(crate) fn check_length(
    field: &'static str,
    text: &str,
    max: usize,
) -> Result<(), AccountError> {
    if text.len() > max {
        return Err(AccountError::TooLong { field, max });
    }
    Ok(())
}

pub(crate) fn check_sites(sites: &[String]) -> Result<(), AccountError> {
    check_list("sites", sites, MAX_SITES, MAX_SITE_BYTES)
}

pub(crate) fn check_groups(groups: &[String]) -> Result<(), AccountError> {
    check_list("groups", groups, MAX_GROUPS, MAX_GROUP_BYTES)
}

fn check_list(
    field: &'static str,
    texts: &[String],
    most: usize,
    longest: usize,
) -> Result<(), AccountError> {
    if texts.len() > most {
        return Err(AccountError::TooLong { field, max: most });
    }
    for text in texts {
        if text.trim().is_empty() {
            return Err(AccountError::Missing { field });
        }
        check_length(field, text, longest)?;
    }
    Ok(())
}

/// A whole number in decimal digits and nothing else: no sign, no fraction.
fn number(field: &'static str, text: &str, min: u64, max: u64) -> Result<u64, AccountError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AccountError::Missing { field });
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AccountError::NotANumber { field });
    }
    // All digits and yet no number: beyond 64 bits.
    match text.parse() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(AccountError::OutOfRange { field, min, max }),
    }
}
