//! Real servers on loopback, and what a network can do to them.

mod apache;
pub mod clouds;
mod folder;
mod listening;
mod message;
mod nextcloud;
mod program;
mod proxy;
mod rclone;
mod s3s;
mod sabre;
mod seaweed;
mod site;

pub use apache::{Apache, PASSWORD, USER};
pub use folder::Folder;
pub use nextcloud::Nextcloud;
pub use program::Program;
pub use proxy::{Fault, Proxy, Rule, Seen};
pub use rclone::rclone;
pub use s3s::s3s;
pub use sabre::sabre;
pub use seaweed::{ACCESS_KEY, SECRET_KEY, seaweed};
pub use site::Site;
