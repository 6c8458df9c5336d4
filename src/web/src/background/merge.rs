//! Merging what was opened into the vault, by the answer of whoever was asked.

use holdfast_backup::vault::Removals;
use holdfast_core::contents::Contents;
use holdfast_core::vault::EditContext;

use crate::message::Failure;

/// Merges `theirs`. How many accounts it would remove, where the person has to be asked about that:
/// then nothing has changed.
///
/// # Errors
/// When it is of another vault.
pub(super) fn take(
    own: &mut Contents,
    theirs: &Contents,
    removals: Removals,
    context: &mut EditContext<'_>,
) -> Result<Option<u32>, Failure> {
    let mut plan = own.plan_merge(theirs)?;
    let changes = &plan.accounts.changes;
    let removed = u32::try_from(changes.removed.len()).unwrap_or(u32::MAX);
    if removals.asks(removed, changes.needs_consent()) {
        return Ok(Some(removed));
    }
    if removals == Removals::Keep {
        plan.accounts.keep_removed(context)?;
    }
    own.vault = plan.accounts.merged;
    own.keyring = plan.keyring;
    Ok(None)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
