//! A device without a browser: the real engine over a real, sealed vault, with the machine's own
//! network and disk.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use data_encoding::HEXLOWER;
use holdfast_backup::digest::Digest;
use holdfast_backup::engine::Engine;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use holdfast_backup::name::{DeviceTag, SnapshotName, Tag};
use holdfast_backup::vault::{
    Change, Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};
use holdfast_core::contents::Contents;
use holdfast_core::otpauth;
use holdfast_core::seal::kdf::{KdfParams, derive};
use holdfast_core::seal::{Keyring, NewPassphrase};
use holdfast_core::vault::{Duplicates, EditContext, Id, Vault};

/// The engine of such a device.
pub type NativeEngine = Engine<Device, Device, Device>;

/// A device. Clones are the same device.
#[derive(Clone)]
pub struct Device(Rc<Inner>);

struct Inner {
    contents: RefCell<Contents>,
    sealed: RefCell<Vec<u8>>,
    version: Cell<u64>,
    changes: RefCell<Vec<Change>>,
    changed_at: Cell<u64>,
    tag: RefCell<DeviceTag>,
    documents: RefCell<BTreeMap<String, Vec<u8>>>,
    /// How far this computer's clock is from the truth, in milliseconds.
    skew: Cell<i64>,
}

impl Device {
    /// A device with a new vault without accounts.
    pub fn new() -> Result<Self> {
        let salt = random();
        let params = KdfParams::FLOOR;
        let derived = derive("four words that nobody uses", params, &salt);
        let passphrase = NewPassphrase {
            params,
            salt,
            derived: derived.map_err(|error| anyhow!("{error}"))?,
        };
        let keyring = Keyring::create(&passphrase, 1, &mut fill);
        let contents = Contents {
            vault: Vault::default(),
            keyring: keyring.map_err(|error| anyhow!("{error}"))?,
        };
        let device = Self(Rc::new(Inner {
            contents: RefCell::new(contents),
            sealed: RefCell::default(),
            version: Cell::new(0),
            changes: RefCell::default(),
            changed_at: Cell::new(0),
            tag: RefCell::new(Tag::from_random(random())),
            documents: RefCell::default(),
            skew: Cell::new(0),
        }));
        device.seal()?;
        Ok(device)
    }

    /// Its engine.
    pub fn engine(&self) -> NativeEngine {
        Engine::new(self.clone(), self.clone(), self.clone())
    }

    /// Sets its clock wrong by so many milliseconds.
    pub fn set_skew(&self, millis: i64) {
        self.0.skew.set(millis);
    }

    /// Adds an account of that name.
    pub fn add_account(&self, name: &str) -> Result<()> {
        self.add_accounts(&[name.to_owned()])
    }

    /// Adds an account of each of these names, by one change.
    pub fn add_accounts(&self, names: &[String]) -> Result<()> {
        let parse = |name: &String| {
            let uri = format!("otpauth://totp/{name}:jane?secret=MFRGGZDFMZTWQ2LK&issuer={name}");
            otpauth::parse(&uri).map_err(|error| anyhow!("{error}"))
        };
        let accounts = names.iter().map(parse).collect::<Result<Vec<_>>>()?;
        let now = self.now_millis();
        {
            let mut contents = self.0.contents.borrow_mut();
            let mut clock = contents.vault.clock(now);
            let mut context = EditContext {
                now,
                device: Id::from_bytes([1; 16]),
                clock: &mut clock,
                random: &mut fill,
            };
            let added = contents
                .vault
                .add_all(accounts, Duplicates::Keep, &mut context);
            for added in added {
                added.map_err(|error| anyhow!("{error}"))?;
            }
        }
        let version = self.0.version.get() + 1;
        let change = Change { version, at: now };
        let changes = names.iter().map(|_| change);
        self.0.changes.borrow_mut().extend(changes);
        self.0.changed_at.set(now);
        self.seal()
    }

    /// The names of the accounts in sealed bytes, as this device opens them.
    pub fn accounts_in(&self, bytes: &[u8]) -> Result<Vec<String>> {
        let own = self.0.contents.borrow();
        let opened = Contents::open(bytes, own.keyring.keys());
        let opened = opened.map_err(|error| anyhow!("{error}"))?;
        let accounts = opened.vault.list();
        Ok(accounts
            .into_iter()
            .map(|(_, account)| account.issuer.value.clone())
            .collect())
    }

