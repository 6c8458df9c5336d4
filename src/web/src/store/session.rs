//! The session key: in memory only, with a deadline that every reader checks, because alarms come
//! late after sleep.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, remove, set, set_entries};

/// The key's name in `storage.session`.
pub const KEY: &str = "session";

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    session: Option<Session>,
}

#[derive(Serialize, Deserialize)]
struct Session {
    /// The vault key, base64.
    key: String,
    /// Not to be used from this time on, in milliseconds since the Unix epoch; `None` for until
    /// the browser closes.
    deadline: Option<u64>,
    /// When the deadline was set: a clock that shows an earlier time was set back meanwhile.
    #[serde(default)]
    since: u64,
}

impl Session {
    /// Its time is over, or nobody can say any more that it is not: whoever sets the clock back must
    /// not win time with it.
    fn is_over(&self, now: u64) -> bool {
        self.deadline
            .is_some_and(|deadline| now >= deadline || now.saturating_add(ADJUSTED) < self.since)
    }
}

/// So far, in milliseconds, a clock goes back when it is only put right.
const ADJUSTED: u64 = 60_000;

/// The vault key of this session, unless its deadline has passed.
///
/// # Errors
/// When the browser can't read.
pub async fn load(now_millis: u64) -> Result<Option<Zeroizing<Vec<u8>>>, BrowserError> {
    let Some(session) = get::<Entry>(Area::Session, &[KEY]).await?.session else {
        return Ok(None);
    };
    if session.is_over(now_millis) {
        return Ok(None);
    }
    let text = Zeroizing::new(session.key);
    let key = Base64::decode_vec(&text);
    Ok(key.ok().map(Zeroizing::new))
}

/// The deadline, if there is a session and it has one.
///
/// # Errors
/// When the browser can't read.
pub async fn deadline() -> Result<Option<u64>, BrowserError> {
    Ok(get::<Entry>(Area::Session, &[KEY])
        .await?
        .session
        .and_then(|session| session.deadline))
}

/// Whether there is a session, and its key is not to be used any more.
///
/// # Errors
/// When the browser can't read.
pub async fn is_over(now_millis: u64) -> Result<bool, BrowserError> {
    let session = get::<Entry>(Area::Session, &[KEY]).await?.session;
    Ok(session.is_some_and(|session| session.is_over(now_millis)))
}

/// Keeps the vault key for this session, from now on.
///
/// # Errors
/// When the browser can't write.
pub async fn save(key: &[u8], now_millis: u64, deadline: Option<u64>) -> Result<(), BrowserError> {
    // The browser keeps a copy of this text anyway: that is what the session storage is for.
    let key = Base64::encode_string(key);
    set(
        Area::Session,
        &Entry {
            session: Some(Session {
                key,
                deadline,
                since: now_millis,
            }),
        },
    )
    .await
}

/// Forgets it.
///
/// # Errors
/// When the browser can't write.
pub async fn clear() -> Result<(), BrowserError> {
    remove(Area::Session, &[KEY]).await
}

/// Notes since when the vault is being unlocked, in milliseconds since the Unix epoch; `None` once it
/// is, or is not. A popup that is opened meanwhile shows that it goes on.
///
/// # Errors
/// When the browser can't write.
pub async fn set_unlocking(since: Option<u64>) -> Result<(), BrowserError> {
    match since {
        #[expect(clippy::cast_precision_loss, reason = "a time of this millennium")]
        Some(since) => set_entries(Area::Session, &[(UNLOCKING, (since as f64).into())]).await,
        None => remove(Area::Session, &[UNLOCKING]).await,
    }
}

/// For how many more milliseconds at most the vault is being unlocked; 0 where it is not. A worker
/// that died in the middle can't say so: nothing goes on for longer than a browser lets a worker be.
///
/// # Errors
/// When the browser can't read.
pub async fn unlocking(now_millis: u64) -> Result<u32, BrowserError> {
    let since = get::<Unlocking>(Area::Session, &[UNLOCKING]).await?;
    let ends = since.unlocking.map(|since| since as u64 + UNLOCKING_MILLIS);
    let left = ends.unwrap_or(0).saturating_sub(now_millis);
    Ok(u32::try_from(left.min(UNLOCKING_MILLIS)).unwrap_or(0))
}

const UNLOCKING: &str = "unlocking";
const UNLOCKING_MILLIS: u64 = 30_000;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Unlocking {
    unlocking: Option<f64>,
}

/// What may have failed to be written to this browser's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The vault itself.
    Vault,
    /// The engine's journal.
    Journal,
}

/// Notes whether the last attempt to write it failed.
///
/// # Errors
/// When the browser can't write to memory either.
pub async fn set_unsaved(what: Written, unsaved: bool) -> Result<(), BrowserError> {
    let key = match what {
        Written::Vault => VAULT_UNSAVED,
        Written::Journal => JOURNAL_UNSAVED,
    };
    set_entries(Area::Session, &[(key, unsaved.into())]).await
}

/// Whether the last attempt to write either of them failed.
///
/// # Errors
/// When the browser can't read.
pub async fn is_unsaved() -> Result<bool, BrowserError> {
    let flags = get::<Unsaved>(Area::Session, &[VAULT_UNSAVED, JOURNAL_UNSAVED]).await?;
    Ok(flags.vault_unsaved || flags.journal_unsaved)
}

const VAULT_UNSAVED: &str = "vault_unsaved";
const JOURNAL_UNSAVED: &str = "journal_unsaved";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Unsaved {
    vault_unsaved: bool,
    journal_unsaved: bool,
}

#[cfg(test)]
mod tests {
    use super::Session;

    const MINUTE: u64 = 60_000;

    #[test]
    fn a_clock_that_is_set_back_wins_no_time() {
        let session = Session {
            key: String::new(),
            deadline: Some(100 * MINUTE),
            since: 85 * MINUTE,
        };
        for (now, over) in [
            (85, false),
            (99, false),
            (100, true),
            (1000, true),
            // A minute is an adjustment.
            (84, false),
            (83, true),
            (0, true),
        ] {
            assert_eq!(session.is_over(now * MINUTE), over, "{now}");
        }
    }

    #[test]
    fn without_a_deadline_only_the_browser_ends_it() {
        let session = Session {
            key: String::new(),
            deadline: None,
            since: 85 * MINUTE,
        };
        assert!(!session.is_over(0) && !session.is_over(u64::MAX));
    }
}
