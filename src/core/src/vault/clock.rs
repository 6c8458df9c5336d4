//! The hybrid logical clock: what orders two edits of the same field.

use super::{DeviceId, Id};

/// How far ahead of our own clock a stamp of another device may pull it: one day, more than any
/// mistaken time zone. What lies further ahead is a broken clock, and is not followed.
pub const MAX_AHEAD_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// The largest time in a stamp: 2^53 − 1, what every reader of JSON represents exactly.
pub const MAX_MILLIS: u64 = (1 << 53) - 1;

/// When and where a value was written. Ordered by time, then counter, then device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Milliseconds since the Unix epoch, at most [`MAX_MILLIS`].
    pub millis: u64,
    /// Tells apart what was written in the same millisecond, or under a clock that stood still.
    pub counter: u32,
    /// Who wrote it.
    pub device: DeviceId,
}

/// The clock of one device: never runs backwards while the device knows what it has seen.
///
/// It needs no storage of its own: [`Clock::observe`] every stamp of the vault and it is as it
/// was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    millis: u64,
    counter: u32,
}

impl Stamp {
    /// The stamp of what nobody has written yet: older than every other.
    pub const NEVER: Self = Self {
        millis: 0,
        counter: 0,
        device: Id::from_bytes([0; 16]),
    };

    /// Whether this is [`Stamp::NEVER`].
    #[must_use]
    pub fn is_never(&self) -> bool {
        *self == Self::NEVER
    }
}

impl Clock {
    /// Takes notice of a stamp, unless it lies more than [`MAX_AHEAD_MILLIS`] after `now`.
    pub fn observe(&mut self, stamp: &Stamp, now: u64) {
        if stamp.millis <= now.saturating_add(MAX_AHEAD_MILLIS) {
            let seen = (stamp.millis, stamp.counter);
            (self.millis, self.counter) = seen.max((self.millis, self.counter));
        }
    }

    /// The time of the newest stamp observed, in milliseconds since 1970.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.millis
    }

    /// The stamp for an edit made at `now` by `device` that replaces a value stamped `replaced`.
    ///
    /// It is later than everything observed, and later than `replaced` even where that lies in a
    /// far future that the clock itself refuses to follow: what a person enters always sticks.
    pub fn stamp(&mut self, now: u64, device: DeviceId, replaced: &Stamp) -> Stamp {
        let now = now.min(MAX_MILLIS);
        // A clock that was once far ahead, and was put right since, is forgotten.
        if self.millis > now.saturating_add(MAX_AHEAD_MILLIS) {
            *self = Self::default();
        }
        let own = (now, 0).max(after(self.millis, self.counter));
        (self.millis, self.counter) = own;
        let (millis, counter) = own.max(after(replaced.millis, replaced.counter));
        Stamp {
            millis,
            counter,
            device,
        }
    }
}

/// The smallest time after the given one.
fn after(millis: u64, counter: u32) -> (u64, u32) {
    match counter.checked_add(1) {
        Some(counter) => (millis, counter),
        None => ((millis + 1).min(MAX_MILLIS), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HERE: Id = Id::from_bytes([1; 16]);
    const THERE: Id = Id::from_bytes([2; 16]);
    const NOW: u64 = 1_800_000_000_000;
    const YEAR_2300: u64 = 10_413_792_000_000;

    fn there(millis: u64) -> Stamp {
        Stamp {
            millis,
            counter: 7,
            device: THERE,
        }
    }

    #[test]
    fn a_peer_in_the_year_2300_does_not_drag_us_along() {
        let mut clock = Clock::default();
        clock.observe(&there(YEAR_2300), NOW);
        assert_eq!(clock.stamp(NOW, HERE, &Stamp::NEVER).millis, NOW);
    }

    #[test]
    fn an_edit_sticks_even_over_a_value_from_the_year_2300() {
        let mut clock = Clock::default();
        let replaced = there(YEAR_2300);
        let edit = clock.stamp(NOW, HERE, &replaced);
        assert!(edit > replaced);
        assert_eq!(edit.millis, YEAR_2300);
        // And the next edit of another field is back in the present.
        assert_eq!(clock.stamp(NOW, HERE, &Stamp::NEVER).millis, NOW);
    }

    #[test]
    fn a_slow_clock_catches_up_with_its_peers() {
        let mut clock = Clock::default();
        let seen = there(NOW + 3_600_000);
        clock.observe(&seen, NOW);
        assert!(clock.stamp(NOW, HERE, &Stamp::NEVER) > seen);
    }

    #[test]
    fn a_clock_that_was_put_right_is_believed_again() {
        let mut clock = Clock::default();
        clock.stamp(YEAR_2300, HERE, &Stamp::NEVER);
        assert_eq!(clock.stamp(NOW, HERE, &Stamp::NEVER).millis, NOW);
    }

    #[test]
    fn a_full_counter_moves_the_time() {
        let full = Stamp {
            millis: NOW,
            counter: u32::MAX,
            device: THERE,
        };
        let edit = Clock::default().stamp(0, HERE, &full);
        assert!(edit > full);
        assert_eq!((edit.millis, edit.counter), (NOW + 1, 0));
    }

    proptest! {
        #[test]
        fn stamps_rise_whatever_the_wall_clock_does(
            times in proptest::collection::vec(NOW..NOW + MAX_AHEAD_MILLIS, 1..50),
        ) {
            let mut clock = Clock::default();
            let mut last = Stamp::NEVER;
            for now in times {
                let stamp = clock.stamp(now, HERE, &Stamp::NEVER);
                prop_assert!(stamp > last);
                last = stamp;
            }
        }
    }
}
