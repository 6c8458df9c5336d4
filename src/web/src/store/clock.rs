//! By how much this computer's clock is off, in `storage.local`: what shows and fills codes needs it
//! before anything else is read. Nothing secret.

use holdfast_backup::clock::correction;
use holdfast_backup::evidence::Skew;
use serde::{Deserialize, Serialize};

use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, remove, set};

/// The key.
pub const KEY: &str = "clock";

/// Less than this, in milliseconds, is no other correction: servers tell the time in seconds.
const SAME: u64 = 2_000;
/// … and it is written anew this often, so that it counts as seen.
const AGAIN: u64 = 60 * 60 * 1000;

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(default)]
    clock: Option<Skew>,
}

/// Writes down what the destinations say, where that is something else than is known.
///
/// # Errors
/// When the browser can't read or write.
pub async fn follow(skews: impl IntoIterator<Item = Skew>, now: u64) -> Result<(), BrowserError> {
    let known = get::<Entry>(Area::Local, &[KEY]).await?.clock;
    match (correction(skews, now), known) {
        (None, None) => Ok(()),
        (None, Some(_)) => remove(Area::Local, &[KEY]).await,
        (Some(seen), Some(known))
            if seen.ahead.abs_diff(known.ahead) < SAME && seen.at.abs_diff(known.at) < AGAIN =>
        {
            Ok(())
        }
        (seen, _) => set(Area::Local, &Entry { clock: seen }).await,
    }
}
