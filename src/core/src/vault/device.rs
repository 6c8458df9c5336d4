//! The installations of a vault, for a person to look at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DeviceId, Vault};

/// One installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Which.
    pub id: DeviceId,
    /// What the user calls it; empty if it was never named.
    pub name: String,
    /// It is no longer in use. It still has the key: revoking is rotating that.
    pub retired: bool,
    /// When its newest known snapshot was taken in, in milliseconds since the Unix epoch.
    pub last_seen: Option<u64>,
    /// The sequence of that snapshot.
    pub sequence: Option<u64>,
}

impl Vault {
    /// All installations that were named or of which a snapshot is known, the one seen last first.
    #[must_use]
    pub fn device_views(&self) -> Vec<DeviceView> {
        let mut ids: Vec<DeviceId> = self
            .devices
            .keys()
            .chain(self.seen.keys())
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut views: Vec<DeviceView> = ids
            .into_iter()
            .map(|id| {
                let info = self.devices.get(&id);
                let seen = self.seen.get(&id);
                DeviceView {
                    id,
                    name: info.map(|info| info.name.value.clone()).unwrap_or_default(),
                    retired: info.is_some_and(|info| info.retired.value),
                    last_seen: seen.map(|seen| seen.at),
                    sequence: seen.map(|seen| seen.sequence),
                }
            })
            .collect();
        views.sort_by_key(|view| (view.retired, std::cmp::Reverse(view.last_seen), view.id));
        views
    }

    /// The devices of which this vault knows a newer snapshot than any of those that were found:
    /// snapshots vouch for each other, so a restore can say "a newer backup of your laptop existed
    /// and is not here". `found` has the highest sequence of each device. Retired devices too: what
    /// they stored last may be missing as well.
    #[must_use]
    pub fn missing_snapshots(&self, found: &BTreeMap<DeviceId, u64>) -> Vec<DeviceView> {
        let mut views = self.device_views();
        views.retain(|view| match (view.sequence, found.get(&view.id)) {
            (Some(known), Some(found)) => known > *found,
            (known, None) => known.is_some(),
            (None, _) => false,
        });
        views
    }
}
