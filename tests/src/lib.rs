//! Real browsers, real servers, and independent implementations to compare with.
//!
//! Everything here runs the real thing: Chromium and Firefox with the extension loaded, Apache's
//! WebDAV, `oathtool`. What the network can do wrong is done by [`servers::Proxy`], which stands in
//! front of a real server.

pub mod browser;
pub mod cloud_journey;
pub mod device;
pub mod disk;
pub mod display;
pub mod journey;
pub mod native;
pub mod oracle;
pub mod paths;
pub mod process;
pub mod servers;
