//! What the settings page knows, what can happen to it, and what it asks of the browser.

use holdfast_json::map::Map;

use holdfast_backup::policy::Retention;

use super::checklist;
use super::clouds::SignIn;
use super::history;
use super::security;
use super::transfer;
use crate::message::{
    Answer, ChainStep, DestinationDraft, FoundVault, Request, Restored, Settings,
};
use crate::pages::form::{Fields, Form, Forms};
use crate::pages::text::{Arg, Text};
use crate::pages::world::World;

/// What the page knows.
#[derive(Clone, Default)]
pub struct Model {
    /// The section that was asked for.
    pub section: Section,
    /// What is stored; `None` until it was read.
    pub world: Option<World>,
    /// The forms.
    pub forms: Forms,
    /// The destination that the connect form changes; `None` while it connects a new one.
    pub changing: Option<String>,
    /// The connect form is open.
    pub connecting: bool,
    /// The destination that is being checked.
    pub checking: Option<String>,
    /// The destination whose form that disconnects is open.
    pub disconnecting: Option<String>,
    /// The last *Check now* of each destination.
    pub chains: Map<String, Vec<ChainStep>>,
    /// Where backups are restored from, and what was found there.
    pub found: Option<(Source, Vec<FoundVault>)>,
    /// Nextcloud's login page is open in another tab, and is asked about so many more times.
    pub waiting: Option<u32>,
    /// The file that backups are restored from, as base64.
    pub file: Option<String>,
    /// What was restored.
    pub restored: Option<Restored>,
    /// What is stored.
    pub history: history::Model,
    /// Keys.
    pub security: security::Model,
    /// Import from other apps, and export to them.
    pub transfer: transfer::Model,
    /// What is still to arrive from an app without an export.
    pub checklist: checklist::Model,
    /// Exported lines while they are shown.
    pub exported: Option<String>,
    /// The short message at the bottom, and its number.
    pub toast: Option<(u32, Text)>,
}

/// Where backups are restored from.
#[derive(Clone)]
pub enum Source {
    /// A destination.
    Place(DestinationDraft),
    /// A file.
    File {
        /// Its bytes, as base64.
        bytes: String,
    },
}

/// A section of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// First run.
    Welcome,
    /// Destinations and the status.
    #[default]
    Backup,
    /// Restoring.
    Restore,
    /// What is stored.
    History,
    /// Lock, passphrase, recovery key.
    Security,
    /// Import and export.
    Transfer,
    /// Filling codes into pages.
    Autofill,
    /// Theme and rows.
    Appearance,
    /// Version and diagnosis.
    About,
    /// The stored vault can't be trusted.
    Damaged,
    /// A later version wrote the stored vault.
    Newer,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// Storage was read.
    World(Box<World>),
    /// The address changed to this place.
    Go(String),
    /// Something was pressed.
    Act(Action),
    /// The person has signed in to what a form describes.
    SignedIn(Form, Box<DestinationDraft>),
    /// A form was submitted.
    Submit(Form, Fields),
    /// A setting was changed.
    Set(String, Setting),
    /// The background answered.
    Answered(Asked, Answer),
    /// Of import and export.
    Transfer(transfer::Msg),
    /// Of the checklist.
    Checklist(checklist::Msg),
    /// A file with a backup in it was read, as base64.
    Backup(String),
    /// Something was put into the clipboard, or could not be.
    Copied(Option<Text>),
    /// It is time to ask whether the person has signed in to Nextcloud.
    PollNextcloud,
    /// The toast of that number has been there long enough.
    ToastGone(u32),
    /// Something about what is stored.
    History(history::Msg),
    /// Something about keys.
    Security(security::Msg),
}

/// A setting's new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Of a box that is ticked or not.
    On(bool),
    /// Of a choice.
    Choice(String),
}

