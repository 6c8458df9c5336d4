//! What staying signed in to a cloud needs of this browser.

use std::cell::OnceCell;

use holdfast_backup::destination::cloud::Provider;
use holdfast_backup::destination::cloud::session::SessionPort;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};

use super::env::BrowserEnv;
use crate::browser::identity;
use crate::browser::turn::Turn;
use crate::http::Fetch;
use crate::store::device::DeviceStore;

/// The device-local store, fetch, and the browser's sign-in windows.
#[derive(Default)]
pub struct BrowserSession {
    store: OnceCell<DeviceStore>,
}

impl BrowserSession {
    async fn store(&self) -> Result<&DeviceStore, MemoryError> {
        if self.store.get().is_none() {
            let opened = DeviceStore::open().await.map_err(|_| MemoryError)?;
            // Opened twice at once: either will do.
            let _ = self.store.set(opened);
        }
        self.store.get().ok_or(MemoryError)
    }
}

impl Env for BrowserSession {
    fn now_millis(&self) -> u64 {
        BrowserEnv.now_millis()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        BrowserEnv.fill_random(bytes);
    }
}

impl Memory for BrowserSession {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        self.store().await?.load(key).await
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        self.store().await?.save(key, bytes).await
    }
}

impl Http for BrowserSession {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        Fetch.send(request).await
    }

    async fn send_anywhere(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        Fetch.send_anywhere(request).await
    }
}

impl SessionPort for BrowserSession {
    // A browser that refuses locks has only this one worker all the same.
    type Turn = Option<Turn>;

    async fn turn(&self, name: &str) -> Option<Turn> {
        Turn::take(name).await.ok()
    }

    fn redirect(&self, provider: Provider) -> String {
        identity::redirect(provider)
    }

    async fn authorize_silently(&self, url: &str) -> Option<String> {
        identity::authorize_silently(url).await.ok()
    }
}
