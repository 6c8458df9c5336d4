//! The backup engine: what to store where, whether it is really there, and what to say about it.
//!
//! It sees HTTP only as plain request and response values (`http`), the vault only through a
//! small trait (`vault`), and time, randomness and its own memory only through `env`: so a
//! simulation can play every fault to it, and cut it off at every `await`.

pub mod cause;
pub mod check;
pub mod clock;
pub mod destination;
pub mod digest;
pub mod engine;
pub mod env;
pub mod evidence;
pub mod history;
pub mod http;
pub mod http_date;
pub mod journal;
mod keep;
pub mod listing;
pub mod log;
pub mod name;
pub mod noted;
pub mod oauth;
mod plan;
pub mod policy;
mod prune;
mod pull;
pub mod rehearsal;
pub mod replace;
pub mod restore;
pub mod retain;
mod retry;
pub mod secret;
pub mod siblings;
pub mod status;
mod store;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod test_world;
pub mod vault;
