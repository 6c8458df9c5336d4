//! Real servers on loopback, and what a network can do to them.

mod apache;
pub mod clouds;
mod folder;
mod message;
mod proxy;
mod site;

pub use apache::{Apache, PASSWORD, USER};
pub use folder::Folder;
pub use proxy::{Fault, Proxy, Rule, Seen};
pub use site::Site;
