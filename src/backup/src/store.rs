//! Putting a snapshot, reading it back and opening it.

use crate::cause::Cause;
use crate::destination::{Destination, Failure, Put};
use crate::digest::Digest;
use crate::engine::{Engine, Run, Stop};
use crate::env::{Env, Memory, random};
use crate::evidence::{Evidence, Fate, Record};
use crate::journal::Journal;
use crate::listing::Findings;
use crate::log::What;
use crate::name::SnapshotName;
use crate::policy::PATIENT_RUNS;
use crate::vault::{OpenError, Sealed, VaultError, VaultInfo, VaultPort};

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Puts the sealed vault under a new name. `None` if what lies in this browser is there
    /// already, because the vault has moved on in the meantime.
    pub(crate) async fn put<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        run: &mut Run,
    ) -> Result<Option<SnapshotName>, Stop> {
        let sealed = match self.vault.sealed().await {
            Ok(sealed) => sealed,
            // What lies in this browser is damaged, but who is unlocked has it in memory.
            Err(VaultError::Storage) => {
                self.reseal(journal, run).await?;
                self.vault.sealed().await?
            }
            Err(VaultError::None) => return Ok(None),
        };
        let info = self.vault.info().await?;
        let evidence = &mut journal.evidence;
        if sealed.content != info.content && evidence.sent(&info, sealed.content) {
            // The newest content could not be written here, so it can't be stored there either.
            return if info.saved {
                Ok(None)
            } else {
                Err(Failure::new(Cause::CouldNotSaveHere).into())
            };
        }
        let now = self.env.now_millis();
        let record = new_record(
            evidence,
            &info,
            &sealed,
            u64::from_le_bytes(random(&self.env)),
            now,
        );
        let name = record.name.clone();
        evidence.records.push(record);
        evidence.working_since = Some(now);
        journal.save(&self.memory).await?;

        let answer = destination.put(&name.to_string(), &sealed.bytes).await;
        let answer = self.contact(&mut journal.evidence, now, answer)?;
        // "Already there" can only be this very request, sent twice on its way; reading back tells.
        let (Put::Created | Put::AlreadyThere) = answer.value;
        if let Some(record) = journal.evidence.record_mut(&name) {
            record.server_time = answer.server_time;
        }
        Ok(Some(name))
    }

    /// Reads one of our snapshots back, compares it with what was sent, and opens it unless the
    /// same bytes were opened before. `true`: it isn't there as it should be, so that another pass
    /// has to put it anew.
    pub(crate) async fn verify<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        run: &mut Run,
        name: &SnapshotName,
        findings: &Findings,
    ) -> Result<bool, Stop> {
        let Some(hash) = journal.evidence.record(name).map(|record| record.hash) else {
            return Ok(false);
        };
        let reading = match self.read(journal, destination, name, hash).await {
            Err(Stop(failure)) if is_given_up(&journal.evidence, name, &failure) => {
                Reading::Lost(Cause::Damaged)
            }
            reading => reading?,
        };
        let (bytes, asked_at) = match reading {
            Reading::Exact { bytes, asked_at } => (bytes, asked_at),
            Reading::Lost(cause) => return self.lost(journal, run, name, cause).await,
        };
        let Some(listed) = findings.listed.iter().find(|listed| listed.name == *name) else {
            // It can be read, but who restores would not find it.
            return Err(Failure::new(Cause::ServerFault).into());
        };
        run.seen.insert(name.clone());
        let now = self.env.now_millis();
        let evidence = &mut journal.evidence;
        let Some(record) = evidence.record_mut(name) else {
            return Ok(false);
        };
        let (sequence, accounts) = (name.sequence, record.accounts);
        record.server_time = earliest(record.server_time, listed.modified);
        record.doubted = false;
        if record.read_back_at.replace(asked_at).is_none() {
            evidence.log.add(now, What::ReadBack { sequence, accounts });
        }
        let opens = self.opens(journal, name, &bytes).await;
        journal.save(&self.memory).await?;
        if opens {
            return Ok(false);
        }
        self.reseal(journal, run).await?;
        Ok(true)
    }

    /// Opens what was read back, as a restore would. `false`: it is exactly what was sent, and yet
    /// it does not open or holds something else, so what lies in this browser is damaged.
    async fn opens(&self, journal: &mut Journal, name: &SnapshotName, bytes: &[u8]) -> bool {
        let Some(record) = journal.evidence.record(name) else {
            return true;
        };
        if record.opened_at.is_some() {
            return true;
        }
        if let Some(opened_at) = journal.evidence.opened_before(record) {
            if let Some(record) = journal.evidence.record_mut(name) {
                record.opened_at = Some(opened_at);
            }
            return true;
        }
        let opened = self.vault.open(bytes).await;
        let now = self.env.now_millis();
        let evidence = &mut journal.evidence;
        let Some(record) = evidence.record_mut(name) else {
            return true;
        };
        let (sequence, accounts) = (name.sequence, record.accounts);
        match opened {
            Ok(opened) if opened.content == record.content => {
                record.opened_at = Some(now);
                record.unopened = None;
                evidence.log.add(now, What::Opened { sequence, accounts });
                true
            }
            Ok(_) | Err(OpenError::Damaged) => {
                let cause = Cause::Damaged;
                record.fate = Fate::Lost { cause, at: now };
                evidence.log.add(now, What::Lost { sequence, cause });
                false
            }
            Err(why) => {
                record.unopened = Some((why, now));
                true
            }
        }
    }

    /// Replaces what lies in this browser, damaged or not the newest, from what the unlocked device
    /// holds in memory. Once in a run.
    pub(crate) async fn reseal(&self, journal: &mut Journal, run: &mut Run) -> Result<(), Stop> {
        if run.resealed {
            return Err(Failure::new(Cause::CouldNotSaveHere).into());
        }
        run.resealed = true;
        self.vault.reseal().await?;
        let now = self.env.now_millis();
        journal.evidence.log.add(now, What::Resealed);
        Ok(())
    }

    /// Reads one of our snapshots and compares it with what was sent. What differs is read once
    /// more: it may have been cut off on its way to us. Should that bring no answer, it is doubted.
    pub(crate) async fn read<D: Destination>(
        &self,
        journal: &mut Journal,
        destination: &D,
        name: &SnapshotName,
        hash: Digest,
    ) -> Result<Reading, Stop> {
        for _ in 0..2 {
            let asked_at = self.env.now_millis();
            let answer = destination.get(&name.to_string()).await;
            match self.contact(&mut journal.evidence, asked_at, answer)?.value {
                None => return Ok(Reading::Lost(Cause::Gone)),
                Some(bytes) if Digest::of(&bytes) == hash => {
                    return Ok(Reading::Exact { bytes, asked_at });
                }
                Some(_) => {
                    if let Some(record) = journal.evidence.record_mut(name) {
                        record.doubted = true;
                    }
                }
            }
        }
        Ok(Reading::Lost(Cause::Damaged))
    }

    /// Remembers that a snapshot is not there as it should be. One that this run was told is
    /// stored is a lie, and the next try waits; anything else is put anew at once.
    async fn lost(
        &self,
        journal: &mut Journal,
        run: &Run,
        name: &SnapshotName,
        cause: Cause,
    ) -> Result<bool, Stop> {
        journal.evidence.lose(name, cause, self.env.now_millis());
        journal.save(&self.memory).await?;
        if run.fresh.as_ref() == Some(name) {
            return Err(Failure::new(Cause::Damaged).into());
        }
        Ok(true)
    }
}

