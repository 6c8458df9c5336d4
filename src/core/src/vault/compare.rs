//! A past state of the vault held against the present one, and brought back.

use serde::{Deserialize, Serialize};

use super::join;
use super::{EditContext, EditError, Id, Vault};
use crate::account::{Account, Credential};

/// What lies between a past state and the present one, for a person to look at.
///
/// A HOTP counter that has moved is no difference: it is never set back. Nor is the order of the
/// list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Accounts that are here now and were not then, in the present order.
    pub added: Vec<Compared>,
    /// Accounts that are different now, in the present order.
    pub changed: Vec<Compared>,
    /// Accounts that were there then and are not now, in the order of then.
    pub deleted: Vec<Compared>,
    /// How many accounts are the same.
    pub same: usize,
}

/// One account of a [`Comparison`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Which.
    pub id: Id,
    /// Its issuer: the present one, or of then if it is deleted.
    pub issuer: String,
    /// Its label, likewise.
    pub label: String,
    /// What is different; empty unless it was changed.
    pub parts: Vec<Part>,
}

/// A part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The issuer.
    Issuer,
    /// The label.
    Label,
    /// The note.
    Note,
    /// The sites.
    Sites,
    /// The groups.
    Groups,
    /// Secret or parameters.
    Credential,
    /// The counter of a HOTP, and nothing else of its credential.
    Counter,
}

impl Comparison {
    /// Holds `past` against `present`.
    #[must_use]
    pub fn between(past: &Vault, present: &Vault) -> Self {
        let mut comparison = Self::default();
        for (id, account) in present.list() {
            let Some(then) = past.get(id) else {
                comparison.added.push(Compared::new(id, account));
                continue;
            };
            let mut parts = then.differences(account);
            parts.retain(|part| *part != Part::Counter);
            if parts.is_empty() {
                comparison.same += 1;
            } else {
                let compared = Compared::new(id, account);
                comparison.changed.push(Compared { parts, ..compared });
            }
        }
        comparison.deleted = past
            .list()
            .into_iter()
            .filter(|(id, _)| present.get(*id).is_none())
            .map(|(id, account)| Compared::new(id, account))
            .collect();
        comparison
    }

    /// Nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.deleted.is_empty()
    }
}

impl Vault {
    /// Gives every account of `past` what it had then, as new edits, so that it stays so on every
    /// device; deleted ones are back. Accounts that were added since then stay as they are. Says
    /// how many accounts are different now.
    ///
    /// # Errors
    /// None: accounts in the list have content. See [`Vault::restore`].
    pub fn restore_all(
        &mut self,
        past: &Self,
        context: &mut EditContext<'_>,
    ) -> Result<usize, EditError> {
        let mut restored = 0;
        for (id, then) in past.list() {
            let same = |own: &Account| {
                let parts = own.differences(then);
                parts.iter().all(|part| *part == Part::Counter)
            };
            if self.get(id).is_some_and(same) {
                continue;
            }
            self.restore(id, then, context)?;
            restored += 1;
        }
        for (id, json) in &past.unreadable {
            match self.unreadable.get_mut(id) {
                Some(own) => join::values(own, json),
                None => {
                    self.unreadable.insert(*id, json.clone());
                }
            }
        }
        Ok(restored)
    }
}

impl Account {
    /// What a person sees to be different in `other`.
    pub(crate) fn differences(&self, other: &Self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut check = |same: bool, part| {
            if !same {
                parts.push(part);
            }
        };
        check(self.issuer.value == other.issuer.value, Part::Issuer);
        check(self.label.value == other.label.value, Part::Label);
        check(self.note.value == other.note.value, Part::Note);
        check(self.sites.value == other.sites.value, Part::Sites);
        check(self.groups.value == other.groups.value, Part::Groups);
        let same = self.same_credentials(other, Credential::is_same_as)
            && self.later_credentials == other.later_credentials;
        let alike = |a: &Credential, b: &Credential| {
            a.is_same_as(b) && a.kind().counter() == b.kind().counter()
        };
        check(same, Part::Credential);
        check(!same || self.same_credentials(other, alike), Part::Counter);
        parts
    }

    fn same_credentials(
        &self,
        other: &Self,
        alike: impl Fn(&Credential, &Credential) -> bool,
    ) -> bool {
        let has = |own: &Credential| other.credentials.values().any(|theirs| alike(own, theirs));
        self.credentials.len() == other.credentials.len() && self.credentials.values().all(has)
    }
}

impl Compared {
    fn new(id: Id, account: &Account) -> Self {
        Self {
            id,
            issuer: account.issuer.value.clone(),
            label: account.label.value.clone(),
            parts: Vec::new(),
        }
    }
}
