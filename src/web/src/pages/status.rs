//! The status of the backup in words. What is true is decided in `holdfast_backup::status`; this
//! only says it.

use std::borrow::Cow;

use holdfast_backup::cause::{Cause, Remedy};
use holdfast_backup::destination::config::Label;
use holdfast_backup::destination::probe::Capabilities;
use holdfast_backup::rehearsal::Suggestion;
use holdfast_backup::status::{Overall, State, Status, Warning};
use serde::{Deserialize, Serialize};

use crate::message::MergeQuestion;
use crate::store::keys::Passkey;

use super::cause::{advice, button, cause_at, duration, reminder, trouble_warning};
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
            // What the browser does not take is refused as a whole: nothing here is newer.
            (0, Some(_)) if is_refused(status) => Some(Text::new("status_refused_risk")),
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
            // There it says what is missing, and can be put aside.
            Warning::RolledBack { .. } => Some((
                Text::new("warning_rolled_back_action"),
                Press::Open("history".into()),
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
            let (state, trouble) = (place.status.state, &place.status.trouble);
            if let (
                State::NotStored
                | State::StoredNotCheckedSince { .. }
                | State::KeptUncheckable { .. },
                Some(trouble),
            ) = (state, trouble)
            {
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

fn is_refused(status: &Status) -> bool {
    let trouble = status.trouble.as_ref();
    trouble.is_some_and(|trouble| trouble.cause == Cause::CouldNotSaveHere)
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
