//! Signing in to Nextcloud on its own page.

use serde::{Deserialize, Serialize};

/// What pages ask about it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextcloudRequest {
    /// Begin: answered by [`Reply::Page`](super::Reply::Page).
    Begin {
        /// The server's address, as typed.
        address: String,
    },
    /// Has the person confirmed? [`Reply::NotYet`](super::Reply::NotYet), or the destination is
    /// connected.
    Poll {
        /// The destination that is signed in to again, if it is an old one.
        destination: Option<String>,
    },
}