    fn seal(&self) -> Result<()> {
        let sealed = self.0.contents.borrow_mut().seal(&random());
        self.0
            .sealed
            .replace(sealed.map_err(|error| anyhow!("{error}"))?);
        self.0.version.set(self.0.version.get() + 1);
        Ok(())
    }

    fn content(&self) -> Digest {
        Digest(self.0.contents.borrow_mut().content_hash())
    }

    fn accounts(&self) -> u32 {
        u32::try_from(self.0.contents.borrow().vault.list().len()).unwrap_or(u32::MAX)
    }
}

impl Env for Device {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test's own computer has a clock"
    )]
    fn now_millis(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let millis = u64::try_from(since.as_millis()).unwrap_or_default();
        millis.saturating_add_signed(self.0.skew.get())
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        fill(bytes);
    }
}

impl Memory for Device {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        Ok(self.0.documents.borrow().get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        let mut documents = self.0.documents.borrow_mut();
        documents.insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }
}

impl VaultPort for Device {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        let vault = HEXLOWER.encode(&self.0.contents.borrow().keyring.vault().0);
        Ok(VaultInfo {
            tag: vault.parse().map_err(|_| VaultError::Storage)?,
            device: self.0.tag.borrow().clone(),
            version: self.0.version.get(),
            content: self.content(),
            accounts: self.accounts(),
            changed_at: self.0.changed_at.get(),
            changes: self.0.changes.borrow().clone(),
            unlocked: true,
            saved: true,
            fell_back: None,
        })
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        Ok(Sealed {
            bytes: self.0.sealed.borrow().clone(),
            version: self.0.version.get(),
            content: self.content(),
            accounts: self.accounts(),
        })
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        let sealed = self.0.contents.borrow_mut().seal(&random());
        self.0
            .sealed
            .replace(sealed.map_err(|_| VaultError::Storage)?);
        Ok(())
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        let own = self.0.contents.borrow();
        let mut opened =
            Contents::open(bytes, own.keyring.keys()).map_err(|_| OpenError::Damaged)?;
        Ok(Opened {
            content: Digest(opened.content_hash()),
            accounts: u32::try_from(opened.vault.list().len()).unwrap_or(u32::MAX),
        })
    }

    async fn merge(&self, _: &SnapshotName, _: &[u8], _: Removals) -> Result<Merge, OpenError> {
        // Each test has one device: whatever else lies there is a stranger's.
        Err(OpenError::KeyChanged)
    }

    async fn renew_device(&self, former: &DeviceTag) -> Result<(), VaultError> {
        let mut tag = self.0.tag.borrow_mut();
        if *tag == *former {
            *tag = Tag::from_random(random());
        }
        Ok(())
    }
}

/// Sends requests over the machine's own network, as the browser's fetch does: no redirect is
/// followed.
#[derive(Clone)]
pub struct Network(reqwest::Client);

impl Network {
    /// One that waits so long for an answer.
    pub fn new(patience: Duration) -> Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(patience)
            .no_proxy()
            // A bucket in a host name, as browsers resolve it (RFC 6761, section 6.3).
            .resolve("backups.localhost", ([127, 0, 0, 1], 0).into())
            .build();
        Ok(Self(client.context("no HTTP client")?))
    }
}

impl Http for Network {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes());
        let method = method.map_err(|_| NetError::Unreachable)?;
        let mut sent = self.0.request(method, &request.url).body(request.body);
        for (name, value) in request.headers {
            sent = sent.header(name, value);
        }
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => NetError::Timeout,
            false => NetError::Unreachable,
        };
        let response = sent.send().await.map_err(failed)?;
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), value.into_owned())
            })
            .collect();
        Ok(HttpResponse {
            status: response.status().as_u16(),
            headers,
            body: response.bytes().await.map_err(failed)?.to_vec(),
        })
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

fn fill(bytes: &mut [u8]) {
    // Names and keys that last as long as a test.
    let _ = getrandom::fill(bytes);
}
