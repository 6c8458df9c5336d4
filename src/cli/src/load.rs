//! What a file holds, whichever program made it.

use holdfast_core::Coded;
use holdfast_core::account::NewAccount;
use holdfast_core::contents::Contents;
use holdfast_core::import::{self, Import, ImportError, Reason};
use holdfast_core::open;
use holdfast_core::seal::{self, SealError, kdf};

use crate::arguments::Input;
use crate::failure::{Exit, Failure};
use crate::file;
use crate::secret::{From as SecretFrom, Secret};

/// The accounts of a file.
pub struct Loaded {
    /// One for each credential.
    pub accounts: Vec<Entry>,
    /// How many accounts are in the backup that this version can't read.
    pub unreadable: usize,
    /// What was not taken of an export.
    pub refused: Vec<Refusal>,
}

/// An entry of an export that was not taken, or a part that is missing.
pub struct Refusal {
    /// Which, and why.
    pub line: String,
    /// Whether it would be an account. A login without a one-time password, a note or a card never
    /// was one, and most of a password manager's vault is these.
    pub account: bool,
}

/// The lines, for JSON.
pub fn lines(refused: &[Refusal]) -> Vec<&str> {
    refused.iter().map(|refusal| &*refusal.line).collect()
}

/// An account with one credential.
pub struct Entry {
    /// The account.
    pub account: NewAccount,
    /// Two devices changed the secret without knowing of each other, and this is one of several.
    pub concurrent: bool,
}

/// What a file is.
pub enum Kind {
    /// A backup of Holdfast, damaged or not.
    Backup,
    /// Another app's export.
    Export,
}

/// Tells by the file's first bytes.
pub fn kind(bytes: &[u8]) -> Kind {
    match seal::read(bytes) {
        Err(SealError::NotHoldfast) => Kind::Export,
        _ => Kind::Backup,
    }
}

/// Reads and opens the file of a command.
pub fn load(input: &Input) -> Result<Loaded, Failure> {
    let bytes = file::read(input)?;
    match kind(&bytes) {
        Kind::Backup => open_backup(input, &bytes).map(|contents| of_backup(&contents)),
        Kind::Export => open_export(input, &bytes).map(of_export),
    }
}

fn open_backup(input: &Input, bytes: &[u8]) -> Result<Contents, Failure> {
    // What is damaged is refused before anybody is asked for anything.
    seal::read(bytes).map_err(|error| Failure::of(&error))?;
    let secret = input.secret.read("Passphrase or recovery key: ")?;
    open::open(bytes, secret.typed(), &kdf::derive, &mut |_| ())
        .map_err(|error| Failure::of(&error))
}

/// Reads another app's export, asking for its password only if it has one.
pub fn open_export(input: &Input, bytes: &[u8]) -> Result<Import, Failure> {
    let result = match import::read(bytes, None) {
        Err(ImportError::NeedsPassword(format)) => {
            if matches!(input.secret, SecretFrom::RecoveryKey(_)) {
                return Err(Failure::usage(format!(
                    "An export of {} has a password: hand it over with --passphrase-fd.",
                    format.title()
                )));
            }
            let words = format!("Password of the {} export: ", format.title());
            let password: Secret = input.secret.read(&words)?;
            import::read(bytes, Some(password.text()))
        }
        other => other,
    };
    result.map_err(|error| match error {
        ImportError::NotRecognised => unknown(),
        other => Failure::of(&other),
    })
}

fn unknown() -> Failure {
    Failure::new(
        Exit::File,
        SealError::NotHoldfast.code(),
        "This is neither a Holdfast backup nor an export that is known here.",
        "Is it the right file? A Holdfast backup begins with the letters HOLDFAST.",
    )
}

fn of_backup(contents: &Contents) -> Loaded {
    let mut accounts = Vec::new();
    for (_, account) in contents.vault.list() {
        for credential in account.credentials.values() {
            accounts.push(Entry {
                account: NewAccount {
                    issuer: account.issuer.value.clone(),
                    label: account.label.value.clone(),
                    note: account.note.value.clone(),
                    sites: account.sites.value.clone(),
                    groups: account.groups.value.clone(),
                    credential: credential.clone(),
                },
                concurrent: account.has_conflict(),
            });
        }
    }
    Loaded {
        accounts,
        unreadable: contents.vault.counts().unreadable,
        refused: Vec::new(),
    }
}

fn of_export(import: Import) -> Loaded {
    let refused = refusals(&import);
    let entry = |account| Entry {
        account,
        concurrent: false,
    };
    Loaded {
        accounts: import.accounts.into_iter().map(entry).collect(),
        unreadable: 0,
        refused,
    }
}

/// Each entry that was not taken, and each part that is missing.
pub fn refusals(import: &Import) -> Vec<Refusal> {
    let mut refused: Vec<Refusal> = import
        .refused
        .iter()
        .map(|refused| {
            let name = match refused.name.as_str() {
                "" => String::new(),
                name => format!(" ({name})"),
            };
            Refusal {
                line: format!("entry {}{name}: {}", refused.position, refused.reason),
                account: refused.reason != Reason::NoCode,
            }
        })
        .collect();
    for missing in import.missing() {
        let numbers: Vec<String> = missing.numbers.iter().map(u32::to_string).collect();
        refused.push(Refusal {
            line: format!("part {} of {} is missing", numbers.join(", "), missing.of),
            account: true,
        });
    }
    refused
}

/// Whether an account is among what was not taken.
pub fn any_account(refused: &[Refusal]) -> bool {
    refused.iter().any(|refusal| refusal.account)
}

/// What was not taken, in sentences: each account, and how many other entries.
pub fn not_taken(refused: &[Refusal]) -> Vec<String> {
    let accounts = refused.iter().filter(|refusal| refusal.account);
    let mut lines: Vec<String> = accounts
        .map(|refusal| format!("Not taken: {}.", refusal.line))
        .collect();
    let others = refused.len() - lines.len();
    let entries = match others {
        0 => return lines,
        1 => "1 entry".to_owned(),
        more => format!("{more} entries"),
    };
    lines.push(format!(
        "Not taken: {entries} without a one-time password. \"holdfast list --json\" names each."
    ));
    lines
}

impl Loaded {
    /// How much of the file could be used.
    pub fn exit(&self) -> Exit {
        match self.unreadable == 0 && !any_account(&self.refused) {
            true => Exit::Done,
            false => Exit::Partly,
        }
    }

    /// What could not, in sentences.
    pub fn complaints(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.unreadable {
            0 => {}
            1 => lines
                .push("1 more account was made by a newer version: update to read it.".to_owned()),
            more => lines.push(format!(
                "{more} more accounts were made by a newer version: update to read them."
            )),
        }
        lines.extend(not_taken(&self.refused));
        lines
    }
}

impl Entry {
    /// Issuer and label as one name.
    pub fn name(&self) -> String {
        match (self.account.issuer.as_str(), self.account.label.as_str()) {
            ("", "") => "(no name)".to_owned(),
            (issuer, "") => issuer.to_owned(),
            ("", label) => label.to_owned(),
            (issuer, label) => format!("{issuer} · {label}"),
        }
    }
}
