//! What the pages read, all at once and by themselves: no page waits for the worker.

use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::status::{Overall, overall, status};
use holdfast_backup::vault::{VaultError, VaultInfo};
use holdfast_core::vault::Vault;

use super::status::{Place, StatusView};
use crate::browser::{BrowserError, permissions};
use crate::message::Settings;
use crate::store::device::DeviceStore;
use crate::store::{destinations, settings, vault};

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

/// Reads it all.
///
/// # Errors
/// When the browser can't read its own storage.
pub async fn read(now: u64) -> Result<World, BrowserError> {
    let settings = settings::load().await?;
    let vault = match vault::load().await? {
        vault::VaultState::None => VaultState::Nothing,
        vault::VaultState::Locked => VaultState::Locked,
        vault::VaultState::Damaged => VaultState::Damaged,
        vault::VaultState::Open(contents) => VaultState::Open(Box::new(contents.vault)),
    };
    let mut world = World { vault, settings, status: None, places: Vec::new(), info: None };
    if world.vault != VaultState::Nothing && world.vault != VaultState::Damaged {
        match backup(&mut world, now).await {
            Ok(overall) => world.status = Some(StatusView::overall(&overall, &world.places, now)),
            Err(VaultError::None) => {}
            Err(VaultError::Storage) => world.status = Some(StatusView::unreadable()),
        }
    }
    Ok(world)
}

async fn backup(world: &mut World, now: u64) -> Result<Overall, VaultError> {
    let unreadable = |_| VaultError::Storage;
    let store = DeviceStore::open().await.map_err(unreadable)?;
    let info = vault::info(&store).await?;
    for config in destinations::load(&store).await.map_err(unreadable)? {
        let evidence = load_evidence(&store, &config.id()).await.map_err(|_| VaultError::Storage)?;
        let pattern = config.origin().and_then(|origin| permissions::pattern(&origin));
        let granted = match &pattern {
            Some(pattern) => permissions::contains(pattern).await,
            None => true,
        };
        let status = status(&evidence, &info, granted, now);
        world.places.push(place(&config, pattern, status));
    }
    let statuses: Vec<_> = world.places.iter().map(|place| place.status.clone()).collect();
    let overall = overall(&statuses, &info, world.settings.no_destination);
    world.info = Some(info);
    Ok(overall)
}

fn place(config: &DestinationConfig, pattern: Option<String>, status: holdfast_backup::status::Status) -> Place {
    let (address, folder, user) = match config {
        DestinationConfig::WebDav(webdav) => (webdav.address.clone(), webdav.folder.clone(), webdav.user.clone()),
        DestinationConfig::Folder { name, .. } => (name.clone(), String::new(), String::new()),
        DestinationConfig::Download | DestinationConfig::BrowserSync => Default::default(),
    };
    let host = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default().to_owned();
    Place { id: config.id().to_string(), host, address, folder, user, pattern, status }
}
