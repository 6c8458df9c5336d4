use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::digest::Digest;
use holdfast_core::open::{Typed, open};
use holdfast_core::seal::SealError;

use super::*;
use crate::store::generations::Stored;
use crate::store::identity::Identity;

/// A shelf that dies after so many writings.
#[derive(Default)]
struct Frail {
    documents: RefCell<BTreeMap<String, Vec<u8>>>,
    left: Cell<u32>,
    /// Gives back something else than what was put.
    lies: bool,
}

impl Frail {
    fn of(name: &str, bytes: &[u8], left: u32) -> Self {
        let shelf = Self::default();
        shelf
            .documents
            .borrow_mut()
            .insert(name.to_owned(), bytes.to_vec());
        shelf.left.set(left);
        shelf
    }

    fn spend(&self) -> Result<(), ()> {
        let left = self.left.get().checked_sub(1).ok_or(())?;
        self.left.set(left);
        Ok(())
    }
}

impl Shelf for Frail {
    type Error = ();

    async fn take(&self, name: &str) -> Result<Option<Vec<u8>>, ()> {
        Ok(self.documents.borrow().get(name).cloned())
    }

    async fn put(&self, name: &str, bytes: &[u8]) -> Result<(), ()> {
        self.spend()?;
        let mut kept = bytes.to_vec();
        if self.lies && version(bytes) > 1 {
            kept.truncate(3);
        }
        self.documents.borrow_mut().insert(name.to_owned(), kept);
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), ()> {
        self.spend()?;
        self.documents.borrow_mut().remove(name);
        Ok(())
    }
}

/// Nothing here waits for anything.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// As a later version of Holdfast might have it: 2 renames a member, 3 turns it into a list.
const LATER: Kind = Kind {
    current: 3,
    steps: &[rename, list],
};

fn rename(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let name = value.get("name")?.clone();
    value = serde_json::json!({ "format": 2, "title": name });
    serde_json::to_vec(&value).ok()
}

fn list(bytes: &[u8]) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let title = value.get("title")?;
    serde_json::to_vec(&serde_json::json!({ "format": 3, "titles": [title] })).ok()
}

const OLD: &[u8] = br#"{"format":1,"name":"laptop"}"#;
const NEW: &[u8] = br#"{"format":3,"titles":["laptop"]}"#;

#[test]
fn an_old_document_moves_up_and_leaves_nothing_behind() {
    for old in [
        OLD,
        br#"{"name":"laptop"}"#,
        br#"{"format":2,"title":"laptop"}"#,
    ] {
        let shelf = Frail::of("d", old, 9);
        assert_eq!(now(read(&shelf, &LATER, "d")), Ok(Some(NEW.to_vec())));
        assert_eq!(shelf.documents.borrow().len(), 1);
        assert_eq!(now(read(&shelf, &LATER, "d")), Ok(Some(NEW.to_vec())));
    }
    assert_eq!(now(read(&Frail::default(), &LATER, "d")), Ok(None));
}

#[test]
fn wherever_it_dies_the_next_start_has_it() {
    for writings in 0..4 {
        let shelf = Frail::of("d", OLD, writings);
        let first = now(read(&shelf, &LATER, "d"));
        assert_eq!(first.is_err(), writings < 3, "{writings}");
        shelf.left.set(9);
        assert_eq!(now(read(&shelf, &LATER, "d")), Ok(Some(NEW.to_vec())));
        assert_eq!(shelf.documents.borrow().len(), 1, "{writings}");
    }
}

#[test]
fn old_bytes_stay_until_the_new_ones_open() {
    let mut shelf = Frail::of("d", OLD, 9);
    shelf.lies = true;
    assert_eq!(now(read(&shelf, &LATER, "d")), Err(Unusable::Damaged));
    assert_eq!(
        shelf.documents.borrow().get("d").map(Vec::as_slice),
        Some(OLD)
    );
    // What its version doesn't allow is not guessed at, and not touched.
    let odd = br#"{"format":2,"name":"not of version 2"}"#;
    let shelf = Frail::of("d", odd, 9);
    assert_eq!(now(read(&shelf, &LATER, "d")), Err(Unusable::Damaged));
    assert_eq!(
        shelf.documents.borrow().get("d").map(Vec::as_slice),
        Some(&odd[..])
    );
}

#[test]
fn what_a_later_version_wrote_is_left_alone() {
    let newer = br#"{"format":4,"whatever":true}"#;
    let shelf = Frail::of("d", newer, 0);
    assert_eq!(now(read(&shelf, &LATER, "d")), Err(Unusable::Newer));
    assert_eq!(now(read(&shelf, &FIRST, "d")), Err(Unusable::Newer));
    assert_eq!(
        shelf.documents.borrow().get("d").map(Vec::as_slice),
        Some(&newer[..])
    );
}

/// A sample of a released version: what it wrote, byte for byte.
fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/stored");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

#[test]
fn the_vault_of_version_1_opens() {
    let stored: Stored = holdfast_json::typed::from_slice(&sample("1/vault.json")).unwrap();
    let good = stored.good().unwrap();
    assert_eq!((good.generation, good.version), (12, 9));
    let key = "W7Z93-ZX1VF-FK309-21HUW-AWSTE-9ANVW-EYWH0-WWAGY-CTYHM-3GU0Q-HP4CX-TS864-7PEPW-CH0QE";
    let underived = |_: &str, _, _: &[u8; 32]| Err(SealError::WrongPassphrase);
    let contents = open(
        &good.sealed,
        Typed::RecoveryKey(key),
        &underived,
        &mut |_| (),
    )
    .unwrap();
    assert_eq!(contents.vault.list().len(), 4);
}

#[test]
fn the_documents_of_version_1_are_read() {
    let shelf = Frail::of("identity", &sample("1/identity.json"), 0);
    let bytes = now(read(&shelf, &FIRST, "identity")).unwrap().unwrap();
    let identity: Identity = holdfast_json::typed::from_slice(&bytes).unwrap();
    assert_eq!(identity.device.as_str(), "0123456789abcdef");
    assert_eq!((identity.version, identity.accounts.len()), (9, 2));
    assert_eq!(identity.fell_back, Some(4));
    assert_eq!(identity.content, Digest::of(b"content"));

    let settings: crate::message::Settings =
        holdfast_json::typed::from_slice(&sample("1/settings.json")).unwrap();
    assert_eq!((settings.lock_minutes, settings.no_destination), (5, true));
    assert_eq!(settings.theme, "dark");
}

#[test]
fn the_destinations_of_version_1_are_read() {
    #[derive(serde::Deserialize)]
    struct Document {
        destinations: Vec<DestinationConfig>,
    }
    let document: Document =
        holdfast_json::typed::from_slice(&sample("1/destinations.json")).unwrap();
    let origins: Vec<String> = document
        .destinations
        .iter()
        .flat_map(DestinationConfig::origins)
        .collect();
    assert_eq!(origins, ["https://cloud.example"]);
    let checkable = document.destinations.iter().map(|one| one.is_checkable());
    assert!(checkable.eq([true, true, false, false]));
}
