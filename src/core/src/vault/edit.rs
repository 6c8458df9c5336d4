//! What a person does to an account, as edits that merge.
//!
//! An edit is recorded in the account's version vector, so that it beats a deletion that has not
//! seen it. Nothing is recorded when nothing changes.

use crate::map::Set;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::clock::{Clock, Stamp};
use super::{DeviceId, Id, Vault};
use crate::Coded;
use crate::account::{
    Account, AccountError, Deletion, MAX_NAME_BYTES, MAX_NOTE_BYTES, check_groups, check_length,
    check_sites,
};

/// What an edit needs from outside: who, when, and randomness.
pub struct EditContext<'a> {
    /// Milliseconds since the Unix epoch.
    pub now: u64,
    /// This installation.
    pub device: DeviceId,
    /// Its clock, see [`Vault::clock`].
    pub clock: &'a mut Clock,
    /// Fills the slice with random bytes from a cryptographic source.
    pub random: &'a mut dyn FnMut(&mut [u8]),
}

/// Fields to change; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldChanges {
    /// Who issues the code.
    pub issuer: Option<String>,
    /// The user's name there.
    pub label: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// Every site it fills on.
    pub sites: Option<Vec<String>>,
    /// The groups it is in.
    pub groups: Option<Vec<String>>,
}

/// Why an edit was not made. The vault is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    /// There is no such account, or it is deleted.
    NoSuchAccount,
    /// The account has no such credential (any more).
    NoSuchCredential,
    /// An account with the same secret and parameters is there already.
    Duplicate {
        /// Which.
        existing: Id,
    },
    /// The input is not possible.
    Invalid(AccountError),
    /// The credential has no counter to move.
    NotCounterBased,
    /// The counter is at its end, 2^64 − 1.
    CounterExhausted,
    /// The deletion is too long ago to be undone.
    Forgotten,
}

impl EditContext<'_> {
    /// The stamp for a value that replaces one stamped `replaced`.
    pub(crate) fn stamp(&mut self, replaced: &Stamp) -> Stamp {
        self.clock.stamp(self.now, self.device, replaced)
    }
}

impl Vault {
    /// Changes fields of an account. Says whether anything is different now.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`]; [`EditError::Invalid`] when a text is too long or a site
    /// empty.
    pub fn edit(
        &mut self,
        id: Id,
        changes: FieldChanges,
        context: &mut EditContext<'_>,
    ) -> Result<bool, EditError> {
        changes.validate()?;
        let account = self.live_mut(id)?;
        let trimmed = |text: String| text.trim().to_owned();
        let mut changed = false;
        if let Some(issuer) = changes.issuer {
            changed |= account.issuer.set(trimmed(issuer), context);
        }
        if let Some(label) = changes.label {
            changed |= account.label.set(trimmed(label), context);
        }
        if let Some(note) = changes.note {
            changed |= account.note.set(trimmed(note), context);
        }
        if let Some(sites) = changes.sites {
            let sites = sites.into_iter().map(trimmed).collect();
            changed |= account.sites.set(sites, context);
        }
        if let Some(groups) = changes.groups {
            let groups = groups.into_iter().map(trimmed).collect();
            changed |= account.groups.set(groups, context);
        }
        if changed {
            account.record(context);
        }
        Ok(changed)
    }

    /// Adds a site that the user has confirmed. Says whether it is new.
    ///
    /// # Errors
    /// As [`Vault::edit`].
    pub fn confirm_site(
        &mut self,
        id: Id,
        site: &str,
        context: &mut EditContext<'_>,
    ) -> Result<bool, EditError> {
        let mut sites = self.live_mut(id)?.sites.value.clone();
        let site = site.trim();
        if sites.iter().any(|known| known == site) {
            return Ok(false);
        }
        sites.push(site.to_owned());
        let changes = FieldChanges {
            sites: Some(sites),
            ..FieldChanges::default()
        };
        self.edit(id, changes, context)
    }

    /// Deletes an account. For 90 days the vault keeps what [`Vault::undelete`] needs.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`].
    pub fn delete(&mut self, id: Id, context: &mut EditContext<'_>) -> Result<(), EditError> {
        // A computer whose clock is years behind must not make a deletion that is over at once
        // everywhere else.
        let newest = self.clock(u64::MAX).newest();
        let account = self.live_mut(id)?;
        let at = context.stamp(&Stamp::NEVER).millis.max(newest);
        // The replaced ones too: once the account is purged, an old snapshot brings them along
        // with nothing left here that says they were replaced.
        let mut credentials: Set<Id> = account.credential_ids().collect();
        credentials.extend(&account.replaced);
        let deletion = account.deletion.get_or_insert_with(Deletion::default);
        deletion.seen.merge(&account.edits);
        deletion.credentials.extend(credentials);
        deletion.at = deletion.at.max(at);
        Ok(())
    }

