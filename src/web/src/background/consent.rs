//! What a person answers when a merge would remove many accounts.

use holdfast_backup::name::SnapshotName;
use holdfast_backup::status::Warning;
use holdfast_backup::vault::{Merge, Removals};

use super::connections::Connections;
use super::env::turn;
use super::reach::{reach, refused};
use crate::message::{Answer, Failure, MergeQuestion, Nothing, Reply};
use crate::store::overview;

impl Connections {
    /// Lets the merge go on that was asked about, or refuses it: then the accounts are brought back
    /// here by new edits, which holds on every device.
    pub(super) async fn answer_merge(&self, question: &MergeQuestion, accept: bool) -> Answer {
        let removals = match accept {
            true => Removals::Remove {
                most: question.removals,
            },
            false => Removals::Keep,
        };
        let mut outcome = Err(Failure::new("snapshot_gone"));
        for (number, (destination, name)) in question.snapshots.iter().enumerate() {
            // A destination that can't be reached leaves the answer to the next one. The answer is
            // given once: what the others hold beyond that is asked about anew.
            let merged = self.merge_at(destination, name, removals).await;
            if merged.is_ok() || number == 0 {
                outcome = merged;
            }
            if outcome.is_ok() {
                break;
            }
        }
        self.ask_again().await;
        outcome.map(|()| Reply::Done)
    }

    /// What waits for a person's word would remove less by now, or little enough to need none.
    async fn ask_again(&self) {
        let Ok(Some(overview)) = overview::load(&self.keeper.writer.store).await else {
            return;
        };
        for view in overview.destinations {
            for warning in view.status.warnings {
                if let Warning::NeedsConsent { name, .. } = warning {
                    // What fails here goes on waiting.
                    let _ = self.merge_at(&view.id, &name, Removals::Ask).await;
                }
            }
        }
    }

    async fn merge_at(&self, id: &str, name: &SnapshotName, removals: Removals) -> Nothing {
        let config = self.find_one(id).await?;
        let place = reach(&config)?;
        let _turn = turn(&config.id()).await;
        let merged = self
            .engine
            .merge_answered(&config.id(), &place, name, removals)
            .await;
        match merged.map_err(refused)? {
            Some(Merge::Merged | Merge::Unchanged) => Ok(()),
            Some(Merge::NeedsConsent { .. }) => Err(Failure::new("merge_removes_more")),
            None => Err(Failure::new("snapshot_gone")),
        }
    }
}
