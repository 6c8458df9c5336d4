//! The status of the backup in words. What is true is decided in `holdfast_backup::status`; this
//! only says it.

use std::borrow::Cow;

use holdfast_backup::cause::{Cause, Remedy};
use holdfast_backup::destination::Hint;
use holdfast_backup::destination::config::{Kind, Label};
use holdfast_backup::destination::probe::Capabilities;
use holdfast_backup::rehearsal::Suggestion;
use holdfast_backup::status::{Overall, State, Status, Trouble, Warning};
use serde::{Deserialize, Serialize};

use crate::message::MergeQuestion;
use crate::store::keys::Passkey;

use super::question;
use super::text::{Arg, Text, ago, point};

/// The status line and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// `stored`, `storing`, `unchecked`, `not_stored`, `kept` or `none`: picks colour and mark.
    pub state: Cow<'static, str>,
    /// What is the case.
    pub title: Text,
    /// Where and when, or since when.
    pub detail: Option<Text>,
    /// What exists only on this device.
    pub risk: Option<Text>,
    /// Why.
    pub cause: Option<Text>,
    /// What a person can do.
    pub advice: Option<Text>,
    /// When it repairs itself, and when it was stored last.
    pub repair: Vec<Text>,
    /// The button.
    pub remedy: Option<Button>,
    /// What deserves a look besides.
    pub warnings: Vec<WarningView>,
    /// Whether a merge may remove many accounts. One device at a time: what another one's would
    /// remove may be less once this is answered.
    #[serde(default)]
    pub question: Option<MergeQuestion>,
    /// Another device has changed the vault key, and this one doesn't have the new one.
    pub key_changed: bool,
    /// The passkeys that open the vault here: for the page that asks for the passphrase.
    #[serde(default)]
    pub passkeys: Vec<Passkey>,
}

/// A button that fixes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub label: Text,
    /// What it does.
    pub press: Press,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// Try everything now.
    Retry,
    /// Open the settings page at this place.
    Open(String),
    /// Ask the browser for the permission for these match patterns.
    Grant(Vec<String>),
    /// Sign in again at a destination.
    SignIn {
        /// Which.
        id: String,
        /// The match patterns that it needs.
        patterns: Vec<String>,
    },
    /// Ask the browser for the permission for the folder of that key.
    GrantFolder(String),
    /// Offer the sealed vault as a file.
    Download,
    /// Correct codes by the servers' clocks, or stop that.
    CorrectCodes(bool),
}

/// One more line that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarningView {
    /// What it says.
    pub text: Text,
    /// Its button.
    pub press: Option<(Text, Press)>,
}

/// A destination, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: String,
    /// What is shown of it.
    pub label: Label,
    /// What stood in the form that connected it, but for the secrets.
    pub fields: Vec<(&'static str, String)>,
    /// The match patterns of the browser's permissions.
    pub patterns: Vec<String>,
    /// What it can do, found out on connecting.
    pub can: Option<Capabilities>,
    /// Its status.
    pub status: Status,
}

impl Place {
    /// The name that it has in a sentence.
    #[must_use]
    pub fn name(&self) -> Arg {
        match self.label.host.as_str() {
            "" => Text::new(format!("kind_{}", self.label.kind.code())).into(),
            host => host.into(),
        }
    }
}

impl StatusView {
    /// The status altogether. `accounts`: how many the vault has.
    #[must_use]
    pub fn overall(overall: &Overall, places: &[Place], now: u64) -> Self {
        let at = |place: Option<usize>| place.and_then(|place| places.get(place));
        let best = at(overall.places.map(|(best, _)| best));
        let mut view = Self::of(&overall.best, best, now);
        view.add_others(best, places);
        view
    }

    /// The status at one destination, or where there is none.
    #[must_use]
    pub fn of(status: &Status, place: Option<&Place>, now: u64) -> Self {
        let mut view = Self::titled(status, place, now);
        if let State::NotStored = status.state {
            view.explain(status, place, now);
        } else if let (Some(trouble), Some(place)) = (&status.trouble, place) {
            // What will stand in the way at the next change.
            view.warnings.push(trouble_warning(trouble, place));
        }
        if let Some(place) = place {
            view.warnings.extend(reminder(status, place));
        }
        for warning in &status.warnings {
            view.warn(warning, place);
        }
        view
    }

