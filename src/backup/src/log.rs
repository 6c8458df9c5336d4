//! What happened and when, in plain words elsewhere (`log_<code>` in `_locales`): no secrets, no
//! names of accounts, no addresses.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::name::DeviceTag;

/// The last few hundred events of one destination, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Log(VecDeque<Event>);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, by this computer's clock, in milliseconds.
    pub at: u64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The destination was connected and probed.
    Connected,
    /// It was disconnected; nothing was deleted there.
    Disconnected,
    /// A new snapshot was stored and read back.
    ReadBack {
        /// Its sequence.
        sequence: u64,
        /// Its accounts.
        accounts: u32,
    },
    /// A snapshot that was read back has been opened too.
    Opened {
        /// Its sequence.
        sequence: u64,
        /// Its accounts.
        accounts: u32,
    },
    /// An attempt failed. Failures of the same cause in a row are one event.
    Failed {
        /// Why.
        cause: Cause,
        /// The status of the response, if there was one.
        status: Option<u16>,
    },
    /// Attempts succeed again.
    Recovered,
    /// A snapshot that was there is gone or damaged.
    Lost {
        /// Its sequence.
        sequence: u64,
        /// Which.
        cause: Cause,
    },
    /// What lay in this browser did not open and was sealed anew.
    Resealed,
    /// Another device's snapshot was merged.
    Merged {
        /// The device.
        device: DeviceTag,
        /// Its sequence.
        sequence: u64,
    },
    /// Another device's snapshot could not be merged.
    NotMerged {
        /// The device.
        device: DeviceTag,
        /// Its sequence.
        sequence: u64,
    },
    /// An old snapshot of ours was deleted.
    Pruned {
        /// Its sequence.
        sequence: u64,
    },
    /// This profile is a copy: it took a new identity.
    Copied,
    /// What lay in this browser was damaged, and an older generation of it goes on under a new
    /// identity.
    StartedAnew,
    /// The destination showed older data than before.
    RolledBack {
        /// The device whose newest snapshot is missing.
        device: DeviceTag,
    },
    /// A person rehearsed a restore.
    Rehearsed {
        /// Accounts whose codes agreed.
        agreed: u32,
        /// Accounts compared.
        of: u32,
    },
}

const LONGEST: usize = 200;

impl Log {
    /// Adds an event and drops the oldest beyond the limit.
    pub fn add(&mut self, at: u64, what: What) {
        if matches!(what, What::Failed { .. })
            && self.0.back().is_some_and(|last| last.what == what)
        {
            return;
        }
        self.0.push_back(Event { at, what });
        while self.0.len() > LONGEST {
            self.0.pop_front();
        }
    }

    /// All events, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_failures_in_a_row_are_one() {
        let failed = |cause| What::Failed {
            cause,
            status: None,
        };
        let mut log = Log::default();
        log.add(1, failed(Cause::Unreachable));
        log.add(2, failed(Cause::Unreachable));
        log.add(3, failed(Cause::SignedOut));
        assert_eq!(log.events().map(|e| e.at).collect::<Vec<_>>(), [1, 3]);
        for at in 0..1000 {
            log.add(at, What::Recovered);
        }
        assert_eq!(log.events().count(), LONGEST);
        assert_eq!(log.events().last().unwrap().at, 999);
    }
}
