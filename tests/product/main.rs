//! Holdfast itself: the loaded extension in both browsers, against a server nobody here wrote.

mod a_day_later;
mod both;
mod by_hand;
mod causes;
mod clock;
mod clouds;
mod destinations;
mod disconnected;
mod exchange;
mod faults;
mod full_disk;
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
mod restoring;
mod scale;
mod security;
mod stage;
mod walk;
