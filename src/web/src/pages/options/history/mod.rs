//! What is stored, on the settings page: old snapshots and bringing accounts back, the rehearsal, the
//! devices, the log, and what is kept.

mod draw;
mod draw_devices;
mod draw_list;
mod draw_log;
mod events;
mod update;

use std::collections::{BTreeMap, BTreeSet};

use holdfast_core::vault::{Comparison, DeviceId, Id};

use crate::message::Failure;
use crate::message::history::{At, Listed, Rehearsed, Snapshot};

pub use draw::{draw, fill_retention};
pub use events::{action, changed, open_log};
pub use update::{accepted, act, answered, entered, locked, opened, submit, update};

/// What is known of it.
#[derive(Clone, Default)]
pub struct Model {
    /// What each destination has, or why that could not be found out.
    pub lists: BTreeMap<String, Result<Listed, Failure>>,
    /// The destinations that are being asked.
    pub waiting: BTreeSet<String>,
    /// Only this destination's snapshots are shown.
    pub place: Option<String>,
    /// Only this device's snapshots are shown.
    pub device: Option<DeviceId>,
    /// The snapshot that is open.
    pub open: Option<Open>,
    /// The last rehearsal that was carried out while the page is open.
    pub rehearsed: Option<Rehearsed>,
    /// The device whose retirement waits for a word.
    pub retiring: Option<DeviceId>,
    /// The log is shown.
    pub log: bool,
    /// This device was given a name that tells browser and system.
    pub named: bool,
}

/// A snapshot that is looked into.
#[derive(Clone)]
pub struct Open {
    /// Where it is.
    pub at: At,
    /// What the list says of it.
    pub snapshot: Snapshot,
    /// What lies between then and now; `None` until it was fetched.
    pub compared: Option<Result<Comparison, Failure>>,
    /// What waits for a word.
    pub asking: Option<Wanted>,
    /// Accounts are being brought back.
    pub busy: bool,
    /// Why that was refused.
    pub refused: Option<Failure>,
}

/// What is to be brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything that was there then.
    All,
    /// One account.
    One(Id),
}

/// What can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look into a snapshot.
    Look(At),
    /// Back to the list.
    Back,
    /// Ask the destinations again.
    Again,
    /// Say what bringing that back means.
    Ask(Wanted),
    /// Don't.
    Cancel,
    /// Do it.
    Restore,
    /// Say what retiring that device means, or take it back.
    AskRetire(DeviceId),
    /// Retire the device, or take it back into use.
    Retire(DeviceId, bool),
    /// It was seen that this destination shows older data than before.
    Note(String),
    /// The log was opened or closed.
    ToggleLog(bool),
    /// Save the log as a file.
    SaveLog,
    /// Fill in the usual numbers.
    UsualRetention,
}

/// What else can happen.
#[derive(Clone)]
pub enum Msg {
    /// Only this destination's snapshots are to be shown; empty for all.
    Place(String),
    /// Only this device's snapshots are to be shown; empty for all.
    Device(String),
}

/// A request that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// What this destination has.
    List(String),
    /// That snapshot.
    Look(At),
    /// Bringing accounts back.
    Restore,
    /// What else has nothing to show: a device that is retired, a loss that was seen.
    Noted,
}

/// A form of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Rehearse a restore.
    Rehearse,
    /// What is kept.
    Retention,
}

/// The forms, and their ids.
pub const FORMS: [(Form, &str); 2] = [
    (Form::Rehearse, "rehearse-form"),
    (Form::Retention, "retention-form"),
];

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
