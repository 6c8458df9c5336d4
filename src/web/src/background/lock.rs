//! Locking: the session key goes, and every open page drops what it shows.

use crate::browser::turn::Turn;
use crate::browser::{alarms, clock::now_millis, idle};
use crate::message::Nothing;
use crate::store::{session, settings};

/// The alarm that rings at the deadline.
pub const ALARM: &str = "lock";

/// The lock under which the session key is read and written. Without it a deadline that is being
/// moved would bring back a key that was forgotten meanwhile.
const TURN: &str = "session";

/// Forgets the key now. A browser that can't even do that is left with the deadline, which every
/// reader checks.
pub async fn lock() {
    let _turn = Turn::take(TURN).await;
    let _ = session::clear(now_millis()).await;
    let _ = alarms::clear(ALARM).await;
}

/// Forgets the key if its time is over: after sleep the alarm comes late, and after the clock was set
/// back later still.
pub async fn lock_if_due() {
    if let Ok(true) = session::is_over(now_millis()).await {
        lock().await;
    }
}

/// Keeps a key for the session, up to the deadline that the settings give.
///
/// # Errors
/// When the browser can't keep it.
pub async fn unlock(key: &[u8]) -> Nothing {
    let _turn = Turn::take(TURN).await?;
    keep(key).await
}

/// Goes on with another key, if the vault is unlocked: the vault's own was changed.
///
/// # Errors
/// When the browser can't keep it.
pub async fn follow(key: &[u8]) -> Nothing {
    let _turn = Turn::take(TURN).await?;
    match session::load(now_millis()).await? {
        Some(known) if known.as_slice() != key => keep(key).await,
        _ => Ok(()),
    }
}

async fn keep(key: &[u8]) -> Nothing {
    let now = now_millis();
    let minutes = settings::load().await.unwrap_or_default().lock_minutes;
    let deadline = (minutes > 0).then(|| now + u64::from(minutes) * 60_000);
    session::save(key, now, deadline).await?;
    set_alarm(deadline).await
}

/// Moves the deadline: the person is there.
///
/// # Errors
/// When the browser can't keep it.
pub async fn touch() -> Nothing {
    let _turn = Turn::take(TURN).await?;
    match session::load(now_millis()).await? {
        Some(key) => keep(&key).await,
        None => Ok(()),
    }
}

async fn set_alarm(deadline: Option<u64>) -> Nothing {
    match deadline {
        Some(deadline) => alarms::set(ALARM, deadline).await?,
        None => alarms::clear(ALARM).await?,
    }
    // So that the browser reports when the system locks.
    idle::set_detection_interval(60)?;
    Ok(())
}
