//! The settings of this installation, in `storage.local`. They hold nothing secret.

use holdfast_backup::clock::holds;
use holdfast_backup::evidence::Skew;
use serde::{Deserialize, Serialize};

use crate::browser::BrowserError;
use crate::browser::clock::now_millis;
use crate::browser::storage::{Area, get, set};
use crate::message::Settings;

/// The key.
pub const KEY: &str = "settings";

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    settings: Option<Settings>,
    /// By how much the clock is off, see `store::clock`.
    #[serde(skip_serializing)]
    clock: Option<Skew>,
}

/// The settings; the defaults where none were ever saved. With them comes by how much codes are to be
/// corrected.
///
/// # Errors
/// When the browser can't read.
pub async fn load() -> Result<Settings, BrowserError> {
    let entry = get::<Entry>(Area::Local, &[KEY, "clock"]).await?;
    let mut settings = entry.settings.unwrap_or_default();
    let clock = entry.clock.filter(|_| settings.correct_codes);
    let clock = clock.filter(|skew| holds(skew, now_millis()));
    settings.ahead = clock.map_or(0, |skew| skew.ahead);
    Ok(settings)
}

/// Saves them.
///
/// # Errors
/// When the browser can't write.
pub async fn save(settings: &Settings) -> Result<(), BrowserError> {
    set(
        Area::Local,
        &Entry {
            settings: Some(settings.clone()),
            clock: None,
        },
    )
    .await
}
