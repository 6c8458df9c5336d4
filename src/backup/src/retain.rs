//! Which of this device's own snapshots may go: counted by sequence and by the server's time.

use holdfast_json::map::Set;

use crate::name::SnapshotName;
use crate::policy::{DAY, Retention, SKEW_DOUBTFUL};

/// A snapshot of ours that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Its name.
    pub name: SnapshotName,
    /// When it was stored, by the server's clock, in milliseconds.
    pub stored_at: Option<u64>,
    /// It was read back and opened, and holds what was sealed.
    pub proven: bool,
    /// It is known to be worthless: damaged, or given up while it was being sent.
    pub broken: bool,
}

/// The fewest proven snapshots that are ever left, whatever the dates say.
const FLOOR: usize = 3;
const MONTH: u64 = 30 * DAY;

/// Chooses what to delete from `present`, which is in the order of sending. Never the newest proven snapshot, never one that is newer than it, and
/// nothing at all when there is no proven one or the times contradict the sequences (the server's
/// clock has jumped).
#[must_use]
pub fn superfluous(present: &[Present], server_now: u64, keep: &Retention) -> Vec<SnapshotName> {
    let newest_first: Vec<&Present> = present.iter().rev().collect();
    let Some(anchor) = newest_first.iter().position(|snapshot| snapshot.proven) else {
        return Vec::new();
    };
    if contradicts(&newest_first, server_now) {
        return Vec::new();
    }
    let (mut days, mut months) = (Set::new(), Set::new());
    let (mut recent, mut proven) = (0, 0);
    let mut gone = Vec::new();
    for (place, snapshot) in newest_first.into_iter().enumerate() {
        let kept = match snapshot.stored_at {
            _ if place <= anchor => true,
            _ if snapshot.broken => false,
            _ if snapshot.proven && proven < FLOOR => true,
            None => true,
            Some(at) => {
                let age = server_now.saturating_sub(at);
                let of_day = age < keep.days * DAY && !days.contains(&(at / DAY));
                let of_month = age < keep.months * MONTH && !months.contains(&(at / MONTH));
                (age < DAY && recent < keep.recent) || of_day || of_month
            }
        };
        if !kept {
            gone.push(snapshot.name.clone());
            continue;
        }
        proven += usize::from(snapshot.proven);
        // Only what is proven can stand for its day or month.
        if let Some(at) = snapshot.stored_at {
            recent += usize::from(server_now.saturating_sub(at) < DAY);
            if snapshot.proven {
                days.insert(at / DAY);
                months.insert(at / MONTH);
            }
        }
    }
    gone
}

impl SnapshotName {
    /// Compares two snapshots of one device by age: sequence first.
    pub(crate) fn cmp_age(&self, other: &Self) -> std::cmp::Ordering {
        (self.sequence, self.random).cmp(&(other.sequence, other.random))
    }
}

/// A higher sequence was stored clearly earlier, or something was stored in the future.
fn contradicts(newest_first: &[&Present], server_now: u64) -> bool {
    let mut latest = server_now;
    for at in newest_first
        .iter()
        .filter_map(|snapshot| snapshot.stored_at)
    {
        if at > latest.saturating_add(SKEW_DOUBTFUL) {
            return true;
        }
        latest = latest.min(at);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{HOUR, MINUTE};
    use proptest::prelude::*;

    const NOW: u64 = 20_000 * DAY + 12 * HOUR;

    fn at(sequence: u64, stored_at: u64) -> Present {
        let name = format!("vaultvault/device00-{sequence}-{sequence:016x}");
        Present {
            name: name.parse().unwrap(),
            stored_at: Some(stored_at),
            proven: true,
            broken: false,
        }
    }

    fn left(present: &[Present]) -> Vec<u64> {
        let gone = superfluous(present, NOW, &Retention::default());
        present
            .iter()
            .map(|snapshot| &snapshot.name)
            .filter(|name| !gone.contains(name))
            .map(|name| name.sequence)
            .collect()
    }

    #[test]
    fn the_last_day_is_kept_up_to_twenty() {
        let busy: Vec<_> = (0..50).map(|n| at(n, NOW - (50 - n) * MINUTE)).collect();
        assert_eq!(left(&busy), (30..50).collect::<Vec<_>>());
    }

    #[test]
    fn then_one_a_day_then_one_a_month() {
        let hourly: Vec<_> = (0..24 * 400)
            .map(|n| at(n, NOW - (24 * 400 - n) * HOUR))
            .collect();
        let left = left(&hourly);
        // 20 recent, 29 to 30 earlier days, 11 to 13 months.
        assert!((58..=64).contains(&left.len()), "{}", left.len());
        assert_eq!(left.last(), Some(&(24 * 400 - 1)));
    }

    #[test]
    fn nothing_newer_than_the_newest_opened_goes_nor_itself() {
        let mut old: Vec<_> = (0..40)
            .map(|n| at(n, NOW - 900 * DAY + n * MINUTE))
            .collect();
        for snapshot in old.iter_mut().skip(11) {
            snapshot.proven = false;
        }
        // 10 is the newest opened; 9 and 8 are the floor.
        assert_eq!(left(&old), (8..40).collect::<Vec<_>>());
        old.iter_mut().for_each(|snapshot| snapshot.proven = false);
        assert_eq!(left(&old).len(), 40);
    }

    #[test]
    fn a_servers_clock_that_jumped_deletes_nothing() {
        let mut present: Vec<_> = (0..40).map(|n| at(n, NOW - 900 * DAY + n * DAY)).collect();
        assert!(left(&present).len() < 40);
        present[39].stored_at = Some(NOW - 2000 * DAY);
        assert_eq!(left(&present).len(), 40);
        present[39].stored_at = Some(NOW + 2000 * DAY);
        assert_eq!(left(&present).len(), 40);
    }

    #[test]
    fn what_is_broken_goes_once_something_newer_is_proven() {
        let mut present = vec![at(1, NOW - HOUR), at(2, NOW - HOUR), at(3, NOW - HOUR)];
        for place in [0, 2] {
            present[place].broken = true;
            present[place].proven = false;
        }
        assert_eq!(left(&present), [2, 3]);
    }

    proptest! {
        #[test]
        fn pruning_twice_is_pruning_once_and_spares_the_newest_opened(
            ages in proptest::collection::vec((0u64..500 * 24, any::<bool>()), 1..80),
        ) {
            let mut hours: Vec<u64> = ages.iter().map(|(age, _)| *age).collect();
            hours.sort_unstable_by(|a, b| b.cmp(a));
            let present: Vec<_> = (0u64..)
                .zip(hours.iter().zip(&ages))
                .map(|(n, (age, (_, proven)))| Present {
                    proven: *proven,
                    ..at(n, NOW - age * HOUR)
                })
                .collect();
            let newest = present.iter().rev().find(|snapshot| snapshot.proven);
            let gone = superfluous(&present, NOW, &Retention::default());
            if let Some(newest) = newest {
                prop_assert!(!gone.contains(&newest.name));
            } else {
                prop_assert!(gone.is_empty());
            }
            let rest: Vec<_> =
                present.iter().filter(|snapshot| !gone.contains(&snapshot.name)).cloned().collect();
            prop_assert!(superfluous(&rest, NOW, &Retention::default()).is_empty());
        }
    }
}
