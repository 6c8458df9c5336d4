//! What every stand-in offers to a test besides its API.

use crate::call::{Call, Reply, Token};

/// A service.
pub trait Service: Send {
    /// Answers a request.
    fn answer(&mut self, call: &Call, token: &Token) -> Reply;

    /// What an account has stored, to be looked at and to be changed behind everybody's back.
    fn tampering(&mut self, account: &str) -> Tampering<'_>;

    /// Loses a file.
    fn lose(&mut self, account: &str, path: &str);

    /// From now on so many bytes fit into an account.
    fn room(&mut self, bytes: u64);
}

/// Files by path within the application's folder.
pub struct Tampering<'a> {
    /// The files.
    pub files: Vec<(String, &'a mut Vec<u8>)>,
}
