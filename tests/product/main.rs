//! Holdfast itself: the loaded extension in both browsers, against a server nobody here wrote.

mod both;
mod faults;
mod input;
mod journey;
mod scale;
mod stage;
