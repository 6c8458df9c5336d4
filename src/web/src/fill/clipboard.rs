//! Taking a copied code off the clipboard again, if it is still there.
//!
//! By then the popup is closed, and only a person's extra permission lets anything else of ours look
//! at the clipboard. Without it nothing is kept and nothing is done.

use serde::{Deserialize, Serialize};

use super::ports::Pages;
use crate::browser::clock::now_millis;
use crate::browser::storage::{Area, get, remove, set};
use crate::browser::{BrowserError, alarms};
use crate::store::settings;

/// The alarm, as `background.js` knows it.
const ALARM: &str = "clipboard";
/// The key in `storage.session`: in memory only, and gone with the browser.
const KEY: &str = "copied";

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copied: Option<String>,
}

/// Remembers the code that was copied last, until the alarm.
///
/// # Errors
/// When the browser can't write.
pub async fn remember(pages: &Pages, text: String) -> Result<(), BrowserError> {
    let seconds = settings::load().await?.clear_clipboard_seconds;
    if seconds == 0 || !pages.may_clear().await {
        return Ok(());
    }
    let entry = Entry { copied: Some(text) };
    set(Area::Session, &entry).await?;
    // A later copy moves it: the code that lies there now has its own time.
    alarms::set(ALARM, now_millis() + u64::from(seconds) * 1000).await
}

/// Clears the clipboard of the code, unless it holds something else by now.
pub async fn clear(pages: &Pages) {
    let found = get::<Entry>(Area::Session, &[KEY]).await.ok();
    if let Some(text) = found.and_then(|entry| entry.copied) {
        let _ = remove(Area::Session, &[KEY]).await;
        pages.clear(&text).await;
    }
}
