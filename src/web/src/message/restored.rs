//! What became of restoring.

use holdfast_core::vault::DeviceId;
use serde::{Deserialize, Serialize};

use super::Failure;

/// Accounts were restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// How many are in the vault now.
    pub accounts: usize,
    /// Of these, how many are only here because whoever restores was not to lose them: another device
    /// has deleted them.
    pub kept: usize,
    /// Devices whose newest snapshot is gone, or did not open.
    pub missing: Vec<DeviceId>,
    /// Why the place they came from is not backed up to from now on.
    pub unconnected: Option<Failure>,
}
