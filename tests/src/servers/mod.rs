//! Real servers on loopback, and what a network can do to them.

mod apache;
pub mod clouds;
mod folder;
mod message;
mod nextcloud;
mod proxy;
mod rclone;
mod s3s;
mod sabre;
mod seaweed;
mod site;

pub use apache::{Apache, PASSWORD, USER};
pub use folder::Folder;
pub use nextcloud::Nextcloud;
pub use proxy::{Fault, Proxy, Rule, Seen};
pub use rclone::Rclone;
pub use s3s::S3s;
pub use sabre::Sabre;
pub use seaweed::{ACCESS_KEY, SECRET_KEY, Seaweed};
pub use site::Site;
