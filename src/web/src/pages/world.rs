//! What the pages read, all at once and by themselves: no page waits for the worker.

use holdfast_backup::clock;
use holdfast_backup::digest::Digest;
use holdfast_backup::rehearsal::{Suggestion, overdue};
use holdfast_backup::vault::VaultInfo;
use holdfast_core::seal::{SlotId, SlotKind, SlotRecord};
use holdfast_core::vault::Vault;

use super::past::{Past, PlacePast};
use super::status::{Place, Press, StatusView, WarningView};
use super::text::Text;
use crate::browser::BrowserError;
use crate::message::Settings;
use crate::store::device::DeviceStore;
use crate::store::keys::Keys;
use crate::store::overview::{self, DestinationView, Overview};
use crate::store::{identity, retention, settings, vault};

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
    /// The ways into the vault, and back to its backups.
    pub ways_in: WaysIn,
    /// What happened to the backups.
    pub past: Past,
}

/// The ways into the vault, and back to its backups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaysIn {
    /// What this installation keeps about them.
    pub keys: Keys,
    /// The key slots, while the vault is open.
    pub slots: Vec<SlotView>,
    /// Tells the passphrases and recovery keys apart that open the vault, while it is open.
    pub digest: Option<Digest>,
}

/// A key slot, as the settings page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotView {
    /// Its name in requests.
    pub id: SlotId,
    /// What opens it.
    pub kind: SlotKind,
    /// What the person calls it.
    pub label: String,
    /// When it was added, in milliseconds since the Unix epoch.
    pub added: u64,
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
    /// A later version wrote it.
    Newer,
    /// Open.
    Open(Box<Vault>),
}

/// Reads the vault and the settings: all that the first code needs.
///
/// # Errors
/// When the browser can't read its own storage.
pub async fn near() -> Result<(VaultState, Settings), BrowserError> {
    let (vault, settings, _) = near_with_ways().await?;
    Ok((vault, settings))
}

async fn near_with_ways() -> Result<(VaultState, Settings, WaysIn), BrowserError> {
    let settings = settings::load().await?;
    let mut ways = WaysIn::default();
    let vault = match vault::load().await? {
        vault::VaultState::None => VaultState::Nothing,
        vault::VaultState::Locked => VaultState::Locked,
        vault::VaultState::Damaged => VaultState::Damaged,
        vault::VaultState::Newer => VaultState::Newer,
        vault::VaultState::Open(contents) => {
            ways.slots = contents.keyring.live().map(slot_view).collect();
            ways.digest = Some(Digest(contents.keyring.header().ways_in()));
            VaultState::Open(Box::new(contents.vault))
        }
    };
    Ok((vault, settings, ways))
}

/// The status altogether; `None` in a profile without a vault.
///
/// # Errors
/// When the browser can't read its own storage, or the vault in it is damaged.
pub async fn status(now: u64) -> Result<Option<StatusView>, BrowserError> {
    let Some(overview) = overview().await? else {
        return Ok(None);
    };
    let ahead = clock_ahead(&overview, now);
    let due = rehearsal_due(&overview, now);
    let places: Vec<Place> = overview.destinations.into_iter().map(place).collect();
    let mut status = StatusView::overall(&overview.overall, &places, now);
    warn_of_ways(&mut status, &overview.keys, &places);
    warn_of_loss(&mut status, overview.lost);
    status.suggest_rehearsal(due, now);
    status.offer_correction(overview.correct_codes, ahead);
    status.passkeys = overview.keys.passkeys;
    Ok(Some(status))
}

/// Reads it all.
///
/// # Errors
/// When the browser can't read its own storage.
pub async fn read(now: u64) -> Result<World, BrowserError> {
    let (vault, settings, ways_in) = near_with_ways().await?;
    let mut world = World {
        vault,
        settings,
        status: None,
        places: Vec::new(),
        info: None,
        recovery_confirmed: false,
        ways_in,
        past: Past::default(),
    };
    if matches!(world.vault, VaultState::Locked | VaultState::Open(_)) {
        match overview().await {
            Ok(Some(overview)) => {
                world.past.retention = retention::load().await;
                world.take(overview, now);
            }
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
        let (vault, keys) = (&overview.vault, self.ways_in.digest);
        let past = overview.destinations.iter();
        self.past.places = past
            .map(|view| PlacePast::of(&view.id, &view.evidence, vault, keys, now))
            .collect();
        let ahead = clock_ahead(&overview, now);
        let due = rehearsal_due(&overview, now);
        self.places = overview.destinations.into_iter().map(place).collect();
        let mut status = StatusView::overall(&overview.overall, &self.places, now);
        warn_of_ways(&mut status, &overview.keys, &self.places);
        warn_of_loss(&mut status, overview.lost);
        status.suggest_rehearsal(due, now);
        status.offer_correction(overview.correct_codes, ahead);
        self.status = Some(status);
        self.info = Some(overview.vault);
        self.recovery_confirmed = overview.keys.sheet.is_some();
        self.ways_in.keys = overview.keys;
    }
}

/// By how much this computer's clock is off, as all destinations agree.
fn clock_ahead(overview: &Overview, now: u64) -> Option<i64> {
    let skews = overview.destinations.iter();
    let agreed = clock::correction(skews.filter_map(|view| view.evidence.skew), now);
    agreed.map(|skew| skew.ahead)
}

fn rehearsal_due(overview: &Overview, now: u64) -> Option<Suggestion> {
    let evidence = overview.destinations.iter().map(|view| &view.evidence);
    overdue(evidence, &overview.vault, overview.ways_in?, now)
}

/// Until a recovery sheet was checked, and while reaching a destination needs this very vault, the
/// status says so.
fn warn_of_ways(status: &mut StatusView, keys: &Keys, places: &[Place]) {
    let mut warn = |text: Text, action: &'static str, place: &str| {
        status.warnings.push(WarningView {
            text,
            press: Some((Text::new(action), Press::Open(place.to_owned()))),
        });
    };
    if keys.sheet.is_none() {
        warn(
            Text::new("warning_no_sheet"),
            "warning_no_sheet_action",
            "security/sheet",
        );
    }
    for place in places {
        if keys.goes_in_a_circle(&place.id) {
            warn(
                Text::new("warning_circle").with(place.name()),
                "warning_circle_action",
                "security/ways",
            );
        }
    }
}

/// Says why there is no destination any more, before everything else that deserves a look.
fn warn_of_loss(status: &mut StatusView, lost: bool) {
    if lost {
        let warning = WarningView {
            text: Text::new("warning_lost"),
            press: Some((
                Text::new("warning_lost_action"),
                Press::Open("connect".into()),
            )),
        };
        status.warnings.insert(0, warning);
    }
}

fn slot_view((id, record): (SlotId, &SlotRecord)) -> SlotView {
    SlotView {
        id,
        kind: record.slot.kind(),
        label: record.label.clone(),
        added: record.added,
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
