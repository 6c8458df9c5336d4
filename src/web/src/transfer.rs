//! What the settings page asks of the vault's writer when accounts come in or go out in bulk.

use holdfast_core::account::AccountDraft;
use holdfast_core::vault::Choice;
use serde::{Deserialize, Serialize};

/// A part of `VaultRequest`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferRequest {
    /// Add accounts that a person has seen in the preview. What was refused is answered with its
    /// place among them, from 1.
    Add {
        /// The accounts.
        drafts: Vec<AccountDraft>,
        /// What becomes of those that are there already.
        choice: Choice,
    },
    /// Whether this is the passphrase: asked for before anything leaves.
    CheckPassphrase {
        /// The passphrase, as typed.
        passphrase: String,
    },
}
