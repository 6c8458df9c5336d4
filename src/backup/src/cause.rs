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
    /// The destination does not take what this version of the application sends, or does not know
    /// the application any more.
    AppOutdated,
    /// Snapshots are sealed under a vault key that this device doesn't have.
    VaultKeyChanged,
    /// The destination's clock is far from ours.
    ClockWrong,
    /// A snapshot there was written by a newer version.
    NewerFormat,
    /// Merging and opening need the key.
    VaultLocked,
    /// Nothing failed, but storing was cut off (the browser was closed, the worker ended) and has
    /// not been taken up again yet.
    Interrupted,
}

impl Cause {
    /// All causes, for tables and tests.
    pub const ALL: [Self; 20] = [
        Self::CouldNotSaveHere,
        Self::NoDestination,
        Self::SignedOut,
        Self::WrongAccount,
        Self::PermissionMissing,
        Self::NotAStorageServer,
        Self::FolderMissing,
        Self::StorageFull,
        Self::Unreachable,
        Self::AskedToWait,
        Self::ServerFault,
        Self::Damaged,
        Self::Gone,
        Self::NotAllowed,
        Self::AppOutdated,
        Self::VaultKeyChanged,
        Self::ClockWrong,
        Self::NewerFormat,
        Self::VaultLocked,
        Self::Interrupted,
    ];

    /// The stable identifier, in snake case: names `cause_<code>` and `rec_<code>` in `_locales`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::CouldNotSaveHere => "could_not_save_here",
            Self::NoDestination => "no_destination",
            Self::SignedOut => "signed_out",
            Self::WrongAccount => "wrong_account",
            Self::PermissionMissing => "permission_missing",
            Self::NotAStorageServer => "not_a_storage_server",
            Self::FolderMissing => "folder_missing",
            Self::StorageFull => "storage_full",
            Self::Unreachable => "unreachable",
            Self::AskedToWait => "asked_to_wait",
            Self::ServerFault => "server_fault",
            Self::Damaged => "damaged",
            Self::Gone => "gone",
            Self::NotAllowed => "not_allowed",
            Self::AppOutdated => "app_outdated",
            Self::VaultKeyChanged => "vault_key_changed",
            Self::ClockWrong => "clock_wrong",
            Self::NewerFormat => "newer_format",
            Self::VaultLocked => "vault_locked",
            Self::Interrupted => "interrupted",
        }
    }

    /// What fixes it. A missing permission that the *browser* has granted is one that the server
    /// withholds: see [`Status`](crate::status::Status), which knows the difference.
    #[must_use]
    pub fn remedy(self) -> Remedy {
        match self {
            Self::CouldNotSaveHere => Remedy::FreeSpaceHere,
            Self::NoDestination => Remedy::ChooseDestination,
            Self::SignedOut => Remedy::SignIn,
            Self::WrongAccount => Remedy::SignInOther,
            Self::PermissionMissing => Remedy::GrantPermission,
            Self::NotAStorageServer => Remedy::CheckAddress,
            Self::FolderMissing => Remedy::CreateFolder,
            Self::StorageFull => Remedy::FreeSpace,
            Self::Unreachable
            | Self::AskedToWait
            | Self::ServerFault
            | Self::Damaged
            | Self::Gone
            | Self::Interrupted => Remedy::Automatic,
            Self::NotAllowed => Remedy::AskAdministrator,
            Self::VaultKeyChanged => Remedy::EnterPassphrase,
            Self::ClockWrong => Remedy::CorrectClock,
            Self::AppOutdated | Self::NewerFormat => Remedy::Update,
            Self::VaultLocked => Remedy::Unlock,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_serialized_names_and_distinct() {
        let mut seen = std::collections::BTreeSet::new();
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.code());
            assert!(seen.insert(cause.code()), "{cause:?} twice");
        }
    }
}
