//! Merging: the join of two vaults.

use crate::map::Map;

use super::{DeviceId, DeviceInfo, Id, Seen, Vault, join};
use crate::account::{Account, Credential, Deletion};
use crate::fields::Field;
use crate::json::{Json, Object};

impl Vault {
    /// Takes over everything that `other` knows and this doesn't.
    ///
    /// The order of merges, and how often each is repeated, makes no difference. Deleted accounts
    /// whose time is over are dropped afterwards by [`Vault::purge`].
    pub fn merge(&mut self, other: &Self) {
        join_maps(&mut self.accounts, &other.accounts, Account::merge);
        self.merge_unreadable(&other.unreadable);
        join_maps(&mut self.devices, &other.devices, DeviceInfo::merge);
        join_maps(&mut self.seen, &other.seen, Seen::merge);
        join::objects(&mut self.unknown, &other.unknown);
    }

    /// Two states that can't be read alone may make one that can: what has become readable is an
    /// account like any other, as it would be after writing and reading it again.
    fn merge_unreadable(&mut self, other: &Map<Id, Json>) {
        let mut new = Vec::new();
        for (id, theirs) in other {
            let Some(own) = self.unreadable.get_mut(id) else {
                new.push((*id, theirs.clone()));
                continue;
            };
            join::values(own, theirs);
            let Ok(account) = Account::read(own.clone()) else {
                continue;
            };
            self.unreadable.remove(id);
            match self.accounts.get_mut(id) {
                Some(own) => own.merge(&account),
                None => {
                    self.accounts.insert(*id, account);
                }
            }
        }
        self.unreadable.extend(new);
    }

    /// Notes what is known of a device's snapshot, unless a newer one is known already.
    pub fn note_snapshot(&mut self, device: DeviceId, seen: Seen) {
        self.seen
            .entry(device)
            .and_modify(|own| own.merge(&seen))
            .or_insert(seen);
    }
}

impl Account {
    /// The join of two states of one account.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.issuer.merge(&other.issuer);
        self.label.merge(&other.label);
        self.note.merge(&other.note);
        self.sites.merge(&other.sites);
        self.groups.merge(&other.groups);
        self.position.merge(&other.position);
        join_maps(&mut self.credentials, &other.credentials, merge_credential);
        join_maps(
            &mut self.later_credentials,
            &other.later_credentials,
            join::objects,
        );
        for id in other.later_credentials.keys() {
            // Two forms that can't be read alone may make one that can.
            let joined = self.later_credentials.get(id).cloned();
            if let Some(Ok(credential)) = joined.map(|later| Credential::read(Json::Object(later)))
            {
                self.later_credentials.remove(id);
                self.credentials.entry(*id).or_insert(credential);
            }
        }
        self.replaced.extend(&other.replaced);
        join_maps(&mut self.counters, &other.counters, |own, other| {
            *own = (*own).max(*other);
        });
        self.edits.merge(&other.edits);
        match (&mut self.deletion, &other.deletion) {
            (Some(own), Some(other)) => own.merge(other),
            (own @ None, Some(other)) => *own = Some(other.clone()),
            (_, None) => {}
        }
        join::objects(&mut self.unknown, &other.unknown);
        self.settle();
    }

    /// Restores what holds between the parts: no replaced credential is left, and every HOTP
    /// counter is the highest known. Both follow from the joined parts alone, so settling breaks
    /// no law of merging.
    pub(crate) fn settle(&mut self) {
        let replaced = &self.replaced;
        self.credentials.retain(|id, _| !replaced.contains(id));
        // A credential has one form in the payload. Where this version can read one, that is it.
        let readable = &self.credentials;
        self.later_credentials
            .retain(|id, _| !replaced.contains(id) && !readable.contains_key(id));
        for (id, credential) in &mut self.credentials {
            if let Some(counter) = credential.kind().counter() {
                let highest = self.counters.entry(credential.counter_id(*id)).or_default();
                *highest = counter.max(*highest);
            }
        }
        for (id, credential) in &mut self.credentials {
            if let Some(highest) = self.counters.get(&credential.counter_id(*id)) {
                credential.set_counter(*highest);
            }
        }
    }
}

impl Deletion {
    /// Both contexts count: each of the deleting persons wanted the account gone.
    fn merge(&mut self, other: &Self) {
        self.seen.merge(&other.seen);
        self.credentials.extend(&other.credentials);
        self.at = self.at.max(other.at);
        join::objects(&mut self.unknown, &other.unknown);
    }
}

impl DeviceInfo {
    fn merge(&mut self, other: &Self) {
        self.name.merge(&other.name);
        self.retired.merge(&other.retired);
        join::objects(&mut self.unknown, &other.unknown);
        settle_field(&mut self.unknown, "name", &mut self.name);
        settle_field(&mut self.unknown, "retired", &mut self.retired);
    }
}

impl Seen {
    fn merge(&mut self, other: &Self) {
        if other.rank() > self.rank() {
            self.clone_from(other);
        }
    }

    /// The number decides; the rest only between two installations under one name.
    fn rank(&self) -> impl Ord {
        (self.sequence, self.at, self.hash, self.unknown.clone())
    }
}

/// One id is one credential, so the two differ in the counter at most, and the account's counters
/// settle that. Should they differ all the same, the choice is arbitrary but everybody's.
fn merge_credential(own: &mut Credential, other: &Credential) {
    let content = |credential: &Credential| {
        let mut credential = credential.clone();
        credential.set_counter(0);
        credential
    };
    let (ours, theirs) = (content(own), content(other));
    if ours != theirs && theirs.write() > ours.write() {
        own.clone_from(other);
    }
}

/// A field that one side could read and the other, of another version, could not: it is joined as
/// JSON, and held in one place only, as it would be after writing and reading it again.
fn settle_field<T: Field + Default + PartialEq>(unknown: &mut Object, name: &str, own: &mut T) {
    let Some(held) = unknown.get_mut(name) else {
        return;
    };
    if *own != T::default() {
        join::values(held, &own.write());
    }
    match T::read(held.clone()) {
        Ok(value) => {
            *own = value;
            unknown.remove(name);
        }
        Err(_) => *own = T::default(),
    }
}

fn join_maps<T: Clone>(own: &mut Map<Id, T>, other: &Map<Id, T>, join: impl Fn(&mut T, &T)) {
    let mut new = Vec::new();
    for (id, theirs) in other {
        match own.get_mut(id) {
            Some(ours) => join(ours, theirs),
            None => new.push((*id, theirs.clone())),
        }
    }
    // All at once: one by one, each would move what lies behind it.
    own.extend(new);
}
