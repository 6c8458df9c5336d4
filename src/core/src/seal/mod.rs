//! Sealing: the file format, the key slots and the keyring (`docs/format.md`).
//!
//! A sealed vault is one file that opens with the vault key alone. Its visible header carries key
//! slots, each of which holds the vault key wrapped by a passphrase, a recovery key or a passkey.
//! Which slots are valid is decided by the [`Keyring`] that lies *inside* the sealed payload and
//! merges like the rest of the vault; the header only mirrors it.
//!
//! ```text
//! bytes --read--> Sealed --open(keys)-----------> Opened { payload, key }
//!                   |
//!                   +--unlock(slot, secret)-----> Opened      secret: DerivedKey (from kdf::derive),
//!                                                              RecoveryKey or PrfOutput
//! payload + Keyring + 32 random bytes --seal--> bytes
//! ```
//!
//! Only [`kdf::derive`] is slow (a tenth of a second and 64 MiB, by design). It is behind the
//! feature `kdf`, so that the module every page loads does not carry Argon2.

mod bytes;
mod check;
mod crypto;
mod envelope;
mod error;
mod fields;
mod header;
pub mod kdf;
mod keyring;
mod keys;
mod padding;
mod recovery;
mod slot;

pub use check::Check;
pub use envelope::{Opened, Sealed, read, read_noting, seal, seal_with};
pub use error::{Part, SealError};
pub use fields::Fields;
pub use header::Header;
pub use keyring::{Absorbed, Entropy, KeyRecord, Keyring, NewPassphrase, SlotRecord};
pub use keys::{DerivedKey, KeyId, PrfOutput, SlotId, VaultKey, VaultTag};
pub use recovery::{GROUPS, RecoveryKey, RecoveryKeyError};
pub use slot::{Slot, SlotKind, SlotSecret};

/// The limits of format v1. A reader refuses what is beyond them before it allocates or computes.
pub mod limits {
    /// The largest file, in bytes. Ten thousand accounts with long notes take about a sixth.
    pub const FILE: usize = 64 * 1024 * 1024;
    /// The largest visible header, in bytes.
    pub const HEADER: usize = 64 * 1024;
    /// The most key slots in a header.
    pub const SLOTS: usize = 64;
    /// The largest slot, in bytes of its fields.
    pub const SLOT: usize = 512;
    /// The longest passphrase, in bytes of NFC-normalised UTF-8.
    pub const PASSPHRASE: usize = 4096;
}
