//! The present time.

/// Milliseconds since the Unix epoch.
#[must_use]
pub fn now_millis() -> u64 {
    // A clock before 1970 reads as 0: the engine treats it as a doubtful clock.
    js_sys::Date::now().max(0.0) as u64
}
