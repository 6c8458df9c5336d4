//! What a merge would do, before it is done; and what lies between two versions.

use serde::{Deserialize, Serialize};

use super::{EditContext, EditError, Id, Vault};

/// A merge that removes more accounts than this asks first.
const MANY: usize = 5;

/// What is different for the user between two versions of a vault. The order of the list is not
/// counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Accounts that are new, or back.
    pub added: Vec<Id>,
    /// Accounts with another field or credential.
    pub changed: Vec<Id>,
    /// Accounts that are gone.
    pub removed: Vec<Id>,
    /// How many accounts there were before.
    pub before: usize,
}

/// A merge, made on a copy.
#[derive(Clone, Debug, PartialEq)]
pub struct MergePlan {
    /// The result: takes the place of the vault when the user agrees, or need not be asked.
    pub merged: Vault,
    /// What it does to the user's list.
    pub changes: Changes,
}

impl Vault {
    /// What merging `other` would give.
    #[must_use]
    pub fn plan_merge(&self, other: &Self) -> MergePlan {
        let mut merged = self.clone();
        merged.merge(other);
        let changes = Changes::between(self, &merged);
        MergePlan { merged, changes }
    }
}

impl MergePlan {
    /// Brings the accounts back that the merge removes: the user's answer was no. That is an edit
    /// of each, so it holds on every device.
    ///
    /// # Errors
    /// None that [`Vault::purge`] has not caused before.
    pub fn keep_removed(&mut self, context: &mut EditContext<'_>) -> Result<(), EditError> {
        for id in std::mem::take(&mut self.changes.removed) {
            self.merged.undelete(id, context)?;
        }
        Ok(())
    }
}

impl Changes {
    /// What is different for the user in `after`.
    #[must_use]
    pub fn between(before: &Vault, after: &Vault) -> Self {
        let mut changes = Self::default();
        for (id, old) in &before.accounts {
            if old.is_deleted() {
                continue;
            }
            changes.before += 1;
            match after.get(*id) {
                None => changes.removed.push(*id),
                Some(new) if !old.differences(new).is_empty() => changes.changed.push(*id),
                Some(_) => {}
            }
        }
        for (id, new) in &after.accounts {
            if !new.is_deleted() && before.get(*id).is_none() {
                changes.added.push(*id);
            }
        }
        changes
    }

    /// Whether so many accounts are removed, more than five or more than a fifth, that the user
    /// is to be asked.
    #[must_use]
    pub fn needs_consent(&self) -> bool {
        self.removed.len() > MANY || self.removed.len() * 5 > self.before
    }

    /// Whether nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}
