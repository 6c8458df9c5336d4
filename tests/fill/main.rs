//! Filling codes into pages, in both browsers.
#![allow(
    clippy::print_stdout,
    reason = "scores are printed: they are what these tests are for"
)]

#[path = "../product/both.rs"]
mod both;
mod clipboard;
mod corpus;
mod frames;
mod gestures;
mod menu;
mod offer;
mod phishing;
mod places;
mod private;
mod rows;
mod scanning;
mod stage;
mod widgets;
