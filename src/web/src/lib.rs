//! Holdfast in the browser.
pub mod browser;
pub mod message;
pub mod store;
pub mod pages;
