//! What happened to the backups, as the settings page reads it: who is who among the devices, the
//! log, the rehearsals, and what is kept.

use holdfast_backup::digest::Digest;
use holdfast_backup::evidence::{Evidence, Rehearsal};
use holdfast_backup::log::Event;
use holdfast_backup::policy::Retention;
use holdfast_backup::rehearsal::{Suggestion, suggestion};
use holdfast_backup::vault::VaultInfo;
use holdfast_core::vault::{DeviceId, Vault};

use super::text::{Arg, Text};
use super::world::{VaultState, World};
use crate::store::identity;

/// What happened to the backups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// At each destination, in the order of the world's places.
    pub places: Vec<PlacePast>,
    /// Which of this device's snapshots are kept.
    pub retention: Retention,
}

/// What happened at one destination.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacePast {
    /// Its id.
    pub id: String,
    /// The events, oldest first.
    pub log: Vec<Event>,
    /// The last rehearsal.
    pub rehearsal: Option<Rehearsal>,
    /// Why another one is suggested.
    pub suggestion: Option<Suggestion>,
}

impl PlacePast {
    /// Takes it from the evidence. `keys` tells the ways into the vault apart; `None` while it is
    /// locked, and then nothing is suggested.
    #[must_use]
    pub fn of(
        id: &str,
        evidence: &Evidence,
        vault: &VaultInfo,
        keys: Option<Digest>,
        now: u64,
    ) -> Self {
        Self {
            id: id.to_owned(),
            log: evidence.log.events().cloned().collect(),
            rehearsal: evidence.rehearsal,
            suggestion: keys.and_then(|keys| suggestion(evidence, vault, keys, now)),
        }
    }
}

impl World {
    /// The vault, while it is open.
    #[must_use]
    pub fn open_vault(&self) -> Option<&Vault> {
        match &self.vault {
            VaultState::Open(vault) => Some(vault),
            _ => None,
        }
    }

    /// The id of this installation.
    #[must_use]
    pub fn own_device(&self) -> Option<DeviceId> {
        let info = self.info.as_ref()?;
        Some(identity::device_id(&info.device))
    }

    /// What a device is called: by its name, or by the beginning of its id.
    #[must_use]
    pub fn name_of_device(&self, device: DeviceId) -> Arg {
        let vault = self.open_vault();
        let info = vault.and_then(|vault| vault.devices.get(&device));
        let name = info.map_or("", |info| info.name.value.trim());
        if !name.is_empty() {
            return name.into();
        }
        if self.own_device() == Some(device) {
            return Text::new("device_this").into();
        }
        let short: String = device.to_string().chars().take(6).collect();
        Text::new("device_unnamed").with(short).into()
    }

    /// What happened at a destination.
    #[must_use]
    pub fn past_of(&self, id: &str) -> Option<&PlacePast> {
        self.past.places.iter().find(|place| place.id == id)
    }
}

/// What a device is called as long as nobody has named it: its browser and its system, as the user
/// agent tells them (RFC 9110, section 10.1.5; browsers name each other in it, so the order counts).
#[must_use]
pub fn browser_and_system(agent: &str) -> (&'static str, &'static str) {
    let first = |pairs: &[(&str, &'static str)], otherwise| {
        let found = pairs.iter().find(|(mark, _)| agent.contains(mark));
        found.map_or(otherwise, |(_, name)| *name)
    };
    let browser = first(
        &[
            ("Firefox/", "Firefox"),
            ("Edg/", "Edge"),
            ("EdgA/", "Edge"),
            ("OPR/", "Opera"),
            ("Vivaldi/", "Vivaldi"),
            ("Chrome/", "Chrome"),
        ],
        "Browser",
    );
    let system = first(
        &[
            ("Windows", "Windows"),
            ("Android", "Android"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ],
        "PC",
    );
    (browser, system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_though_they_name_each_other() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                ("Firefox", "Linux"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36 Edg/127.0.0.0",
                ("Edge", "Windows"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36",
                ("Chrome", "macOS"),
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36",
                ("Chrome", "ChromeOS"),
            ),
            ("something else", ("Browser", "PC")),
        ] {
            assert_eq!(browser_and_system(agent), expected, "{agent}");
        }
    }
}