    /// When the browser's own storage can't be read: nothing about the backup is known.
    #[must_use]
    pub fn unreadable() -> Self {
        let mut view = Self::plain("not_stored", "status_not_stored");
        view.cause = Some(Text::new("status_unreadable"));
        view.advice = Some(Text::new("status_unreadable_advice"));
        view.remedy = Some(Button {
            label: Text::new("remedy_automatic"),
            press: Press::Retry,
        });
        view
    }

    fn plain(state: &'static str, title: &'static str) -> Self {
        Self {
            state: state.into(),
            title: Text::new(title),
            detail: None,
            risk: None,
            cause: None,
            advice: None,
            repair: Vec::new(),
            remedy: None,
            warnings: Vec::new(),
            question: None,
            key_changed: false,
            passkeys: Vec::new(),
        }
    }

    fn titled(status: &Status, place: Option<&Place>, now: u64) -> Self {
        let host = || place.map_or_else(|| Arg::from(""), Place::name);
        match status.state {
            State::Stored { at, accounts } => {
                let mut view = Self::plain("stored", "status_stored");
                let count = Text::plural("accounts", accounts.into());
                view.detail = Some(
                    Text::new("status_detail")
                        .with(count)
                        .with(host())
                        .with(ago(now, at)),
                );
                view
            }
            State::StoredNotCheckedSince { at, .. } => {
                let mut view = Self::plain("unchecked", "status_unchecked");
                view.detail = Some(
                    Text::new("status_unchecked_detail")
                        .with(point(now, at))
                        .with(host()),
                );
                view
            }
            State::Storing {
                waits_for_key: false,
                ..
            } => Self::plain("storing", "status_storing"),
            State::Storing {
                waits_for_key: true,
                ..
            } => {
                let mut view = Self::plain("storing", "status_waits_for_key");
                view.detail = Some(Text::new("status_waits_for_key_detail").with(host()));
                view
            }
            State::NotStored => {
                let mut view = Self::plain("not_stored", "status_not_stored");
                let since = status
                    .at_risk
                    .since
                    .or(status.trouble.map(|trouble| trouble.since));
                view.detail =
                    since.map(|since| Text::new("status_not_stored_since").with(point(now, since)));
                view
            }
            State::KeptUncheckable { at, .. } => {
                let mut view = Self::plain("kept", "status_kept");
                view.detail = at.map(|at| {
                    Text::new("status_kept_detail")
                        .with(host())
                        .with(ago(now, at))
                });
                view
            }
            State::NoDestinationByChoice => Self::plain("none", "status_none"),
        }
    }

    /// What is at risk, why, and what to do about it.
    fn explain(&mut self, status: &Status, place: Option<&Place>, now: u64) {
        self.risk = match (status.at_risk.accounts, status.last_stored) {
            (0, None) => None,
            (0, Some(_)) => Some(Text::new("status_changes_risk")),
            (accounts, _) => Some(Text::plural("status_risk", accounts.into())),
        };
        if let Some(last) = status.last_stored {
            self.repair
                .push(Text::new("status_last_stored").with(ago(now, last.at)));
        }
        let Some(trouble) = &status.trouble else {
            return;
        };
        self.cause = Some(cause_at(trouble.cause, place));
        self.advice = Some(advice(trouble, place));
        let waits = matches!(
            trouble.remedy,
            Remedy::Automatic | Remedy::AskAdministrator | Remedy::FreeSpace | Remedy::Update
        );
        if let (true, Some(next)) = (waits, trouble.next_try) {
            // Less than a minute is no time that a person would look up.
            self.repair.push(if next > now + 60_000 {
                Text::new("status_repair_at").with(point(now, next))
            } else {
                Text::new("status_repair_soon")
            });
        }
        self.remedy = Some(button(trouble, place));
    }

    fn warn(&mut self, warning: &Warning, place: Option<&Place>) {
        let text = match warning {
            Warning::Clock { ahead } => Text::new("warning_clock")
                .with(duration(ahead.unsigned_abs()))
                .with(place.map_or_else(|| Arg::from(""), Place::name)),
            Warning::MergeWaitsForKey => Text::new("warning_merge_waits"),
            Warning::KeyChanged { .. } => {
                self.key_changed = true;
                Text::new("warning_key_changed")
            }
            Warning::NewerFormat { .. } => Text::new("warning_newer_format"),
            Warning::Damaged { .. } => Text::new("warning_damaged"),
            Warning::RolledBack { .. } => Text::new("warning_rolled_back")
                .with(place.map_or_else(|| Arg::from(""), Place::name)),
            Warning::NeedsConsent { name, removals } => {
                if let Some(place) = place {
                    question::ask(&mut self.question, &place.id, name, *removals);
                }
                Text::new("warning_merge")
            }
        };
        let press = match warning {
            Warning::NeedsConsent { .. } => Some((
                Text::new("warning_merge_action"),
                Press::Open("backup".into()),
            )),
            Warning::KeyChanged { .. } => Some((
                Text::new("remedy_enter_passphrase"),
                Press::Open("key".into()),
            )),
            _ => None,
        };
        let view = WarningView { text, press };
        if !self.warnings.contains(&view) {
            self.warnings.push(view);
        }
    }

