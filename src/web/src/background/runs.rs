//! Running the backup engine for one destination.

use holdfast_backup::destination::any::{AnyDestination, Reach};
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::engine::{Engine, Trigger};
use holdfast_backup::vault::VaultPort;

use super::env::{BrowserEnv, turn};
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
    let config = destinations::find(store, &id.to_string()).await.ok()??;
    let place = AnyDestination::new(reach, &config)?;
    engine.retention.set(retention::load().await);
    let report = if config.is_checkable() {
        engine.run(&id, &place, trigger).await
    } else {
        engine.keep(&id, &place, trigger).await
    };
    Some(report.wake_at)
}
