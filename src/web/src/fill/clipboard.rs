//! Taking a copied code off the clipboard again, if it is still there.
//!
//! By then the popup is closed, and only a person's extra permission lets anything else of ours look
//! at the clipboard. Without it nothing is kept and nothing is done.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ports::Pages;
use crate::browser::clock::now_millis;
use crate::browser::storage::{Area, get, remove, set};
use crate::browser::{BrowserError, alarms, random};
use crate::store::settings;

/// The alarm, as `background.js` knows it.
const ALARM: &str = "clipboard";
/// The key in `storage.session`: in memory only, and gone with the browser.
const KEY: &str = "copied";

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copied: Option<Copied>,
}

/// What is kept of a copied text: enough to know it again. Six digits are soon guessed from that, so
/// it hides a code from being seen, not from being searched for; but it goes with the alarm.
#[derive(Serialize, Deserialize)]
struct Copied {
    salt: String,
    /// SHA-256 of the salt and the text, both in UTF-8, in lower-case hexadecimal.
    digest: String,
}

impl Copied {
    fn of(salt: String, text: &str) -> Self {
        let digest = Sha256::new().chain_update(&salt).chain_update(text);
        Self {
            salt,
            digest: base16ct::lower::encode_string(&digest.finalize()),
        }
    }
}

/// Remembers the code that was copied last, until the alarm.
///
/// # Errors
/// When the browser can't write.
pub async fn remember(pages: &Pages, text: &str) -> Result<(), BrowserError> {
    let seconds = settings::load().await?.clear_clipboard_seconds;
    if seconds == 0 || !pages.may_clear().await {
        return Ok(());
    }
    let salt = base16ct::lower::encode_string(&random::array::<16>()?);
    let entry = Entry {
        copied: Some(Copied::of(salt, text)),
    };
    set(Area::Session, &entry).await?;
    // A later copy moves it: the code that lies there now has its own time.
    alarms::set(ALARM, now_millis() + u64::from(seconds) * 1000).await
}

/// Clears the clipboard of the code, unless it holds something else by now.
pub async fn clear(pages: &Pages) {
    let found = get::<Entry>(Area::Session, &[KEY]).await.ok();
    if let Some(copied) = found.and_then(|entry| entry.copied) {
        let _ = remove(Area::Session, &[KEY]).await;
        pages.clear(&copied.salt, &copied.digest).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_text_itself_is_kept() {
        let copied = Some(Copied::of("c0ffee".into(), "287082"));
        let kept = serde_json::to_string(&Entry { copied }).unwrap();
        assert!(!kept.contains("287082"), "{kept}");
        // As `printf c0ffee287082 | sha256sum` gives it.
        assert!(
            kept.contains("29d2e57d2b6538915781457fe804a3e549e8d71a14e2f9886a7176e446af0719"),
            "{kept}"
        );
    }
}
