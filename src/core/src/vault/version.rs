//! Version vectors: which edits somebody has seen.

use crate::map::Map;

use super::DeviceId;

/// The newest edit seen of each device.
///
/// An entry is not a count but the time of the device's last edit in milliseconds since the Unix
/// epoch, or one more than the entry before it when the clock has not moved on. So two
/// installations that share one identity for a while (a copied profile) don't produce equal
/// entries for different edits, as counters would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionVector(Map<DeviceId, u64>);

impl VersionVector {
    /// Takes the entries as they are.
    #[must_use]
    pub fn from_entries(entries: Map<DeviceId, u64>) -> Self {
        Self(entries)
    }

    /// The entries, by device.
    #[must_use]
    pub fn entries(&self) -> &Map<DeviceId, u64> {
        &self.0
    }

    /// Records a new edit by `device` at `now`: the entry grows in any case.
    pub fn record(&mut self, device: DeviceId, now: u64) {
        let entry = self.0.entry(device).or_default();
        *entry = now.max(entry.saturating_add(1));
    }

    /// Whether every edit in `other` is also in here.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other
            .0
            .iter()
            .all(|(device, entry)| self.0.get(device).is_some_and(|own| own >= entry))
    }

    /// Joins: afterwards this has seen what both had.
    pub fn merge(&mut self, other: &Self) {
        for (device, entry) in &other.0 {
            let own = self.0.entry(*device).or_default();
            *own = (*own).max(*entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Id;

    const HERE: Id = Id::from_bytes([1; 16]);
    const THERE: Id = Id::from_bytes([2; 16]);

    #[test]
    fn grows_when_the_clock_stands_still_or_runs_back() {
        let mut edits = VersionVector::default();
        for now in [5, 5, 3] {
            let before = edits.clone();
            edits.record(HERE, now);
            assert!(edits.covers(&before) && !before.covers(&edits));
        }
        assert_eq!(edits.entries().get(&HERE), Some(&7));
    }

    #[test]
    fn concurrent_edits_cover_neither_each_other() {
        let (mut a, mut b) = (VersionVector::default(), VersionVector::default());
        a.record(HERE, 1);
        b.record(THERE, 1);
        assert!(!a.covers(&b) && !b.covers(&a));
        a.merge(&b);
        assert!(a.covers(&b));
    }
}
