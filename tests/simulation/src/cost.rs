//! What a change costs: requests and bytes, with the real vault, really sealed, over the adapter
//! for WebDAV and an honest server.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use holdfast_backup::destination::config::DestinationId;
use holdfast_backup::destination::webdav::WebDav;
use holdfast_backup::digest::Digest;
use holdfast_backup::engine::{Engine, Trigger};
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use holdfast_backup::name::{DeviceTag, SnapshotName, Tag};
use holdfast_backup::policy::{DAY, MINUTE};
use holdfast_backup::vault::{
    Change, Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};
use holdfast_core::contents::Contents;
use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::seal::{DerivedKey, Keyring, NewPassphrase};
use holdfast_core::vault::{Clock, Duplicates, EditContext, FieldChanges, Id, Vault};

use crate::dav::{Setup, Store, http_date};
use crate::edits::account;
use crate::executor::drive;
use crate::random::Random;
use crate::server::{FOLDER, config};

/// What went over the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// How often each method was sent.
    pub requests: BTreeMap<&'static str, u32>,
    /// Bytes of bodies that were sent.
    pub up: usize,
    /// Bytes of bodies that were received.
    pub down: usize,
}

/// What a vault of some size costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The length of the sealed vault.
    pub sealed: usize,
    /// One account is changed.
    pub change: Traffic,
    /// Nothing was changed, an hour later.
    pub idle: Traffic,
    /// Nothing was changed, a day later.
    pub daily: Traffic,
}

/// Measures with that many accounts.
pub fn measure(accounts: usize) -> Cost {
    let wire = Wire::default();
    let bench = Bench::new(accounts);
    let engine = Engine::new(&bench, &bench, &bench);
    let id = DestinationId(Tag::from_random([7; 8]));
    let destination = WebDav::new(&wire, &config(0));
    let run = |pause: u64| {
        bench.now.set(bench.now.get() + pause);
        wire.now.set(bench.now.get());
        wire.traffic.take();
        let report = drive(engine.run(&id, &destination, Trigger::Due), None);
        assert_eq!(report.and_then(|report| report.failure), None);
        wire.traffic.take()
    };
    run(MINUTE);
    bench.change();
    let change = run(MINUTE);
    let idle = run(61 * MINUTE);
    let daily = run(DAY);
    let sealed = bench.sealed.borrow().len();
    Cost {
        sealed,
        change,
        idle,
        daily,
    }
}

/// A vault with that many accounts.
pub fn vault(accounts: usize, device: u8) -> Vault {
    let mut vault = Vault::default();
    let mut random = Random::new(u64::from(device));
    edit(&mut vault, device, &mut random, |vault, context| {
        let all = (0..accounts as u64).map(account).collect();
        vault.add_all(all, Duplicates::Keep, context);
    });
    vault
}

/// Edits a vault as that device.
pub fn edit(
    vault: &mut Vault,
    device: u8,
    random: &mut Random,
    edit: impl FnOnce(&mut Vault, &mut EditContext<'_>),
) {
    let mut clock = Clock::default();
    let mut context = EditContext {
        now: START,
        device: Id::from_bytes([device; 16]),
        clock: &mut clock,
        random: &mut |bytes| random.fill(bytes),
    };
    edit(vault, &mut context);
}

const START: u64 = 1_780_000_000_000;

/// An honest server, and what goes over the wire to it.
struct Wire {
    store: RefCell<Store>,
    now: Cell<u64>,
    traffic: RefCell<Traffic>,
}

impl Default for Wire {
    fn default() -> Self {
        let mut store = Store::default();
        store.folders.insert(FOLDER.to_owned());
        Self {
            store: RefCell::new(store),
            now: Cell::new(START),
            traffic: RefCell::default(),
        }
    }
}

impl Http for Wire {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let mut store = self.store.borrow_mut();
        let mut response = store.answer(&Setup::default(), self.now.get(), &request);
        let date = http_date(self.now.get());
        response.headers.push(("date".to_owned(), date));
        let mut traffic = self.traffic.borrow_mut();
        *traffic.requests.entry(request.method).or_default() += 1;
        traffic.up += request.body.len();
        traffic.down += response.body.len();
        Ok(response)
    }
}

