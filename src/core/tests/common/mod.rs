//! What the tests of sealing share: the published vectors, and keys without a slow derivation.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use holdfast_core::Coded;
use holdfast_core::seal::{
    Opened, PrfOutput, RecoveryKey, SealError, SlotKind, SlotSecret, VaultKey, kdf, read,
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A file that must open.
#[derive(Deserialize)]
pub struct Open {
    pub name: String,
    pub secrets: Vec<Secret>,
    pub payload_length: usize,
    pub payload_sha256: String,
    /// In seconds: when the codes are those below.
    pub at: Option<u64>,
    /// Issuer, label and code of every account, where the file holds a whole vault.
    pub accounts: Option<Vec<(String, String, String)>>,
    pub file: String,
}

/// A file that is sealed well and whose content must be refused.
#[derive(Deserialize)]
pub struct Payload {
    pub name: String,
    pub secret: Secret,
    pub code: String,
    pub file: String,
}

/// A file that must not.
#[derive(Deserialize)]
pub struct Refuse {
    pub name: String,
    pub base: String,
    pub change: Vec<Vec<Value>>,
    pub code: String,
    pub part: Option<String>,
    pub secret: Option<Secret>,
}

#[derive(Deserialize)]
struct RefuseList {
    files: BTreeMap<String, String>,
    entries: Vec<Refuse>,
}

/// What opens a file.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Secret {
    Passphrase(String),
    Recovery(String),
    Prf(String),
    Key(String),
}

/// The repository's `tests` folder.
pub fn tests_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests"))
}

fn load<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let text = std::fs::read_to_string(tests_folder().join("vectors").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The files that must open.
pub fn opens() -> Vec<Open> {
    load("open.json")
}

/// The files whose content must be refused.
pub fn payloads() -> Vec<Payload> {
    load("payloads.json")
}

/// One of them.
pub fn open_named(name: &str) -> Open {
    opens()
        .into_iter()
        .find(|entry| entry.name == name)
        .unwrap()
}

/// What must not open, each with its bytes.
pub fn refusals() -> Vec<(Refuse, Vec<u8>)> {
    let RefuseList { mut files, entries } = load("refuse.json");
    files.extend(opens().into_iter().map(|entry| (entry.name, entry.file)));
    let changed = |entry: &Refuse| changed(base64(&files[&entry.base]), &entry.change);
    entries
        .into_iter()
        .map(|entry| {
            let bytes = changed(&entry);
            (entry, bytes)
        })
        .collect()
}

pub fn base64(text: &str) -> Vec<u8> {
    BASE64.decode(text.as_bytes()).unwrap()
}

pub fn hex32(text: &str) -> [u8; 32] {
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .unwrap()
        .try_into()
        .unwrap()
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn changed(mut bytes: Vec<u8>, changes: &[Vec<Value>]) -> Vec<u8> {
    for change in changes {
        let number = |at: usize| usize::try_from(change[at].as_u64().unwrap()).unwrap();
        let hex = |at: usize| {
            HEXLOWER
                .decode(change[at].as_str().unwrap().as_bytes())
                .unwrap()
        };
        match change[0].as_str().unwrap() {
            "flip" => bytes[number(1)] ^= 1 << number(2),
            "cut" => bytes.truncate(number(1)),
            "append" => bytes.extend(hex(1)),
            "splice" => drop(bytes.splice(number(1)..number(1) + number(2), hex(3))),
            "zeros" => drop(bytes.splice(number(1)..number(1), vec![0; number(2)])),
            "header_checksum" => {
                let length = u32::from_be_bytes(bytes[12..16].try_into().unwrap());
                let end = 20 + usize::try_from(length).unwrap();
                let checksum = Sha256::digest(&bytes[..end]);
                bytes[end..end + 32].copy_from_slice(&checksum);
            }
            "checksum" => {
                let end = bytes.len() - 32;
                let checksum = Sha256::digest(&bytes[..end]);
                bytes[end..].copy_from_slice(&checksum);
            }
            other => panic!("unknown change {other}"),
        }
    }
    bytes
}

/// The code and the part of an error.
pub type Failure = (String, Option<String>);

fn failure(error: &impl Coded) -> Failure {
    (error.code().to_owned(), error.field().map(str::to_owned))
}

/// Opens a file as a program would that was given a secret: reads it first.
pub fn open(bytes: &[u8], secret: Option<&Secret>) -> Result<Option<Opened>, Failure> {
    let sealed = read(bytes).map_err(|error| failure(&error))?;
    let by_slots = |kind, open: &dyn Fn(_) -> Result<Opened, SealError>| {
        let mut result = Err(SealError::SlotNotFound);
        for slot in sealed.header().slots_of(kind) {
            result = open(slot);
            if result.is_ok() {
                break;
            }
        }
        result
    };
    let opened = match secret {
        None => return Ok(None),
        Some(Secret::Passphrase(passphrase)) => by_slots(SlotKind::Passphrase, &|slot| {
            let derived = kdf::derive(passphrase, slot.kdf().unwrap(), slot.salt().unwrap())?;
            sealed.unlock(slot.id(), SlotSecret::Passphrase(&derived))
        }),
        Some(Secret::Recovery(typed)) => {
            let key = RecoveryKey::parse(typed).map_err(|error| failure(&error))?;
            sealed.recover(&key)
        }
        Some(Secret::Prf(output)) => {
            let output = PrfOutput::from_bytes(hex32(output));
            by_slots(SlotKind::Passkey, &|slot| {
                sealed.unlock(slot.id(), SlotSecret::Passkey(&output))
            })
        }
        Some(Secret::Key(key)) => sealed.open([&VaultKey::from_bytes(hex32(key))]),
    };
    opened.map(Some).map_err(|error| failure(&error))
}
