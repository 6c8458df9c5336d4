//! The status of every destination, computed from the stored evidence: for pages and toolbar alike.

use holdfast_backup::destination::address::Address;
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::evidence::Evidence;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::status::{Overall, Status, overall, status};
use holdfast_backup::vault::{VaultError, VaultInfo};

use super::device::DeviceStore;
use super::identity::Identity;
use super::keys::Keys;
use super::{destinations, settings, vault};
use crate::browser::clock::now_millis;
use crate::browser::{BrowserError, permissions};

/// Everything that is said about backups.
pub struct Overview {
    /// Over all destinations.
    pub overall: Overall,
    /// Each of them, in the order in which they were connected.
    pub destinations: Vec<DestinationView>,
    /// What is known of the vault without its key.
    pub vault: VaultInfo,
    /// What this installation keeps about the ways into the vault, as far as they still open it.
    pub keys: Keys,
}

/// One destination, without its credentials.
pub struct DestinationView {
    /// Its id in requests.
    pub id: String,
    /// The address to show; empty where there is none.
    pub address: String,
    /// The host to show; empty where there is none.
    pub host: String,
    /// The user name there; empty where there is none.
    pub user: String,
    /// The match pattern of the host permission that it needs.
    pub permission: Option<String>,
    /// Whether that is granted.
    pub granted: bool,
    /// Its status.
    pub status: Status,
    /// What the status was computed from.
    pub evidence: Evidence,
}

/// Computes the status of everything.
///
/// `None` in a profile without a vault.
///
/// # Errors
/// When the browser can't read its storage, or the vault in it is damaged.
pub async fn load(store: &DeviceStore) -> Result<Option<Overview>, BrowserError> {
    let vault = match vault::info(store).await {
        Ok(info) => info,
        Err(VaultError::None) => return Ok(None),
        Err(VaultError::Storage) => {
            return Err(BrowserError("the vault can't be read here".into()));
        }
    };
    let now = now_millis();
    let mut views = Vec::new();
    for config in destinations::load(store).await? {
        views.push(view(store, &config, &vault, now).await?);
    }
    let statuses: Vec<Status> = views.iter().map(|view| view.status.clone()).collect();
    let declined = settings::load().await?.no_destination;
    let mut keys = Keys::load(store).await?;
    if let Some(identity) = Identity::load(store).await? {
        // Slots may have been removed by another device since.
        keys.passkeys
            .retain(|passkey| identity.slots.contains(&passkey.slot));
        keys.sheet
            .take_if(|sheet| !identity.slots.contains(&sheet.slot));
    }
    Ok(Some(Overview {
        overall: overall(&statuses, &vault, declined),
        destinations: views,
        vault,
        keys,
    }))
}

async fn view(
    store: &DeviceStore,
    config: &DestinationConfig,
    vault: &VaultInfo,
    now: u64,
) -> Result<DestinationView, BrowserError> {
    let id = config.id();
    let unreadable = |_| BrowserError("the evidence about a destination can't be read".into());
    let evidence = load_evidence(store, &id).await.map_err(unreadable)?;
    let permission = config.origin().as_deref().and_then(permissions::pattern);
    let granted = match &permission {
        Some(pattern) => permissions::contains(pattern).await,
        None => true,
    };
    let (address, user) = match config {
        DestinationConfig::WebDav(config) => (config.address.clone(), config.user.clone()),
        DestinationConfig::Folder { name, .. } => (name.clone(), String::new()),
        _ => (String::new(), String::new()),
    };
    let host = Address::parse("address", &address)
        .map(|address| address.host().to_owned())
        .unwrap_or_default();
    let status = status(&evidence, vault, granted, now);
    Ok(DestinationView {
        id: id.to_string(),
        address,
        host,
        user,
        permission,
        granted,
        status,
        evidence,
    })
}
