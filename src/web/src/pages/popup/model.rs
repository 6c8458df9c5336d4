//! What the popup knows, what can happen to it, and what it asks of the browser.

use holdfast_json::map::Map;

use holdfast_core::vault::{Id, Vault};

use super::fill;
use super::region::Region;
use super::scan::{self, Scan};
use crate::message::{Answer, Request, Settings};
use crate::pages::form::{Fields, Form, Forms};
use crate::pages::qr::Seen;
use crate::pages::status::StatusView;
use crate::pages::text::Text;
use crate::pages::world::VaultState;
use crate::store::keys::Passkey;

/// What the popup knows. Codes are no part of it: the view makes them from the vault and the time.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// What is shown.
    pub screen: Screen,
    /// The opened vault; `None` while locked, and dropped the moment the session key goes.
    pub vault: Option<Vault>,
    /// Counts the vaults taken, so that the view knows whether it has drawn this one.
    pub revision: u32,
    /// The status line; `None` before there is a vault.
    pub status: Option<StatusView>,
    /// The settings.
    pub settings: Settings,
    /// What is searched for.
    pub query: String,
    /// The account whose actions are shown.
    pub menu: Option<Id>,
    /// The account whose code was just copied.
    pub copied: Option<Id>,
    /// Codes by counter that were asked for since the popup opened, by credential.
    pub hotp: Map<Id, String>,
    /// The credential whose counter is being moved.
    pub moving: Option<Id>,
    /// The short message at the bottom.
    pub toast: Option<Toast>,
    /// The forms.
    pub forms: Forms,
    /// What an earlier popup has asked for still unlocks the vault.
    pub unlocking: bool,
    /// Pasted lines that were not taken.
    pub refused: Vec<crate::message::Refused>,
    /// Filling.
    pub fill: fill::Fill,
    /// Reading the page in view, while something is asked about it.
    pub scan: Option<Scan>,
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// Nothing is known yet.
    #[default]
    Start,
    /// There is no vault.
    Welcome,
    /// The vault is locked.
    Locked,
    /// The accounts.
    List,
    /// Adding an account.
    Add,
    /// Editing an account.
    Edit(Id),
    /// An account's details.
    Details(Id),
    /// The page's picture, to draw a box in.
    Region,
    /// The stored vault can't be trusted.
    Damaged,
    /// A later version wrote the stored vault.
    Newer,
}

/// A short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Its number: a timer that has been overtaken must not remove its successor.
    pub number: u32,
    /// What it says, in parts.
    pub text: Vec<Text>,
    /// Accounts that its button brings back.
    pub undelete: Vec<Id>,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// The vault was read.
    Vault(Box<VaultState>, Settings),
    /// The vault is being unlocked, or not, whoever asked for it.
    Unlocking(bool),
    /// The status was read.
    Status(Box<Option<StatusView>>),
    /// The search field changed.
    Search(String),
    /// Something was pressed.
    Act(Action),
    /// A form was submitted.
    Submit(Form, Fields),
    /// The background answered.
    Answered(Asked, Answer),
    /// The task that fills answered.
    Fill(Answer),
    /// A code was put into the clipboard, or could not be.
    Copied(Id, bool),
    /// An image is being looked at.
    Looking,
    /// An image was looked at.
    Read(Seen),
    /// The page in view was.
    ReadPage(Seen),
    /// The box in its picture was.
    ReadRegion(Seen),
    /// The toast of that number has been there long enough.
    ToastGone(u32),
    /// "Copied" has been there long enough.
    CopiedGone(Id),
}

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Show the view that adds.
    OpenAdd,
    /// Open the settings page at a section.
    Open(&'static str),
    /// Show an account's QR code, on the settings page: there is room for it, and it asks for the
    /// passphrase.
    Qr(Id),
    /// Unlock with a passkey.
    Passkey,
    /// Lock.
    Lock,
    /// Back to the list.
    Back,
    /// Copy an account's code: of one credential, or of the only one.
    Copy(Id, Option<Id>),
    /// Enter in the search field: fill or copy the first code that matches.
    Enter,
    /// Something about filling.
    Fill(fill::Press),
    /// Show or hide an account's actions.
    Menu(Id),
    /// Edit.
    Edit(Id),
    /// Show the details.
    Details(Id),
    /// One place up.
    MoveUp(Id),
    /// One place down.
    MoveDown(Id),
    /// Delete.
    Delete(Id),
    /// The next code of an HOTP account: of one credential, or of the only one.
    NextHotp(Id, Option<Id>),
    /// Keep this one of several credentials.
    Keep(Id, Id),
    /// The remedy of the status.
    Remedy,
    /// The button of the warning with that number.
    Warning(usize),
    /// The toast's button.
    Toast,
    /// Something about reading the page in view.
    Scan(scan::Press),
    /// Keep the damaged bytes as a file.
    SaveDamaged,
}

/// A request that is under way, and what is needed to make sense of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A form's.
    Form(Form),
    /// Deleting an account of that name.
    Delete(Id),
    /// The next code of this account's credential.
    NextHotp(Id, Id),
    /// Anything whose success shows by itself.
    Silent,
}

/// What the popup asks of the browser.
#[derive(Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "a handful exists at a time, and each is used at once"
)]
pub enum Effect {
    /// Ask the background.
    Ask(Asked, Request),
    /// Put a code into the clipboard.
    Copy(Id, String),
    /// Something about filling.
    Fill(fill::Effect),
    /// Open the settings page at a section and close.
    Open(String),
    /// Ask for a host permission (in this very click), then try the backup.
    Grant(Vec<String>),
    /// Let the person use a passkey.
    UsePasskey(Vec<Passkey>),
    /// Take a picture of the page in view and look for QR codes.
    ScanPage,
    /// Show that picture.
    ShowPage,
    /// Look for QR codes in a part of it.
    ScanRegion(Region),
    /// Offer the damaged bytes as a file.
    SaveDamaged,
    /// Say it to a screen reader.
    Say(Vec<Text>),
    /// Move the focus.
    Focus(Focus),
    /// Empty a form.
    Clear(Form),
    /// Read storage again.
    Reload,
    /// Remove the toast of that number after a while.
    ToastTimer(u32),
    /// Remove "Copied" after a while.
    CopiedTimer(Id),
}

/// Where the focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// To the element of that id.
    Element(&'static str),
    /// To an account.
    Account(Id),
}

impl Model {
    /// The accounts that match the search, in order.
    #[must_use]
    pub fn matches(&self) -> Vec<Id> {
        let Some(vault) = &self.vault else {
            return Vec::new();
        };
        vault
            .search(&self.query)
            .into_iter()
            .map(|(id, _)| id)
            .collect()
    }

    /// The account that Enter in the search field means.
    #[must_use]
    pub fn first_match(&self) -> Option<Id> {
        if self.query.trim().is_empty() {
            None
        } else {
            self.matches().first().copied()
        }
    }
}
