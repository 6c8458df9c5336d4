//! Badge and tooltip: the status at a glance, with no page open.

use holdfast_backup::status::{Overall, State};

use crate::browser::clock::now_millis;
use crate::browser::{action, runtime};
use crate::store::device::DeviceStore;
use crate::store::{clock, overview};

const ALARM: &str = "#c0392b";
const CALM: &str = "#8a6d1a";

/// Draws badge and tooltip from the evidence. A browser that can't draw them shows the popup's
/// line all the same.
pub(super) async fn show(store: &DeviceStore) {
    let glance = overview::glance(store).await;
    if let Ok(Some(glance)) = &glance {
        let skews = glance.skews.iter().copied();
        // Should it fail, what was known before holds on, and no longer than its time.
        let _ = clock::follow(skews, now_millis()).await;
    }
    let (badge, colour, key) = match glance {
        Ok(Some(glance)) => look(&glance.overall),
        Ok(None) => ("", CALM, "toolbar_no_vault"),
        Err(_) => ("!", ALARM, "toolbar_not_stored"),
    };
    let _ = action::show(badge, colour, &runtime::message(key, &[])).await;
}

/// An alarm for what is not stored; a calm mark for what was not checked for too long; nothing for
/// what is well, on its way, or was chosen.
fn look(overall: &Overall) -> (&'static str, &'static str, &'static str) {
    match overall.worst.state {
        State::NotStored => ("!", ALARM, "toolbar_not_stored"),
        State::StoredNotCheckedSince { .. } => ("?", CALM, "toolbar_not_checked"),
        State::Storing { .. } => ("", CALM, "toolbar_storing"),
        State::Stored { .. } => ("", CALM, "toolbar_stored"),
        State::KeptUncheckable { current: true, .. } => ("", CALM, "toolbar_kept"),
        State::KeptUncheckable { current: false, .. } => ("?", CALM, "toolbar_kept"),
        State::NoDestinationByChoice => ("", CALM, "toolbar_no_destination"),
    }
}
