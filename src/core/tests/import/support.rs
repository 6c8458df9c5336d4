//! What several of these tests need.

use std::path::PathBuf;

use holdfast_core::Coded;
use holdfast_core::account::NewAccount;
use holdfast_core::export::{self, Target};
use holdfast_core::import::{Import, read};
use holdfast_core::otpauth;

/// What encrypted files open with.
pub const PASSWORD: &str = "correct horse";

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

/// What is left of accounts when the losses that are announced for a target are taken away.
pub fn left_of(target: Target, accounts: &[NewAccount]) -> Vec<NewAccount> {
    let losses = export::losses(target, accounts);
    let mut left = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        let of_account: Vec<_> = losses.iter().filter(|loss| loss.account == index).collect();
        if of_account.iter().any(|loss| loss.whole) {
            continue;
        }
        let mut account = account.clone();
        for loss in of_account {
            match loss.field {
                "note" => account.note.clear(),
                // The first stays where one is possible.
                "groups" if matches!(target, Target::TwoFas | Target::Bitwarden) => {
                    account.groups.truncate(1);
                }
                "groups" => account.groups.clear(),
                "sites" => account.sites.clear(),
                // The entry's name goes on as the label where there is none.
                "issuer" => {
                    let issuer = std::mem::replace(&mut account.issuer, "Steam".to_owned());
                    if account.label.is_empty() {
                        account.label = issuer;
                    }
                }
                other => panic!("{other} is no field that can be lost alone"),
            }
        }
        left.push(account);
    }
    left
}
