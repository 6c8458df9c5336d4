//! Restoring into this profile.

use base64ct::{Base64, Encoding};
use holdfast_backup::name::{SnapshotName, VaultTag};
use holdfast_backup::restore::{fetch, fetch_newest_of_all_devices};
use holdfast_backup::vault::Removals;
use holdfast_core::contents::{Contents, ContentsError};
use holdfast_core::seal::SealError;
use holdfast_core::vault::EditContext;

use super::connections::Connections;
use super::keeper::Keeper;
use super::merge;
use super::reach::{reach, refused};
use crate::message::{Answer, DestinationDraft, Failure, Reply};
use crate::store::generations::Found;
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
        let restored = self.gather(&draft, vault, snapshot, secret).await?;
        let opened = restored.clone();
        self.take(restored).await?;
        self.keeper.note_sheet(&opened, secret).await?;
        // What was restored is backed up to the same place from now on. Should that fail, the
        // accounts are here all the same and the status names the cause.
        let connected = self.connect(draft).await;
        let accounts = self.keeper.writer.read().await?.vault.list().len();
        let missing = connected
            .err()
            .map(|failure| failure.code)
            .into_iter()
            .collect();
        Ok(Reply::Restored { accounts, missing })
    }

    /// Restores from a file, in the same way.
    pub(super) async fn restore_file(&self, base64: &str, secret: &str) -> Answer {
        let bytes = Base64::decode_vec(base64);
        let bytes = bytes.map_err(|_| Failure::of_field("file_unreadable", "file"))?;
        let mut gathered = Gathered::default();
        gathered.take(&self.keeper, &bytes, secret).await;
        let restored = gathered.finish()?;
        let opened = restored.clone();
        self.take(restored).await?;
        self.keeper.note_sheet(&opened, secret).await?;
        let accounts = self.keeper.writer.read().await?.vault.list().len();
        let missing = Vec::new();
        Ok(Reply::Restored { accounts, missing })
    }

    /// Takes what was restored into this profile.
    async fn take(&self, restored: Contents) -> Result<(), Failure> {
        match local::load().await? {
            Found::Vault { .. } => self.merge_restored(restored).await,
            _ => self.keeper.adopt(restored, true).await,
        }
    }

    /// Fetches what is to be restored and opens and merges it on the way.
    async fn gather(
        &self,
        draft: &DestinationDraft,
        vault: &str,
        snapshot: Option<&str>,
        secret: &str,
    ) -> Result<Contents, Failure> {
        let destination = reach(&draft.parse().map_err(Failure::of_form)?)?;
        let mut gathered = Gathered::default();
        match snapshot {
            Some(name) => {
                let name: SnapshotName = name.parse().map_err(|_| gone())?;
                if let Some(bytes) = fetch(&destination, &name).await.map_err(refused)? {
                    gathered.take(&self.keeper, &bytes, secret).await;
                }
            }
            None => {
                let tag: VaultTag = vault.parse().map_err(|_| gone())?;
                let opens = async |_: &SnapshotName, bytes: &[u8]| {
                    gathered.take(&self.keeper, bytes, secret).await
                };
                fetch_newest_of_all_devices(&destination, &tag, opens)
                    .await
                    .map_err(refused)?;
            }
        }
        gathered.finish()
    }

    /// Merges into the vault that is here, if it is the same one.
    async fn merge_restored(&self, restored: Contents) -> Result<(), Failure> {
        self.keeper
            .writer
            .edit(|edit| edit.all(|own, context| take_in(own, &restored, context)))
            .await
    }
}

/// Merges what was restored into the same vault. Somebody who restores wants accounts back: those that
/// the backup knows as deleted stay here, by new edits.
fn take_in(
    own: &mut Contents,
    restored: &Contents,
    context: &mut EditContext<'_>,
) -> Result<(), Failure> {
    if own.keyring.vault() != restored.keyring.vault() {
        return Err(Failure::new("other_vault_here"));
    }
    merge::take(own, restored, Removals::Keep, context).map(drop)
}

/// Opened so far, merged.
#[derive(Default)]
struct Gathered {
    contents: Option<Contents>,
    /// Why the last one that didn't open didn't.
    refused: Option<Failure>,
}

impl Gathered {
    /// Opens a snapshot and merges it; says whether it opened. What one file's keyring knows opens
    /// others without the secret; a file that is damaged doesn't keep the others from being
    /// restored.
    async fn take(&mut self, keeper: &Keeper, bytes: &[u8], secret: &str) -> bool {
        let outcome = self.merge(keeper, bytes, secret).await;
        let opened = outcome.is_ok();
        self.refused = outcome.err().or(self.refused.take());
        opened
    }

    async fn merge(&mut self, keeper: &Keeper, bytes: &[u8], secret: &str) -> Result<(), Failure> {
        let known = self
            .contents
            .as_ref()
            .map(|own| Contents::open(bytes, own.keyring.keys()));
        let opened = match known {
            Some(Err(ContentsError::Seal(SealError::VaultKeyChanged))) | None => {
                keeper.open_with(bytes, secret).await?
            }
            Some(known) => known?,
        };
        match &mut self.contents {
            None => self.contents = Some(opened),
            Some(own) => {
                let plan = own.plan_merge(&opened)?;
                own.vault = plan.accounts.merged;
                own.keyring = plan.keyring;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Contents, Failure> {
        self.contents
            .ok_or_else(|| self.refused.unwrap_or_else(gone))
    }
}

fn gone() -> Failure {
    Failure::new("snapshot_gone")
}

#[cfg(test)]
#[path = "restore_tests.rs"]
mod tests;
