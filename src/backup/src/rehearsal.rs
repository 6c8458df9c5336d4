//! Rehearsing a restore: would it really come back? A stored snapshot is fetched anew, opened with
//! the passphrase or recovery key that the person types, and every account's code is compared with
//! the vault's. The engine fetches and remembers; opening and comparing is for whoever has the key.

use crate::cause::Cause;
use crate::destination::config::DestinationId;
use crate::destination::{Destination, Failure};
use crate::digest::Digest;
use crate::engine::{Engine, Stop};
use crate::env::{Env, Memory};
use crate::evidence::{Evidence, Record, Rehearsal};
use crate::journal::Journal;
use crate::log::What;
use crate::name::SnapshotName;
use crate::plan::is_past;
use crate::policy::{REHEARSE_EVERY, REHEARSE_FIRST};
use crate::store::Reading;
use crate::vault::{VaultInfo, VaultPort};

/// What comparing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Accounts of the vault whose codes the snapshot makes too.
    pub agreed: u32,
    /// Accounts of the vault.
    pub of: u32,
    /// The passphrases and recovery keys that open this snapshot, one of which was typed:
    /// `Header::ways_in` of its bytes. Those of the vault may be others by now, and nobody has
    /// shown to know them.
    pub keys: Digest,
}

/// A rehearsal that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// The snapshot.
    pub name: SnapshotName,
    /// When it was stored, by the server's clock.
    pub stored_at: Option<u64>,
    /// It was sealed from the vault as it is now: then `agreed` and `of` are to be equal.
    pub current: bool,
    /// What comparing came to.
    pub compared: Compared,
}

/// Why a rehearsal was not carried out. Nothing is remembered of it, except a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RehearsalError<E> {
    /// No snapshot of this vault is known to be stored there.
    NothingStored,
    /// It could not be fetched, or is not what was stored.
    Failed(Failure),
    /// It could not be opened: the passphrase was wrong, perhaps.
    Refused(E),
}

/// Why a rehearsal is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// There has been none.
    Never,
    /// The last one was long ago.
    Old {
        /// When, by this computer's clock, in milliseconds.
        last: u64,
    },
    /// Passphrase or recovery key have changed since.
    KeysChanged {
        /// When the last one was, by this computer's clock, in milliseconds.
        last: u64,
    },
    /// In the last one not every code agreed.
    Incomplete {
        /// When that was, by this computer's clock, in milliseconds.
        last: u64,
        /// Accounts whose codes agreed.
        agreed: u32,
        /// Accounts compared.
        of: u32,
    },
}

/// Whether to suggest a rehearsal at that destination. `keys` identifies the passphrases and
/// recovery keys that open the vault at present: `Header::ways_in` of the sealed vault in this
/// browser. Nothing is suggested before something is stored.
#[must_use]
pub fn suggestion(
    evidence: &Evidence,
    vault: &VaultInfo,
    keys: Digest,
    now: u64,
) -> Option<Suggestion> {
    evidence.newest_stored(&vault.tag, now)?;
    let Some(rehearsal) = &evidence.rehearsal else {
        let since = Some(evidence.connected_at);
        return is_past(since, REHEARSE_FIRST, now).then_some(Suggestion::Never);
    };
    let (last, agreed, of) = (rehearsal.at, rehearsal.agreed, rehearsal.of);
    if rehearsal.keys.is_some_and(|then| then != keys) {
        Some(Suggestion::KeysChanged { last })
    } else if agreed < of {
        Some(Suggestion::Incomplete { last, agreed, of })
    } else if is_past(Some(last), REHEARSE_EVERY, now) {
        Some(Suggestion::Old { last })
    } else {
        None
    }
}

/// Whether to suggest a rehearsal wherever the status is shown: when it is due at every destination
/// that has something to rehearse. One that was carried out anywhere has shown that the passphrase
/// is known.
#[must_use]
pub fn overdue<'a>(
    destinations: impl IntoIterator<Item = &'a Evidence>,
    vault: &VaultInfo,
    keys: Digest,
    now: u64,
) -> Option<Suggestion> {
    let destinations = destinations.into_iter();
    let something = destinations.filter(|own| own.newest_stored(&vault.tag, now).is_some());
    let all: Option<Vec<Suggestion>> = something
        .map(|evidence| suggestion(evidence, vault, keys, now))
        .collect();
    all?.first().copied()
}

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Fetches the newest proven snapshot anew and has it opened and compared. `compare` opens the
    /// bytes with what the person typed; what it refuses is no evidence of anything.
    ///
    /// # Errors
    /// See [`RehearsalError`]. That a snapshot is gone or damaged is remembered as its loss, and
    /// the next run stores it again.
    pub async fn rehearse<D: Destination, R>(
        &self,
        id: &DestinationId,
        destination: &D,
        compare: impl AsyncFnOnce(&[u8]) -> Result<Compared, R>,
    ) -> Result<Rehearsed, RehearsalError<R>> {
        let failed = |cause| RehearsalError::Failed(Failure::new(cause));
        let _claim = self.claim(id).ok_or(failed(Cause::Interrupted))?;
        let could_not_save = || failed(Cause::CouldNotSaveHere);
        let loaded = Journal::load(&self.memory, id).await;
        let mut journal = loaded.map_err(|_| could_not_save())?;
        let info = self.vault.info().await.map_err(|_| could_not_save())?;
        let Some(record) = subject(&journal.evidence, &info, self.env.now_millis()) else {
            return Err(RehearsalError::NothingStored);
        };
        let (name, hash) = (record.name.clone(), record.hash);
        let (stored_at, current) = (record.server_time, record.content == info.content);

        let stopped = |Stop(failure)| RehearsalError::Failed(failure);
        self.same_account(&mut journal.evidence, destination)
            .map_err(stopped)?;
        let read = self.read(&mut journal, destination, &name, hash).await;
        // A doubt is kept, whatever becomes of this.
        let _ = journal.save(&self.memory).await;
        let bytes = match read.map_err(stopped)? {
            Reading::Exact { bytes, .. } => bytes,
            Reading::Lost(cause) => {
                let now = self.env.now_millis();
                journal.evidence.lose(&name, cause, now);
                let saved = journal.save(&self.memory).await;
                saved.map_err(|_| could_not_save())?;
                return Err(failed(cause));
            }
        };
        let compared = compare(&bytes).await.map_err(RehearsalError::Refused)?;
        let Compared { agreed, of, keys } = compared;
        let at = self.env.now_millis();
        journal.evidence.rehearsal = Some(Rehearsal {
            at,
            agreed,
            of,
            keys: Some(keys),
        });
        let what = What::Rehearsed { agreed, of };
        journal.evidence.log.add(at, what);
        let saved = journal.save(&self.memory).await;
        saved.map_err(|_| could_not_save())?;
        Ok(Rehearsed {
            name,
            stored_at,
            current,
            compared,
        })
    }
}

/// What a restore would be made from: the present content, or else the newest there is.
fn subject<'a>(evidence: &'a Evidence, info: &VaultInfo, now: u64) -> Option<&'a Record> {
    evidence
        .stored(&info.tag, info.content, now)
        .or_else(|| evidence.newest_stored(&info.tag, now))
}

#[cfg(test)]
#[path = "rehearsal_tests.rs"]
mod tests;
