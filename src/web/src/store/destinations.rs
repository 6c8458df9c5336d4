//! The configured destinations, with their credentials, in the device-local store.

use holdfast_backup::destination::config::{DestinationConfig, DestinationId};
use serde::{Deserialize, Serialize};

use super::device::DeviceStore;
use crate::browser::BrowserError;
use crate::browser::turn::Turn;

/// The document's name.
pub const NAME: &str = "destinations";

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    destinations: Vec<DestinationConfig>,
}

/// All of them, in the order in which they were connected.
///
/// # Errors
/// When the browser can't read.
pub async fn load(store: &DeviceStore) -> Result<Vec<DestinationConfig>, BrowserError> {
    let document = store.read::<Document>(NAME).await?;
    Ok(document
        .map(|document| document.destinations)
        .unwrap_or_default())
}

/// The one of that id.
///
/// # Errors
/// When the browser can't read.
pub async fn find(
    store: &DeviceStore,
    id: &str,
) -> Result<Option<DestinationConfig>, BrowserError> {
    Ok(load(store)
        .await?
        .into_iter()
        .find(|config| config.id().to_string() == id))
}

/// Adds one, or takes the place of the one with the same id.
///
/// # Errors
/// When the browser can't read or write.
pub async fn put(
    store: &DeviceStore,
    config: DestinationConfig,
) -> Result<DestinationId, BrowserError> {
    let id = config.id();
    let put = |all: &mut Vec<DestinationConfig>| match all.iter_mut().find(|one| one.id() == id) {
        Some(known) => *known = config,
        None => all.push(config),
    };
    change(store, put).await?;
    Ok(id)
}

/// Removes one. Its evidence stays: connected again, its snapshots are known.
///
/// # Errors
/// When the browser can't read or write.
pub async fn remove(store: &DeviceStore, id: &str) -> Result<(), BrowserError> {
    change(store, |all| {
        all.retain(|config| config.id().to_string() != id);
    })
    .await
}

/// Changes the list, in its turn: pages may ask for two changes at once.
async fn change(
    store: &DeviceStore,
    change: impl FnOnce(&mut Vec<DestinationConfig>),
) -> Result<(), BrowserError> {
    let _turn = Turn::take(NAME).await?;
    let mut destinations = load(store).await?;
    change(&mut destinations);
    let document = Document {
        format: 1,
        destinations,
    };
    store.write(NAME, &document).await
}
