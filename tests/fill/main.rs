//! Filling codes into pages, in both browsers.

#[path = "../product/both.rs"]
mod both;
mod corpus;
mod gestures;
mod phishing;
mod stage;
mod widgets;