/// A device with a real vault.
struct Bench {
    now: Cell<u64>,
    random: RefCell<Random>,
    documents: RefCell<BTreeMap<String, Vec<u8>>>,
    contents: RefCell<Contents>,
    sealed: RefCell<Vec<u8>>,
    info: RefCell<VaultInfo>,
}

impl Bench {
    fn new(accounts: usize) -> Self {
        let mut random = Random::new(1);
        let passphrase = NewPassphrase {
            params: KdfParams::DEFAULT,
            salt: [1; 32],
            derived: DerivedKey::from_bytes([2; 32]),
        };
        let keyring = Keyring::create(&passphrase, START, &mut |bytes| random.fill(bytes));
        let contents = Contents {
            vault: vault(accounts, 1),
            keyring: keyring.expect("a keyring"),
        };
        let info = VaultInfo {
            tag: Tag::from_random([1; 8]),
            device: Tag::from_random([2; 8]),
            version: 0,
            content: Digest::of(b""),
            accounts: u32::try_from(accounts).expect("not so many"),
            changed_at: START,
            changes: Vec::new(),
            unlocked: true,
            saved: true,
            fell_back: None,
        };
        let bench = Self {
            now: Cell::new(START),
            random: RefCell::new(random),
            documents: RefCell::default(),
            contents: RefCell::new(contents),
            sealed: RefCell::default(),
            info: RefCell::new(info),
        };
        bench.save();
        bench
    }

    fn change(&self) {
        let mut contents = self.contents.borrow_mut();
        let mut random = self.random.borrow_mut();
        edit(&mut contents.vault, 1, &mut random, |vault, context| {
            let id = vault.list().first().map(|(id, _)| *id);
            let changes = FieldChanges {
                note: Some("changed".to_owned()),
                ..FieldChanges::default()
            };
            let changed = id.map(|id| vault.edit(id, changes, context));
            assert_eq!(changed, Some(Ok(true)));
        });
        drop((contents, random));
        self.save();
    }

    fn save(&self) {
        let mut contents = self.contents.borrow_mut();
        let mut salt = [0; 32];
        self.random.borrow_mut().fill(&mut salt);
        let mut info = self.info.borrow_mut();
        info.version += 1;
        info.content = Digest(contents.content_hash());
        info.changed_at = self.now.get();
        let (version, at) = (info.version, info.changed_at);
        info.changes = vec![Change { version, at }];
        *self.sealed.borrow_mut() = contents.seal(&salt).expect("it fits");
    }
}

impl Env for Bench {
    fn now_millis(&self) -> u64 {
        self.now.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.random.borrow_mut().fill(bytes);
    }
}

impl Memory for Bench {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        Ok(self.documents.borrow().get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        let bytes = bytes.to_vec();
        self.documents.borrow_mut().insert(key.to_owned(), bytes);
        Ok(())
    }
}

impl VaultPort for Bench {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        Ok(self.info.borrow().clone())
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        let info = self.info.borrow();
        Ok(Sealed {
            bytes: self.sealed.borrow().clone(),
            version: info.version,
            content: info.content,
            accounts: info.accounts,
        })
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        Err(VaultError::Storage)
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        let own = self.contents.borrow();
        let opened = Contents::open(bytes, own.keyring.keys());
        let mut opened = opened.map_err(|_| OpenError::Damaged)?;
        let content = opened.content_hash();
        Ok(Opened {
            content: Digest(content),
            accounts: u32::try_from(opened.vault.list().len()).unwrap_or(u32::MAX),
        })
    }

    async fn merge(&self, _: &SnapshotName, _: &[u8], _: Removals) -> Result<Merge, OpenError> {
        Err(OpenError::Damaged)
    }

    async fn renew_device(&self, _: &DeviceTag) -> Result<(), VaultError> {
        Err(VaultError::Storage)
    }
}
