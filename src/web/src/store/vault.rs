//! Reading the vault: what pages and background have in common.

use holdfast_backup::vault::{Sealed, VaultError, VaultInfo};
use holdfast_core::contents::Contents;
use holdfast_core::seal::VaultKey;

use super::device::DeviceStore;
use super::generations::Found;
use super::identity::Identity;
use super::{local, session};
use crate::browser::BrowserError;
use crate::browser::clock::now_millis;

/// The vault as a page finds it.
pub enum VaultState {
    /// This profile has none.
    None,
    /// There is one, and no key at hand.
    Locked,
    /// There are bytes that can't be trusted. They are kept.
    Damaged,
    /// A later version wrote it.
    Newer,
    /// Open.
    Open(Box<Contents>),
}

/// Reads the sealed vault and the session key, and opens it: no worker is needed.
///
/// # Errors
/// When the browser can't read.
pub async fn load() -> Result<VaultState, BrowserError> {
    let good = match local::load().await? {
        Found::Nothing => return Ok(VaultState::None),
        Found::Damaged => return Ok(VaultState::Damaged),
        Found::Newer => return Ok(VaultState::Newer),
        Found::Vault { good, .. } => good,
    };
    let Some(key) = session::load(now_millis()).await? else {
        return Ok(VaultState::Locked);
    };
    let Ok(key) = VaultKey::try_from(key.as_slice()) else {
        return Ok(VaultState::Locked);
    };
    // The checksum of the generation held, so bytes that do not open under the key were sealed
    // under another one; unlocking tells.
    Ok(match Contents::open(&good.sealed, [&key]) {
        Ok(contents) => VaultState::Open(Box::new(contents)),
        Err(_) => VaultState::Locked,
    })
}

/// What is known of the vault without its key, as the engine and the status want it.
///
/// # Errors
/// [`VaultError::None`] in a profile without a vault; [`VaultError::Storage`] when the browser
/// can't read it, or it is damaged.
pub async fn info(store: &DeviceStore) -> Result<VaultInfo, VaultError> {
    let stored = match local::load().await.map_err(storage)? {
        Found::Vault { good, .. } => good,
        Found::Nothing => return Err(VaultError::None),
        Found::Damaged | Found::Newer => return Err(VaultError::Storage),
    };
    // A vault without its document: a write that was cut off, or IndexedDB was emptied.
    let identity = Identity::load(store)
        .await
        .map_err(storage)?
        .ok_or(VaultError::Storage)?;
    let unsaved = session::is_unsaved(session::VAULT_UNSAVED)
        .await
        .map_err(storage)?;
    Ok(VaultInfo {
        tag: identity.vault,
        device: identity.device,
        version: identity.version,
        content: identity.content,
        accounts: u32::try_from(identity.accounts.len()).unwrap_or(u32::MAX),
        changed_at: identity.changed_at,
        changes: identity
            .accounts
            .values()
            .map(|known| known.change)
            .collect(),
        unlocked: session::load(now_millis())
            .await
            .map_err(storage)?
            .is_some(),
        // The older generation stands in for a damaged one: the newest content is not safe.
        saved: !unsaved && stored.version == identity.version,
        fell_back: identity.fell_back,
    })
}

/// The sealed vault, as the engine wants it.
///
/// # Errors
/// As [`info`]; also when these bytes are not what the vault was known to be: what they hold is
/// found out by opening them.
pub async fn sealed(store: &DeviceStore) -> Result<Sealed, VaultError> {
    let identity = Identity::load(store)
        .await
        .map_err(storage)?
        .ok_or(VaultError::None)?;
    let stored = match local::load().await.map_err(storage)? {
        Found::Vault { good, .. } => good,
        Found::Nothing => return Err(VaultError::None),
        Found::Damaged | Found::Newer => return Err(VaultError::Storage),
    };
    if stored.version != identity.version {
        return Err(VaultError::Storage);
    }
    Ok(Sealed {
        bytes: stored.sealed,
        version: identity.version,
        content: identity.content,
        accounts: u32::try_from(identity.accounts.len()).unwrap_or(u32::MAX),
    })
}

fn storage(_: BrowserError) -> VaultError {
    VaultError::Storage
}
