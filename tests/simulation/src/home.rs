//! One browser profile: its disk, its session, and the vault in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use holdfast_backup::digest::Digest;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::name::{DeviceTag, SnapshotName, Tag, VaultTag};
use holdfast_backup::vault::{
    Change, Merge, OpenError, Opened, Sealed, VaultError, VaultInfo, VaultPort,
};
use holdfast_core::vault::{DeviceId, EditContext, Id, Seen};

use crate::executor::wait;
use crate::scene::{Opened as Known, Scene};
use crate::sealed::Contents;

/// A profile. What a copied profile shares with its original is exactly what is cloned here.
#[derive(Clone)]
pub struct Home {
    /// Tells profiles apart; not known to the engine.
    pub uid: u32,
    /// This profile and those it was copied from.
    pub lineage: Vec<u32>,
    /// How far this computer's clock is from the truth, in milliseconds.
    pub clock: i64,
    /// What lies on disk.
    pub disk: Disk,
    /// What the vault holds. On disk too, unless that failed or was damaged.
    pub truth: Contents,
    /// Its digest.
    pub digest: Digest,
    /// The session key is there.
    pub unlocked: bool,
    /// The worker has the vault in memory.
    pub in_memory: bool,
    /// What was edited since the last save that worked.
    pub unsaved: bool,
    /// What the vault held before.
    saved: Option<(Contents, Digest)>,
    /// The engine's last run could not save its journal.
    pub journal_failed: bool,
    known: BTreeMap<Id, ([u8; 32], Change)>,
}

/// What survives the worker and the browser.
#[derive(Clone)]
pub struct Disk {
    /// The engine's documents.
    pub documents: BTreeMap<String, Vec<u8>>,
    /// The vault's tag.
    pub vault: VaultTag,
    /// This installation's tag.
    pub device: DeviceTag,
    /// The newest generation and the one before it.
    pub generations: [Generation; 2],
    /// The newest generation is known to be damaged.
    pub checksum_fails: bool,
    /// Nothing can be written.
    pub full: bool,
    fell_back: Option<u64>,
}

/// One generation of the sealed vault.
#[derive(Clone)]
pub struct Generation {
    /// The sealed bytes.
    pub bytes: Vec<u8>,
    version: u64,
    content: Digest,
    accounts: u32,
    changed_at: u64,
    changes: Vec<Change>,
}

/// A handle on a profile: the engine's clock, memory and vault.
#[derive(Clone)]
pub struct Handle {
    /// The profile.
    pub home: Rc<RefCell<Home>>,
    /// The world.
    pub scene: Scene,
}

impl Home {
    /// A profile with the given vault in it.
    pub fn new(uid: u32, vault: VaultTag, truth: Contents, scene: &Scene) -> Self {
        let nothing = Generation {
            bytes: truth.seal(),
            version: 0,
            content: truth.digest(),
            accounts: 0,
            changed_at: 0,
            changes: Vec::new(),
        };
        let disk = Disk {
            documents: BTreeMap::new(),
            vault,
            device: random_tag(scene),
            generations: [nothing.clone(), nothing],
            checksum_fails: false,
            full: false,
            fell_back: None,
        };
        let mut home = Self {
            uid,
            lineage: vec![uid],
            clock: 0,
            disk,
            digest: truth.digest(),
            truth,
            unlocked: true,
            in_memory: true,
            unsaved: false,
            saved: None,
            journal_failed: false,
            known: BTreeMap::new(),
        };
        home.save(scene, scene.time());
        home
    }

    /// The time by this computer's clock.
    pub fn now(&self, scene: &Scene) -> u64 {
        scene.time().saturating_add_signed(self.clock)
    }