    /// Says of a wrong clock, here `ahead` milliseconds before the servers', whether codes are
    /// corrected, with the button for the other. `None`: only some server finds it wrong, and
    /// another right, so that it is that server's clock which deserves a look.
    pub fn offer_correction(&mut self, corrects: bool, ahead: Option<i64>) {
        let is_clock = |warning: &WarningView| warning.text.key == "warning_clock";
        let Some(ahead) = ahead else {
            for warning in self.warnings.iter_mut().filter(|warning| is_clock(warning)) {
                warning.text.key = "warning_clock_server".into();
            }
            return;
        };
        let (text, action) = match corrects {
            true => ("warning_clock_corrected", "clock_stop"),
            false => ("warning_clock", "clock_correct"),
        };
        let first = self.warnings.iter().position(is_clock);
        self.warnings.retain(|warning| !is_clock(warning));
        if let Some(first) = first {
            let warning = WarningView {
                text: Text::new(text).with(duration(ahead.unsigned_abs())),
                press: Some((Text::new(action), Press::CorrectCodes(!corrects))),
            };
            self.warnings.insert(first, warning);
        }
    }

    /// Suggests a rehearsal, where one is due.
    pub fn suggest_rehearsal(&mut self, due: Option<Suggestion>, now: u64) {
        let Some(suggestion) = due else {
            return;
        };
        self.warnings.push(WarningView {
            text: suggested(suggestion, now),
            press: Some((Text::new("rehearse"), Press::Open("backup/rehearse".into()))),
        });
    }

    /// Other destinations that need attention, though one can rely on the best.
    fn add_others(&mut self, best: Option<&Place>, places: &[Place]) {
        for place in places
            .iter()
            .filter(|place| best.is_none_or(|best| best.id != place.id))
        {
            if let (State::NotStored, Some(trouble)) = (place.status.state, &place.status.trouble) {
                self.warnings.push(trouble_warning(trouble, place));
            }
            self.warnings.extend(reminder(&place.status, place));
            for warning in &place.status.warnings {
                self.warn(warning, Some(place));
            }
        }
    }
}

/// Why a rehearsal is suggested.
#[must_use]
pub fn suggested(suggestion: Suggestion, now: u64) -> Text {
    match suggestion {
        Suggestion::Never => Text::new("rehearse_never"),
        Suggestion::Old { last } => Text::new("rehearse_old").with(ago(now, last)),
        Suggestion::KeysChanged { last } => {
            Text::new("rehearse_keys_changed").with(point(now, last))
        }
        Suggestion::Incomplete { agreed, of, .. } => Text::new("rehearse_incomplete")
            .with(agreed.to_string())
            .with(of.to_string()),
    }
}

/// The sentence for a cause.
#[must_use]
pub fn cause(cause: Cause) -> Text {
    Text::new(format!("cause_{}", cause.code()))
}

/// The sentence for a cause at a place.
fn cause_at(at: Cause, place: Option<&Place>) -> Text {
    Text::new(format!("cause_{}{}", at.code(), variant(at, place)))
}

/// Where a provider signs people in, there is no password and no address to be wrong; a bucket is
/// reached with a pair of keys.
fn variant(cause: Cause, place: Option<&Place>) -> &'static str {
    match cause {
        Cause::SignedOut | Cause::NotAStorageServer if is_cloud(place) => "_cloud",
        Cause::SignedOut if place.is_some_and(|place| place.label.kind == Kind::S3) => "_s3",
        _ => "",
    }
}

fn is_cloud(place: Option<&Place>) -> bool {
    place.is_some_and(|place| place.label.kind.provider().is_some())
}

fn advice(trouble: &Trouble, place: Option<&Place>) -> Text {
    match trouble.hint {
        Some(Hint::UseAppPassword) => Text::new("hint_use_app_password"),
        Some(Hint::GrantInBrowser) => Text::new("hint_grant_in_browser"),
        Some(Hint::Maintenance) => Text::new("hint_maintenance"),
        Some(Hint::OtherRegion) => Text::new("hint_other_region"),
        None => {
            let variant = match trouble.cause {
                Cause::PermissionMissing if is_cloud(place) => "_cloud",
                cause => variant(cause, place),
            };
            Text::new(format!("rec_{}{variant}", trouble.cause.code()))
        }
    }
}

