//! What is kept in this browser, and how it is read. Only the background writes, but for what only
//! the settings page knows of.

#[cfg(feature = "options")]
pub mod checklist;
#[cfg(any(feature = "backup", feature = "connect"))]
pub mod clock;
pub mod destinations;
pub mod device;
pub mod device_key;
pub mod fill;
pub mod folders;
pub mod format;
pub mod generations;
pub mod identity;
pub mod keys;
pub mod local;
pub mod lost;
pub mod overview;
pub mod retention;
#[cfg(test)]
mod samples_tests;
pub mod session;
pub mod settings;
pub mod vault;
