//! When to try again: exponential back-off with jitter, kept across the worker's deaths.

use crate::destination::Failure;
use crate::env::{Env, random};
use crate::evidence::Retry;
use crate::policy::{BACK_OFF_FIRST, BACK_OFF_LONGEST, FUTURE_TOLERANCE, WAIT_LONGEST};

impl Retry {
    /// An attempt may be made now. A time further away than the pause that was set, or than any that
    /// a server can ask for, is one from before the clock was set back.
    #[must_use]
    pub fn is_due(&self, now: u64) -> bool {
        self.wait(now) == 0
    }

    /// How long to wait, in milliseconds.
    #[must_use]
    pub fn wait(&self, now: u64) -> u64 {
        let wait = self.next_try.unwrap_or(0).saturating_sub(now);
        let own = self
            .pause
            .map(|pause| pause.saturating_add(FUTURE_TOLERANCE));
        if wait > own.unwrap_or(WAIT_LONGEST) {
            0
        } else {
            wait
        }
    }

    /// No failure, but perhaps a pause that the server asked for.
    pub(crate) fn waiting(pause: Option<u64>, now: u64) -> Self {
        Self {
            failures: 0,
            next_try: pause.map(|pause| now.saturating_add(pause.min(WAIT_LONGEST))),
            pause: None,
        }
    }

    /// Plans the next attempt after a failure.
    pub(crate) fn after(&mut self, failure: &Failure, now: u64, env: &impl Env) {
        let doubled = BACK_OFF_FIRST.saturating_mul(1 << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        // Half of it is certain, half is chance: devices that failed together don't return
        // together.
        let half = doubled.min(BACK_OFF_LONGEST) / 2;
        let chance = u64::from(u32::from_le_bytes(random(env)));
        let pause = half + (half.saturating_mul(chance) >> 32);
        let asked = failure.retry_after.unwrap_or(0).min(WAIT_LONGEST);
        self.next_try = Some(now.saturating_add(pause.max(asked)));
        self.pause = (asked <= pause).then_some(pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Cause;
    use crate::policy::{DAY, HOUR, SECOND};
    use proptest::prelude::*;

    struct Chance(u8);

    impl Env for Chance {
        fn now_millis(&self) -> u64 {
            0
        }

        fn fill_random(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    proptest! {
        #[test]
        fn pauses_grow_to_a_limit_and_honour_what_was_asked(
            chance: u8, failures in 0u32..100, now in 0..1u64 << 50, asked: Option<u64>,
        ) {
            let mut retry = Retry { failures, next_try: None, pause: None };
            let failure = Failure { retry_after: asked, ..Failure::new(Cause::AskedToWait) };
            retry.after(&failure, now, &Chance(chance));
            let wait = retry.wait(now);
            prop_assert!(wait >= BACK_OFF_FIRST / 2);
            prop_assert!(wait >= asked.unwrap_or(0).min(WAIT_LONGEST));
            prop_assert!(wait <= BACK_OFF_LONGEST.max(asked.unwrap_or(0).min(WAIT_LONGEST)));
            prop_assert!(!retry.is_due(now));
            prop_assert!(retry.is_due(now + wait));
        }
    }

    #[test]
    fn the_first_pause_is_short_and_a_clock_set_back_does_not_stretch_it() {
        let mut retry = Retry::default();
        retry.after(&Failure::new(Cause::Unreachable), 1000 * DAY, &Chance(0));
        assert_eq!(retry.wait(1000 * DAY), 15 * SECOND);
        assert!(retry.is_due(2 * DAY));
        assert!(retry.is_due(1000 * DAY - 10 * HOUR));
        // A little is not worth an attempt more, and what a server has asked for is kept.
        assert!(!retry.is_due(1000 * DAY - 10 * SECOND));
        let asked = Failure {
            retry_after: Some(HOUR),
            ..Failure::new(Cause::AskedToWait)
        };
        retry.after(&asked, 1000 * DAY, &Chance(0));
        assert_eq!(retry.wait(1000 * DAY - 10 * HOUR), 11 * HOUR);
    }
}
