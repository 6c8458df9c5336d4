//! What a change of keys means at the destinations.

use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::engine::Trigger;
use holdfast_backup::evidence::Foreign;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::name::{DeviceTag, SnapshotName};
use holdfast_backup::replace::{Replaced, Verdict};
use holdfast_backup::restore::fetch;
use holdfast_backup::vault::OpenError;
use holdfast_core::contents::Contents;
use holdfast_core::seal::{self, SlotId};

use super::connections::Connections;
use super::env::turn;
use super::reach::{reach, refused};
use crate::browser::clock::now_millis;
use crate::message::keys::{KeysAtDestinations, ReplacedOlder};
use crate::message::{Answer, Failure, Reply};
use crate::store::destinations;
use crate::store::identity::device_id;
use crate::store::keys::Keys;

impl Connections {
    pub(super) async fn keys(&self, request: KeysAtDestinations) -> Answer {
        match request {
            KeysAtDestinations::ReplaceOlder => self.replace_older().await,
            KeysAtDestinations::Learn { secret } => self.learn(&secret).await,
        }
    }

    /// Stores the present content everywhere, then deletes what it has superseded.
    async fn replace_older(&self) -> Answer {
        // The generation before in this browser opens with it, too: both places are written anew.
        self.keeper.writer.reseal().await?;
        let mut all = ReplacedOlder::default();
        let offered = Keys::load(&self.keeper.writer.store).await?.replaced_at;
        for config in self.destinations().await {
            self.run_one(&config, Trigger::Now).await;
            match self.replace_at(&config).await {
                Ok(replaced) => all.add(replaced),
                Err(failure) => all.refused = Some(failure.code),
            }
        }
        if all.unproven == 0 && all.waiting == 0 && all.refused.is_none() {
            // What was replaced meanwhile is another offer.
            self.keeper
                .note_keys(|keys| {
                    let _ = keys.replaced_at.take_if(|at| Some(*at) == offered);
                })
                .await?;
        }
        self.show().await;
        Ok(Reply::Replaced(all))
    }

    async fn replace_at(&self, config: &DestinationConfig) -> Result<Replaced, Failure> {
        // What can't be read back proves nothing.
        if !config.is_checkable() {
            return Ok(Replaced::default());
        }
        let _turn = turn(&config.id()).await;
        // Disconnected while others had their turn.
        let Some(config) = self.still_connected(config).await? else {
            return Ok(Replaced::default());
        };
        let place = reach(&config)?;
        let judge = async |older: &[u8], newest: &[u8]| self.judge(older, newest).await;
        let devices = self.keeper.writer.read().await?.vault.devices;
        let is_retired = |device: &DeviceTag| {
            let known = devices.get(&device_id(device));
            known.is_some_and(|device| device.retired.value)
        };
        self.engine
            .replace_older(&config.id(), &place, judge, is_retired)
            .await
            .map_err(refused)
    }

    /// Whether an older snapshot opens with what was replaced, and holds nothing that the newest
    /// doesn't: merging it into the newest changes nothing.
    async fn judge(&self, older: &[u8], newest: &[u8]) -> Verdict {
        let Ok(own) = self.keeper.writer.read().await else {
            return Verdict::Unproven;
        };
        let live: Vec<SlotId> = own.keyring.live().map(|(id, _)| id).collect();
        let Ok(file) = seal::read(older) else {
            return Verdict::Unproven;
        };
        let slots = file.header().slots();
        if file.header().vault == own.keyring.vault()
            && slots.iter().all(|slot| live.contains(&slot.id()))
        {
            return Verdict::Current;
        }
        let open = |bytes: &[u8]| Contents::open(bytes, own.keyring.keys()).ok();
        let contained = open(older)
            .zip(open(newest))
            .is_some_and(|(older, newest)| is_contained(&older, newest).unwrap_or_default());
        match contained {
            true => Verdict::Superseded,
            false => Verdict::Unproven,
        }
    }

