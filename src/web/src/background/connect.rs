//! Requests about destinations: connect, disconnect, check, look around.

use holdfast_backup::check::{Step, StepResult};
use holdfast_backup::destination::Destination as _;
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::digest::Digest;
use holdfast_backup::engine::Trigger;
use holdfast_backup::listing::{Listed, snapshots};
use holdfast_backup::restore::{VaultFound, restore_list};
use holdfast_backup::siblings::same_place;
use holdfast_backup::vault::VaultInfo;
use holdfast_core::seal::{self, Slot, SlotId, SlotKind};

use super::connections::Connections;
use super::env::turn;
use super::reach::{Reached, reach, refused};
use super::sign_in::sign_out;
use crate::browser::clock::now_millis;
use crate::message::{
    Answer, ChainStep, DestinationDraft, Failure, FoundSnapshot, FoundVault, Reply,
};
use crate::store::{destinations, vault};

impl Connections {
    /// Probes a destination with a real write, read and delete, and only then stores there from
    /// now on.
    pub(super) async fn connect(&self, draft: DestinationDraft) -> Answer {
        let config = draft.parse().map_err(Failure::of_form)?;
        let place = reach(&config)?;
        if config.is_checkable() {
            self.refuse_if_connected(&config, &place).await?;
            let connecting = async {
                let _turn = turn(&config.id()).await;
                self.engine.connect(&config.id(), &place).await
            };
            connecting.await.map_err(refused)?;
        } else {
            // Nothing can be proven there; but it has to fit.
            let report = {
                let _turn = turn(&config.id()).await;
                self.engine.keep(&config.id(), &place, Trigger::Now).await
            };
            if let Some(cause) = report.failure {
                return Err(Failure::new(cause.code()));
            }
        }
        destinations::put(&self.keeper.writer.store, config.clone()).await?;
        self.run_one(&config, Trigger::Now).await;
        Ok(Reply::Done)
    }

    /// One place under two addresses would hold everything twice.
    async fn refuse_if_connected(
        &self,
        config: &DestinationConfig,
        place: &Reached,
    ) -> Result<(), Failure> {
        let store = &self.keeper.writer.store;
        let Ok(info) = vault::info(store).await else {
            return Ok(());
        };
        // What hinders listing hinders connecting too, which says so.
        let Ok(listing) = place.list(info.tag.as_str()).await else {
            return Ok(());
        };
        let connected = self.destinations().await.into_iter();
        let others = connected
            .filter(DestinationConfig::is_checkable)
            .map(|other| other.id())
            .filter(|other| *other != config.id());
        let listed = snapshots(&info.tag, &listing.value);
        match same_place(store, others, &listed).await {
            Some(_) => Err(Failure::new("connected_already")),
            None => Ok(()),
        }
    }

    /// Takes new credentials for a destination, once they are proven. Another address or user is
    /// another place: it is connected beside the old one, because disconnecting that asks for the
    /// passphrase.
    pub(super) async fn reconnect(&self, destination: &str, draft: DestinationDraft) -> Answer {
        let draft = match draft {
            DestinationDraft::Cloud(draft) => {
                DestinationDraft::Cloud(self.completed(&draft, destination).await)
            }
            draft => draft,
        };
        let config = draft.parse().map_err(Failure::of_form)?;
        let reply = self.connect(draft).await?;
        Ok(match is_beside(&config, destination) {
            true => Reply::Beside,
            false => reply,
        })
    }

    /// Stops storing there. What is stored there stays.
    pub(super) async fn disconnect(&self, destination: &str) -> Answer {
        let config = self.find_one(destination).await?;
        destinations::remove(&self.keeper.writer.store, destination).await?;
        {
            let _turn = turn(&config.id()).await;
            let disconnected = self.engine.disconnect(&config.id()).await;
            disconnected.map_err(refused)?;
        }
        sign_out(&config).await?;
        self.show().await;
        Ok(Reply::Done)
    }

