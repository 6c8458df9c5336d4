//! The heart of Holdfast: accounts and their codes, the vault, and how it is merged and sealed.
//!
//! Nothing here touches a browser, a clock, a disk or a source of randomness: the current time,
//! random bytes and file contents are arguments, so that everything is deterministic and tested
//! natively. See `docs/architecture.md` for the rooms and `docs/format.md` for the sealed format.

pub use holdfast_json::{self as json, map};

pub mod account;
pub mod code;
pub mod contents;
#[cfg(feature = "import")]
pub mod export;
pub(crate) mod fields;
pub mod fill;
pub mod handover;
#[cfg(feature = "import")]
pub mod import;
pub mod open;
pub mod otpauth;
pub mod passphrase;
pub mod seal;
pub mod secret;
pub mod vault;

/// An error with a stable identifier.
///
/// The identifier names the message and the recommendation in `_locales` (`err_<code>`,
/// `rec_<code>`) and never changes once released. Neither it nor `Display` ever holds a secret, a
/// code, a passphrase or an otpauth URI.
pub trait Coded: std::error::Error {
    /// The stable identifier, in snake case.
    fn code(&self) -> &'static str;

    /// The input field the error is about, as the name of the form field (`"secret"`, `"digits"`),
    /// or `None` when the error is about the input as a whole.
    fn field(&self) -> Option<&'static str> {
        None
    }

    /// A harmless detail to show beside the message (bounds, a position). Never a secret.
    fn detail(&self) -> Option<String> {
        None
    }
}
