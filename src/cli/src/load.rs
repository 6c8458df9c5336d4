//! What a file holds, whichever program made it.

use holdfast_core::account::Credential;
use holdfast_core::contents::Contents;
use holdfast_core::open;
use holdfast_core::seal::kdf;

use crate::arguments::Input;
use crate::failure::Failure;
use crate::file;

/// The accounts of a file.
pub struct Loaded {
    /// One for each credential.
    pub accounts: Vec<Entry>,
    /// How many accounts are in the file that this version can't read.
    pub unreadable: usize,
}

/// An account and one credential of it.
pub struct Entry {
    /// Who issued it.
    pub issuer: String,
    /// Whose it is.
    pub label: String,
    /// Free text.
    pub note: String,
    /// Sites it fills on.
    pub sites: Vec<String>,
    /// What makes the codes.
    pub credential: Credential,
    /// Two devices changed the secret without knowing of each other, and this is one of several.
    pub concurrent: bool,
}

/// Reads and opens the file of a command.
pub fn load(input: &Input) -> Result<Loaded, Failure> {
    let bytes = file::read(input)?;
    let contents = open_backup(input, &bytes)?;
    Ok(of_backup(&contents))
}

fn open_backup(input: &Input, bytes: &[u8]) -> Result<Contents, Failure> {
    // What is no backup or a damaged one is refused before anybody is asked for anything.
    holdfast_core::seal::read(bytes).map_err(|error| Failure::of(&error))?;
    let secret = input.secret.read("Passphrase or recovery key: ")?;
    open::open(bytes, secret.typed(), &kdf::derive, &mut |_| ())
        .map_err(|error| Failure::of(&error))
}

fn of_backup(contents: &Contents) -> Loaded {
    let mut accounts = Vec::new();
    for (_, account) in contents.vault.list() {
        for credential in account.credentials.values() {
            accounts.push(Entry {
                issuer: account.issuer.value.clone(),
                label: account.label.value.clone(),
                note: account.note.value.clone(),
                sites: account.sites.value.clone(),
                credential: credential.clone(),
                concurrent: account.has_conflict(),
            });
        }
    }
    Loaded {
        accounts,
        unreadable: contents.vault.counts().unreadable,
    }
}

impl Entry {
    /// Issuer and label as one name.
    pub fn name(&self) -> String {
        match (self.issuer.as_str(), self.label.as_str()) {
            ("", "") => "(no name)".to_owned(),
            (issuer, "") => issuer.to_owned(),
            ("", label) => label.to_owned(),
            (issuer, label) => format!("{issuer} · {label}"),
        }
    }
}
