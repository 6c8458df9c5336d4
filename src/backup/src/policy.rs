//! The engine's numbers. Times are in milliseconds.

/// One second.
pub const SECOND: u64 = 1000;
/// One minute.
pub const MINUTE: u64 = 60 * SECOND;
/// One hour.
pub const HOUR: u64 = 60 * MINUTE;
/// One day.
pub const DAY: u64 = 24 * HOUR;

/// A change waits this long for the next one, so that a burst becomes one snapshot.
pub const QUIET: u64 = 3 * SECOND;
/// … but a snapshot is not put off longer than this.
pub const QUIET_AT_MOST: u64 = 30 * SECOND;
/// A stored snapshot is read back again this long after the last time.
pub const CHECK_EVERY: u64 = DAY;
/// *Stored* says no more than that it was there this recently: the daily look, missed once.
pub const FRESH_FOR: u64 = 2 * DAY;
/// Other devices' snapshots are looked for this often.
pub const PULL_EVERY: u64 = HOUR;
/// So many runs in a row fail before an object that the server lists, and does not give, stops counting as
/// one that it will give soon.
pub const PATIENT_RUNS: u32 = 2;
/// A snapshot that does not open for another reason than damage is tried again this often.
pub const HELD_FOR: u64 = DAY;
/// An upload in progress is believed to be one for this long; then it counts as cut off. Longer
/// than a few requests of 25 s each.
pub const WORKING_FOR: u64 = 3 * MINUTE;
/// A vault that was locked before its new snapshot could be opened is no alarm for this long.
pub const LOCKED_FOR: u64 = DAY;

/// A restore is to be rehearsed this often …
pub const REHEARSE_EVERY: u64 = 90 * DAY;
/// … and for the first time this long after a destination was connected.
pub const REHEARSE_FIRST: u64 = 7 * DAY;

/// The first pause after a failure; each further one doubles it.
pub const BACK_OFF_FIRST: u64 = 30 * SECOND;
/// The longest pause that the engine chooses itself.
pub const BACK_OFF_LONGEST: u64 = 6 * HOUR;
/// The longest pause that a server can ask for.
pub const WAIT_LONGEST: u64 = DAY;

/// An exchange that takes longer tells too little of the server's clock.
pub const CLOCK_EXCHANGE: u64 = 10 * SECOND;
/// A skew that makes codes fail: half a time step of 30 s.
pub const SKEW_WARNING: u64 = 15 * SECOND;
/// A skew, or a disagreement of times, that makes the clock doubtful: nothing is pruned then.
pub const SKEW_DOUBTFUL: u64 = 10 * MINUTE;
/// A recorded time this far in the future shows that the clock was set back.
pub const FUTURE_TOLERANCE: u64 = MINUTE;

/// Which snapshots are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Retention {
    /// All of the last 24 hours, up to this many.
    pub recent: usize,
    /// Then the newest of each day, for this many days.
    pub days: u64,
    /// Then the newest of each month (30 days), for this many months.
    pub months: u64,
}

impl Retention {
    /// The most that each number can be. More is no better protection, and a list that nobody reads.
    pub const MOST: Self = Self {
        recent: 200,
        days: 366,
        months: 120,
    };

    /// Within the bounds: at least one of the last day, and at most [`Retention::MOST`].
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            recent: self.recent.clamp(1, Self::MOST.recent),
            days: self.days.min(Self::MOST.days),
            months: self.months.min(Self::MOST.months),
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            recent: 20,
            days: 30,
            months: 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_within_its_bounds() {
        let none = Retention {
            recent: 0,
            days: 0,
            months: 0,
        };
        assert_eq!(none.bounded(), Retention { recent: 1, ..none });
        let all = Retention {
            recent: usize::MAX,
            days: u64::MAX,
            months: u64::MAX,
        };
        assert_eq!(all.bounded(), Retention::MOST);
        assert_eq!(Retention::default().bounded(), Retention::default());
    }
}
