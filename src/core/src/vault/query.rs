//! Looking into the vault.

use serde::{Deserialize, Serialize};

use super::{Id, Vault};
use crate::account::{Account, Kind};

/// How many of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Accounts in the list, those this version can't read included.
    pub accounts: usize,
    /// Of these, the ones that this version can't read, in whole or in their credential.
    pub unreadable: usize,
    /// Of these, the ones with concurrent credentials to choose from.
    pub conflicts: usize,
    /// Of these, the ones whose code goes by a counter.
    pub counter_based: usize,
    /// Deleted accounts that can be brought back.
    pub restorable: usize,
}

impl Vault {
    /// The account `id`, unless it is deleted.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&Account> {
        self.accounts.get(&id).filter(|a| !a.is_deleted())
    }

    /// The accounts that are not deleted, in the user's order.
    #[must_use]
    pub fn list(&self) -> Vec<(Id, &Account)> {
        let live = self.accounts.iter().filter(|(_, a)| !a.is_deleted());
        let mut list: Vec<_> = live.map(|(id, account)| (*id, account)).collect();
        // Equal places are possible, and the same on every device; the ids decide.
        list.sort_by(|(a_id, a), (b_id, b)| {
            (&a.position.value, a_id).cmp(&(&b.position.value, b_id))
        });
        list
    }

    /// The deleted accounts that can be brought back, the latest deletion first.
    #[must_use]
    pub fn deleted(&self) -> Vec<(Id, &Account)> {
        let gone = self.accounts.iter();
        let mut list: Vec<_> = gone
            .filter(|(_, a)| a.is_deleted() && !a.is_purged())
            .map(|(id, account)| (*id, account))
            .collect();
        list.sort_by_key(|(id, a)| {
            let at = a.deletion.as_ref().map(|deletion| deletion.at);
            (std::cmp::Reverse(at), *id)
        });
        list
    }

    /// The accounts in which every word of `query` occurs, in the user's order.
    ///
    /// Upper and lower case are the same. Looked for in issuer, label, note, sites and groups, never in
    /// the secret.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<(Id, &Account)> {
        let query = query.to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut list = self.list();
        list.retain(|(_, account)| {
            let text = account.text();
            words.iter().all(|word| text.contains(word))
        });
        list
    }

    /// How many of what.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            accounts: self.unreadable.len(),
            unreadable: self.unreadable.len(),
            ..Counts::default()
        };
        for account in self.accounts.values() {
            if account.is_deleted() {
                counts.restorable += usize::from(!account.is_purged());
                continue;
            }
            let kinds = || account.credentials.values().map(|c| c.kind());
            counts.accounts += 1;
            counts.unreadable += usize::from(account.credentials.is_empty());
            counts.conflicts += usize::from(account.has_conflict());
            counts.counter_based += usize::from(kinds().any(|k| matches!(k, Kind::Hotp { .. })));
        }
        counts
    }
}

impl Account {
    /// All that is searched, in lower case, in lines.
    fn text(&self) -> String {
        let fields = [&self.issuer.value, &self.label.value, &self.note.value];
        let lines: Vec<&str> = fields
            .into_iter()
            .chain(&self.sites.value)
            .chain(&self.groups.value)
            .map(String::as_str)
            .collect();
        lines.join("\n").to_lowercase()
    }
}
