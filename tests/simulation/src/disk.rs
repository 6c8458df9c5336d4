//! What survives the worker and the browser.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use holdfast_backup::digest::Digest;
use holdfast_backup::name::{DeviceTag, VaultTag};
use holdfast_backup::policy::Retention;
use holdfast_backup::vault::Change;

use crate::scene::{Opened, Scene};
use crate::sealed::Contents;

/// A profile's disk.
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
    /// This installation may share its tag with another one, or its journal is older than what
    /// it has done.
    pub may_share_tag: bool,
    /// The engine's setting.
    pub retention: Retention,
    /// The version after the newest generation was found to be damaged.
    pub fell_back: Option<u64>,
}

/// One generation of the sealed vault.
#[derive(Clone)]
pub struct Generation {
    /// The vault's version.
    pub version: u64,
    /// Its content.
    pub content: Digest,
    /// When it changed last.
    pub changed_at: u64,
    /// Per account, its last change.
    pub changes: Vec<Change>,
    sealed: Rc<Sealed>,
}

/// Sealing is much of the work in this world, so it is done when the bytes are asked for.
struct Sealed {
    opened: Option<Rc<Opened>>,
    bytes: OnceCell<Vec<u8>>,
}

impl Generation {
    /// A generation that holds these contents of that digest.
    pub fn new(contents: Contents, digest: Digest) -> Self {
        let opened = Rc::new(Opened { contents, digest });
        Self {
            version: 0,
            content: digest,
            changed_at: 0,
            changes: Vec::new(),
            sealed: Rc::new(Sealed {
                opened: Some(opened),
                bytes: OnceCell::new(),
            }),
        }
    }

    /// How many accounts.
    pub fn accounts(&self) -> u32 {
        u32::try_from(self.changes.len()).unwrap_or(u32::MAX)
    }

    /// The sealed bytes.
    pub fn bytes(&self, scene: &Scene) -> &[u8] {
        self.sealed.bytes.get_or_init(|| {
            let opened = self.sealed.opened.as_ref();
            let bytes = opened.map(|opened| opened.contents.seal());
            let bytes = bytes.unwrap_or_default();
            if let Some(opened) = opened {
                scene.remember(&bytes, opened);
            }
            bytes
        })
    }

    /// Opens it as somebody who knows every key.
    pub fn open(&self, scene: &Scene) -> Option<Rc<Opened>> {
        match &self.sealed.opened {
            Some(opened) => Some(Rc::clone(opened)),
            None => scene.open(self.bytes(scene)),
        }
    }

    /// Damages the bytes.
    pub fn damage(&mut self, scene: &Scene, how: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.bytes(scene).to_vec();
        how(&mut bytes);
        self.sealed = Rc::new(Sealed {
            opened: None,
            bytes: OnceCell::from(bytes),
        });
    }
}
