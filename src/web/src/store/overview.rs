//! The status of every destination, computed from the stored evidence: for pages and toolbar alike.

use holdfast_backup::destination::config::{DestinationConfig, Label};
use holdfast_backup::digest::Digest;
use holdfast_backup::evidence::{Evidence, Skew};
use holdfast_backup::journal::load_evidence;
use holdfast_backup::status::{Overall, Status, overall, status};
use holdfast_backup::vault::{VaultError, VaultInfo};
use holdfast_core::seal;

use super::device::DeviceStore;
use super::identity::Identity;
use super::keys::Keys;
use super::{destinations, lost, settings, vault};
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
    /// The list of destinations could not be read any more, and none was connected since.
    pub lost: bool,
    /// Codes are corrected where the clock is wrong.
    pub correct_codes: bool,
    /// Tells the passphrases and recovery keys apart that open the vault; unknown where what lies
    /// here is damaged.
    pub ways_in: Option<Digest>,
}

/// One destination, without its credentials.
pub struct DestinationView {
    /// Its id in requests.
    pub id: String,
    /// What is shown of it.
    pub label: Label,
    /// What stood in the form that connected it, but for the secrets.
    pub fields: Vec<(&'static str, String)>,
    /// The match patterns of the host permissions that it needs.
    pub permissions: Vec<String>,
    /// Whether they are granted.
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
    let Some(vault) = known_vault(store).await? else {
        return Ok(None);
    };
    let now = now_millis();
    let mut views = Vec::new();
    for config in destinations::load(store).await? {
        views.push(view(store, &config, &vault, now).await?);
    }
    let statuses: Vec<Status> = views.iter().map(|view| view.status.clone()).collect();
    let settings = settings::load().await?;
    let declined = settings.no_destination;
    let mut keys = Keys::load(store).await?;
    if let Some(identity) = Identity::load(store).await? {
        keys.retain(&identity.slots);
    }
    Ok(Some(Overview {
        overall: overall(&statuses, &vault, declined),
        destinations: views,
        vault,
        keys,
        lost: lost::are_destinations_lost(store).await?,
        correct_codes: settings.correct_codes,
        ways_in: ways_in(store).await,
    }))
}

async fn ways_in(store: &DeviceStore) -> Option<Digest> {
    let sealed = vault::sealed(store).await.ok()?;
    let read = seal::read(&sealed.bytes).ok()?;
    Some(Digest(read.header().ways_in()))
}

/// The status over all destinations, and what they say of this computer's clock: what the toolbar
/// shows.
pub struct Glance {
    /// Over all destinations.
    pub overall: Overall,
    /// By how much the clock is off, as each of them sees it.
    pub skews: Vec<Skew>,
}

/// Computes the status over everything.
///
/// # Errors
/// As [`load`].
pub async fn glance(store: &DeviceStore) -> Result<Option<Glance>, BrowserError> {
    let Some(vault) = known_vault(store).await? else {
        return Ok(None);
    };
    let now = now_millis();
    let (mut statuses, mut skews) = (Vec::new(), Vec::new());
    for config in destinations::load(store).await? {
        let judged = judge(store, &config, &vault, now).await?;
        skews.extend(judged.evidence.skew);
        statuses.push(judged.status);
    }
    let declined = settings::load().await?.no_destination;
    Ok(Some(Glance {
        overall: overall(&statuses, &vault, declined),
        skews,
    }))
}

/// What is known of the vault without its key; `None` where there is none.
async fn known_vault(store: &DeviceStore) -> Result<Option<VaultInfo>, BrowserError> {
    match vault::info(store).await {
        Ok(info) => Ok(Some(info)),
        Err(VaultError::None) => Ok(None),
        Err(VaultError::Storage) => Err(BrowserError("the vault can't be read here".into())),
    }
}

/// One destination's status, and what it follows from.
struct Judged {
    permissions: Vec<String>,
    granted: bool,
    evidence: Evidence,
    status: Status,
}

async fn judge(
    store: &DeviceStore,
    config: &DestinationConfig,
    vault: &VaultInfo,
    now: u64,
) -> Result<Judged, BrowserError> {
    let unreadable = |_| BrowserError("the evidence about a destination can't be read".into());
    let evidence = load_evidence(store, &config.id())
        .await
        .map_err(unreadable)?;
    let permissions = permissions::patterns(config);
    let granted = permissions.is_empty() || permissions::contains(&permissions).await;
    let status = status(&evidence, vault, granted, now);
    Ok(Judged {
        permissions,
        granted,
        evidence,
        status,
    })
}

async fn view(
    store: &DeviceStore,
    config: &DestinationConfig,
    vault: &VaultInfo,
    now: u64,
) -> Result<DestinationView, BrowserError> {
    let judged = judge(store, config, vault, now).await?;
    Ok(DestinationView {
        id: config.id().to_string(),
        label: config.label(),
        fields: config.fields(),
        permissions: judged.permissions,
        granted: judged.granted,
        status: judged.status,
        evidence: judged.evidence,
    })
}
