//! What an import would do to the vault, before it is done.

use std::collections::BTreeMap;

use crate::account::NewAccount;
use crate::vault::{Fingerprint, Id, Vault};

/// What is to become of an account whose secret and parameters are in the vault already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The account that is there stays, and gets what it lacks: issuer, label, note, sites and
    /// groups, and the counter if it is ahead.
    Merge,
    /// The account is added next to the one that is there.
    KeepBoth,
}

/// An account of the import, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// The vault has none that makes the same codes.
    New,
    /// The vault has one that makes the same codes.
    InVault(Id),
    /// An earlier entry of the import, at this place, makes the same codes.
    Repeated(usize),
}

/// Where every account of an import goes, in its order.
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
        let mut seen: BTreeMap<Fingerprint, usize> = BTreeMap::new();
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
