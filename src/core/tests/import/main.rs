//! Other apps' exports, read from the outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod aegis;
mod apps;
mod archives;
mod export;
mod fixtures;
mod hostile;
mod lines;
mod migration;
mod nonsense;
mod plan;
mod real;
mod round_trip;
mod sqlite;
mod support;
