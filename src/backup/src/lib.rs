//! The backup engine: what to store where, whether it is really there, and what to say about it.
//!
//! It sees HTTP only as plain request and response values (`http`), the vault only through a
//! small trait (`vault`), and time, randomness and its own memory only through `env`: so a
//! simulation can play every fault to it, and cut it off at every `await`.

pub mod cause;
pub mod destination;
pub mod digest;
pub mod env;
pub mod http;
pub mod http_date;
pub mod name;
pub mod secret;
pub mod vault;
