//! Restoring into this profile.

use base64ct::{Base64, Encoding};
use holdfast_backup::name::{SnapshotName, Tag, VaultTag};
use holdfast_backup::restore::{fetch, fetch_newest, list_vault};
use holdfast_backup::vault::Removals;
use holdfast_core::contents::Contents;
use holdfast_core::vault::{DeviceId, EditContext, EditError, Id};

use super::connections::Connections;
use super::gathered::{Gained, Gathered};
use super::reach::{reach, refused};
use super::{lock, merge, writer};
use crate::browser::clock::now_millis;
use crate::browser::random;
use crate::message::{Answer, DestinationDraft, Failure, Reply, Restored};
use crate::store::generations::Found;
use crate::store::identity::Identity;
use crate::store::local;

impl Connections {
    /// Restores one vault: the merge of what all its devices stored last, or one chosen snapshot.
    ///
    /// Into an empty profile it becomes the vault; over a damaged one too, whose bytes are set
    /// aside; into the same vault it is merged. Another vault that is already here stays: two
    /// vaults are never mixed silently.
    pub(super) async fn restore(
        &self,
        draft: DestinationDraft,
        vault: &str,
        snapshot: Option<&str>,
        secret: &str,
    ) -> Answer {
        let (gathered, missing) = self.gather(&draft, vault, snapshot, secret).await?;
        let restored = self.take(gathered, secret).await?;
        // What was restored is backed up to the same place from now on. Should that fail, the
        // accounts are here all the same and the page names the cause.
        let unconnected = self.connect(draft).await.err();
        Ok(Reply::Restored(Restored {
            missing,
            unconnected,
            ..restored
        }))
    }

    /// Restores from a file, in the same way.
    pub(super) async fn restore_file(&self, base64: &str, secret: &str) -> Answer {
        let bytes = Base64::decode_vec(base64);
        let bytes = bytes.map_err(|_| Failure::of_field("file_unreadable", "file"))?;
        let mut gathered = Gathered::default();
        gathered.take(&self.keeper, &bytes, secret).await;
        Ok(Reply::Restored(self.take(gathered, secret).await?))
    }

    /// Takes what was restored into this profile.
    async fn take(&self, gathered: Gathered, secret: &str) -> Result<Restored, Failure> {
        let gained = gathered.finish()?;
        let opened = gained.contents.clone();
        let kept = match local::load().await? {
            Found::Vault { .. } => {
                let edited = self
                    .keeper
                    .writer
                    .edit(|edit| edit.all(|own, context| take_in(own, &gained, context)));
                edited.await?
            }
            _ => self.adopt(gained).await?,
        };
        self.keeper.note_sheet(&opened, secret).await;
        let accounts = self.keeper.writer.read().await?.vault.list().len();
        Ok(Restored {
            accounts,
            kept,
            ..Restored::default()
        })
    }

    /// Makes it the vault of this profile, a new device.
    async fn adopt(&self, mut gained: Gained) -> Result<usize, Failure> {
        let tag = Tag::from_random(random::array()?);
        let identity = Identity::new(tag, writer::vault_tag(&gained.contents)?);
        let (now, device) = (now_millis(), identity.device_id());
        let mut clock = gained.contents.vault.clock(now);
        writer::with_random(|random| {
            let context = &mut EditContext {
                now,
                device,
                clock: &mut clock,
                random,
            };
            bring_back(&mut gained.contents, &gained.unasked, context)
        })?;
        let key = gained.contents.keyring.current_key().clone();
        let writer = &self.keeper.writer;
        writer.put_first(gained.contents, identity, true).await?;
        lock::unlock(key.expose()).await?;
        Ok(gained.unasked.len())
    }

    /// Fetches what is to be restored and opens and merges it on the way. Also the devices of which a
    /// newer snapshot is missing.
    async fn gather(
        &self,
        draft: &DestinationDraft,
        vault: &str,
        snapshot: Option<&str>,
        secret: &str,
    ) -> Result<(Gathered, Vec<DeviceId>), Failure> {
        let config = draft.parse().map_err(Failure::of_form)?;
        let destination = reach(&config)?;
        let mut gathered = Gathered::default();
        if let Some(name) = snapshot {
            let name: SnapshotName = name.parse().map_err(|_| gone())?;
            if let Some(bytes) = fetch(&destination, &name).await.map_err(refused)? {
                gathered.take(&self.keeper, &bytes, secret).await;
            }
            // The person has chosen an older one, perhaps.
            return Ok((gathered, Vec::new()));
        }
        let tag: VaultTag = vault.parse().map_err(|_| gone())?;
        let found = list_vault(&destination, tag).await.map_err(refused)?;
        let opens =
            async |_: &SnapshotName, bytes: &[u8]| gathered.take(&self.keeper, bytes, secret).await;
        let opened = fetch_newest(&destination, &found, opens).await;
        let opened = opened.map_err(refused)?;
        let missing = match config.is_checkable() {
            true => gathered.missing(&found, &opened),
            // Nobody looks there for what other devices have stored: it tells nothing of it.
            false => Vec::new(),
        };
        Ok((gathered, missing))
    }
}

/// Merges what was restored into the same vault. Somebody who restores wants accounts back: those that
/// the backup knows as deleted stay here, by new edits. How many these are.
fn take_in(
    own: &mut Contents,
    gained: &Gained,
    context: &mut EditContext<'_>,
) -> Result<usize, Failure> {
    let restored = &gained.contents;
    if own.keyring.vault() != restored.keyring.vault() {
        return Err(Failure::new("other_vault_here"));
    }
    // What was deleted here was deleted by whoever restores.
    let mut new = gained.unasked.clone();
    new.retain(|id| !own.vault.accounts.contains_key(id));
    let kept = own.plan_merge(restored)?.accounts.changes.removed.len();
    merge::take(own, restored, Removals::Keep, context)?;
    bring_back(own, &new, context)?;
    Ok(kept + new.len())
}

/// Brings accounts back, which is an edit of each.
fn bring_back(
    contents: &mut Contents,
    accounts: &[Id],
    context: &mut EditContext<'_>,
) -> Result<(), EditError> {
    let mut accounts = accounts.iter();
    accounts.try_for_each(|id| contents.vault.undelete(*id, context))
}

fn gone() -> Failure {
    Failure::new("snapshot_gone")
}

#[cfg(test)]
#[path = "restore_tests.rs"]
mod tests;