/// What can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Lock.
    Lock,
    /// The remedy of the status.
    Remedy,
    /// The remedy at one destination.
    RemedyAt(String),
    /// The button of the warning with that number.
    Warning(usize),
    /// Check a destination.
    CheckNow(String),
    /// Change a destination's address or password.
    Change(String),
    /// Ask for the passphrase that disconnects.
    Disconnect(String),
    /// Sign in to Nextcloud at that address.
    Nextcloud(String),
    /// Offer the sealed vault as a file.
    Download,
    /// Let the person pick a folder for the form of that prefix.
    PickFolder(String),
    /// The connect form was opened or closed by hand.
    ConnectToggled(bool),
    /// Answer the question about a merge.
    AnswerMerge(bool),
    /// Copy a text that is no secret.
    CopyText(String),
    /// Copy the exported lines.
    CopyExport,
    /// Save the exported lines.
    SaveExport,
    /// Hide the exported lines.
    HideExport,
    /// Copy the diagnosis report.
    CopyDiagnosis,
    /// Keep the damaged bytes as a file.
    SaveDamaged,
    /// Something about what is stored.
    History(history::Action),
    /// Something about keys.
    Security(security::Action),
}

/// A request that is under way, and what is needed to make sense of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A form's.
    Form(Form),
    /// Signing in to Nextcloud, for the form that connects.
    Nextcloud,
    /// *Check now* of a destination.
    Check(String),
    /// Replacing older snapshots.
    Replaced,
    /// Something about what is stored.
    History(history::Asked),
    /// Anything whose success shows by itself.
    Silent,
}

/// What the page asks of the browser.
#[derive(Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "a handful exists at a time, and each is used at once"
)]
pub enum Effect {
    /// Of import and export.
    Transfer(transfer::Effect),
    /// Of the checklist.
    Checklist(checklist::Effect),
    /// Ask the background.
    Ask(Asked, Request),
    /// Ask for these host permissions first, in this very click, whatever comes of it.
    AskWithPermission(Asked, Vec<String>, Request),
    /// Sign in to a cloud, after asking for the host permissions in this very click.
    SignIn(SignIn),
    /// Open a page in a tab.
    OpenTab(String),
    /// Ask about the login after so many milliseconds.
    PollLater(u32),
    /// Offer the sealed vault as a file, and remember that.
    Download(Asked),
    /// Let the person pick a folder, in this very click, for the form of that prefix.
    PickFolder(String),
    /// Ask for the permission for the folder of that key, in this very click, and try everything.
    GrantFolder(String),
    /// Go to a place of the page.
    Go(String),
    /// Copy a text, then say so.
    Copy(String, Text),
    /// Copy the diagnosis report.
    CopyDiagnosis,
    /// Offer a text as a file.
    Save(&'static str, String),
    /// Offer lines as a text file.
    SaveTexts(&'static str, Vec<Vec<Arg>>),
    /// Offer the damaged bytes as a file.
    SaveDamaged,
    /// Name this device after its browser and its system.
    NameDevice,
    /// Put numbers into the form that says what is kept.
    FillRetention(Retention),
    /// Empty a form.
    Clear(Form),
    /// Put the sites on which filling submits into their form.
    ShowSubmitSites,
    /// Put the destination into the connect form.
    FillConnect(Option<String>),
    /// Make theme and density known to the next first paint.
    Mirror(Settings),
    /// Move the focus to the element of that id, or to the first error.
    Focus(&'static str),
    /// Move the focus into the form that disconnects this destination.
    FocusDisconnect(String),
    /// Read storage again.
    Reload,
    /// Remove the toast of that number after a while.
    ToastTimer(u32),
    /// Something about keys.
    Security(security::Effect),
}

impl Section {
    /// The section of a place in the page, as it stands after `#`.
    #[must_use]
    pub fn of(place: &str) -> Self {
        match place.split('/').next().unwrap_or_default() {
            "welcome" => Self::Welcome,
            "restore" => Self::Restore,
            "history" => Self::History,
            "security" => Self::Security,
            "transfer" => Self::Transfer,
            "autofill" => Self::Autofill,
            "appearance" => Self::Appearance,
            "about" => Self::About,
            // "connect" and "change/<destination>" are places in it.
            _ => Self::Backup,
        }
    }

    /// Its name in ids and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::History => "history",
            Self::Security => "security",
            Self::Transfer => "transfer",
            Self::Autofill => "autofill",
            Self::Appearance => "appearance",
            Self::About => "about",
            Self::Damaged => "damaged",
            Self::Newer => "newer",
        }
    }

    /// Whether it needs the vault open.
    #[must_use]
    pub fn needs_key(self) -> bool {
        matches!(self, Self::Transfer | Self::Security | Self::History)
    }
}
