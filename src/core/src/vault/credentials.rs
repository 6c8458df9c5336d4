//! Edits of an account's credential.

use sha2::{Digest, Sha256};

use super::edit::{EditContext, EditError};
use super::{Id, Vault};
use crate::account::{Account, Credential, Kind};
use crate::code::{self, Code};

impl Vault {
    /// Gives an account another credential instead of all that it has.
    ///
    /// The new one gets an id of its own. A HOTP whose secret and counter stay the same continues
    /// the old counter, so that a code used on another device meanwhile still counts; a counter
    /// that is set by hand starts anew and may be lower.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`].
    pub fn replace_credential(
        &mut self,
        id: Id,
        credential: Credential,
        context: &mut EditContext<'_>,
    ) -> Result<bool, EditError> {
        let account = self.live_mut(id)?;
        let changed = account.replace_credentials(credential, context);
        if changed {
            account.record(context);
        }
        Ok(changed)
    }

    /// Settles which of several concurrent credentials is the right one.
    ///
    /// The chosen one goes on under a new id that follows from the ids involved: were it kept and
    /// the others listed as replaced, two devices that choose differently would leave none. Two
    /// that choose alike arrive at the same id.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`] and [`EditError::NoSuchCredential`].
    pub fn choose_credential(
        &mut self,
        id: Id,
        chosen: Id,
        context: &mut EditContext<'_>,
    ) -> Result<(), EditError> {
        let account = self.live_mut(id)?;
        if !account.credential_ids().any(|id| id == chosen) {
            return Err(EditError::NoSuchCredential);
        }
        if !account.has_conflict() {
            return Ok(());
        }
        let successor = account.successor_of(chosen);
        let continued = account.credentials.get(&chosen).cloned();
        let later = account.later_credentials.get(&chosen).cloned();
        account.retire_credentials();
        if let Some(mut credential) = continued {
            if credential.kind().counter().is_some() {
                credential.continues = Some(credential.counter_id(chosen));
            }
            account.credentials.insert(successor, credential);
        } else if let Some(later) = later {
            account.later_credentials.insert(successor, later);
        }
        account.settle();
        account.record(context);
        Ok(())
    }

    /// Moves a HOTP counter on by one and gives the code of the counter as it was.
    ///
    /// The code may be shown only once the vault is stored: a code that was shown and is not
    /// counted would be shown again.
    ///
    /// # Errors
    /// [`EditError::NoSuchAccount`], [`EditError::NoSuchCredential`],
    /// [`EditError::NotCounterBased`], [`EditError::CounterExhausted`].
    pub fn advance(
        &mut self,
        id: Id,
        credential: Id,
        context: &mut EditContext<'_>,
    ) -> Result<Code, EditError> {
        let account = self.live_mut(id)?;
        let current = account
            .credentials
            .get(&credential)
            .ok_or(EditError::NoSuchCredential)?;
        let Kind::Hotp {
            algorithm,
            digits,
            counter,
        } = current.kind()
        else {
            return Err(EditError::NotCounterBased);
        };
        let next = counter.checked_add(1).ok_or(EditError::CounterExhausted)?;
        let code = code::counted(current.secret(), algorithm, digits, counter);
        let counter_id = current.counter_id(credential);
        account.counters.insert(counter_id, next);
        account.settle();
        account.record(context);
        Ok(code)
    }
}

impl Account {
    /// Replaces all credentials by this one, unless it is the only one already.
    fn replace_credentials(
        &mut self,
        mut credential: Credential,
        context: &mut EditContext<'_>,
    ) -> bool {
        let alike = |own: &Credential| {
            own.is_same_as(&credential) && own.kind().counter() == credential.kind().counter()
        };
        if !self.has_conflict() && self.credentials.values().any(alike) {
            return false;
        }
        credential.continues = self
            .credentials
            .iter()
            .find(|(_, own)| {
                own.kind().counter().is_some()
                    && own.kind().counter() == credential.kind().counter()
                    && own.secret() == credential.secret()
            })
            .map(|(id, own)| own.counter_id(*id));
        self.retire_credentials();
        self.credentials
            .insert(Id::random(context.random), credential);
        self.settle();
        true
    }

    /// Makes the credentials those of `past`, under new ids where they are not current.
    pub(super) fn restore_credentials(
        &mut self,
        past: &Self,
        context: &mut EditContext<'_>,
    ) -> bool {
        let same = |own: &Self| own.credential_ids().eq(past.credential_ids());
        if same(self) {
            return false;
        }
        // A purged account no longer has the credentials that its deletion had in view; another
        // device may still, and they are not to come back next to the restored one.
        let forgone = self.deletion.iter().flat_map(|d| &d.credentials);
        self.replaced.extend(forgone);
        self.retire_credentials();
        for (id, credential) in &past.credentials {
            let mut credential = credential.clone();
            if credential.kind().counter().is_some() {
                credential.continues = Some(credential.counter_id(*id));
            }
            self.credentials
                .insert(Id::random(context.random), credential);
        }
        for later in past.later_credentials.values() {
            let id = Id::random(context.random);
            self.later_credentials.insert(id, later.clone());
        }
        self.settle();
        true
    }

    fn retire_credentials(&mut self) {
        let ids: Vec<Id> = self.credential_ids().collect();
        self.replaced.extend(ids);
        self.settle();
    }

    /// The id under which `chosen` goes on when it is chosen among the present credentials.
    fn successor_of(&self, chosen: Id) -> Id {
        let mut ids: Vec<Id> = self.credential_ids().collect();
        ids.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(b"holdfast chosen credential");
        hash.update(chosen.as_bytes());
        for id in ids {
            hash.update(id.as_bytes());
        }
        let mut bytes = [0; 16];
        for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
            *byte = hashed;
        }
        Id::from_bytes(bytes)
    }
}
