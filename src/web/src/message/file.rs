//! About backups as files: what was downloaded, and restoring from such a file.

use holdfast_backup::digest::Digest;
use serde::{Deserialize, Serialize};

/// What pages ask about files.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRequest {
    /// The page has offered the sealed vault as a file. Where the person put it, nobody knows.
    Downloaded {
        /// The vault's version.
        version: u64,
        /// Its content.
        content: Digest,
    },
    /// Restore from a file.
    Restore {
        /// Its bytes, as base64.
        bytes: String,
        /// The passphrase or recovery key that opens it.
        secret: String,
    },
}
