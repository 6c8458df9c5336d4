//! Which snapshots this installation keeps, in `storage.local`. Nothing secret.

use holdfast_backup::policy::Retention;
use serde::{Deserialize, Serialize};

use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, set};

const KEY: &str = "retention";

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Entry {
    retention: Option<Retention>,
}

/// What is kept; the defaults where nothing was chosen, or what was can't be read.
pub async fn load() -> Retention {
    let entry = get::<Entry>(Area::Local, &[KEY]).await.unwrap_or_default();
    entry.retention.unwrap_or_default().bounded()
}

/// Saves what is to be kept from now on, within the bounds.
///
/// # Errors
/// When the browser can't write.
pub async fn save(wanted: Retention) -> Result<(), BrowserError> {
    let retention = Some(wanted.bounded());
    set(Area::Local, &Entry { retention }).await
}
