//! Signing in to a cloud: the background builds the address and reads the answer, the page opens
//! the window.

use holdfast_backup::destination::cloud::{Account, CloudDraft};
use serde::{Deserialize, Serialize};

/// What pages ask about sign-ins.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloudRequest {
    /// Begin: what address is to be opened in a window?
    Begin {
        /// Where.
        place: SignInPlace,
    },
    /// The browser was sent back.
    Finish {
        /// Where.
        place: SignInPlace,
        /// The address it was sent back to.
        address: String,
    },
}

/// What one signs in to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInPlace {
    /// What a form describes.
    Form {
        /// The form.
        draft: CloudDraft,
        /// The destination it is to change: then it must be the same account.
        destination: Option<String>,
    },
    /// A connected destination, again.
    Destination(String),
}

/// What came of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloudReply {
    /// Open this.
    Open {
        /// The authorization address.
        url: String,
    },
    /// Signed in; the tokens stay with the background.
    SignedIn {
        /// Who.
        account: Account,
    },
}
