//! What our own pages and the background say to each other: one enum for each direction, the same
//! at both ends. Content scripts have a tiny type of their own that holds no vault request.
//!
//! What only some of the modules say to each other is left out of the others: the popup, which has to
//! be small, neither connects destinations nor makes recovery keys.

mod clouds;
mod file;
pub mod fill;
#[cfg(any(feature = "history", feature = "options"))]
pub mod history;
pub mod keys;
mod nextcloud;
#[cfg(any(feature = "connect", feature = "options"))]
mod restored;

pub use clouds::{CloudReply, CloudRequest, SignInPlace};
pub use file::FileRequest;
pub use holdfast_backup::destination::draft::DestinationDraft;
use holdfast_backup::name::SnapshotName;
use holdfast_core::account::AccountDraft;
use holdfast_core::seal::SlotId;
use holdfast_core::vault::Id;
pub use nextcloud::NextcloudRequest;
#[cfg(any(feature = "connect", feature = "options"))]
pub use restored::Restored;
use serde::{Deserialize, Serialize};

/// From a page of ours to one of the background's two tasks.
#[derive(Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// To the vault's only writer.
    Vault(VaultRequest),
    /// To whoever runs the backup engine.
    Backup(BackupRequest),
    /// To whoever connects destinations, and restores from them.
    #[cfg(feature = "options")]
    Destination(DestinationRequest),
    /// To whoever keeps the ways into the vault: make one.
    Create(NewVault),
    /// To the same: whatever else.
    #[cfg(feature = "options")]
    Keys(keys::KeysRequest),
    /// To whoever fills codes into pages.
    Fill(fill::FillRequest),
    /// To whoever looks into old snapshots.
    #[cfg(feature = "options")]
    History(history::HistoryRequest),
}

/// A vault to be made.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewVault {
    /// The passphrase, as typed.
    pub passphrase: String,
}

/// What pages ask of the vault's only writer.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultRequest {
    /// Derive the key and keep it for the session.
    Unlock {
        /// The passphrase, as typed.
        passphrase: String,
    },
    /// The same with a passkey of this installation.
    UnlockWithPasskey {
        /// The slot that it opens.
        slot: SlotId,
        /// The 32 bytes of its PRF for the slot's salt, base64.
        output: String,
    },
    /// Forget the key now.
    Lock,
    /// A page is in use: move the deadline of the automatic lock.
    Touch,
    /// Add accounts from text: one otpauth URI per line.
    AddUris {
        /// The text, as pasted or read from a QR code.
        text: String,
    },
    /// Add one account typed by hand.
    AddByHand {
        /// The form's fields.
        draft: AccountDraft,
    },
    /// Change an account's names, note, sites or credential.
    Edit {
        /// Which account.
        id: Id,
        /// What to change; absent fields stay.
        edit: AccountEdit,
    },
    /// Delete accounts. `Undelete` takes it back.
    Delete {
        /// Which accounts.
        ids: Vec<Id>,
    },
    /// Bring deleted accounts back.
    Undelete {
        /// Which accounts.
        ids: Vec<Id>,
    },
    /// Move an account in the list.
    Move {
        /// Which account.
        id: Id,
        /// The account it shall stand before; `None` for the end.
        before: Option<Id>,
    },
    /// The next code of an HOTP account: the counter is stored before the code is returned.
    NextHotp {
        /// Which account.
        id: Id,
        /// Which of its credentials.
        credential: Id,
    },
    /// Keep one of several concurrent credentials.
    KeepCredential {
        /// Which account.
        id: Id,
        /// The credential to keep.
        credential: Id,
    },
    /// "I want no destination": say so calmly from now on.
    #[cfg(any(feature = "vault", feature = "options"))]
    ChooseNoDestination {
        /// Whether that is chosen.
        chosen: bool,
    },
    /// Change the settings of this installation.
    SaveSettings {
        /// All of them.
        settings: Settings,
    },
    /// Name this device.
    #[cfg(any(feature = "vault", feature = "options"))]
    NameDevice {
        /// The name.
        name: String,
    },
}

