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
mod plan;
mod real;
mod sqlite;
mod support;
