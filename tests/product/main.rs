//! Holdfast itself: the loaded extension in both browsers, against a server nobody here wrote.

mod both;
mod by_hand;
mod clock;
mod clouds;
mod destinations;
mod exchange;
mod faults;
mod generations;
mod history;
mod input;
mod journey;
mod killed;
mod nextcloud;
mod profile;
mod quick;
mod recovery;
mod remedies;
mod scale;
mod security;
mod stage;
mod walk;
