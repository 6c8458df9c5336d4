//! Help for this crate's unit tests: a small honest world of one device.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::cause::Cause;
use crate::destination::{Answer, Destination, Entry, Failure, Listing, Put};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::env::{Env, Memory, MemoryError};
use crate::name::{DeviceTag, SnapshotName};
use crate::policy::DAY;
use crate::vault::{
    Change, Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};

/// A clock that stands still, and chance that counts.
pub(crate) struct Bench {
    pub clock: Cell<u64>,
    chance: Cell<u64>,
}

/// A folder of objects with the time of storing, and everything that was asked of it.
#[derive(Default)]
pub(crate) struct Shelf {
    pub objects: RefCell<BTreeMap<String, (Vec<u8>, u64)>>,
    pub asked: RefCell<Vec<String>>,
    pub clock: Cell<u64>,
    /// Deleting is answered by a request to wait that long.
    pub asks_to_wait: Cell<Option<u64>>,
    /// Nobody answers a list.
    pub unreachable: Cell<bool>,
    /// Nobody answers who asks for an object.
    pub gives_nothing: Cell<bool>,
    /// One answer is cut off, and nobody gives another.
    pub cuts_off: Cell<bool>,
    /// What is listed and not given, with a status of the server's: paths, or what they begin with.
    pub refuses: RefCell<Vec<String>>,
    /// There is no room.
    pub takes_nothing: Cell<bool>,
}

/// Documents.
#[derive(Default)]
pub(crate) struct Notes {
    pub documents: RefCell<BTreeMap<String, Vec<u8>>>,
    /// Nothing can be written.
    pub full: Cell<bool>,
    /// What could not be written when that was tried last.
    pub unsaved: RefCell<Vec<String>>,
}

/// A vault of one text. Its sealed form is the text itself, and as many spaces as the salt
/// says.
pub(crate) struct Text {
    pub info: RefCell<VaultInfo>,
    pub text: RefCell<String>,
    pub salt: Cell<usize>,
}

pub(crate) const START: u64 = 20_000 * DAY;

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            clock: Cell::new(START),
            chance: Cell::new(0),
        }
    }
}

impl Env for Bench {
    fn now_millis(&self) -> u64 {
        self.clock.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.chance.set(self.chance.get() + 1);
        for (byte, random) in bytes.iter_mut().zip(
            Digest::of(&self.chance.get().to_le_bytes())
                .0
                .iter()
                .cycle(),
        ) {
            *byte = *random;
        }
    }
}

