//! Whether what a backup holds makes the codes that the vault makes.

use super::{Id, Vault};
use crate::account::{Account, Credential};
use crate::code;

/// The vault's accounts, by whether a backup makes the same codes. In the vault's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Every code of these agreed.
    pub agreed: Vec<Id>,
    /// The backup has these, but makes other codes.
    pub differing: Vec<Id>,
    /// The backup doesn't have these.
    pub missing: Vec<Id>,
}

impl Agreement {
    /// Compares the codes of every account of `present` with those of `backup`, at `unix_millis`
    /// and one time step later. Counter-based ones are compared at the vault's counter. What this
    /// version can't make codes of agrees when the backup carries it unchanged.
    #[must_use]
    pub fn between(backup: &Vault, present: &Vault, unix_millis: u64) -> Self {
        let mut agreement = Self::default();
        let mut put = |id, agrees: Option<bool>| match agrees {
            Some(true) => agreement.agreed.push(id),
            Some(false) => agreement.differing.push(id),
            None => agreement.missing.push(id),
        };
        for (id, account) in present.list() {
            let stored = backup.get(id);
            put(
                id,
                stored.map(|stored| account.codes_agree(stored, unix_millis)),
            );
        }
        for (id, json) in &present.unreadable {
            put(*id, backup.unreadable.get(id).map(|stored| stored == json));
        }
        agreement
    }

    /// How many accounts were compared.
    #[must_use]
    pub fn of(&self) -> usize {
        self.agreed.len() + self.differing.len() + self.missing.len()
    }
}

impl Account {
    fn codes_agree(&self, stored: &Self, unix_millis: u64) -> bool {
        let made = |own: &Credential| {
            let mut all = stored.credentials.values();
            all.any(|theirs| same_codes(own, theirs, unix_millis))
        };
        self.credentials.values().all(made)
            && self.credentials.len() == stored.credentials.len()
            && self.later_credentials == stored.later_credentials
    }
}

/// Compares what a person would see rather than the secrets: this is about what comes out.
fn same_codes(own: &Credential, theirs: &Credential, unix_millis: u64) -> bool {
    let mut theirs = theirs.clone();
    if let Some(counter) = own.kind().counter() {
        theirs.set_counter(counter);
    }
    let (mut own, mut theirs) = (own.clone(), theirs);
    let step = code::at(&own, unix_millis)
        .validity
        .map_or(0, |validity| validity.until - validity.from);
    let same = |a: &Credential, b: &Credential, at| code::at(a, at).text == code::at(b, at).text;
    let first = same(&own, &theirs, unix_millis);
    if let Some(next) = own
        .kind()
        .counter()
        .and_then(|counter| counter.checked_add(1))
    {
        own.set_counter(next);
        theirs.set_counter(next);
    }
    own.kind() == theirs.kind() && first && same(&own, &theirs, unix_millis.saturating_add(step))
}
