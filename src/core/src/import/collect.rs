//! Gathering what a file holds, and the steps that most formats share.

use zeroize::Zeroize;

use super::google_migration::Parts;
use super::json::Value;
use super::{Format, Import, Reason, Refused, limits};
use crate::account::{AccountDraft, AccountError, Algorithm, NewAccount};
use crate::secret::{Secret, SecretError};

/// What a reader puts its entries into.
pub(super) struct Collector {
    import: Import,
    position: usize,
}

impl Collector {
    pub(super) fn new(format: Format) -> Self {
        Self {
            import: Import {
                format,
                accounts: Vec::new(),
                refused: Vec::new(),
                parts: Parts::new(),
            },
            position: 0,
        }
    }

    /// Takes the next entry, known to the user as `name`.
    pub(super) fn add(&mut self, name: &str, entry: Result<AccountDraft, Reason>) {
        self.add_at(self.position + 1, name, entry);
    }

    /// Takes the entry at a place that is not just the next: a line.
    pub(super) fn add_at(
        &mut self,
        position: usize,
        name: &str,
        entry: Result<AccountDraft, Reason>,
    ) {
        self.position = position;
        let taken = self.import.accounts.len() + self.import.refused.len();
        if taken >= limits::MAX_ENTRIES {
            return;
        }
        match entry.and_then(account) {
            Ok(account) => self.import.accounts.push(account),
            Err(reason) => self.import.refused.push(Refused {
                position,
                name: shortened(name),
                reason,
            }),
        }
    }

    /// Whether no more is taken: a bound far above any real file is reached.
    pub(super) fn is_full(&self) -> bool {
        self.import.accounts.len() + self.import.refused.len() >= limits::MAX_ENTRIES
    }

    /// How many accounts there are so far, and how many refusals.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.import.accounts.len(), self.import.refused.len())
    }

    pub(super) fn finish(self) -> Import {
        self.import
    }
}

/// Makes an account of a draft.
///
/// Other apps pass over a last character that adds no byte to the secret, so an account of theirs
/// works with it, and must go on working here. What is typed by hand is held to more.
fn account(mut draft: AccountDraft) -> Result<NewAccount, Reason> {
    if Secret::read(&draft.secret) == Err(SecretError::Incomplete) {
        let end = draft
            .secret
            .trim_end_matches(|c: char| !c.is_alphanumeric());
        let mut shorter = end.to_owned();
        shorter.pop();
        if draft.kind != "motp" {
            draft.secret.zeroize();
            draft.secret = shorter;
        }
    }
    Ok(draft.parse()?)
}

/// Issuer and label in one line.
pub(super) fn name(issuer: &str, label: &str) -> String {
    match (issuer.trim(), label.trim()) {
        ("", label) => label.to_owned(),
        (issuer, "") => issuer.to_owned(),
        (issuer, label) => format!("{issuer}: {label}"),
    }
}

/// A name as long as a list shows it.
fn shortened(name: &str) -> String {
    const MOST: usize = 120;
    let name = name.trim();
    match name.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

/// The text of a member; empty when it is missing or `null`. A number is taken as it is written.
pub(super) fn text(object: &Value, key: &str, field: &'static str) -> Result<String, Reason> {
    Ok(given(object, key, field)?.unwrap_or_default())
}

/// The text or number of a member, if it is there and not `null`.
pub(super) fn given(
    object: &Value,
    key: &str,
    field: &'static str,
) -> Result<Option<String>, Reason> {
    match object.get(key) {
        Value::Null => Ok(None),
        value => match value.plain() {
            Some(text) => Ok(Some(text)),
            None => Err(Reason::WrongShape { field }),
        },
    }
}

/// The text or number of a member that must be there.
pub(super) fn required(object: &Value, key: &str, field: &'static str) -> Result<String, Reason> {
    given(object, key, field)?.ok_or(Reason::Account(AccountError::Missing { field }))
}

/// The counter of the next code, where an app keeps that of the last. What is no number stays as it
/// is, and is reported when the account is made.
pub(super) fn counter_after(last: &str) -> Result<String, Reason> {
    let Ok(number) = last.trim().parse::<u64>() else {
        return Ok(last.to_owned());
    };
    let next = number.checked_add(1).ok_or(AccountError::OutOfRange {
        field: "counter",
        min: 0,
        max: u64::MAX,
    })?;
    Ok(next.to_string())
}

/// What a list names an entry by, whatever shape its members have.
pub(super) fn known_as(object: &Value, issuer: &str, label: &str) -> String {
    name(
        object.get(issuer).as_str().unwrap_or_default(),
        object.get(label).as_str().unwrap_or_default(),
    )
}

/// The base32 of raw bytes.
pub(super) fn base32(bytes: &[u8]) -> Result<String, Reason> {
    let secret = Secret::from_bytes(bytes.to_vec())?;
    Ok(secret.to_base32().to_string())
}

/// Parameters of a kind of code that has none: those that are given must be what they always are.
///
/// # Errors
/// [`AccountError::NotOfKind`], or [`AccountError::NotSteam`], with the field.
pub(super) fn check_fixed(
    kind: &str,
    algorithm: Option<&str>,
    digits: Option<&str>,
    period: Option<&str>,
) -> Result<(), Reason> {
    let (usual_digits, usual_period) = match kind {
        "steam" => ("5", "30"),
        "motp" => ("6", "10"),
        _ => ("8", "30"),
    };
    let algorithm_fits = |name: &str| match kind {
        "motp" => name.eq_ignore_ascii_case("MD5"),
        "yandex" => Algorithm::parse(name) == Some(Algorithm::Sha256),
        _ => Algorithm::parse(name) == Some(Algorithm::Sha1),
    };
    let wrong = |field| match kind {
        "steam" => Reason::Account(AccountError::NotSteam { field }),
        _ => Reason::Account(AccountError::NotOfKind { field }),
    };
    if algorithm.is_some_and(|name| !algorithm_fits(name)) {
        return Err(wrong("algorithm"));
    }
    if digits.is_some_and(|digits| digits.trim() != usual_digits) {
        return Err(wrong("digits"));
    }
    if period.is_some_and(|period| period.trim() != usual_period) {
        return Err(wrong("period"));
    }
    Ok(())
}

/// A draft without the defaults of the Key URI format: for formats that write every parameter, so
/// that one that is missing is found missing.
pub(super) fn bare() -> AccountDraft {
    let mut draft = AccountDraft::default();
    draft.kind.clear();
    draft.algorithm.clear();
    draft.digits.clear();
    draft.period.clear();
    draft
}