/// What pages ask of whoever runs the backup engine.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupRequest {
    /// Try everything that is due or failed, now.
    BackUpNow,
}

/// What pages ask of whoever connects destinations, and restores from them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationRequest {
    /// Connect a destination: probe it and, if that succeeds, store there from now on.
    Connect {
        /// The form's fields.
        draft: DestinationDraft,
    },
    /// Replace a destination's address or credentials (the remedy of *signed out* and others).
    Reconnect {
        /// Which destination.
        destination: String,
        /// The form's fields.
        draft: DestinationDraft,
    },
    /// Stop storing there. Deletes nothing there.
    Disconnect {
        /// Which destination.
        destination: String,
        /// The passphrase, asked for again.
        passphrase: String,
    },
    /// Walk the whole chain to one destination and report each step.
    CheckNow {
        /// Which destination.
        destination: String,
    },
    /// Look what is stored at a destination, without connecting it.
    FindBackups {
        /// The form's fields.
        draft: DestinationDraft,
    },
    /// Restore into this profile: the merge of all devices' newest snapshots, or one of them.
    Restore {
        /// The form's fields.
        draft: DestinationDraft,
        /// The vault to restore (its tag), as found by `FindBackups`.
        vault: String,
        /// One chosen snapshot's name, or `None` for the merge of the newest of all devices.
        snapshot: Option<String>,
        /// The passphrase or recovery key that opens it.
        secret: String,
    },
    /// About backups as files.
    File(FileRequest),
    /// Sign in to Nextcloud.
    Nextcloud(NextcloudRequest),
    /// Let a merge go on that removes many accounts, or refuse it.
    AnswerMerge {
        /// What the person was asked.
        question: MergeQuestion,
        /// Whether to go on.
        accept: bool,
    },
    /// What a change of keys means at the destinations.
    Keys(keys::KeysAtDestinations),
    /// About signing in to a cloud.
    Cloud(CloudRequest),
}

/// From the background to the page that asked.
pub type Answer = Result<Reply, Failure>;

/// An answer without a value.
pub type Nothing = Result<(), Failure>;

/// What a request came to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Done; what changed is in storage.
    Done,
    /// Accounts were added.
    Added {
        /// The new accounts.
        ids: Vec<Id>,
        /// Lines that were not taken, and why.
        refused: Vec<Refused>,
        /// Lines that repeat an account already there.
        duplicates: usize,
    },
    /// The code of an HOTP account.
    Code {
        /// The code.
        text: String,
    },
    /// What a destination holds.
    #[cfg(any(feature = "connect", feature = "options"))]
    Backups {
        /// One entry per vault and device.
        found: Vec<FoundVault>,
    },
    /// Accounts were restored.
    #[cfg(any(feature = "connect", feature = "options"))]
    Restored(Restored),
    /// The steps of *Check now*.
    #[cfg(any(feature = "connect", feature = "options"))]
    Chain {
        /// In order.
        steps: Vec<ChainStep>,
    },
    /// A page to be shown to the person, where they sign in.
    #[cfg(any(feature = "connect", feature = "options"))]
    Page {
        /// Its address.
        url: String,
    },
    /// The person has not done it yet.
    #[cfg(any(feature = "connect", feature = "options"))]
    NotYet,
    /// Connected as a place of its own: the one that the form was opened for is still connected.
    #[cfg(any(feature = "connect", feature = "options"))]
    Beside,
    /// The recovery key, in groups, to be printed.
    #[cfg(any(feature = "keys", feature = "options"))]
    RecoveryKey {
        /// The groups, separated by spaces.
        text: String,
    },
    /// Older snapshots were replaced.
    #[cfg(any(feature = "connect", feature = "options"))]
    Replaced(keys::ReplacedOlder),
    /// About signing in to a cloud.
    #[cfg(any(feature = "connect", feature = "options"))]
    Cloud(CloudReply),
    /// Exported text.
    #[cfg(any(feature = "keys", feature = "options"))]
    Text {
        /// The text.
        text: String,
    },
    /// About filling.
    #[cfg(any(feature = "fill", feature = "popup", feature = "options"))]
    Fill(fill::FillReply),
    /// About what is stored.
    #[cfg(any(feature = "history", feature = "options"))]
    History(history::HistoryReply),
}

