//! What the pages read, all at once and by themselves: no page waits for the worker.

use holdfast_backup::vault::VaultInfo;
use holdfast_core::vault::Vault;

use super::status::{Place, StatusView};
use crate::browser::BrowserError;
use crate::message::Settings;
use crate::store::device::DeviceStore;
use crate::store::overview::{self, DestinationView, Overview};
use crate::store::{identity, settings, vault};

/// What is stored in this browser, as a page sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The vault.
    pub vault: VaultState,
    /// The settings.
    pub settings: Settings,
    /// The status in words; `None` where there is no vault to back up.
    pub status: Option<StatusView>,
    /// The destinations.
    pub places: Vec<Place>,
    /// What is known of the vault without its key.
    pub info: Option<VaultInfo>,
    /// Two places of the recovery sheet were checked.
    pub recovery_confirmed: bool,
}

/// The vault as a page finds it.
#[derive(Clone, Debug, PartialEq)]
pub enum VaultState {
    /// This profile has none.
    Nothing,
    /// There is one, and no key at hand.
    Locked,
    /// There are bytes that can't be trusted.
    Damaged,
    /// Open.
    Open(Box<Vault>),
}

/// Reads the vault and the settings: all that the first code needs.
///
/// # Errors
/// When the browser can't read its own storage.
pub async fn near() -> Result<(VaultState, Settings), BrowserError> {
    let settings = settings::load().await?;
    let vault = match vault::load().await? {
        vault::VaultState::None => VaultState::Nothing,
        vault::VaultState::Locked => VaultState::Locked,
        vault::VaultState::Damaged => VaultState::Damaged,
        vault::VaultState::Open(contents) => VaultState::Open(Box::new(contents.vault)),
    };
    Ok((vault, settings))
}

/// The status altogether; `None` in a profile without a vault.
///
/// # Errors
/// When the browser can't read its own storage, or the vault in it is damaged.
pub async fn status(now: u64) -> Result<Option<StatusView>, BrowserError> {
    let Some(overview) = overview().await? else {
        return Ok(None);
    };
    let places: Vec<Place> = overview.destinations.into_iter().map(place).collect();
    Ok(Some(StatusView::overall(&overview.overall, &places, now)))
}

/// Reads it all.
///
/// # Errors
/// When the browser can't read its own storage.
pub async fn read(now: u64) -> Result<World, BrowserError> {
    let (vault, settings) = near().await?;
    let mut world = World {
        vault,
        settings,
        status: None,
        places: Vec::new(),
        info: None,
        recovery_confirmed: false,
    };
    if !matches!(world.vault, VaultState::Nothing | VaultState::Damaged) {
        match overview().await {
            Ok(Some(overview)) => world.take(overview, now),
            Ok(None) => {}
            Err(_) => world.status = Some(StatusView::unreadable()),
        }
    }
    Ok(world)
}

impl World {
    /// The name of this device, while the vault is open.
    #[must_use]
    pub fn device_name(&self) -> Option<&str> {
        let (VaultState::Open(vault), Some(info)) = (&self.vault, &self.info) else {
            return None;
        };
        let device = vault.devices.get(&identity::device_id(&info.device));
        Some(device.map_or("", |device| device.name.value.as_str()))
    }

    fn take(&mut self, overview: Overview, now: u64) {
        self.places = overview.destinations.into_iter().map(place).collect();
        self.status = Some(StatusView::overall(&overview.overall, &self.places, now));
        self.info = Some(overview.vault);
        self.recovery_confirmed = overview.recovery_confirmed;
    }
}

async fn overview() -> Result<Option<Overview>, BrowserError> {
    overview::load(&DeviceStore::open().await?).await
}

fn place(view: DestinationView) -> Place {
    Place {
        id: view.id,
        label: view.label,
        fields: view.fields,
        patterns: view.permissions,
        can: view.evidence.capabilities,
        status: view.status,
    }
}
