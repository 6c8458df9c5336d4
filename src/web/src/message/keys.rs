//! Requests about the ways into the vault and back to its backups: key slots, the recovery sheet,
//! and what one needs to reach each destination without this device.

use holdfast_core::seal::SlotId;
use serde::{Deserialize, Serialize};

use crate::transfer::TransferRequest;

/// What the settings page asks of whoever keeps the ways into the vault, and whatever else wants the
/// passphrase again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeysRequest {
    /// First run: a new vault with a recovery key, which is returned to be printed at once.
    Begin {
        /// The passphrase, as typed.
        passphrase: String,
    },
    /// Whether this is the passphrase: before something is begun that needs it.
    Prove {
        /// The passphrase, as typed.
        passphrase: String,
    },
    /// Change the vault key: somebody may know it. A new recovery key is returned.
    ChangeVaultKey {
        /// The present passphrase.
        current: String,
        /// The new one.
        new: String,
    },
    /// Add a passkey of this installation.
    AddPasskey {
        /// The passphrase, asked for again.
        passphrase: String,
        /// What the person calls it.
        label: String,
        /// What the browser made.
        made: NewPasskey,
    },
    /// Remove a passkey or the recovery key.
    RemoveSlot {
        /// Which.
        slot: SlotId,
        /// The passphrase, asked for again.
        passphrase: String,
    },
    /// The person has the recovery key on paper: does it open the vault?
    CheckSheet {
        /// The key, as typed, or as shown where two places of it were typed.
        key: String,
    },
    /// How one gets into a destination without this device.
    SetWay {
        /// Which destination.
        destination: String,
        /// How.
        way: Way,
    },
    /// Change the passphrase.
    ChangePassphrase {
        /// The present one.
        current: String,
        /// The new one.
        new: String,
    },
    /// Make (or renew) the recovery key and return it, to be printed.
    RenewRecoveryKey {
        /// The passphrase, asked for again.
        passphrase: String,
    },
    /// Accounts in bulk.
    Transfer(TransferRequest),
    /// All accounts as otpauth lines.
    ExportUris {
        /// The passphrase, asked for again.
        passphrase: String,
    },
    /// Older snapshots that open with what was replaced shall stay.
    KeepOlder,
}

/// What a change of keys means at the destinations.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeysAtDestinations {
    /// Store the present content everywhere, then delete what it has superseded and what opens with
    /// a passphrase or key that was replaced.
    ReplaceOlder,
    /// The vault key was changed on another device: go on with the new one.
    Learn {
        /// Passphrase or recovery key of the other device's backup.
        secret: String,
    },
}

/// What became of older snapshots, at all destinations together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedOlder {
    /// Deleted.
    pub deleted: usize,
    /// Kept, because what they hold could not be proven to be in the newest.
    pub unproven: usize,
    /// The newest of other devices, which have to store anew first.
    pub waiting: usize,
    /// The code of a cause, where a destination was not reached or refused.
    pub refused: Option<String>,
}

/// A passkey that the browser has just made, everything in base64.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewPasskey {
    /// The credential's id.
    pub credential: String,
    /// The 32 random bytes that the PRF was evaluated for.
    pub salt: String,
    /// The PRF's 32 bytes.
    pub output: String,
}

/// How a person gets into a destination without this device. Never a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Way {
    /// Which way.
    pub route: Route,
    /// Where the password is, or what the second factor is, in the person's own words.
    pub note: String,
    /// A second route, where the first leads through this vault.
    pub second: String,
}

/// The kinds of ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Not asked yet, or not known.
    #[default]
    Unknown,
    /// The password is remembered, and it is all that is asked for.
    Memory,
    /// The password is kept somewhere else.
    Written,
    /// There is a second factor, and it works without this vault.
    OtherFactor,
    /// The second factor's codes come from this very vault.
    ThisVault,
}

impl Route {
    /// All of them, with their names in forms and messages.
    pub const ALL: [(Self, &str); 5] = [
        (Self::Unknown, "unknown"),
        (Self::Memory, "memory"),
        (Self::Written, "written"),
        (Self::OtherFactor, "other_factor"),
        (Self::ThisVault, "this_vault"),
    ];

    /// Its name in forms and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(route, _)| *route == self)
            .map_or("unknown", |(_, name)| name)
    }
}

impl Way {
    /// Whether one needs the vault to reach the vault's own backup, with no second route.
    #[must_use]
    pub fn is_circle(&self) -> bool {
        self.route == Route::ThisVault && self.second.trim().is_empty()
    }
}
