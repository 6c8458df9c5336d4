//! By how much this computer's clock is off, as all destinations agree.

use crate::evidence::Skew;
use crate::policy::{FRESH_FOR, FUTURE_TOLERANCE, SKEW_WARNING};

/// How far this computer's clock is behind, when it is far enough for codes to be refused.
#[must_use]
pub fn correction(skews: impl IntoIterator<Item = Skew>, now: u64) -> Option<Skew> {
    // One server whose clock is wrong must not make wrong codes of right ones: the correction is
    // the smallest that anybody gives, and none where somebody says that the clock is right.
    let smallest = skews
        .into_iter()
        .filter(|skew| holds(skew, now))
        .min_by_key(|skew| skew.ahead.unsigned_abs())?;
    (smallest.ahead.unsigned_abs() > SKEW_WARNING).then_some(smallest)
}

/// Whether what was seen then still says something: it was not long ago, and the clock was not set
/// back since.
#[must_use]
pub fn holds(skew: &Skew, now: u64) -> bool {
    skew.at <= now.saturating_add(FUTURE_TOLERANCE) && now.saturating_sub(skew.at) <= FRESH_FOR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{HOUR, MINUTE, SECOND};

    const NOW: u64 = 1_000 * HOUR;

    fn seen(ahead: i64, ago: u64) -> Skew {
        let at = NOW - ago;
        Skew { ahead, at }
    }

    fn ahead(skews: &[Skew]) -> Option<i64> {
        correction(skews.iter().copied(), NOW).map(|skew| skew.ahead)
    }

    #[test]
    fn a_clock_that_all_find_wrong_is_corrected_by_the_least_that_they_say() {
        let minute = MINUTE as i64;
        assert_eq!(ahead(&[]), None);
        assert_eq!(ahead(&[seen(15 * SECOND as i64, 0)]), None);
        assert_eq!(ahead(&[seen(-2 * minute, 0)]), Some(-2 * minute));
        assert_eq!(
            ahead(&[seen(5 * minute, 0), seen(2 * minute, HOUR)]),
            Some(2 * minute)
        );
        assert_eq!(ahead(&[seen(5 * minute, 0), seen(0, HOUR)]), None);
    }

    #[test]
    fn what_was_seen_long_ago_or_before_the_clock_was_set_back_says_nothing() {
        let minute = MINUTE as i64;
        assert_eq!(ahead(&[seen(5 * minute, FRESH_FOR + 1)]), None);
        let before = Skew {
            ahead: 5 * minute,
            at: NOW + HOUR,
        };
        assert_eq!(correction([before], NOW), None);
    }
}
