//! Restoring into this profile.

use holdfast_backup::destination::webdav::WebDav;
use holdfast_backup::name::{SnapshotName, VaultTag};
use holdfast_backup::restore::{fetch, fetch_newest_of_all_devices};
use holdfast_core::contents::{Contents, ContentsError};
use holdfast_core::seal::SealError;

use super::backups::Backups;
use super::connect::{refused, webdav};
use super::writer;
use crate::browser::clock::now_millis;
use crate::http::Fetch;
use crate::message::{Answer, DestinationDraft, Failure, Reply};
use crate::store::generations::Found;
use crate::store::local;

impl Backups {
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
        let found = local::load().await?;
        let files = self.fetch_files(&draft, vault, snapshot).await?;
        let restored = self.open_all(&files, secret).await?;
        match found {
            Found::Vault { .. } => self.merge_restored(restored).await?,
            Found::Nothing => {
                self.keeper.adopt(restored).await?;
            }
            Found::Damaged => {
                local::set_damaged_aside(now_millis()).await?;
                self.keeper.adopt(restored).await?;
            }
        }
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

    async fn fetch_files(
        &self,
        draft: &DestinationDraft,
        vault: &str,
        snapshot: Option<&str>,
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let config = webdav(draft)?;
        let destination = WebDav::new(Fetch, &config);
        let gone = || Failure::new("snapshot_gone");
        let files = match snapshot {
            Some(name) => {
                let name: SnapshotName = name.parse().map_err(|_| gone())?;
                fetch(&destination, &name)
                    .await
                    .map_err(refused)?
                    .into_iter()
                    .collect()
            }
            None => {
                let tag: VaultTag = vault.parse().map_err(|_| gone())?;
                let named = fetch_newest_of_all_devices(&destination, &tag)
                    .await
                    .map_err(refused)?;
                named
                    .into_iter()
                    .map(|(_, bytes)| bytes)
                    .collect::<Vec<_>>()
            }
        };
        if files.is_empty() {
            Err(gone())
        } else {
            Ok(files)
        }
    }

    /// Opens every file and merges them. What one file's keyring knows opens others without the
    /// secret; a file that is damaged doesn't keep the others from being restored.
    async fn open_all(&self, files: &[Vec<u8>], secret: &str) -> Result<Contents, Failure> {
        let mut merged: Option<Contents> = None;
        let mut refused = None;
        for bytes in files {
            let known = merged
                .as_ref()
                .map(|merged| Contents::open(bytes, merged.keyring.keys()));
            let opened = match known {
                Some(Err(ContentsError::Seal(SealError::VaultKeyChanged))) | None => {
                    self.keeper.open_with(bytes, secret).await
                }
                Some(known) => known.map_err(Failure::from),
            };
            match (opened, &mut merged) {
                (Err(failure), _) => refused = Some(failure),
                (Ok(contents), None) => merged = Some(contents),
                (Ok(contents), Some(merged)) => {
                    let plan = merged.plan_merge(&contents)?;
                    merged.vault = plan.accounts.merged;
                    merged.keyring = plan.keyring;
                }
            }
        }
        merged.ok_or_else(|| refused.unwrap_or_else(|| Failure::new("snapshot_gone")))
    }

    /// Merges into the vault that is here, if it is the same one.
    async fn merge_restored(&self, restored: Contents) -> Result<(), Failure> {
        let own = self.keeper.writer.identity().await?.vault;
        if own != writer::vault_tag(&restored)? {
            return Err(Failure::new("other_vault_here"));
        }
        self.keeper
            .writer
            .edit(|edit| {
                let plan = edit.contents.plan_merge(&restored)?;
                edit.contents.vault = plan.accounts.merged;
                edit.contents.keyring = plan.keyring;
                Ok(())
            })
            .await
    }
}
