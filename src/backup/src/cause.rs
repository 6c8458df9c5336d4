//! Why a backup is not stored, and what to do about it.

use serde::{Deserialize, Serialize};

/// Why a backup is not stored (or not checked). Each has a sentence `cause_<code>` and a
/// recommendation `rec_<code>` in `_locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The browser's own storage failed: the vault itself could not be written.
    CouldNotSaveHere,
    /// Nothing is configured.
    NoDestination,
    /// The destination refuses the credentials (401 after a refresh attempt).
    SignedOut,
    /// Signed in, but as somebody else than the one the snapshots were stored with.
    WrongAccount,
    /// The destination or the browser withholds a permission.
    PermissionMissing,
    /// Something answers there, but not a storage server.
    NotAStorageServer,
    /// The folder or bucket is not there.
    FolderMissing,
    /// No space left there.
    StorageFull,
    /// No answer.
    Unreachable,
    /// The destination asked to wait.
    AskedToWait,
    /// The destination failed (5xx, locked, maintenance).
    ServerFault,
    /// What was read back differs from what was sent, or does not open.
    Damaged,
    /// A snapshot that was verified is no longer there.
    Gone,
    /// An administrator's policy forbids it.
    NotAllowed,
    /// Snapshots are sealed under a vault key that this device doesn't have.
    VaultKeyChanged,
    /// The destination's clock is far from ours.
    ClockWrong,
    /// A snapshot there was written by a newer version.
    NewerFormat,
    /// Merging and opening need the key.
    VaultLocked,
}

/// What fixes a [`Cause`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Choose where backups go.
    ChooseDestination,
    /// Enter the credentials again.
    SignIn,
    /// Sign in to the other account.
    SignInOther,
    /// Ask the browser for the host permission, in the click.
    GrantPermission,
    /// Correct the address.
    CheckAddress,
    /// Create the folder.
    CreateFolder,
    /// Free space there or choose another destination, then try again.
    FreeSpace,
    /// Free space on this computer, then try again.
    FreeSpaceHere,
    /// Nothing: it is tried again by itself (the status has the time); a person may try now.
    Automatic,
    /// Ask the administrator.
    AskAdministrator,
    /// Enter the passphrase or the recovery key.
    EnterPassphrase,
    /// Correct the computer's clock.
    CorrectClock,
    /// Update Holdfast.
    Update,
    /// Unlock the vault.
    Unlock,
}
