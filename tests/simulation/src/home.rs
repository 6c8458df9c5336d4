//! One browser profile: its disk, its session, and the vault in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use holdfast_backup::digest::Digest;
use holdfast_backup::engine::{Engine, Trigger};
use holdfast_backup::evidence::Evidence;
use holdfast_backup::name::{DeviceTag, SnapshotName, Tag, VaultTag};
use holdfast_backup::policy::Retention;
use holdfast_backup::vault::{Change, VaultInfo};
use holdfast_core::account::{Account, Deletion};
use holdfast_core::vault::{DeviceId, EditContext, Id};

use crate::disk::{Disk, Generation};
use crate::scene::{Opened as Known, Scene};
use crate::sealed::Contents;
use crate::world::SERVERS;

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
    /// The engine's documents that could not be saved when that was tried last. In the browser's
    /// memory.
    pub unsaved_documents: BTreeSet<String>,
    /// The servers, those that are clouds, where something has happened that may cost the sign-in.
    pub may_be_signed_out: BTreeSet<usize>,
    /// The servers that were asked for tokens in the present run.
    pub token_asked: BTreeSet<usize>,
    /// What only one task does at a time, and which are at it.
    pub turns: BTreeSet<String>,
    /// The browser itself is signed in to the clouds.
    pub is_signed_in_to_browser: bool,
    /// Why the engine is running at present; `None` while a person is at work.
    pub trigger: Option<Trigger>,
    /// Per server, until when the engine has to wait, by this computer's clock.
    pub patience: BTreeMap<usize, u64>,
    /// Per server, until when it asked to wait in the present run, by this computer's clock.
    pub asked: BTreeMap<usize, u64>,
    /// The servers that were asked for something in the present run, and when they last were, by
    /// this computer's clock.
    pub contacted: BTreeMap<usize, u64>,
    /// Accounts that are known to be deleted.
    pub graves: BTreeMap<Id, Deletion>,
    /// The snapshots that a person has agreed to merge.
    pub agreed: Vec<SnapshotName>,
    /// What the documents were read as: reading them again is most of the checks' work.
    pub evidence: RefCell<BTreeMap<String, Understood>>,
    known: BTreeMap<Id, (Account, Change)>,
}

/// A document's bytes, and what they say.
type Understood = (Vec<u8>, Rc<Evidence>);

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
        let digest = truth.digest();
        let nothing = Generation::new(truth.clone(), digest);
        let disk = Disk {
            documents: BTreeMap::new(),
            vault,
            device: random_tag(scene),
            generations: [nothing.clone(), nothing],
            checksum_fails: false,
            full: false,
            may_share_tag: false,
            retention: some_retention(scene),
            fell_back: None,
        };
        let mut home = Self {
            uid,
            lineage: vec![uid],
            clock: 0,
            disk,
            digest,
            truth,
            unlocked: true,
            in_memory: true,
            unsaved: false,
            saved: None,
            unsaved_documents: BTreeSet::new(),
            may_be_signed_out: BTreeSet::new(),
            token_asked: BTreeSet::new(),
            turns: BTreeSet::new(),
            is_signed_in_to_browser: scene.random(|random| random.chance(300)),
            trigger: None,
            patience: BTreeMap::new(),
            asked: BTreeMap::new(),
            contacted: BTreeMap::new(),
            graves: BTreeMap::new(),
            agreed: Vec::new(),
            evidence: RefCell::default(),
            known: BTreeMap::new(),
        };
        home.save(scene, scene.time());
        home
    }

    /// The time by this computer's clock.
    pub fn now(&self, scene: &Scene) -> u64 {
        scene.time().saturating_add_signed(self.clock)
    }

    /// Something has happened that may cost every sign-in.
    pub fn doubt_sign_ins(&mut self) {
        self.may_be_signed_out.extend(0..2 * SERVERS);
    }

    /// Sets this computer's clock: what was asked by the old one counts no more.
    pub fn set_clock(&mut self, clock: i64) {
        self.clock = clock;
        self.patience.clear();
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
            accounts: newest.accounts(),
            changed_at: newest.changed_at,
            changes: newest.changes.clone(),
            unlocked: self.unlocked,
            saved: !unsaved,
            fell_back: self.disk.fell_back,
        }
    }

    /// The worker is gone, and with it what was only in its memory.
    pub fn forget_memory(&mut self) {
        self.in_memory = false;
        if self.unsaved {
            self.unsaved = false;
            self.graves.clear();
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
    pub fn load(&mut self, scene: &Scene) -> bool {
        if !self.unlocked || self.in_memory {
            return self.unlocked;
        }
        self.settle(scene);
        if self.disk.generations[0].open(scene).is_none() {
            self.fall_back(scene);
        }
        self.in_memory = true;
        true
    }

    fn fall_back(&mut self, scene: &Scene) {
        let [newest, older] = &mut self.disk.generations;
        let version = newest.version + 1000;
        self.graves.clear();
        *newest = older.clone();
        newest.version = version;
        self.disk.fell_back = Some(version);
        self.disk.may_share_tag = true;
        self.disk.checksum_fails = false;
        if let Some(opened) = older.open(scene) {
            self.take(&opened);
        }
    }

    fn take(&mut self, opened: &Known) {
        self.truth = opened.contents.clone();
        self.digest = opened.digest;
    }

    /// Writes what is in memory. The change counter moves when the content does.
    pub fn save(&mut self, scene: &Scene, now: u64) {
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
        let list = self.truth.vault.list();
        self.known
            .retain(|id, _| self.truth.vault.get(*id).is_some());
        for (id, account) in list {
            let change = Change { version, at: now };
            let known = self.known.get(&id);
            if known.is_none_or(|(known, _)| known != account) {
                self.known.insert(id, (account.clone(), change));
            }
        }
        let mut generation = Generation::new(self.truth.clone(), content);
        generation.version = version;
        generation.changed_at = changed_at;
        generation.changes = self.known.values().map(|(_, change)| *change).collect();
        self.disk.checksum_fails = false;
        let [newest, older] = &mut self.disk.generations;
        let former = std::mem::replace(newest, generation);
        // A damaged one is overwritten rather than kept.
        if moved && former.open(scene).is_some() {
            *older = former;
        }
    }
}

/// The identity that marks a device's edits.
pub fn device_id(tag: &DeviceTag) -> DeviceId {
    let Digest(hash) = Digest::of(tag.as_str().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    Id::from_bytes(id)
}

/// A random tag.
pub fn random_tag(scene: &Scene) -> Tag {
    Tag::from_random(scene.random(|random| random.draw().to_le_bytes()))
}

/// Mostly small, so that in the short life of this world something is pruned.
fn some_retention(scene: &Scene) -> Retention {
    match scene.random(|random| random.below(4)) {
        0 => Retention::default(),
        number => Retention {
            recent: usize::try_from(number).unwrap_or(1),
            days: number - 1,
            months: 0,
        },
    }
}

impl Handle {
    /// The engine of this profile, as a fresh worker makes it.
    pub fn engine(&self) -> Engine<Self, Self, Self> {
        let engine = Engine::new(self.clone(), self.clone(), self.clone());
        engine.retention.set(self.home.borrow().disk.retention);
        engine
    }
}
