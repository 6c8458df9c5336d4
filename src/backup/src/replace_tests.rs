//! What a person's wish deletes, and what it never does.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::*;
use crate::destination::{Answer, Entry, Listing, Put};
use crate::digest::Digest;
use crate::engine::Trigger;
use crate::env::MemoryError;
use crate::name::{DeviceTag, Tag};
use crate::test_support::now;
use crate::vault::{Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo};

const NOW: u64 = 1_800_000_000_000;
const VAULT: &str = "vaultvault";
const OTHER: &str = "device02";

/// A destination in memory, with a clock that can be wrong.
#[derive(Default)]
struct Shelf {
    objects: RefCell<BTreeMap<String, Vec<u8>>>,
    clock_ahead: Cell<u64>,
    tells_no_time: Cell<bool>,
    keeps_all: Cell<bool>,
}

impl Shelf {
    fn answer<T>(&self, value: T) -> Result<Answer<T>, Failure> {
        Ok(Answer {
            value,
            server_time: (!self.tells_no_time.get()).then(|| NOW + self.clock_ahead.get()),
        })
    }

    fn names(&self) -> Vec<String> {
        self.objects.borrow().keys().cloned().collect()
    }
}

impl Destination for Shelf {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        self.objects
            .borrow_mut()
            .insert(path.to_owned(), bytes.to_vec());
        self.answer(Put::Created)
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let objects = self.objects.borrow();
        let files = objects.iter().filter_map(|(path, bytes)| {
            Some(Entry {
                name: path.strip_prefix(folder)?.strip_prefix('/')?.to_owned(),
                size: Some(bytes.len() as u64),
                modified: Some(NOW),
            })
        });
        let listing = Listing {
            files: files.collect(),
            ..Listing::default()
        };
        self.answer(listing)
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        self.answer(self.objects.borrow().get(path).cloned())
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        if self.keeps_all.get() {
            return Err(Failure::new(Cause::NotAllowed));
        }
        self.objects.borrow_mut().remove(path);
        self.answer(())
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        self.answer(())
    }
}

/// A vault whose content is a text, and a memory.
#[derive(Default)]
struct Home {
    content: RefCell<Vec<u8>>,
    version: Cell<u64>,
    locked: Cell<bool>,
    renewed: Cell<bool>,
    documents: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Home {
    fn write(&self, content: &str) {
        *self.content.borrow_mut() = content.as_bytes().to_vec();
        self.version.set(self.version.get() + 1);
    }
}

impl Env for Home {
    fn now_millis(&self) -> u64 {
        NOW
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(self.version.get() as u8);
    }
}

impl Memory for Home {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        Ok(self.documents.borrow().get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        self.documents
            .borrow_mut()
            .insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }
}

impl VaultPort for Home {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        Ok(VaultInfo {
            tag: VAULT.parse().unwrap(),
            device: match self.renewed.get() {
                true => "device03".parse().unwrap(),
                false => "device01".parse().unwrap(),
            },
            version: self.version.get(),
            content: Digest::of(&self.content.borrow()),
            accounts: 1,
            changed_at: NOW - 60_000,
            changes: Vec::new(),
            unlocked: !self.locked.get(),
            saved: true,
            fell_back: None,
        })
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        let bytes = self.content.borrow().clone();
        Ok(Sealed {
            content: Digest::of(&bytes),
            bytes,
            version: self.version.get(),
            accounts: 1,
        })
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        Ok(())
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        Ok(Opened {
            content: Digest::of(bytes),
            accounts: 1,
        })
    }

    async fn merge(&self, _: &SnapshotName, _: &[u8], _: Removals) -> Result<Merge, OpenError> {
        Ok(Merge::Unchanged)
    }

    async fn renew_device(&self, _: &DeviceTag) -> Result<(), VaultError> {
        Ok(())
    }
}

/// An older snapshot says "old" when it opens with what was replaced, and lists what it holds.
async fn judge(older: &[u8], newest: &[u8]) -> Verdict {
    let words = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes)
            .split(' ')
            .map(str::to_owned)
            .collect()
    };
    let (older, newest) = (words(older), words(newest));
    match older.split_first() {
        Some((key, held)) if key == "old" => {
            if held.iter().all(|word| newest.contains(word)) {
                Verdict::Superseded
            } else {
                Verdict::Unproven
            }
        }
        _ => Verdict::Current,
    }
}

fn id() -> DestinationId {
    DestinationId(Tag::from_random([7; 8]))
}

fn other(sequence: u64) -> String {
    format!("{VAULT}/{OTHER}-{sequence}-{sequence:016x}")
}

/// Three snapshots of ours, of which the last holds all; three of another device.
fn stage() -> (Shelf, Home) {
    stage_at(Shelf::default())
}

fn stage_at(shelf: Shelf) -> (Shelf, Home) {
    let home = Home::default();
    let engine = Engine::new(&home, &home, &home);
    for content in ["old a", "old a b", "new a b c"] {
        home.write(content);
        now(engine.run(&id(), &shelf, Trigger::Now));
    }
    for (sequence, content) in [(1, "old a"), (2, "old secret"), (3, "old a b")] {
        let mut objects = shelf.objects.borrow_mut();
        objects.insert(other(sequence), content.as_bytes().to_vec());
    }
    (shelf, home)
}

