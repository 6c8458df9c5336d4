//! Keys on the settings page: the ways into the vault, the recovery sheet, and how each destination
//! is reached without this device.

mod draw;
mod draw_sheet;
mod draw_ways;
mod effects;
mod events;
mod update;
mod ways;

use holdfast_core::seal::SlotId;
use zeroize::Zeroizing;

use crate::message::Failure;
use crate::message::keys::{NewPasskey, ReplacedOlder};
use crate::pages::passkeys::Used;

pub use draw::draw;
pub use effects::run;
pub use events::{action, form_of, passkeys_offered};
pub use update::{accepted, act, answered, left, locked, opened, place, show_sheet, submit, took};

/// What the section knows.
#[derive(Clone, Default)]
pub struct Model {
    /// The recovery sheet while it is shown.
    pub sheet: Option<Sheet>,
    /// The slot whose form that removes is open.
    pub removing: Option<SlotId>,
    /// The destination whose question is open.
    pub asking: Option<String>,
    /// The browser makes passkeys that can open a vault; `None` until it has said so.
    pub passkeys: Option<bool>,
    /// A passkey that is being made, once the passphrase was right.
    pub pending: Option<Pending>,
    /// Older snapshots are being replaced.
    pub replacing: bool,
    /// What the last replacing came to.
    pub replaced: Option<ReplacedOlder>,
    /// Where the focus goes once the section is there.
    pub focus: Option<&'static str>,
}

/// The recovery sheet.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The key's groups; none on a sheet that only names the places.
    pub groups: Vec<Zeroizing<String>>,
    /// The two groups (from 0) that are asked back.
    pub ask: (usize, usize),
    /// When it was made, in milliseconds since the Unix epoch.
    pub made_at: u64,
    /// The key as a QR code, once it was drawn: the path of its dark modules, and its size.
    pub qr: Option<(Zeroizing<String>, u32)>,
    /// First run: a destination comes next.
    pub first_run: bool,
}

/// A passkey that is being made.
#[derive(Clone)]
pub struct Pending {
    /// The passphrase, which the background asks for again.
    pub passphrase: Zeroizing<String>,
    /// What the person calls the passkey.
    pub label: String,
}

/// A form of the section.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Change the passphrase.
    Passphrase,
    /// Make a recovery key.
    Recovery,
    /// Prove that the sheet can be read.
    Confirm,
    /// Prove it of a sheet that was made before.
    Check,
    /// Change the vault key.
    VaultKey,
    /// Add a passkey.
    Passkey,
    /// Go on with a vault key that another device has changed.
    Learn,
    /// Remove this slot.
    Remove(SlotId),
    /// How this destination is reached.
    Way(String),
}

/// The forms with an id of their own, and the id.
pub const FORMS: [(Form, &str); 7] = [
    (Form::Passphrase, "passphrase-form"),
    (Form::Recovery, "recovery-form"),
    (Form::Confirm, "confirm-form"),
    (Form::Check, "check-form"),
    (Form::VaultKey, "vault-key-form"),
    (Form::Passkey, "passkey-form"),
    (Form::Learn, "learn-form"),
];

/// What can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Print the sheet.
    Print,
    /// Hide the sheet.
    CloseSheet,
    /// Show a sheet that only names the places.
    Places,
    /// Store anew and delete the older snapshots.
    ReplaceOlder,
    /// Leave the older snapshots.
    KeepOlder,
    /// Open or close the form that removes this slot.
    Remove(SlotId),
    /// Open or close the question about this destination.
    Ask(String),
    /// Unlock with a passkey.
    Unlock,
}

/// What else can happen.
#[derive(Clone)]
pub enum Msg {
    /// The QR code was made.
    Qr((Zeroizing<String>, u32)),
    /// Whether the browser makes passkeys for us.
    Offered(bool),
    /// A passkey was made, or not.
    Made(Result<NewPasskey, Failure>),
    /// A passkey was used, or not.
    Used(Result<Used, Failure>),
}

/// What the section asks of the browser.
#[derive(Clone)]
pub enum Effect {
    /// Print the page.
    Print,
    /// Make a QR code of the recovery key.
    MakeQr(Zeroizing<String>),
    /// Make a passkey of that name.
    MakePasskey(String),
    /// Use one of the passkeys.
    UsePasskey,
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
