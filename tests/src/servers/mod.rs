//! Real servers on loopback, and what a network can do to them.

mod site;

pub use site::Site;
