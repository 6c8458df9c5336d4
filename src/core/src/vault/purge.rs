//! Forgetting deleted accounts, once nobody can want them back.

use super::{Clock, Vault};
use crate::account::Account;

/// How long a deletion can be undone: 90 days.
pub const UNDO_MILLIS: u64 = 90 * 24 * 60 * 60 * 1000;

impl Vault {
    /// Drops the content of accounts that were deleted 90 days before `now` or earlier, and says
    /// of how many. To be called after every merge.
    ///
    /// What stays is the tombstone: the edits seen and the deletion, for ever, so that an old
    /// snapshot does not bring the account back. The content that was dropped takes part in no
    /// later merge, nor do its replacements: if a device that was away all the time has an edit
    /// that the deletion had not seen, the account comes back just as that device has it.
    ///
    /// Convergence: dropping moves a deleted account down in the order that merging moves it up.
    /// A device that merges a snapshot with the content still in it drops that again, and its
    /// content is what it was; one whose clock is behind keeps the content until its time comes.
    pub fn purge(&mut self, now: u64) -> usize {
        let mut purged = 0;
        for (_, account) in &mut self.accounts {
            let over = |at: u64| at.saturating_add(UNDO_MILLIS) <= now;
            if !account.is_deleted() || !account.deletion.as_ref().is_some_and(|d| over(d.at)) {
                continue;
            }
            let tombstone = Account {
                edits: std::mem::take(&mut account.edits),
                deletion: account.deletion.take(),
                ..Account::default()
            };
            purged += usize::from(!account.is_purged());
            *account = tombstone;
        }
        purged
    }

    /// A clock that has taken notice of every stamp in the vault.
    #[must_use]
    pub fn clock(&self, now: u64) -> Clock {
        let mut clock = Clock::default();
        for account in self.accounts.values() {
            account.issuer.observe(&mut clock, now);
            account.label.observe(&mut clock, now);
            account.note.observe(&mut clock, now);
            account.sites.observe(&mut clock, now);
            account.groups.observe(&mut clock, now);
            account.position.observe(&mut clock, now);
        }
        for device in self.devices.values() {
            device.name.observe(&mut clock, now);
            device.retired.observe(&mut clock, now);
        }
        clock
    }
}

impl Account {
    /// Whether only the tombstone is left.
    #[must_use]
    pub fn is_purged(&self) -> bool {
        self.credential_ids().next().is_none()
    }
}
