//! Keeping the evidence in a [`Memory`]: one versioned JSON document per destination.

use holdfast_json::typed;
use serde::{Deserialize, Serialize};

use crate::destination::config::DestinationId;
use crate::env::{Memory, MemoryError};
use crate::evidence::Evidence;

/// The format of the documents that this version writes.
const FORMAT: u32 = 1;

/// What the keys of the documents begin with.
const PREFIX: &str = "backup/";

/// Why a document can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalError {
    /// The browser's storage failed.
    Storage,
    /// A newer version wrote it.
    Newer,
}

impl From<MemoryError> for JournalError {
    fn from(MemoryError: MemoryError) -> Self {
        Self::Storage
    }
}

/// Loads the evidence about a destination, for whoever shows its status; empty if there is none or
/// what there is can't be understood. Writes nothing: a status has to show on a full disk too.
///
/// # Errors
/// When the storage can't be read, or a newer version wrote it.
pub async fn load_evidence(
    memory: &impl Memory,
    id: &DestinationId,
) -> Result<Evidence, JournalError> {
    let key = key(id);
    let mut evidence = match load(memory, &key).await? {
        Loaded::Evidence(evidence, _) => *evidence,
        Loaded::Nothing | Loaded::Unreadable(_) => Evidence::default(),
    };
    if memory.is_unsaved(&key).await {
        evidence.doubt();
    }
    Ok(evidence)
}

/// The evidence about one destination, and the bytes it was last saved as.
#[derive(Debug)]
pub(crate) struct Journal {
    key: String,
    saved: Vec<u8>,
    pub evidence: Evidence,
}

impl Journal {
    /// Loads what is known about a destination; nothing, if it was never saved. What can't be read
    /// is set aside under another key: without it our own snapshots look like a copy's, and the
    /// engine then takes a new identity and keeps both. After a save that failed, what was proven is
    /// doubted, and the next save writes that down: from then on the doubt outlives the browser too.
    pub(crate) async fn load(
        memory: &impl Memory,
        id: &DestinationId,
    ) -> Result<Self, JournalError> {
        let key = key(id);
        let (mut evidence, saved) = match load(memory, &key).await? {
            Loaded::Evidence(evidence, bytes) => (*evidence, bytes),
            Loaded::Nothing => Default::default(),
            Loaded::Unreadable(bytes) => {
                let aside = memory.save(&format!("{key}.unreadable"), &bytes).await;
                if aside.is_err() {
                    memory.set_unsaved(&key, true).await;
                }
                aside?;
                Default::default()
            }
        };
        if memory.is_unsaved(&key).await {
            evidence.doubt();
        }
        Ok(Self {
            key,
            saved,
            evidence,
        })
    }

    /// The evidence about this installation's other destinations, those that were disconnected too.
    /// Of what can't be read nothing is known.
    pub(crate) async fn others(&self, memory: &impl Memory) -> Result<Vec<Evidence>, MemoryError> {
        let mut others = Vec::new();
        for key in memory.keys(PREFIX).await? {
            if key != self.key
                && let Ok(Loaded::Evidence(evidence, _)) = load(memory, &key).await
            {
                others.push(*evidence);
            }
        }
        Ok(others)
    }

