//! Running the backup engine for one destination.

use holdfast_backup::destination::any::{AnyDestination, Reach};
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::engine::{Engine, Trigger};
use holdfast_backup::policy::PULL_EVERY;
use holdfast_backup::vault::VaultPort;

use super::env::{BrowserEnv, turn};
use crate::browser::clock::now_millis;
use crate::store::device::DeviceStore;
use crate::store::{destinations, retention};

/// The engine in this browser, over one or the other way to the vault.
pub type BrowserEngine<V> = Engine<BrowserEnv, DeviceStore, V>;

/// Does what is due at one destination, in its turn; when it wants to be run again.
///
/// A turn may be long in coming: what was disconnected meanwhile is left alone, and what was connected
/// anew is reached with its new credentials.
pub async fn run_one<V: VaultPort, R: Reach>(
    engine: &BrowserEngine<V>,
    store: &DeviceStore,
    reach: &R,
    config: &DestinationConfig,
    trigger: Trigger,
) -> Option<u64> {
    let id = config.id();
    let _turn = turn(&id).await;
    let config = match destinations::find(store, &id.to_string()).await {
        Ok(found) => found?,
        // That it is not connected any more is not what this says.
        Err(_) => return Some(now_millis() + PULL_EVERY),
    };
    let place = AnyDestination::new(reach, &config)?;
    engine.retention.set(retention::load().await);
    let report = if config.is_checkable() {
        engine.run(&id, &place, trigger).await
    } else {
        engine.keep(&id, &place, trigger).await
    };
    Some(report.wake_at)
}