fn button(trouble: &Trouble, place: Option<&Place>) -> Button {
    let change = || {
        Press::Open(place.map_or_else(|| "connect".into(), |place| format!("change/{}", place.id)))
    };
    let (name, press) = match trouble.remedy {
        Remedy::ChooseDestination => ("choose_destination", Press::Open("connect".into())),
        Remedy::SignIn => ("sign_in", sign_in(place).unwrap_or_else(change)),
        // What the sign-in does not allow, another one may.
        Remedy::AskAdministrator
            if trouble.cause == Cause::PermissionMissing && is_cloud(place) =>
        {
            ("sign_in", sign_in(place).unwrap_or_else(change))
        }
        Remedy::SignInOther => ("sign_in_other", sign_in(place).unwrap_or_else(change)),
        Remedy::CheckAddress if is_cloud(place) => ("automatic", Press::Retry),
        Remedy::CheckAddress => ("check_address", change()),
        Remedy::GrantPermission => ("grant_permission", place.map_or_else(change, grant)),
        Remedy::CreateFolder => ("create_folder", Press::Retry),
        Remedy::FreeSpace => ("free_space", Press::Retry),
        Remedy::FreeSpaceHere => ("free_space_here", Press::Retry),
        Remedy::Automatic => ("automatic", Press::Retry),
        Remedy::AskAdministrator => ("ask_administrator", Press::Retry),
        Remedy::CorrectClock => ("correct_clock", Press::Retry),
        Remedy::EnterPassphrase => ("enter_passphrase", Press::Open("key".into())),
        Remedy::Unlock => ("unlock", Press::Open("backup".into())),
        Remedy::Update if has_own_app(place) => ("check_app", change()),
        Remedy::Update => ("update", Press::Open("about".into())),
    };
    Button {
        label: Text::new(format!("remedy_{name}")),
        press,
    }
}

/// What signs in there is an application that this person has registered: no update changes it.
fn has_own_app(place: Option<&Place>) -> bool {
    let mut fields = place.into_iter().flat_map(|place| &place.fields);
    fields.any(|(name, value)| *name == "client_id" && !value.is_empty())
}

/// Where a provider asks for the password, there is no form to fill.
fn sign_in(place: Option<&Place>) -> Option<Press> {
    let place = place.filter(|place| is_cloud(Some(place)))?;
    Some(Press::SignIn {
        id: place.id.clone(),
        patterns: place.patterns.clone(),
    })
}

/// How the permission that a place needs is asked for.
fn grant(place: &Place) -> Press {
    let field = |name: &str| place.fields.iter().find(|(field, _)| *field == name);
    match (place.label.kind, field("key")) {
        (Kind::Folder, Some((_, key))) => Press::GrantFolder(key.clone()),
        _ if place.patterns.is_empty() => Press::Open(format!("change/{}", place.id)),
        _ => Press::Grant(place.patterns.clone()),
    }
}

/// A file that is older than the vault: only the person can fetch a newer one.
fn reminder(status: &Status, place: &Place) -> Option<WarningView> {
    let outdated = matches!(status.state, State::KeptUncheckable { current: false, .. });
    if !outdated || place.label.kind != Kind::Download {
        return None;
    }
    let text = match status.at_risk.accounts {
        0 => Text::new("warning_download_changes"),
        accounts => Text::plural("warning_download", accounts.into()),
    };
    Some(WarningView {
        text,
        press: Some((Text::new("download_again"), Press::Download)),
    })
}

fn trouble_warning(trouble: &Trouble, place: &Place) -> WarningView {
    let button = button(trouble, Some(place));
    WarningView {
        text: Text::new("warning_other")
            .with(place.name())
            .with(cause_at(trouble.cause, Some(place))),
        press: Some((button.label, button.press)),
    }
}

/// A length of time in the unit that suits it.
fn duration(millis: u64) -> Text {
    let seconds = millis.div_ceil(1000);
    match seconds {
        0..90 => Text::plural("duration_seconds", seconds),
        90..5_400 => Text::plural("duration_minutes", (seconds + 30) / 60),
        5_400..172_800 => Text::plural("duration_hours", (seconds + 1_800) / 3_600),
        _ => Text::plural("duration_days", (seconds + 43_200) / 86_400),
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
