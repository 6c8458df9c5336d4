//! Adding accounts to the list, and moving them in it.

use std::collections::HashMap;

use super::edit::{EditContext, EditError};
use super::{Id, Register, Vault, order};
use crate::account::{Account, Credential, Kind, NewAccount};

/// What to do with an account whose secret and parameters are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// Don't add it.
    Refuse,
    /// Add it next to the other.
    Keep,
}

impl Vault {
    /// Adds an account at the end of the list.
    ///
    /// # Errors
    /// [`EditError::Duplicate`] with the account that is there; [`EditError::Invalid`].
    pub fn add(
        &mut self,
        account: NewAccount,
        duplicates: Duplicates,
        context: &mut EditContext<'_>,
    ) -> Result<Id, EditError> {
        let mut results = self.add_all(vec![account], duplicates, context);
        results.pop().unwrap_or(Err(EditError::NoSuchAccount))
    }

    /// Adds accounts at the end of the list, and answers for each, in order. Duplicates among
    /// themselves count too.
    pub fn add_all(
        &mut self,
        accounts: Vec<NewAccount>,
        duplicates: Duplicates,
        context: &mut EditContext<'_>,
    ) -> Vec<Result<Id, EditError>> {
        let mut known = self.fingerprints();
        let mut last = self.list().last().map(|(_, a)| a.position.value.clone());
        let mut results = Vec::with_capacity(accounts.len());
        // Into a sorted vector all at once: thousands one by one would each move the rest.
        let mut added = Vec::new();
        for new in accounts {
            if let Err(error) = new.validate() {
                results.push(Err(error.into()));
                continue;
            }
            let fingerprint = Fingerprint::of(&new.credential);
            if let Some(existing) = known.get(&fingerprint)
                && duplicates == Duplicates::Refuse
            {
                results.push(Err(EditError::Duplicate {
                    existing: *existing,
                }));
                continue;
            }
            let position = match order::between(last.as_deref(), None, context.random) {
                Some(position) => position,
                None => {
                    self.accounts.extend(std::mem::take(&mut added));
                    self.place_after(last.as_deref(), context)
                }
            };
            let id = Id::random(context.random);
            let account = Account::create(new, position.clone(), context);
            added.push((id, account));
            known.entry(fingerprint).or_insert(id);
            last = Some(position);
            results.push(Ok(id));
        }
        self.accounts.extend(added);
        results
    }

    /// The account in the list that makes the same codes.
    #[must_use]
    pub fn duplicate_of(&self, credential: &Credential) -> Option<Id> {
        let mut live = self.accounts.iter().filter(|(_, a)| !a.is_deleted());
        live.find(|(_, a)| a.credentials.values().any(|own| own.is_same_as(credential)))
            .map(|(id, _)| *id)
    }

    /// Moves an account before another one, or to the end of the list.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`] when either is not in the list.
    pub fn move_before(
        &mut self,
        id: Id,
        target: Option<Id>,
        context: &mut EditContext<'_>,
    ) -> Result<(), EditError> {
        self.live_mut(id)?;
        if target == Some(id) {
            return Ok(());
        }
        if let Some(position) = self.place_before(id, target, context)? {
            self.put(id, position, context)?;
            return Ok(());
        }
        // No room: give the whole list new places. That alone is no edit, so it brings nothing
        // back that is deleted elsewhere.
        self.spread(context);
        match self.place_before(id, target, context)? {
            Some(position) => self.put(id, position, context),
            None => Err(EditError::NoSuchAccount),
        }
    }

    fn put(
        &mut self,
        id: Id,
        position: String,
        context: &mut EditContext<'_>,
    ) -> Result<(), EditError> {
        let account = self.live_mut(id)?;
        account.position.set(position, context);
        account.record(context);
        Ok(())
    }

    /// A place before `target` for the account `id`; `None` if there is no room.
    fn place_before(
        &self,
        id: Id,
        target: Option<Id>,
        context: &mut EditContext<'_>,
    ) -> Result<Option<String>, EditError> {
        let mut others = self.list();
        others.retain(|(other, _)| *other != id);
        let index = match target {
            Some(target) => others
                .iter()
                .position(|(other, _)| *other == target)
                .ok_or(EditError::NoSuchAccount)?,
            None => others.len(),
        };
        let place = |index: usize| others.get(index).map(|(_, a)| a.position.value.as_str());
        let lower = index.checked_sub(1).and_then(place);
        Ok(order::between(lower, place(index), context.random))
    }

    fn place_after(&mut self, last: Option<&str>, context: &mut EditContext<'_>) -> String {
        if let Some(position) = order::between(last, None, context.random) {
            return position;
        }
        self.spread(context);
        let list = self.list();
        let last = list.last().map(|(_, a)| a.position.value.as_str());
        // There is room now. Were there none, the start of the list would be a place too.
        order::between(last, None, context.random).unwrap_or_default()
    }

    /// Gives every account in the list a new place, in the present order.
    fn spread(&mut self, context: &mut EditContext<'_>) {
        let ids: Vec<Id> = self.list().into_iter().map(|(id, _)| id).collect();
        let places = order::fresh(ids.len(), context.random);
        for (id, place) in ids.iter().zip(places) {
            if let Some(account) = self.accounts.get_mut(id) {
                account.position.set(place, context);
            }
        }
    }

    pub(crate) fn fingerprints(&self) -> HashMap<Fingerprint, Id> {
        let mut known = HashMap::new();
        for (id, account) in self.accounts.iter().filter(|(_, a)| !a.is_deleted()) {
            for credential in account.credentials.values() {
                known.entry(Fingerprint::of(credential)).or_insert(*id);
            }
        }
        known
    }
}

/// What makes two credentials the same: a hash of secret and PIN, and the parameters without the
/// counter. Hashing lets the comparison be fast without its timing telling of the secret.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32], Kind);

impl Fingerprint {
    pub(crate) fn of(credential: &Credential) -> Self {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        // Of kinds without a PIN nothing but the secret is hashed; the kinds keep them apart.
        if let Some(pin) = credential.pin() {
            hash.update(Sha256::digest(pin.as_str()));
        }
        hash.update(credential.secret().as_bytes());
        let hash = hash.finalize();
        Self(hash.into(), credential.kind().without_counter())
    }
}

impl Account {
    fn create(new: NewAccount, position: String, context: &mut EditContext<'_>) -> Self {
        let mut account = Self::default();
        account.issuer.set(new.issuer, context);
        account.label.set(new.label, context);
        account.note.set(new.note, context);
        account.sites.set(new.sites, context);
        account.groups.set(new.groups, context);
        account.position = Register {
            value: position,
            stamp: context.stamp(&account.position.stamp),
        };
        let id = Id::random(context.random);
        account.credentials.insert(id, new.credential);
        account.settle();
        account.record(context);
        account
    }
}
