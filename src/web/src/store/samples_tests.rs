//! Everything that any released version has stored in this browser is read, and nothing of it is lost.
//!
//! What the backup engine keeps in the same store is read by its own tests.

use std::collections::BTreeSet;

use holdfast_backup::destination::config::DestinationConfig;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::checklist::Checklist;
use super::format::{FIRST, Kind, version};
use super::generations::Stored;
use super::identity::Identity;
use super::keys::{Keys, Sheet};
use super::{clock, fill, retention};
use crate::message::Settings;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/stored/1");

/// What other tests read: the engine's documents, in its own room.
const READ_ELSEWHERE: [&str; 3] = ["journal.json", "nextcloud_granted.json", "oauth.json"];

/// What a version wrote and a later one of the same format has no use for any more.
const DROPPED: [&str; 1] = ["recovery_confirmed"];

/// Reads a sample as today's type, and gives it back as it would be written today.
fn again<T: DeserializeOwned + Serialize>(name: &str) -> (Value, Value) {
    let bytes = std::fs::read(format!("{FOLDER}/{name}")).unwrap();
    let typed: T = holdfast_json::typed::from_slice(&bytes).unwrap_or_else(|_| panic!("{name}"));
    let before = serde_json::from_slice(&bytes).unwrap();
    (before, serde_json::to_value(&typed).unwrap())
}

/// Whether everything in `before` is in `after`, too.
fn holds(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => before.iter().all(|(name, value)| {
            DROPPED.contains(&name.as_str())
                || after.get(name).is_some_and(|after| holds(value, after))
        }),
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(a, b)| holds(a, b))
        }
        (before, after) => before == after,
    }
}

#[derive(Serialize, serde::Deserialize)]
struct Destinations {
    format: u32,
    destinations: Vec<DestinationConfig>,
}

/// A document: its sample, how it is read, and what kind it is (none for what lies there unsealed,
/// which no version was ever written into).
type Document = (&'static str, fn(&str) -> (Value, Value), Option<Kind>);

const DOCUMENTS: [Document; 11] = [
    ("vault.json", again::<Stored>, Some(FIRST)),
    ("identity.json", again::<Identity>, Some(FIRST)),
    ("destinations.json", again::<Destinations>, Some(FIRST)),
    ("destinations-2.json", again::<Destinations>, Some(FIRST)),
    ("keys.json", again::<Keys>, Some(FIRST)),
    ("sheet.json", again::<Sheet>, Some(FIRST)),
    ("checklist.json", again::<Checklist>, Some(FIRST)),
    ("fill.json", again::<fill::Memory>, Some(FIRST)),
    ("settings.json", again::<Settings>, None),
    ("retention.json", again::<retention::Entry>, None),
    ("clock.json", again::<clock::Entry>, None),
];

#[test]
fn what_version_1_stored_is_read_and_nothing_of_it_is_lost() {
    for (name, read, kind) in DOCUMENTS {
        let (before, after) = read(name);
        assert!(holds(&before, &after), "{name}: {before} became {after}");
        // What is written from now on says its version.
        if let Some(kind) = kind {
            let says = after.get("format").and_then(Value::as_u64);
            assert_eq!(says, Some(u64::from(kind.current)), "{name}");
        }
        assert_eq!(version(before.to_string().as_bytes()), 1, "{name}");
    }
}

#[test]
fn every_sample_is_read_by_a_test() {
    let there: BTreeSet<String> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let read: BTreeSet<String> = DOCUMENTS
        .iter()
        .map(|(name, _, _)| *name)
        .chain(READ_ELSEWHERE)
        .map(str::to_owned)
        .collect();
    assert_eq!(there, read);
}

/// A document that somebody adds has to get a sample: its name stands in the sources, as `NAME` in
/// the device-local store and as `KEY` beside it.
#[test]
fn every_stored_document_has_a_sample() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store");
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        // In memory only, or what IndexedDB keeps as it is: a key, and handles of folders.
        let file = path.file_name().unwrap().to_str().unwrap();
        if file.ends_with("_tests.rs") || ["session.rs", "device_key.rs"].contains(&file) {
            continue;
        }
        for constant in ["NAME: &str = \"", "KEY: &str = \""] {
            let found = text.split(constant).skip(1);
            names.extend(found.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    assert!(
        names.contains("identity") && names.contains("settings"),
        "{names:?}"
    );
    for name in names {
        let sample = format!("{name}.json");
        let has = DOCUMENTS.iter().any(|(known, _, _)| *known == sample);
        assert!(has, "{name} has no sample of what was released");
    }
}
