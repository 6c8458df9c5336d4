//! Holdfast's shell in the browser: what `background.js` and the pages' scripts start.
//!
//! The rooms: `browser` binds the extension APIs, `store` is what lies in this browser, `http`
//! sends requests, `message` is what pages and background say to each other, `background` is the
//! vault's only writer and runs the backup engine, `fill` puts codes into pages, `pages` draws.

#[cfg(any(
    feature = "vault",
    feature = "backup",
    feature = "keys",
    feature = "clouds",
    feature = "connect",
    feature = "history"
))]
pub mod background;
pub mod browser;
pub mod failure;
#[cfg(feature = "fill")]
pub mod fill;
#[cfg(any(
    feature = "backup",
    feature = "clouds",
    feature = "connect",
    feature = "history"
))]
pub mod http;
pub mod message;
#[cfg(any(feature = "popup", feature = "options", feature = "status"))]
pub mod pages;
pub mod store;
pub mod transfer;