    /// A person edits the vault. Nothing happens while it is locked.
    pub fn edit<T>(
        &mut self,
        scene: &Scene,
        edit: impl FnOnce(&mut Contents, &mut EditContext<'_>) -> T,
    ) -> Option<T> {
        if !self.load(scene) {
            return None;
        }
        if self.disk.full && !self.unsaved {
            self.saved = Some((self.truth.clone(), self.digest));
        }
        let now = self.now(scene);
        let mut clock = self.truth.vault.clock(now);
        let mut context = EditContext {
            now,
            device: device_id(&self.disk.device),
            clock: &mut clock,
            random: &mut |bytes| scene.random(|random| random.fill(bytes)),
        };
        let result = edit(&mut self.truth, &mut context);
        self.save(scene, now);
        Some(result)
    }

    /// What the engine and the status see.
    pub fn info(&self) -> VaultInfo {
        let [newest, _] = &self.disk.generations;
        let unsaved = self.unsaved && self.in_memory;
        VaultInfo {
            tag: self.disk.vault.clone(),
            device: self.disk.device.clone(),
            version: newest.version,
            content: if unsaved { self.digest } else { newest.content },
            accounts: newest.accounts,
            changed_at: newest.changed_at,
            changes: newest.changes.clone(),
            unlocked: self.unlocked,
            saved: !unsaved && !self.journal_failed,
            fell_back: self.disk.fell_back,
        }
    }

    /// The worker is gone, and with it what was only in its memory.
    pub fn forget_memory(&mut self) {
        self.in_memory = false;
        if self.unsaved {
            self.unsaved = false;
            if let Some(saved) = self.saved.take() {
                (self.truth, self.digest) = saved;
            }
        }
    }

    /// Reads the disk as a fresh worker does, and falls back on the older generation if the newer
    /// one is damaged.
    pub fn settle(&mut self, scene: &Scene) {
        if self.disk.checksum_fails && !(self.unlocked && self.in_memory) {
            self.fall_back(scene);
        }
    }

    /// Has the open vault in memory, if the key is at hand.
    fn load(&mut self, scene: &Scene) -> bool {
        if !self.unlocked || self.in_memory {
            return self.unlocked;
        }
        self.settle(scene);
        if scene.open(&self.disk.generations[0].bytes).is_none() {
            self.fall_back(scene);
        }
        self.in_memory = true;
        true
    }

    fn fall_back(&mut self, scene: &Scene) {
        let [newest, older] = &mut self.disk.generations;
        let version = newest.version + 1000;
        *newest = older.clone();
        newest.version = version;
        self.disk.fell_back = Some(version);
        self.disk.checksum_fails = false;
        if let Some(opened) = scene.open(&older.bytes) {
            self.take(&opened);
        }
    }

    fn take(&mut self, opened: &Known) {
        self.truth = opened.contents.clone();
        self.digest = opened.digest;
    }

    /// Writes what is in memory. The change counter moves when the content does.
    fn save(&mut self, scene: &Scene, now: u64) {
        let content = self.truth.digest();
        self.digest = content;
        if self.disk.full {
            self.unsaved |= content != self.disk.generations[0].content;
            return;
        }
        self.unsaved = false;
        let [newest, _] = &self.disk.generations;
        let moved = content != newest.content || newest.version == 0;
        let version = newest.version + u64::from(moved);
        let changed_at = if moved { now } else { newest.changed_at };
        let hashes = self.truth.vault.account_hashes();
        self.known.retain(|id, _| hashes.contains_key(id));
        for (id, hash) in hashes {
            let change = Change { version, at: now };
            let entry = self.known.entry(id).or_insert((hash, change));
            if entry.0 != hash {
                *entry = (hash, change);
            }
        }
        let generation = Generation {
            bytes: self.truth.seal(),
            version,
            content,
            accounts: u32::try_from(self.known.len()).unwrap_or(u32::MAX),
            changed_at,
            changes: self.known.values().map(|(_, change)| *change).collect(),
        };
        self.disk.checksum_fails = false;
        let [newest, older] = &mut self.disk.generations;
        let former = std::mem::replace(newest, generation);
        // A damaged one is overwritten rather than kept.
        if moved && scene.open(&former.bytes).is_some() {
            *older = former;
        }
    }
}

/// The identity that marks a device's edits.
fn device_id(tag: &DeviceTag) -> DeviceId {
    let Digest(hash) = Digest::of(tag.as_str().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    Id::from_bytes(id)
}

/// A random tag.
pub fn random_tag(scene: &Scene) -> Tag {
    Tag::from_random(scene.random(|random| random.next().to_le_bytes()))
}

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
            bytes: newest.bytes.clone(),
            version: newest.version,
            content: newest.content,
            accounts: newest.accounts,
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
        consent: bool,
    ) -> Result<Merge, OpenError> {
        wait().await;
        let theirs = self.opened(bytes)?;
        let mut home = self.home.borrow_mut();
        if home.disk.full {
            return Err(OpenError::Storage);
        }
        if theirs.digest == home.digest {
            return Ok(Merge::Unchanged);
        }
        let changes = home.truth.vault.plan_merge(&theirs.contents.vault).changes;
        if changes.needs_consent() && !consent {
            let removals = u32::try_from(changes.removed.len()).unwrap_or(u32::MAX);
            return Ok(Merge::NeedsConsent { removals });
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
            home.disk.device = random_tag(&self.scene);
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