    /// Undoes a deletion: an edit like any other, so it holds on every device.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`]; [`EditError::Forgotten`] when the content is gone.
    pub fn undelete(&mut self, id: Id, context: &mut EditContext<'_>) -> Result<(), EditError> {
        let account = self.accounts.get_mut(&id).ok_or(EditError::NoSuchAccount)?;
        if account.is_purged() {
            return Err(EditError::Forgotten);
        }
        if account.is_deleted() {
            account.record(context);
        }
        Ok(())
    }

    /// Gives an account the fields and the credential it has in `past`, as new edits, so that it
    /// stays so; brings it back if it is deleted, and adds it if it was never here.
    ///
    /// # Errors
    /// [`EditError::Forgotten`] when `past` has no content.
    pub fn restore(
        &mut self,
        id: Id,
        past: &Account,
        context: &mut EditContext<'_>,
    ) -> Result<(), EditError> {
        if past.is_purged() {
            return Err(EditError::Forgotten);
        }
        // What is new in `past` is as good as merged; then its values are set anew.
        let account = self.accounts.entry(id).or_insert_with(|| past.clone());
        let mut changed = account.is_deleted();
        changed |= account.issuer.set(past.issuer.value.clone(), context);
        changed |= account.label.set(past.label.value.clone(), context);
        changed |= account.note.set(past.note.value.clone(), context);
        changed |= account.sites.set(past.sites.value.clone(), context);
        changed |= account.groups.set(past.groups.value.clone(), context);
        if account.position.value.is_empty() {
            changed |= account.position.set(past.position.value.clone(), context);
        }
        changed |= account.restore_credentials(past, context);
        if changed {
            account.record(context);
        }
        Ok(())
    }

    /// Names a device, or enters it with its name. Says whether anything is different now.
    ///
    /// # Errors
    /// [`EditError::Invalid`] when the name is too long.
    pub fn name_device(
        &mut self,
        device: DeviceId,
        name: &str,
        context: &mut EditContext<'_>,
    ) -> Result<bool, EditError> {
        check_length("name", name, MAX_NAME_BYTES).map_err(EditError::Invalid)?;
        let info = self.devices.entry(device).or_default();
        Ok(info.name.set(name.trim().to_owned(), context))
    }

    /// Retires a device, or takes it back into use. Says whether anything is different now.
    pub fn retire_device(
        &mut self,
        device: DeviceId,
        retired: bool,
        context: &mut EditContext<'_>,
    ) -> bool {
        let info = self.devices.entry(device).or_default();
        info.retired.set(retired, context)
    }

    /// The account `id`, unless it is deleted.
    pub(crate) fn live_mut(&mut self, id: Id) -> Result<&mut Account, EditError> {
        self.accounts
            .get_mut(&id)
            .filter(|account| !account.is_deleted())
            .ok_or(EditError::NoSuchAccount)
    }
}

impl Account {
    /// Records that an edit was made.
    pub(crate) fn record(&mut self, context: &EditContext<'_>) {
        self.edits.record(context.device, context.now);
    }
}

impl FieldChanges {
    fn validate(&self) -> Result<(), EditError> {
        let check = |field, text: &Option<String>, max| match text {
            Some(text) => check_length(field, text, max),
            None => Ok(()),
        };
        check("issuer", &self.issuer, MAX_NAME_BYTES)
            .and_then(|()| check("label", &self.label, MAX_NAME_BYTES))
            .and_then(|()| check("note", &self.note, MAX_NOTE_BYTES))
            .and_then(|()| check_sites(self.sites.as_deref().unwrap_or_default()))
            .and_then(|()| check_groups(self.groups.as_deref().unwrap_or_default()))
            .map_err(EditError::Invalid)
    }
}

impl Coded for EditError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchAccount => "no_such_account",
            Self::NoSuchCredential => "no_such_credential",
            Self::Duplicate { .. } => "duplicate_account",
            Self::Invalid(error) => error.code(),
            Self::NotCounterBased => "not_counter_based",
            Self::CounterExhausted => "counter_exhausted",
            Self::Forgotten => "account_forgotten",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Invalid(error) => error.field(),
            Self::Duplicate { .. } => Some("secret"),
            Self::CounterExhausted => Some("counter"),
            _ => None,
        }
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchAccount => f.write_str("there is no such account"),
            Self::NoSuchCredential => f.write_str("the account has no such credential"),
            Self::Duplicate { .. } => {
                f.write_str("an account with the same secret and parameters is there already")
            }
            Self::Invalid(error) => error.fmt(f),
            Self::NotCounterBased => f.write_str("the account has no counter"),
            Self::CounterExhausted => f.write_str("the counter is at its end"),
            Self::Forgotten => f.write_str("the account was deleted too long ago"),
        }
    }
}

impl std::error::Error for EditError {}

impl From<AccountError> for EditError {
    fn from(error: AccountError) -> Self {
        Self::Invalid(error)
    }
}