impl Memory for Notes {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        Ok(self.documents.borrow().get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        if self.full.get() {
            return Err(MemoryError);
        }
        let bytes = bytes.to_vec();
        self.documents.borrow_mut().insert(key.to_owned(), bytes);
        Ok(())
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>, MemoryError> {
        let documents = self.documents.borrow();
        let keys = documents.keys().filter(|key| key.starts_with(prefix));
        Ok(keys.cloned().collect())
    }

    async fn set_unsaved(&self, key: &str, unsaved: bool) {
        let mut keys = self.unsaved.borrow_mut();
        keys.retain(|other| other != key);
        keys.extend(unsaved.then(|| key.to_owned()));
    }

    async fn is_unsaved(&self, key: &str) -> bool {
        self.unsaved.borrow().iter().any(|other| other == key)
    }
}

impl Shelf {
    fn answer<T>(&self, verb: &str, path: &str, value: T) -> Result<Answer<T>, Failure> {
        self.asked.borrow_mut().push(format!("{verb} {path}"));
        Ok(Answer {
            value,
            server_time: Some(self.clock.get()),
        })
    }
}

impl Destination for Shelf {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        if self.takes_nothing.get() {
            return Err(Failure::new(Cause::StorageFull));
        }
        let mut objects = self.objects.borrow_mut();
        if objects.contains_key(path) {
            return self.answer("put", path, Put::AlreadyThere);
        }
        objects.insert(path.to_owned(), (bytes.to_vec(), self.clock.get()));
        self.answer("put", path, Put::Created)
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        if self.unreachable.get() {
            return Err(Failure::new(Cause::Unreachable));
        }
        let objects = self.objects.borrow();
        let files = objects.iter().filter_map(|(path, (bytes, modified))| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?.to_owned();
            Some(Entry {
                name,
                size: Some(bytes.len() as u64),
                modified: Some(*modified),
            })
        });
        let listing = Listing {
            files: files.collect(),
            ..Listing::default()
        };
        self.answer("list", folder, listing)
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        if self.gives_nothing.get() {
            return Err(Failure::new(Cause::Unreachable));
        }
        if self
            .refuses
            .borrow()
            .iter()
            .any(|refused| path.starts_with(refused))
        {
            return Err(Failure {
                status: Some(503),
                ..Failure::new(Cause::ServerFault)
            });
        }
        let mut found = self
            .objects
            .borrow()
            .get(path)
            .map(|(bytes, _)| bytes.clone());
        if self.cuts_off.take() {
            self.gives_nothing.set(true);
            found = Some(Vec::new());
        }
        self.answer("get", path, found)
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let answer = self.answer("delete", path, ());
        if let Some(wait) = self.asks_to_wait.get() {
            return Err(Failure {
                retry_after: Some(wait),
                ..Failure::new(Cause::AskedToWait)
            });
        }
        self.objects.borrow_mut().remove(path);
        answer
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        self.answer("prepare", "", ())
    }
}

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        let info = VaultInfo {
            tag: "vaultvault".parse().unwrap(),
            device: "device00".parse().unwrap(),
            version: 0,
            content: Digest::of(b""),
            accounts: 1,
            changed_at: 0,
            changes: Vec::new(),
            unlocked: true,
            saved: true,
            fell_back: None,
        };
        let vault = Self {
            info: RefCell::new(info),
            text: RefCell::default(),
            salt: Cell::new(0),
        };
        vault.write(text, START);
        vault
    }

    /// A person changes it.
    pub(crate) fn write(&self, text: &str, at: u64) {
        let mut info = self.info.borrow_mut();
        info.version += 1;
        info.content = Digest::of(text.as_bytes());
        info.changed_at = at;
        let version = info.version;
        info.changes = vec![Change { version, at }];
        *self.text.borrow_mut() = text.to_owned();
    }
}

impl VaultPort for Text {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        Ok(self.info.borrow().clone())
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        let info = self.info.borrow();
        Ok(Sealed {
            bytes: (self.text.borrow().clone() + &" ".repeat(self.salt.get())).into_bytes(),
            version: info.version,
            content: info.content,
            accounts: info.accounts,
        })
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        Ok(())
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        if !self.info.borrow().unlocked {
            return Err(OpenError::Locked);
        }
        Ok(Opened {
            content: Digest::of(bytes.trim_ascii_end()),
            accounts: 1,
        })
    }

    async fn merge(&self, _: &SnapshotName, bytes: &[u8], _: Removals) -> Result<Merge, OpenError> {
        match bytes {
            [0, ..] => Err(OpenError::Damaged),
            _ => Ok(Merge::Unchanged),
        }
    }

    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError> {
        let mut info = self.info.borrow_mut();
        if info.device == *former {
            info.device = "device99".parse().unwrap();
        }
        Ok(())
    }
}

/// An engine over a vault of that text.
pub(crate) fn engine(text: &str) -> Engine<Bench, Notes, Text> {
    Engine::new(Bench::new(), Notes::default(), Text::new(text))
}

impl Engine<Bench, Notes, Text> {
    /// Lets time pass, here and at the server.
    pub(crate) fn let_pass(&self, shelf: &Shelf, millis: u64) {
        self.env.clock.set(self.env.clock.get() + millis);
        shelf.clock.set(self.env.clock.get());
    }
}
