//! Holdfast itself: the loaded extension in both browsers, against a server nobody here wrote.

mod clouds;
mod both;
mod destinations;
mod faults;
mod input;
mod journey;
mod recovery;
mod scale;
mod stage;