/// Whether a snapshot that the server gave before, and lists, but refuses run after run, has to be put
/// anew: it may be broken there for good. One that was never read back stays what the failure says: who
/// may not read would store the same again and again.
fn is_given_up(evidence: &Evidence, name: &SnapshotName, failure: &Failure) -> bool {
    let was_read = evidence
        .record(name)
        .is_some_and(|record| record.read_back_at.is_some());
    was_read && failure.may_be_of_one() && evidence.retry.failures >= PATIENT_RUNS
}

/// The earlier of two times, of those that are known. Data that is moved to another disk or server is
/// often dated anew.
pub(crate) fn earliest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// What reading one of our snapshots brought.
pub(crate) enum Reading {
    /// Exactly what was sent.
    Exact {
        /// The bytes.
        bytes: Vec<u8>,
        /// When they were asked for.
        asked_at: u64,
    },
    /// Nothing ([`Cause::Gone`]) or something else ([`Cause::Damaged`]).
    Lost(Cause),
}

impl Evidence {
    /// When the same bytes were opened and held the same content, under whatever name.
    fn opened_before(&self, record: &Record) -> Option<u64> {
        let same = |other: &&Record| other.hash == record.hash && other.content == record.content;
        self.records
            .iter()
            .filter(same)
            .filter_map(|other| other.opened_at)
            .max()
    }

    /// Takes note that a snapshot of ours is not there as it should be.
    pub(crate) fn lose(&mut self, name: &SnapshotName, cause: Cause, at: u64) {
        let Some(record) = self.record_mut(name) else {
            return;
        };
        if record.read_back_at.is_none() && cause == Cause::Gone {
            record.fate = Fate::NeverArrived;
            return;
        }
        let was_there = record.read_back_at.is_some() && record.fate == Fate::Live;
        record.fate = Fate::Lost { cause, at };
        if was_there {
            let sequence = name.sequence;
            self.log.add(at, What::Lost { sequence, cause });
        }
    }

    /// A snapshot of that content was sent under this installation's tag, and no loss was seen.
    fn sent(&self, info: &VaultInfo, content: Digest) -> bool {
        self.records.iter().any(|record| {
            record.fate == Fate::Live
                && record.name.vault == info.tag
                && record.name.device == info.device
                && record.content == content
        })
    }
}

fn new_record(
    evidence: &Evidence,
    info: &VaultInfo,
    sealed: &Sealed,
    random: u64,
    now: u64,
) -> Record {
    let confirmed = evidence
        .records
        .iter()
        .filter(|record| record.read_back_at.is_some());
    let last = confirmed
        .map(|record| &record.name)
        .chain(&evidence.pruned)
        .filter(|name| name.vault == info.tag && name.device == info.device)
        .map(|name| name.sequence)
        .max();
    Record {
        name: SnapshotName {
            vault: info.tag.clone(),
            device: info.device.clone(),
            sequence: last.unwrap_or(0).saturating_add(1),
            random,
        },
        version: sealed.version,
        content: sealed.content,
        hash: Digest::of(&sealed.bytes),
        size: sealed.bytes.len() as u64,
        accounts: sealed.accounts,
        sent_at: now,
        server_time: None,
        read_back_at: None,
        opened_at: None,
        unopened: None,
        fate: Fate::Live,
        doubted: false,
    }
}
