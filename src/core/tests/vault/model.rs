//! What merging means, without anything that makes it work: an account is the set of the events it
//! has seen, and merging is the union.

use std::collections::{BTreeMap, BTreeSet};

/// The events of one account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    pub edits: BTreeSet<u32>,
    /// Edits that some deletion has seen.
    pub forgone: BTreeSet<u32>,
    /// Credentials by the event that set them: the number of the secret.
    pub credentials: BTreeMap<u32, u32>,
    pub replaced: BTreeSet<u32>,
    /// The counter by secret: every secret is set once, and chosen ones keep theirs.
    pub counters: BTreeMap<u32, u64>,
}

impl Events {
    pub fn alive(&self) -> bool {
        !self.edits.is_subset(&self.forgone)
    }

    pub fn current(&self) -> BTreeSet<u32> {
        let current = self.credentials.iter();
        current
            .filter(|(event, _)| !self.replaced.contains(event))
            .map(|(_, secret)| *secret)
            .collect()
    }

    pub fn current_events(&self) -> BTreeSet<u32> {
        let events = self.credentials.keys().copied();
        events
            .filter(|event| !self.replaced.contains(event))
            .collect()
    }

    pub fn set(&mut self, event: u32, secret: u32) {
        self.replaced
            .extend(self.credentials.keys().filter(|other| **other != event));
        self.credentials.insert(event, secret);
    }

    pub fn merge(&mut self, other: &Self) {
        self.edits.extend(&other.edits);
        self.forgone.extend(&other.forgone);
        self.credentials.extend(&other.credentials);
        self.replaced.extend(&other.replaced);
        for (secret, counter) in &other.counters {
            let own = self.counters.entry(*secret).or_default();
            *own = (*own).max(*counter);
        }
    }
}