/// Why a request was refused: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stable identifier: `err_<code>` and `rec_<code>` in `_locales`.
    pub code: String,
    /// The form field it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A harmless detail to show ("line 3", a host, a status number). Never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its number, from 1.
    pub line: usize,
    /// Why.
    pub why: Failure,
}

/// Changes to an account; absent fields stay as they are.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AccountEdit {
    /// New issuer.
    pub issuer: Option<String>,
    /// New label.
    pub label: Option<String>,
    /// New note.
    pub note: Option<String>,
    /// New list of sites.
    pub sites: Option<Vec<String>>,
    /// New secret and parameters, as typed.
    pub credential: Option<AccountDraft>,
}

/// A vault found at a destination.
#[derive(Clone, Serialize, Deserialize)]
pub struct FoundVault {
    /// The opaque vault tag.
    pub vault: String,
    /// Snapshots, newest first.
    pub snapshots: Vec<FoundSnapshot>,
}

/// A snapshot found at a destination.
#[derive(Clone, Serialize, Deserialize)]
pub struct FoundSnapshot {
    /// Its whole name.
    pub name: String,
    /// The opaque device tag.
    pub device: String,
    /// The device's sequence number.
    pub sequence: u64,
    /// The server's time, in milliseconds since the Unix epoch, if it says.
    pub stored_at: Option<f64>,
    /// Size in bytes, if the server says.
    pub size: Option<f64>,
}

/// One step of *Check now*.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChainStep {
    /// `network`, `address`, `sign_in`, `permission`, `space`, `write`, `read_back`, `open`, `clock`.
    pub step: String,
    /// `None` when it went well; else the cause's code.
    pub cause: Option<String>,
    /// Whether the step was reached at all.
    pub reached: bool,
}

/// The question whether a merge may remove many accounts: about what one device stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeQuestion {
    /// How many accounts it is about.
    pub removals: u32,
    /// That device's snapshots that wait for the answer, each with its destination: the same one
    /// may lie at several.
    pub snapshots: Vec<(String, SnapshotName)>,
}

/// Settings of this installation. Never in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Lock after so many minutes without use; 0 for only when the browser closes.
    pub lock_minutes: u32,
    /// Lock when the system locks, where the browser tells.
    pub lock_with_system: bool,
    /// Seconds after which a copied code is cleared from the clipboard if unchanged; 0 for never.
    pub clear_clipboard_seconds: u32,
    /// Show codes only on hover or focus.
    pub hide_codes: bool,
    /// Show the next code when the present one is about to end.
    pub show_next: bool,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// `normal` or `compact` rows.
    pub density: String,
    /// The person wants no destination.
    pub no_destination: bool,
    /// Wait for the next code when the present one is about to end.
    pub fill_waits: bool,
    /// Correct codes where all destinations find this computer's clock wrong.
    pub correct_codes: bool,
    /// By how many milliseconds codes are corrected now. Found out, not chosen.
    #[serde(skip)]
    pub ahead: i64,
}

impl Settings {
    /// The time that codes are made for, when this computer's clock says `now`.
    #[must_use]
    pub fn corrected(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.ahead)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_minutes: 15,
            lock_with_system: true,
            clear_clipboard_seconds: 30,
            hide_codes: false,
            show_next: false,
            theme: "system".into(),
            density: "normal".into(),
            no_destination: false,
            fill_waits: true,
            correct_codes: false,
            ahead: 0,
        }
    }
}

impl From<VaultRequest> for Request {
    fn from(request: VaultRequest) -> Self {
        Self::Vault(request)
    }
}

impl From<BackupRequest> for Request {
    fn from(request: BackupRequest) -> Self {
        Self::Backup(request)
    }
}

#[cfg(feature = "options")]
impl From<DestinationRequest> for Request {
    fn from(request: DestinationRequest) -> Self {
        Self::Destination(request)
    }
}

impl From<fill::FillRequest> for Request {
    fn from(request: fill::FillRequest) -> Self {
        Self::Fill(request)
    }
}
