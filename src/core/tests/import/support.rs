//! What several of these tests need.

use std::path::PathBuf;

use holdfast_core::Coded;
use holdfast_core::account::NewAccount;
use holdfast_core::import::{Import, read};
use holdfast_core::otpauth;

/// An account in one line: its Key URI, its note and its groups.
pub fn line(account: &NewAccount) -> String {
    let uri = otpauth::format(&account.issuer, &account.label, &account.credential);
    let mut line = uri.to_string();
    if !account.note.is_empty() {
        line += &format!(" note={:?}", account.note);
    }
    if !account.groups.is_empty() {
        line += &format!(" groups={:?}", account.groups);
    }
    if !account.sites.is_empty() {
        line += &format!(" sites={:?}", account.sites);
    }
    line
}

pub fn lines(import: &Import) -> Vec<String> {
    import.accounts.iter().map(line).collect()
}

/// What was not taken: place, name, reason, field.
pub fn refused(import: &Import) -> Vec<(usize, &str, &'static str, Option<&'static str>)> {
    import
        .refused
        .iter()
        .map(|r| {
            (
                r.position,
                r.name.as_str(),
                r.reason.code(),
                r.reason.field(),
            )
        })
        .collect()
}

pub fn code_of(bytes: &[u8], password: Option<&str>) -> &'static str {
    read(bytes, password).unwrap_err().code()
}

/// The project's own fixtures.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/import")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
