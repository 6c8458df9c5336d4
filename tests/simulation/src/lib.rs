//! The backup engine in a simulated world: up to five devices, two servers that fail in every way
//! we know of, workers that die at any `await`, clocks that jump, profiles that are copied, and a
//! person who presses what is offered. One seed replays one run. Nothing of the engine is
//! replaced: the adapter for WebDAV, the journal, the merge of the real vault all run; only the
//! network, the disk, the clock, chance and the cipher are simulated.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "an instrument of the tests: stopping is a finding"
)]

mod authority;
mod checks;
mod cloud;
pub mod cost;
pub mod dav;
mod disk;
mod edits;
mod ending;
mod events;
mod executor;
mod home;
mod people;
mod place;
mod port;
pub mod random;
mod scene;
mod sealed;
mod server;
mod trouble;
mod way;
mod world;

pub use world::{Outcome, run_seed};