    /// Saves the evidence, unless it is what was saved last.
    pub(crate) async fn save(&mut self, memory: &impl Memory) -> Result<(), MemoryError> {
        let bytes = encode(&self.evidence)?;
        if bytes == self.saved && !self.evidence.unsaved {
            return Ok(());
        }
        let saved = memory.save(&self.key, &bytes).await;
        if saved.is_err() != self.evidence.unsaved {
            self.evidence.unsaved = saved.is_err();
            memory.set_unsaved(&self.key, saved.is_err()).await;
        }
        saved?;
        self.saved = bytes;
        Ok(())
    }
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    evidence: &'a Evidence,
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

#[derive(Deserialize)]
struct Content {
    evidence: Evidence,
}

fn encode(evidence: &Evidence) -> Result<Vec<u8>, MemoryError> {
    let document = Document {
        format: FORMAT,
        evidence,
    };
    serde_json::to_vec(&document).map_err(|_| MemoryError)
}

/// What lies under a key.
enum Loaded {
    Nothing,
    Evidence(Box<Evidence>, Vec<u8>),
    /// Something that this version should understand and doesn't.
    Unreadable(Vec<u8>),
}

fn key(id: &DestinationId) -> String {
    format!("{PREFIX}{id}")
}

async fn load(memory: &impl Memory, key: &str) -> Result<Loaded, JournalError> {
    let Some(bytes) = memory.load(key).await? else {
        return Ok(Loaded::Nothing);
    };
    if let Ok(Format { format }) = typed::from_slice(&bytes)
        && format > FORMAT
    {
        return Err(JournalError::Newer);
    }
    Ok(match typed::from_slice(&bytes) {
        Ok(Content { evidence }) => Loaded::Evidence(Box::new(evidence), bytes),
        Err(_) => Loaded::Unreadable(bytes),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use super::*;
    use crate::name::Tag;
    use crate::test_support::now;

    #[derive(Default)]
    struct Shelf {
        documents: RefCell<BTreeMap<String, Vec<u8>>>,
        saves: RefCell<u32>,
    }

    impl Memory for Shelf {
        async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
            Ok(self.documents.borrow().get(key).cloned())
        }

        async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
            *self.saves.borrow_mut() += 1;
            self.documents
                .borrow_mut()
                .insert(key.to_owned(), bytes.to_vec());
            Ok(())
        }
    }

    fn id() -> DestinationId {
        DestinationId(Tag::from_random([7; 8]))
    }

    #[test]
    fn evidence_comes_back_and_is_saved_only_when_it_changed() {
        let shelf = Shelf::default();
        let mut journal = now(Journal::load(&shelf, &id())).unwrap();
        assert_eq!(journal.evidence, Evidence::default());
        journal.evidence.account = Some("jane".to_owned());
        now(journal.save(&shelf)).unwrap();
        now(journal.save(&shelf)).unwrap();
        let mut again = now(Journal::load(&shelf, &id())).unwrap();
        now(again.save(&shelf)).unwrap();
        assert_eq!(*shelf.saves.borrow(), 1);
        assert_eq!(again.evidence, journal.evidence);
    }

    /// A sample of a released version. What later versions added to the evidence has a default.
    #[test]
    fn the_journal_of_version_1_is_read() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/fixtures/stored/1/journal.json"
        );
        let shelf = Shelf::default();
        let bytes = std::fs::read(path).unwrap();
        now(shelf.save(&format!("backup/{}", id()), &bytes)).unwrap();
        let evidence = now(load_evidence(&shelf, &id())).unwrap();
        let fates: Vec<bool> = evidence
            .records
            .iter()
            .map(|record| record.is_proven())
            .collect();
        assert_eq!(fates, [false, false, true]);
        assert_eq!((evidence.foreign.len(), evidence.devices.len()), (2, 1));
        assert_eq!(evidence.retry.next_try, Some(1_767_226_000_000));
        assert_eq!(
            evidence.rehearsal.map(|rehearsal| rehearsal.agreed),
            Some(4)
        );
        assert!(evidence.fault.is_some() && !evidence.pruned.is_empty());
    }

    #[test]
    fn what_is_newer_is_left_alone_and_what_is_unreadable_is_set_aside() {
        let shelf = Shelf::default();
        let key = format!("backup/{}", id());
        let newer = br#"{"format":2,"evidence":{"records":"otherwise"}}"#;
        now(shelf.save(&key, newer)).unwrap();
        assert_eq!(now(load_evidence(&shelf, &id())), Err(JournalError::Newer));
        now(shelf.save(&key, b"{cut off")).unwrap();
        // Who only looks changes nothing: there may be no room to.
        assert_eq!(now(load_evidence(&shelf, &id())), Ok(Evidence::default()));
        assert_eq!(shelf.documents.borrow().len(), 1);
        now(Journal::load(&shelf, &id())).unwrap();
        let aside = shelf
            .documents
            .borrow()
            .get(&format!("{key}.unreadable"))
            .cloned();
        assert_eq!(aside.as_deref(), Some(b"{cut off".as_slice()));
    }
}
