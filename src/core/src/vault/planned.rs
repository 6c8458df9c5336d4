//! What adding many accounts would do to the vault, before it is done; and doing it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::edit::{EditContext, EditError};
use super::list::Fingerprint;
use super::{Duplicates, Id, Vault};
use crate::account::{Account, Credential, NewAccount};

/// What is to become of an account whose secret and parameters are in the vault already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The account that is there stays, and gets what it lacks: issuer, label, note, sites and
    /// groups, and the counter if it is ahead.
    #[default]
    Merge,
    /// The account is added next to the one that is there.
    KeepBoth,
}

/// An account to be added, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// The vault has none that makes the same codes.
    New,
    /// The vault has one that makes the same codes.
    InVault(Id),
    /// An earlier one, at this place, makes the same codes.
    Repeated(usize),
}

/// Where every account goes, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each account.
    pub accounts: Vec<Planned>,
}

impl Plan {
    /// Compares accounts with the vault and among themselves.
    #[must_use]
    pub fn new(vault: &Vault, accounts: &[NewAccount]) -> Self {
        let known = vault.fingerprints();
        let mut seen: HashMap<Fingerprint, usize> = HashMap::new();
        let plan = accounts.iter().enumerate().map(|(index, account)| {
            let fingerprint = Fingerprint::of(&account.credential);
            if let Some(id) = known.get(&fingerprint) {
                return Planned::InVault(*id);
            }
            match seen.get(&fingerprint) {
                Some(first) => Planned::Repeated(*first),
                None => {
                    seen.insert(fingerprint, index);
                    Planned::New
                }
            }
        });
        Self {
            accounts: plan.collect(),
        }
    }

    /// How many are new.
    #[must_use]
    pub fn new_accounts(&self) -> usize {
        let new = |planned: &&Planned| **planned == Planned::New;
        self.accounts.iter().filter(new).count()
    }
}

impl Vault {
    /// Adds accounts as planned, and answers for each, in order: its id, or that of the account
    /// it went into.
    pub fn add_planned(
        &mut self,
        accounts: Vec<NewAccount>,
        choice: Choice,
        context: &mut EditContext<'_>,
    ) -> Vec<Result<Id, EditError>> {
        if choice == Choice::KeepBoth {
            return self.add_all(accounts, Duplicates::Keep, context);
        }
        let twins = accounts.clone();
        let mut results = self.add_all(accounts, Duplicates::Refuse, context);
        for (result, twin) in results.iter_mut().zip(&twins) {
            if let Err(EditError::Duplicate { existing }) = *result {
                *result = self.complete(existing, twin, context).map(|_| existing);
            }
        }
        results
    }

    /// Gives an account what it lacks and another one with the same credential has. Says whether
    /// anything is different now.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`].
    pub fn complete(
        &mut self,
        id: Id,
        other: &NewAccount,
        context: &mut EditContext<'_>,
    ) -> Result<bool, EditError> {
        let account = self.live_mut(id)?;
        let mut changed = false;
        for (own, theirs) in [
            (&mut account.issuer, &other.issuer),
            (&mut account.label, &other.label),
            (&mut account.note, &other.note),
        ] {
            if own.value.is_empty() && !theirs.is_empty() {
                changed |= own.set(theirs.clone(), context);
            }
        }
        for (own, theirs, most) in [
            (&mut account.sites, &other.sites, crate::account::MAX_SITES),
            (
                &mut account.groups,
                &other.groups,
                crate::account::MAX_GROUPS,
            ),
        ] {
            let mut all = own.value.clone();
            let new = theirs.iter().filter(|text| !own.value.contains(text));
            all.extend(new.cloned());
            all.truncate(most.max(own.value.len()));
            changed |= own.set(all, context);
        }
        changed |= account.advance_to(&other.credential);
        if changed {
            account.record(context);
        }
        Ok(changed)
    }

    /// Every readable credential in the list as an account of its own, in the user's order.
    #[must_use]
    pub fn to_new_accounts(&self) -> Vec<NewAccount> {
        let list = self.list().into_iter();
        list.flat_map(|(_, account)| account.to_new()).collect()
    }
}

impl Account {
    /// Moves the counter of a HOTP on to that of its twin, if that is ahead.
    fn advance_to(&mut self, twin: &Credential) -> bool {
        let Some(counter) = twin.kind().counter() else {
            return false;
        };
        let own = self.credentials.iter();
        let behind = own
            .filter(|(_, own)| own.is_same_as(twin))
            .find(|(_, own)| own.kind().counter().is_some_and(|own| own < counter));
        let Some(counter_id) = behind.map(|(id, own)| own.counter_id(*id)) else {
            return false;
        };
        self.counters.insert(counter_id, counter);
        self.settle();
        true
    }

    fn to_new(&self) -> impl Iterator<Item = NewAccount> {
        self.credentials.values().map(|credential| NewAccount {
            issuer: self.issuer.value.clone(),
            label: self.label.value.clone(),
            note: self.note.value.clone(),
            sites: self.sites.value.clone(),
            groups: self.groups.value.clone(),
            credential: credential.clone(),
        })
    }
}
