//! The session key: in memory only, with a deadline that every reader checks, because alarms come
//! late after sleep.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, get_each, remove, set, set_entries};

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
}

/// The vault key of this session, unless its deadline has passed.
///
/// # Errors
/// When the browser can't read.
pub async fn load(now_millis: u64) -> Result<Option<Zeroizing<Vec<u8>>>, BrowserError> {
    let Some(session) = get::<Entry>(Area::Session, &[KEY]).await?.session else {
        return Ok(None);
    };
    if session
        .deadline
        .is_some_and(|deadline| now_millis >= deadline)
    {
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

/// Keeps the vault key for this session.
///
/// # Errors
/// When the browser can't write.
pub async fn save(key: &[u8], deadline: Option<u64>) -> Result<(), BrowserError> {
    // The browser keeps a copy of this text anyway: that is what the session storage is for.
    let key = Base64::encode_string(key);
    set(
        Area::Session,
        &Entry {
            session: Some(Session { key, deadline }),
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
