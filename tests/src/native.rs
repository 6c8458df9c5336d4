//! The backup engine without a browser: a device with a clock, a memory and a vault of its own,
//! that speaks HTTP to real servers and can die at any `await`.

mod login;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use anyhow::Result;
use holdfast_backup::destination::cloud::session::SessionPort;
use holdfast_backup::destination::cloud::{Account, CloudConfig, Provider};
use holdfast_backup::digest::Digest;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use holdfast_backup::name::{DeviceTag, SnapshotName, Tag};
use holdfast_backup::secret::Secret;
use holdfast_backup::vault::{
    Merge, OpenError, Opened, Removals, Sealed, VaultError, VaultInfo, VaultPort,
};

use crate::servers::clouds::{Cloud, Clouds, NATIVE_REDIRECT};
pub use login::{Who, access_token, follow, press, sign_in, sign_in_as};

/// A device. Cheap to clone: all clones are the same device.
#[derive(Clone)]
pub struct Device(Rc<Inner>);

struct Inner {
    /// How far its clock is ahead.
    ahead: Cell<u64>,
    chance: Cell<u64>,
    documents: RefCell<BTreeMap<String, Vec<u8>>>,
    vault: RefCell<Vault>,
    client: reqwest::Client,
    /// Every exchange so far.
    exchanges: RefCell<Vec<Exchange>>,
    browser: RefCell<login::Cookies>,
    /// One destination per device here, so one turn for all.
    turns: std::sync::Arc<tokio::sync::Mutex<()>>,
    unreachable: Cell<bool>,
}

struct Vault {
    tag: Tag,
    device: DeviceTag,
    version: u64,
    bytes: Vec<u8>,
}

/// A request and what came of it.
#[derive(Clone)]
pub struct Exchange {
    /// The request.
    pub request: HttpRequest,
    /// The response, if one came.
    pub response: Option<HttpResponse>,
    /// It went to an address that was handed out.
    pub anywhere: bool,
}

/// Shows no token: those are in headers and bodies of requests.
impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let response = self.response.as_ref();
        let body = response.map(|response| String::from_utf8_lossy(&response.body));
        write!(
            f,
            "{} {} → {:?} {}",
            self.request.method,
            self.request.url,
            response.map(|response| response.status),
            body.unwrap_or_default()
        )
    }
}

/// What every sealed vault here begins with; the rest is the content.
const MARK: &[u8] = b"SEALED:";

/// How a stored refresh token begins.
pub const REFRESH: &str = "\"refresh\":\"";

/// A sealed vault of a version that is newer than this one.
pub const NEWER: &[u8] = b"SEALED ANEW:";

