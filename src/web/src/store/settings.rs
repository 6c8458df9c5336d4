//! The settings of this installation, in `storage.local`. They hold nothing secret.

use serde::{Deserialize, Serialize};

use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, set};
use crate::message::Settings;

/// The key.
pub const KEY: &str = "settings";

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    settings: Option<Settings>,
}

/// The settings; the defaults where none were ever saved.
///
/// # Errors
/// When the browser can't read.
pub async fn load() -> Result<Settings, BrowserError> {
    Ok(get::<Entry>(Area::Local, &[KEY])
        .await?
        .settings
        .unwrap_or_default())
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
        },
    )
    .await
}