    /// Walks the chain to one destination.
    pub(super) async fn check_now(&self, destination: &str) -> Answer {
        let config = self.find_one(destination).await?;
        if !config.is_checkable() {
            return Err(Failure::new("destination_not_checkable"));
        }
        let place = reach(&config)?;
        let chain = {
            let _turn = turn(&config.id()).await;
            self.engine.check_now(&config.id(), &place).await
        };
        self.show().await;
        Ok(Reply::Chain {
            steps: chain.into_iter().map(chain_step).collect(),
        })
    }

    /// The page has offered the vault as a file: from now on the person is reminded when the file
    /// is older than the vault.
    pub(super) async fn downloaded(&self, version: u64, content: Digest) -> Answer {
        let info = vault::info(&self.keeper.writer.store).await;
        let info = info.map_err(|_| Failure::new("no_vault"))?;
        let handed_over = VaultInfo {
            version,
            content,
            ..info
        };
        let config = DestinationConfig::Download;
        {
            let _turn = turn(&config.id()).await;
            let kept = self.engine.kept(&config.id(), &handed_over).await;
            kept.map_err(refused)?;
        }
        destinations::put(&self.keeper.writer.store, config).await?;
        let now = now_millis();
        let sealed = self.keeper.writer.stored().await?.sealed;
        let slots = seal::read(&sealed)?;
        let slots = slots.header().slots_of(SlotKind::Passphrase);
        let slots: Vec<SlotId> = slots.map(Slot::id).collect();
        self.keeper
            .note_keys(|keys| {
                keys.copied_at = Some(now);
                keys.copy_slots = slots;
            })
            .await?;
        self.show().await;
        Ok(Reply::Done)
    }

    /// What a destination holds, without connecting it.
    pub(super) async fn find(&self, draft: DestinationDraft) -> Answer {
        let place = reach(&draft.parse().map_err(Failure::of_form)?)?;
        let found = restore_list(&place).await.map_err(refused)?;
        Ok(Reply::Backups {
            found: found.iter().map(found_vault).collect(),
        })
    }

    pub(super) async fn find_one(&self, id: &str) -> Result<DestinationConfig, Failure> {
        let found = destinations::find(&self.keeper.writer.store, id).await?;
        found.ok_or_else(|| Failure::new("no_such_destination"))
    }
}

/// A place of its own, and not the destination that the form was opened for.
fn is_beside(config: &DestinationConfig, destination: &str) -> bool {
    config.id().to_string() != destination
}

fn chain_step((step, result): (Step, StepResult)) -> ChainStep {
    let step = match step {
        Step::Here => "here",
        Step::Network => "network",
        Step::Address => "address",
        Step::SignIn => "sign_in",
        Step::Permission => "permission",
        Step::Space => "space",
        Step::Write => "write",
        Step::ReadBack => "read_back",
        Step::Open => "open",
        Step::Clock => "clock",
    };
    let (cause, reached) = match result {
        StepResult::Passed => (None, true),
        StepResult::Failed { cause } => (Some(cause.code().to_owned()), true),
        StepResult::NotReached => (None, false),
    };
    ChainStep {
        step: step.to_owned(),
        cause,
        reached,
    }
}

fn found_vault(found: &VaultFound) -> FoundVault {
    let mut snapshots: Vec<&Listed> = found.devices.values().flatten().collect();
    snapshots.sort_by_key(|listed| std::cmp::Reverse((listed.modified, listed.name.sequence)));
    FoundVault {
        vault: found.tag.as_str().to_owned(),
        snapshots: snapshots
            .into_iter()
            .map(|listed| FoundSnapshot {
                name: listed.name.to_string(),
                device: listed.name.device.as_str().to_owned(),
                sequence: listed.name.sequence,
                stored_at: listed.modified.map(|millis| millis as f64),
                size: listed.size.map(|bytes| bytes as f64),
            })
            .collect(),
    }
}

#[cfg(test)]
#[path = "connect_tests.rs"]
mod tests;