impl Device {
    /// A device with a vault; `seed` decides its tags and everything by chance.
    pub fn new(seed: u64) -> Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let device = Self(Rc::new(Inner {
            ahead: Cell::new(0),
            chance: Cell::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            documents: RefCell::default(),
            vault: RefCell::new(Vault {
                tag: Tag::from_random(*b"onevault"),
                device: Tag::from_random(seed.to_be_bytes()),
                version: 0,
                bytes: Vec::new(),
            }),
            client,
            exchanges: RefCell::default(),
            browser: RefCell::default(),
            turns: Default::default(),
            unreachable: Cell::new(false),
        }));
        device.change(200);
        Ok(device)
    }

    /// Puts other content of so many bytes into the vault.
    pub fn change(&self, length: usize) {
        let mut bytes = MARK.to_vec();
        while bytes.len() < MARK.len() + length {
            bytes.extend(self.random().to_le_bytes());
        }
        let mut vault = self.0.vault.borrow_mut();
        vault.version += 1;
        vault.bytes = bytes;
    }

    /// The sealed vault.
    pub fn sealed_bytes(&self) -> Vec<u8> {
        self.0.vault.borrow().bytes.clone()
    }

    /// Lets time pass.
    pub fn pass(&self, millis: u64) {
        self.0.ahead.set(self.0.ahead.get() + millis);
    }

    /// The network of this device is gone, or there again.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.0.unreachable.set(unreachable);
    }

    /// What was said so far; begins anew.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        self.0.exchanges.take()
    }

    /// Whether any stored document holds this text.
    pub fn remembers(&self, text: &str) -> bool {
        let documents = self.0.documents.borrow();
        documents.values().any(|bytes| {
            let stored = String::from_utf8_lossy(bytes);
            stored.contains(text)
        })
    }

    /// A number by chance.
    pub fn random(&self) -> u64 {
        // xorshift64*: enough to play with, and the same for the same seed.
        let mut state = self.0.chance.get();
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        self.0.chance.set(state);
        state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    async fn exchange(
        &self,
        request: HttpRequest,
        anywhere: bool,
    ) -> Result<HttpResponse, NetError> {
        let response = if self.0.unreachable.get() {
            Err(NetError::Offline)
        } else {
            let sent = self.transmit(&request).await;
            sent.map_err(|_| NetError::Unreachable)
        };
        self.0.exchanges.borrow_mut().push(Exchange {
            request,
            response: response.as_ref().ok().cloned(),
            anywhere,
        });
        response
    }

    async fn transmit(&self, request: &HttpRequest) -> Result<HttpResponse> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())?;
        let mut builder = self.0.client.request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let response = builder.body(request.body.clone()).send().await?;
        let headers = response.headers().iter();
        Ok(HttpResponse {
            status: response.status().as_u16(),
            headers: headers
                .map(|(name, value)| {
                    (
                        name.to_string(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            body: response.bytes().await?.to_vec(),
        })
    }

    fn opened(bytes: &[u8]) -> Result<Digest, OpenError> {
        match bytes.starts_with(NEWER) {
            true => Err(OpenError::NewerFormat),
            false => Self::content(bytes).ok_or(OpenError::Damaged),
        }
    }

    fn content(bytes: &[u8]) -> Option<Digest> {
        Some(Digest::of(bytes.strip_prefix(MARK)?))
    }
}

/// Where the services are, and the application that signs in.
pub fn config(clouds: &Clouds, cloud: Cloud) -> CloudConfig {
    let base = clouds.url();
    CloudConfig {
        provider: match cloud {
            Cloud::OneDrive => Provider::OneDrive,
            Cloud::GoogleDrive => Provider::GoogleDrive,
            Cloud::Dropbox => Provider::Dropbox,
        },
        visible: false,
        client_id: "holdfast".into(),
        client_secret: (cloud == Cloud::GoogleDrive).then(|| Secret::new("hardly-one".into())),
        login: Some(match cloud {
            Cloud::OneDrive => format!("{base}common/"),
            _ => base.clone(),
        }),
        api: Some(base),
        account: Account::default(),
    }
}

/// Runs something that is cut off when it has waited so many times: what a browser does to a
/// worker.
pub async fn mortal<T>(future: impl Future<Output = T>, waits: Option<u64>) -> Option<T> {
    let mut future = pin!(future);
    let mut waited = 0;
    std::future::poll_fn(move |context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if waits == Some(waited) => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

impl Env for Device {
    fn now_millis(&self) -> u64 {
        now() + self.0.ahead.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.random().to_le_bytes();
            chunk.copy_from_slice(random.get(..chunk.len()).unwrap_or_default());
        }
    }
}

impl Memory for Device {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        tokio::task::yield_now().await;
        Ok(self.0.documents.borrow().get(key).cloned())
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        tokio::task::yield_now().await;
        let mut documents = self.0.documents.borrow_mut();
        documents.insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }
}

impl Http for Device {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.exchange(request, false).await
    }

    async fn send_anywhere(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.exchange(request, true).await
    }
}

impl SessionPort for Device {
    type Turn = tokio::sync::OwnedMutexGuard<()>;

    async fn turn(&self, _: &str) -> Self::Turn {
        std::sync::Arc::clone(&self.0.turns).lock_owned().await
    }

    fn redirect(&self, _: Provider) -> String {
        NATIVE_REDIRECT.to_owned()
    }

    async fn authorize_silently(&self, url: &str) -> Option<String> {
        let cookies = self.0.browser.borrow().clone();
        let (address, cookies) = follow(cookies, url, None).await.ok()?;
        *self.0.browser.borrow_mut() = cookies;
        address
    }
}

impl VaultPort for Device {
    async fn info(&self) -> Result<VaultInfo, VaultError> {
        let vault = self.0.vault.borrow();
        Ok(VaultInfo {
            tag: vault.tag.clone(),
            device: vault.device.clone(),
            version: vault.version,
            content: Self::content(&vault.bytes).ok_or(VaultError::Storage)?,
            accounts: 1,
            changed_at: self.now_millis().saturating_sub(60_000),
            changes: Vec::new(),
            unlocked: true,
            saved: true,
            fell_back: None,
        })
    }

    async fn sealed(&self) -> Result<Sealed, VaultError> {
        tokio::task::yield_now().await;
        let vault = self.0.vault.borrow();
        Ok(Sealed {
            bytes: vault.bytes.clone(),
            version: vault.version,
            content: Self::content(&vault.bytes).ok_or(VaultError::Storage)?,
            accounts: 1,
        })
    }

    async fn reseal(&self) -> Result<(), VaultError> {
        Ok(())
    }

    async fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        let content = Self::opened(bytes)?;
        Ok(Opened {
            content,
            accounts: 1,
        })
    }

    async fn merge(&self, _: &SnapshotName, bytes: &[u8], _: Removals) -> Result<Merge, OpenError> {
        Self::opened(bytes).map(|_| Merge::Unchanged)
    }

    async fn renew_device(&self, _: &DeviceTag) -> Result<(), VaultError> {
        let random = self.random().to_be_bytes();
        self.0.vault.borrow_mut().device = Tag::from_random(random);
        Ok(())
    }
}

/// This computer's clock, in milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "a test on a real computer has a real clock"
)]
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
