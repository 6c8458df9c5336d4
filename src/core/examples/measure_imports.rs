//! Measures on this machine, as numbers for `make bench`: reading ten thousand accounts from each
//! plain format.
//!
//! `measure_imports FIXTURES FOLDER` takes the first entry of each of the importers' fixtures as
//! often as that, and writes the files to FOLDER, so that others can be given the same.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool of the developers'"
)]

mod rounds;

use std::hint::black_box;
use std::path::PathBuf;

use holdfast_core::import;
use serde_json::{Value, json};

const ACCOUNTS: usize = 10_000;

/// Fixtures in JSON, and where their entries are.
const JSON: [(&str, &str); 11] = [
    ("aegis-plain.json", "/db/entries"),
    ("and-otp.json", ""),
    ("bitwarden.json", "/items"),
    ("duo.json", ""),
    ("free-otp-plus.json", "/tokens"),
    ("last-pass.json", "/accounts"),
    ("proton.json", "/entries"),
    ("raivo.json", ""),
    ("stratum.json", "/Authenticators"),
    ("two-f-auth.json", "/data"),
    ("two-fas.json", "/services"),
];
/// Fixtures with an entry a line, after a line of names.
const TABLES: [&str; 7] = [
    "bitwarden.csv",
    "dashlane.csv",
    "kee-pass-xc.csv",
    "last-pass.csv",
    "nord-pass.csv",
    "one-password.csv",
    "proton-pass.csv",
];

fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let fixtures = arguments.next().expect("the folder of the fixtures");
    let folder = arguments.next().expect("a folder to write to");
    let read = |name: &str| std::fs::read_to_string(fixtures.join(name)).expect("a fixture");
    let mut files = vec![("links.txt", links())];
    for (name, place) in JSON {
        let mut file: Value = serde_json::from_str(&read(name)).expect("JSON");
        let entries = file.pointer_mut(place).and_then(Value::as_array_mut);
        let entries = entries.expect("a list of entries");
        let first = entries.first().expect("an entry").clone();
        *entries = vec![first; ACCOUNTS];
        files.push((name, file.to_string()));
    }
    for name in TABLES {
        let table = read(name);
        let (names, entries) = table.split_once('\n').expect("two lines");
        let first = entries.lines().next().expect("an entry");
        files.push((
            name,
            format!("{names}\n{}", format!("{first}\n").repeat(ACCOUNTS)),
        ));
    }
    let rows = files.iter().map(|(name, text)| {
        std::fs::write(folder.join(name), text).expect("the file can be written");
        let accounts = || import::read(text.as_bytes(), None).map(|import| import.accounts.len());
        assert_eq!(accounts(), Ok(ACCOUNTS), "{name}");
        json!({ "file": name, "bytes": text.len(), "ms": rounds::median::<5>(|| {
            black_box(accounts()).ok();
        }) })
    });
    println!("{}", Value::Array(rows.collect()));
}

fn links() -> String {
    (0..ACCOUNTS)
        .map(|n| {
            format!("otpauth://totp/Pier%20{n}:jane?secret=JBSWY3DPEHPK3PXP&issuer=Pier%20{n}\n")
        })
        .collect()
}
