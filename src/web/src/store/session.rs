//! The session key: in memory only, with a deadline that every reader checks, because alarms come
//! late after sleep.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, get_each, remove, set, set_entries};

/// The key's name in `storage.session`.
pub const KEY: &str = "session";

/// What filling left to be said, which may hold a code.
pub const FILL_TO_SAY: &str = "fill_to_say";

/// What is to be filled once a frame is open to us, and the mark that the browser was asked for that.
pub const FILL_PERMITTING: [&str; 2] = ["fill_permitting", "fill_asked"];

/// A login to Nextcloud that waits for the person, and until when, in milliseconds.
pub const LOGIN: [&str; 2] = ["nextcloud_login", "nextcloud_login_until"];

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

/// Forgets it, and with it whatever else a locked browser must not know or do: codes, fills that wait, and
/// logins that are over. A login that still waits needs nothing of the vault; signing in may well take a code from
/// here, and time.
///
/// # Errors
/// When the browser can't write.
pub async fn clear(now_millis: u64) -> Result<(), BrowserError> {
    let [permitting, asked] = FILL_PERMITTING;
    remove(Area::Session, &[KEY, FILL_TO_SAY, permitting, asked]).await?;
    let [_, until] = LOGIN;
    let waiting = get::<Waiting>(Area::Session, &[until]).await?;
    if waiting.is_over(now_millis) {
        remove(Area::Session, &LOGIN).await?;
    }
    Ok(())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Waiting {
    nextcloud_login_until: u64,
}

impl Waiting {
    /// Also one of which nobody knows when it ends.
    fn is_over(&self, now: u64) -> bool {
        now >= self.nextcloud_login_until
    }
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

/// Notes under `key` whether the last attempt to write something to this browser's storage failed.
///
/// # Errors
/// When the browser can't write to memory either.
pub async fn set_unsaved(key: &str, unsaved: bool) -> Result<(), BrowserError> {
    set_entries(Area::Session, &[(key, unsaved.into())]).await
}

/// Whether the last attempt to write what is noted under `key` failed.
///
/// # Errors
/// When the browser can't read.
pub async fn is_unsaved(key: &str) -> Result<bool, BrowserError> {
    let flags = get_each(Area::Session, &[key]).await?;
    Ok(flags.into_iter().flatten().any(|flag| flag.is_truthy()))
}

/// Where it is noted whether the last attempt to write the vault failed.
pub const VAULT_UNSAVED: &str = "vault_unsaved";

#[cfg(test)]
mod tests {
    use super::{Session, Waiting};

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
    fn only_a_login_that_still_waits_outlives_the_key() {
        let login = Waiting {
            nextcloud_login_until: 100 * MINUTE,
        };
        assert!(!login.is_over(99 * MINUTE));
        assert!(login.is_over(100 * MINUTE));
        assert!(Waiting::default().is_over(0));
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
