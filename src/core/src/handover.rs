//! What the module that reads and writes other apps' files and the page that shows it say to each
//! other, as JSON.

use serde::{Deserialize, Serialize};

use crate::account::AccountDraft;

/// What came of one file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// It was read.
    Read(FileContent),
    /// It was not.
    Failed(FileFailure),
}

/// What a file holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct FileContent {
    /// The app's own name; `otpauth` for Key URIs, which belong to none.
    pub title: String,
    /// The accounts, each valid.
    pub accounts: Vec<AccountDraft>,
    /// What was not taken.
    pub refused: Vec<RefusedEntry>,
    /// Numbers of Google Authenticator's codes that are still to be scanned.
    pub missing: Vec<u32>,
}

/// An entry that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedEntry {
    /// Its place in the file, from 1.
    pub position: usize,
    /// What it is known by. No secret.
    pub name: String,
    /// The reason's stable identifier.
    pub code: String,
    /// The field it is about.
    pub field: Option<String>,
}

/// Why a file gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFailure {
    /// The stable identifier.
    pub code: String,
    /// Whose file it is, as far as that was found out.
    pub title: Option<String>,
    /// A harmless detail.
    pub detail: Option<String>,
}
