//! Reading what other apps export: one file per format, recognised by its content.
//!
//! Every reader is bounded in time and memory, takes an entry whole or not at all, and reports
//! each entry it did not take with the field and the reason. An unknown type, algorithm or number
//! of digits is such a report, never a default.

mod address;
mod archives;
mod batch;
mod collect;
pub(crate) mod crypto;
mod error;
mod format;
mod java;
mod json;
mod limits;
mod login;
mod names;
mod protobuf;
mod punycode;
mod recognise;
mod sqlite;
mod table;
mod xml;
mod zip;

mod aegis;
mod and_otp;
mod authenticator_extension;
mod authy;
mod battle_net;
mod bitwarden;
mod dashlane;
mod databases;
mod duo;
mod ente;
mod free_otp;
mod google_migration;
mod kee_pass;
mod kee_pass_xc;
mod last_pass;
mod lines;
mod nord_pass;
mod one_password;
mod picture;
mod proton;
mod raivo;
mod steam;
mod stratum;
mod totp_authenticator;
mod two_f_auth;
mod two_fas;

pub use batch::{Input, MissingParts, read_all};
pub use error::{ImportError, Reason};
pub use format::Format;
pub use limits::MAX_FILE_BYTES;
pub use picture::is_picture;

pub use crate::vault::{Choice, Plan, Planned};

use crate::account::NewAccount;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Whose file it is.
    pub format: Format,
    /// Every entry that can be an account here, in the file's order.
    pub accounts: Vec<NewAccount>,
    /// Every entry that was not taken, and why.
    pub refused: Vec<Refused>,
    /// The parts of Google Authenticator's codes that were read.
    pub(crate) parts: google_migration::Parts,
}

/// An entry that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its place among all entries of the file, from 1; in text, the line.
    pub position: usize,
    /// What the user knows it by: issuer and label, as far as they could be read. No secret.
    pub name: String,
    /// Why. Names the field, see [`Coded::field`](crate::Coded::field).
    pub reason: Reason,
}

/// Reads one file, or text that was pasted or read from QR codes, one code per line.
///
/// # Errors
/// See [`ImportError`]. [`ImportError::NeedsPassword`] asks for another call with one.
pub fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    recognise::read(bytes, password)
}

impl Import {
    /// The parts of Google Authenticator's codes that are still to be scanned.
    #[must_use]
    pub fn missing(&self) -> Vec<MissingParts> {
        batch::missing(&self.parts)
    }
}

#[cfg(test)]
mod tests;
