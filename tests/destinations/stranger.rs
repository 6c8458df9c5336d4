//! A device that is signed in to no cloud.

use holdfast_backup::destination::cloud::Provider;
use holdfast_backup::destination::cloud::session::SessionPort;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use holdfast_tests::device::{Device, Network};

/// Signed in nowhere: clouds have tests of their own.
pub struct Stranger {
    /// Its network.
    pub network: Network,
    /// The device.
    pub device: Device,
}

impl Env for Stranger {
    fn now_millis(&self) -> u64 {
        self.device.now_millis()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.device.fill_random(bytes);
    }
}

impl Memory for Stranger {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        self.device.load(key).await
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        self.device.save(key, bytes).await
    }
}

impl Http for Stranger {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.network.send(request).await
    }
}

impl SessionPort for Stranger {
    type Turn = ();

    async fn turn(&self, _: &str) {}

    fn redirect(&self, _: Provider) -> String {
        String::new()
    }

    async fn authorize_silently(&self, _: &str) -> Option<String> {
        None
    }
}
