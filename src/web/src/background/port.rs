//! The vault as the backup engine sees it, by whoever opens and merges it.

use std::rc::Rc;

use holdfast_backup::digest::Digest;
use holdfast_backup::name::{DeviceTag, SnapshotName, Tag};
use holdfast_backup::vault::{
    Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};
use holdfast_core::contents::{Contents, ContentsError};
use holdfast_core::seal::SealError;
use holdfast_core::vault::{PayloadError, Seen};

use super::merge;
use super::writer::{self, Writer};
use crate::browser::{clock, random};
use crate::message::Failure;
use crate::store::identity::device_id;
use crate::store::vault;

/// The writer's vault.
#[derive(Clone)]
pub struct Port(pub Rc<Writer>);

impl VaultPort for Port {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        vault::info(&self.0.store).await
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        vault::sealed(&self.0.store).await
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        self.0.reseal().await.map_err(vault_error)
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        let mut contents = self.open_contents(bytes).await?;
        let content = writer::digest(&mut contents).map_err(|_| OpenError::Damaged)?;
        let accounts = u32::try_from(contents.vault.list().len()).unwrap_or(u32::MAX);
        Ok(Opened { content, accounts })
    }

    async fn merge(
        &self,
        name: &SnapshotName,
        bytes: &[u8],
        removals: Removals,
    ) -> Result<Merge, OpenError> {
        let theirs = self.open_contents(bytes).await?;
        let vouched = Seen {
            sequence: name.sequence,
            at: clock::now_millis(),
            hash: Digest::of(bytes).0,
            unknown: Default::default(),
        };
        let device = device_id(&name.device);
        let outcome = self.0.edit(|edit| {
            let before = edit.contents.content_hash();
            let asked = edit.all(|own, context| merge::take(own, &theirs, removals, context))?;
            if let Some(removals) = asked {
                return Ok(Merge::NeedsConsent { removals });
            }
            edit.contents.vault.purge(edit.now);
            let changed = edit.contents.content_hash() != before;
            let seen = &mut edit.contents.vault.seen;
            if seen
                .get(&device)
                .is_none_or(|known| known.sequence < vouched.sequence)
            {
                seen.insert(device, vouched);
            }
            Ok(if changed {
                Merge::Merged
            } else {
                Merge::Unchanged
            })
        });
        outcome
            .await
            .map_err(|failure: Failure| match failure.code.as_str() {
                "vault_locked" => OpenError::Locked,
                "could_not_save_here"
                | "browser_failed"
                | "no_vault"
                | "vault_damaged"
                | "vault_newer" => OpenError::Storage,
                _ => OpenError::Damaged,
            })
    }

    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError> {
        let tag = random::array().map_err(|_| VaultError::Storage)?;
        self.0
            .renew_device(former, Tag::from_random(tag))
            .await
            .map_err(vault_error)
    }
}

impl Port {
    /// Opens a snapshot with the keys that the open vault knows.
    async fn open_contents(&self, bytes: &[u8]) -> Result<Contents, OpenError> {
        let own = self
            .0
            .read()
            .await
            .map_err(|failure| match failure.code.as_str() {
                // The session may hold a key that was replaced just before a worker died.
                "vault_locked" | "vault_key_changed" => OpenError::Locked,
                _ => OpenError::Storage,
            })?;
        Contents::open(bytes, own.keyring.keys()).map_err(|error| match error {
            ContentsError::Seal(SealError::VaultKeyChanged) => OpenError::KeyChanged,
            ContentsError::Seal(SealError::NewerFormat { .. })
            | ContentsError::Payload(PayloadError::NewerFormat) => OpenError::NewerFormat,
            _ => OpenError::Damaged,
        })
    }
}

fn vault_error(failure: Failure) -> VaultError {
    if failure.code == "no_vault" {
        VaultError::None
    } else {
        VaultError::Storage
    }
}