fn replaced(shelf: &Shelf, home: &Home) -> Result<Replaced, Failure> {
    replaced_after_retiring(None, shelf, home)
}

fn replaced_after_retiring(
    retired: Option<&str>,
    shelf: &Shelf,
    home: &Home,
) -> Result<Replaced, Failure> {
    let is_retired = |device: &DeviceTag| Some(device.as_str()) == retired;
    let engine = Engine::new(home, home, home);
    now(engine.replace_older(&id(), shelf, judge, is_retired))
}

#[test]
fn nothing_is_awaited_of_a_device_that_was_retired() {
    let (shelf, home) = stage();
    let outcome = replaced_after_retiring(Some(OTHER), &shelf, &home).unwrap();
    assert_eq!(
        (outcome.deleted, outcome.unproven, outcome.waiting),
        (4, 1, 0)
    );
    // What is nowhere else stays whoever stored it.
    assert!(shelf.names().contains(&other(2)) && !shelf.names().contains(&other(3)));
}

#[test]
fn nothing_is_awaited_of_a_tag_that_this_installation_had_before() {
    let (shelf, home) = stage();
    home.write("old a b c");
    let engine = Engine::new(&home, &home, &home);
    now(engine.run(&id(), &shelf, Trigger::Now));
    home.renewed.set(true);
    home.write("new a b c");
    now(engine.run(&id(), &shelf, Trigger::Now));
    let outcome = replaced(&shelf, &home).unwrap();
    // The other device's last is the only one that waits.
    assert_eq!((outcome.unproven, outcome.waiting), (1, 1));
    let former = format!("{VAULT}/device01-4-");
    assert!(!shelf.names().iter().any(|name| name.starts_with(&former)));
}

#[test]
fn a_folder_tells_no_time_and_its_older_ones_go_all_the_same() {
    let (shelf, home) = stage_at(Shelf {
        tells_no_time: Cell::new(true),
        ..Shelf::default()
    });
    assert_eq!(replaced(&shelf, &home).unwrap().deleted, 3);
}

#[test]
fn what_the_newest_holds_goes_and_nothing_else() {
    let (shelf, home) = stage();
    assert_eq!(shelf.names().len(), 6);
    let outcome = replaced(&shelf, &home).unwrap();
    assert_eq!(
        outcome,
        Replaced {
            // Two of ours, and the other device's first.
            deleted: 3,
            // It holds something that is nowhere else.
            unproven: 1,
            // The other device relies on its last.
            waiting: 1,
            refused: None,
        }
    );
    let left = shelf.names();
    assert!(left.contains(&other(2)) && left.contains(&other(3)));
    assert_eq!(left.len(), 3);
    // The journal knows it: no copy of this profile is suspected, nothing is put again.
    let engine = Engine::new(&home, &home, &home);
    let report = now(engine.run(&id(), &shelf, Trigger::Now));
    assert_eq!(report.failure, None);
    assert_eq!(shelf.names(), left);
    assert_eq!(replaced(&shelf, &home).unwrap().deleted, 0);
}

#[test]
fn nothing_goes_before_the_present_content_is_stored() {
    let (shelf, home) = stage();
    home.write("new a b c d");
    let before = shelf.names();
    assert_eq!(
        replaced(&shelf, &home).unwrap_err().cause,
        Cause::Interrupted
    );
    assert_eq!(shelf.names(), before);
}

#[test]
fn nothing_goes_when_the_newest_is_lost_or_damaged() {
    for damage in [None, Some(b"new a b".to_vec())] {
        let (shelf, home) = stage();
        let ours = format!("{VAULT}/device01-3-");
        let newest = shelf
            .names()
            .into_iter()
            .find(|name| name.starts_with(&ours))
            .unwrap();
        match damage {
            None => drop(shelf.objects.borrow_mut().remove(&newest)),
            Some(bytes) => drop(shelf.objects.borrow_mut().insert(newest, bytes)),
        }
        let before = shelf.names();
        assert!(replaced(&shelf, &home).is_err());
        assert_eq!(shelf.names(), before);
    }
}

#[test]
fn nothing_goes_while_locked_or_while_the_clock_is_doubtful() {
    let (shelf, home) = stage();
    let before = shelf.names();
    home.locked.set(true);
    assert_eq!(
        replaced(&shelf, &home).unwrap_err().cause,
        Cause::VaultLocked
    );
    home.locked.set(false);
    shelf.clock_ahead.set(3_600_000);
    assert_eq!(
        replaced(&shelf, &home).unwrap_err().cause,
        Cause::ClockWrong
    );
    assert_eq!(shelf.names(), before);
}

#[test]
fn a_destination_that_deletes_nothing_is_named() {
    let (shelf, home) = stage();
    shelf.keeps_all.set(true);
    let outcome = replaced(&shelf, &home).unwrap();
    assert_eq!(
        (outcome.deleted, outcome.refused),
        (0, Some(Cause::NotAllowed))
    );
}
