//! A profile as the engine sees it: clock, chance, memory and vault.

use std::collections::BTreeSet;
use std::rc::Rc;

use holdfast_backup::digest::Digest;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::name::{DeviceTag, SnapshotName};
use holdfast_backup::vault::{
    Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};
use holdfast_core::vault::Seen;

use crate::checks;
use crate::executor::wait;
use crate::home::{Handle, device_id, random_tag};
use crate::scene::Opened as Known;

impl Env for Handle {
    fn now_millis(&self) -> u64 {
        self.home.borrow().now(&self.scene)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.scene.random(|random| random.fill(bytes));
    }
}

impl Memory for Handle {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        wait().await;
        Ok(self.home.borrow().disk.documents.get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        wait().await;
        let disk = &mut self.home.borrow_mut().disk;
        if disk.full {
            return Err(MemoryError);
        }
        disk.documents.insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>, MemoryError> {
        wait().await;
        let documents = &self.home.borrow().disk.documents;
        let keys = documents.keys().filter(|key| key.starts_with(prefix));
        Ok(keys.cloned().collect())
    }

    async fn set_unsaved(&self, key: &str, unsaved: bool) {
        let documents = &mut self.home.borrow_mut().unsaved_documents;
        if unsaved {
            documents.insert(key.to_owned());
        } else {
            documents.remove(key);
        }
    }

    async fn is_unsaved(&self, key: &str) -> bool {
        self.home.borrow().unsaved_documents.contains(key)
    }
}

impl VaultPort for Handle {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        let mut home = self.home.borrow_mut();
        home.settle(&self.scene);
        Ok(home.info())
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        wait().await;
        let mut home = self.home.borrow_mut();
        home.settle(&self.scene);
        let [newest, _] = &home.disk.generations;
        if home.disk.checksum_fails {
            return Err(VaultError::Storage);
        }
        Ok(Sealed {
            bytes: newest.bytes(&self.scene).to_vec(),
            version: newest.version,
            content: newest.content,
            accounts: newest.accounts(),
        })
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        wait().await;
        let mut home = self.home.borrow_mut();
        if !home.load(&self.scene) || home.disk.full {
            return Err(VaultError::Storage);
        }
        let now = home.now(&self.scene);
        home.save(&self.scene, now);
        Ok(())
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        wait().await;
        let opened = self.opened(bytes)?;
        let accounts = opened.contents.vault.list().len();
        Ok(Opened {
            content: opened.digest,
            accounts: u32::try_from(accounts).unwrap_or(u32::MAX),
        })
    }

    async fn merge(
        &self,
        name: &SnapshotName,
        bytes: &[u8],
        removals: Removals,
    ) -> Result<Merge, OpenError> {
        wait().await;
        let theirs = self.opened(bytes)?;
        let mut home = self.home.borrow_mut();
        if removals != Removals::Ask {
            checks::agreed(&self.scene, &home, name);
        }
        if home.disk.full {
            return Err(OpenError::Storage);
        }
        if theirs.digest == home.digest {
            return Ok(Merge::Unchanged);
        }
        let changes = home.truth.vault.plan_merge(&theirs.contents.vault).changes;
        let removed = u32::try_from(changes.removed.len()).unwrap_or(u32::MAX);
        if removals.asks(removed, changes.needs_consent()) {
            return Ok(Merge::NeedsConsent { removals: removed });
        }
        let before = home.digest;
        let now = home.now(&self.scene);
        home.truth.merge(&theirs.contents);
        home.truth.vault.purge(now);
        let seen = Seen {
            sequence: name.sequence,
            at: now,
            hash: Digest::of(bytes).0,
            ..Seen::default()
        };
        home.truth
            .vault
            .note_snapshot(device_id(&name.device), seen);
        home.save(&self.scene, now);
        let changed = home.digest != before;
        Ok(if changed {
            Merge::Merged
        } else {
            Merge::Unchanged
        })
    }

    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError> {
        wait().await;
        let mut home = self.home.borrow_mut();
        if home.disk.full {
            return Err(VaultError::Storage);
        }
        if home.disk.device == *former {
            checks::new_identity(&self.scene, &home);
            home.disk.device = random_tag(&self.scene);
            home.disk.may_share_tag = false;
        }
        Ok(())
    }
}

impl Handle {
    fn opened(&self, bytes: &[u8]) -> Result<Rc<Known>, OpenError> {
        let mut home = self.home.borrow_mut();
        if !home.load(&self.scene) {
            return Err(OpenError::Locked);
        }
        let opened = self.scene.open(bytes).ok_or(OpenError::Damaged)?;
        if home.truth.keys.contains(&opened.contents.key()) {
            Ok(opened)
        } else {
            Err(OpenError::KeyChanged)
        }
    }

    /// A person enters the passphrase of that snapshot: its keys are known from now on.
    pub fn learn_keys(&self, keys: &BTreeSet<u32>) {
        let now = self.now_millis();
        let mut home = self.home.borrow_mut();
        if home.load(&self.scene) {
            home.truth.keys.extend(keys);
            home.save(&self.scene, now);
        }
    }
}
