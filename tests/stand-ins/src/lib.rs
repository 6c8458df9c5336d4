//! Stand-ins for OneDrive, Google Drive and Dropbox: strict little services, written after the
//! vendors' own descriptions. They take a request and what its token is worth, and answer, without
//! a network: real sockets are put before them in one place, the simulation in the other.

pub mod call;
mod drive;
mod dropbox;
mod graph;
mod graph_drive;
mod query;
mod stone;
mod store;

use call::{Call, Reply, Token};
use drive::Drive;
use dropbox::Dropbox;
use graph::Graph;

pub use store::{Service, Tampering};

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// Microsoft OneDrive.
    OneDrive,
    /// Google Drive.
    GoogleDrive,
    /// Dropbox.
    Dropbox,
}

impl Cloud {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OneDrive, Self::GoogleDrive, Self::Dropbox];

    /// The vendor's name among the sign-in servers.
    pub fn vendor(self) -> &'static str {
        match self {
            Self::OneDrive => "microsoft",
            Self::GoogleDrive => "google",
            Self::Dropbox => "dropbox",
        }
    }

    /// Holdfast's name of it.
    pub fn code(self) -> &'static str {
        match self {
            Self::OneDrive => "one_drive",
            Self::GoogleDrive => "google_drive",
            Self::Dropbox => "dropbox",
        }
    }

    /// What its access tokens are good for.
    pub fn audience(self) -> &'static str {
        match self {
            Self::OneDrive => "https://graph.microsoft.com",
            Self::GoogleDrive => "https://www.googleapis.com",
            Self::Dropbox => "https://api.dropboxapi.com",
        }
    }
}

/// All services, and what they have stored.
#[derive(Clone)]
pub struct State {
    /// Dropbox.
    pub dropbox: Dropbox,
    /// Microsoft Graph.
    pub graph: Graph,
    /// Google Drive.
    pub drive: Drive,
}

/// Room in an account, unless a test says otherwise.
const ROOM: u64 = 64 << 20;

impl Default for State {
    fn default() -> Self {
        Self {
            dropbox: Dropbox::new(ROOM),
            graph: Graph::new(ROOM),
            drive: Drive::new(ROOM),
        }
    }
}

impl State {
    /// The service of a cloud.
    pub fn service(&mut self, cloud: Cloud) -> &mut dyn Service {
        match cloud {
            Cloud::OneDrive => &mut self.graph,
            Cloud::GoogleDrive => &mut self.drive,
            Cloud::Dropbox => &mut self.dropbox,
        }
    }

    /// Answers a request to that cloud.
    pub fn answer(&mut self, cloud: Cloud, call: &Call, token: &Token) -> Reply {
        match self.hand_over(call) {
            Some(reply) => reply,
            None => self.service(cloud).answer(call, token),
        }
    }

    /// Answers a request to an address that was handed out, which needs no token.
    pub fn hand_over(&mut self, call: &Call) -> Option<Reply> {
        Graph::is_handed_out(&call.path).then(|| self.graph.hand_over(call))
    }
}