    /// Another device changed the vault key. What the secret opens teaches the new one; edits made
    /// here meanwhile are merged, and stored under it.
    async fn learn(&self, secret: &str) -> Answer {
        let destinations = self.destinations().await;
        let learnt = each(&destinations, async |config| {
            let Some(config) = self.still_connected(config).await? else {
                return Ok(false);
            };
            let Ok(destination) = reach(&config) else {
                return Ok(false);
            };
            let names = self.under_other_keys(&config).await?;
            each(&names, async |name| {
                match fetch(&destination, name).await.map_err(refused)? {
                    Some(bytes) => self.learn_from(&bytes, secret).await.map(|()| true),
                    None => Ok(false),
                }
            })
            .await
        });
        if !learnt.await? {
            return Err(Failure::new("found_none"));
        }
        for config in destinations {
            self.run_one(&config, Trigger::Now).await;
        }
        Ok(Reply::Done)
    }

    /// The destination as it is configured now, if it still is: a list of them was read before
    /// others were asked.
    async fn still_connected(
        &self,
        config: &DestinationConfig,
    ) -> Result<Option<DestinationConfig>, Failure> {
        let id = config.id().to_string();
        Ok(destinations::find(&self.keeper.writer.store, &id).await?)
    }

    async fn learn_from(&self, bytes: &[u8], secret: &str) -> Result<(), Failure> {
        // An earlier one may have taught the key already.
        let known = self.keeper.writer.read().await?;
        if Contents::open(bytes, known.keyring.keys()).is_ok() {
            return Ok(());
        }
        let theirs = self.keeper.open_with(bytes, secret).await?;
        self.keeper
            .writer
            .edit(|edit| {
                let key = theirs.keyring.current_key();
                edit.contents.keyring.absorb(&theirs.keyring, key)?;
                Ok(())
            })
            .await?;
        self.keeper.note_sheet(&theirs, secret).await;
        Ok(())
    }

    /// Other devices' snapshots that none of our keys opens.
    async fn under_other_keys(
        &self,
        config: &DestinationConfig,
    ) -> Result<Vec<SnapshotName>, Failure> {
        let evidence = load_evidence(&self.keeper.writer.store, &config.id())
            .await
            .map_err(|_| Failure::new("could_not_save_here"))?;
        let changed = |state: &Foreign| {
            matches!(
                state,
                Foreign::Unopened {
                    why: OpenError::KeyChanged,
                    ..
                }
            )
        };
        Ok(evidence
            .foreign
            .into_iter()
            .filter(|(_, state)| changed(state))
            .map(|(name, _)| name)
            .collect())
    }
}

/// Asks one after another, and whether any of them had it. One that fails keeps none of the others
/// from being asked.
///
/// # Errors
/// What failed last, where none had it.
async fn each<T>(
    all: &[T],
    mut ask: impl AsyncFnMut(&T) -> Result<bool, Failure>,
) -> Result<bool, Failure> {
    let mut outcome = Ok(false);
    for one in all {
        match ask(one).await {
            Ok(true) => outcome = Ok(true),
            Err(failure) if outcome != Ok(true) => outcome = Err(failure),
            Ok(false) | Err(_) => {}
        }
    }
    outcome
}

impl ReplacedOlder {
    fn add(&mut self, other: Replaced) {
        self.deleted += other.deleted;
        self.unproven += other.unproven;
        self.waiting += other.waiting;
        if let Some(cause) = other.refused {
            self.refused = Some(cause.code().to_owned());
        }
    }
}

/// Whether merging `older` into `newest` changes nothing. What both have dropped of accounts
/// deleted long ago is no difference.
fn is_contained(older: &Contents, mut newest: Contents) -> Result<bool, Failure> {
    let plan = newest.plan_merge(older)?;
    let now = now_millis();
    newest.vault.purge(now);
    let before = newest.content_hash();
    newest.vault = plan.accounts.merged;
    newest.keyring = plan.keyring;
    newest.vault.purge(now);
    Ok(newest.content_hash() == before)
}

#[cfg(test)]
#[path = "rekey_tests.rs"]
mod tests;
