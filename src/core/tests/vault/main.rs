//! The vault, used as the rest of Holdfast uses it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod changes;
mod credentials;
mod edits;
mod list;
mod merge;
mod model;
mod past;
mod payload;
mod support;
mod world;
