//! The clouds, through a module of their own: who has none connected doesn't load them.

use base64ct::{Base64, Encoding};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::any::Reach;
use holdfast_backup::destination::cloud::CloudConfig;
use holdfast_backup::destination::{Answer, Destination, Failure, Listing, Put};
use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::env::BrowserEnv;
use super::reach::{Browser, PickedFolder};
use super::remote;
use crate::browser::sync::BrowserSyncArea;
use crate::browser::to_js;
use crate::http::Fetch;

#[wasm_bindgen]
extern "C" {
    /// What `background.js` hands in: the verbs of [`CloudsTask`](super::clouds::CloudsTask).
    #[derive(Clone)]
    pub type Clouds;
    #[wasm_bindgen(method, catch)]
    async fn put(
        this: &Clouds,
        config: JsValue,
        path: &str,
        bytes: Uint8Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn list(this: &Clouds, config: JsValue, folder: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn get(this: &Clouds, config: JsValue, path: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn delete(this: &Clouds, config: JsValue, path: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn prepare(this: &Clouds, config: JsValue) -> Result<JsValue, JsValue>;
}

/// This browser, with the clouds at one remove.
pub struct Lean(pub Clouds);

impl Reach for Lean {
    type Http = Fetch;
    type Env = BrowserEnv;
    type Files = PickedFolder;
    type Cloud = RemoteCloud;
    type Sync = BrowserSyncArea;

    fn http(&self) -> Fetch {
        Browser.http()
    }

    fn env(&self) -> BrowserEnv {
        Browser.env()
    }

    fn files(&self, key: &str) -> PickedFolder {
        Browser.files(key)
    }

    fn cloud(&self, config: &CloudConfig) -> RemoteCloud {
        RemoteCloud {
            clouds: self.0.clone(),
            account: config.account.id.clone(),
            config: to_js(config).unwrap_or_default(),
        }
    }

    fn sync(&self) -> BrowserSyncArea {
        Browser.sync()
    }
}

/// One of the clouds.
pub struct RemoteCloud {
    clouds: Clouds,
    account: String,
    config: JsValue,
}

impl Destination for RemoteCloud {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        let bytes = Uint8Array::from(bytes);
        answer(self.clouds.put(self.config.clone(), path, bytes).await)
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        answer(self.clouds.list(self.config.clone(), folder).await)
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let answer: Answer<Option<String>> =
            answer(self.clouds.get(self.config.clone(), path).await)?;
        let value = answer.value.map(|text| Base64::decode_vec(&text));
        Ok(Answer {
            value: value.transpose().map_err(|_| unavailable())?,
            server_time: answer.server_time,
        })
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        answer(self.clouds.delete(self.config.clone(), path).await)
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        answer(self.clouds.prepare(self.config.clone()).await)
    }

    fn account(&self) -> Option<String> {
        Some(self.account.clone())
    }
}

fn answer<T: DeserializeOwned>(answered: Result<JsValue, JsValue>) -> Result<T, Failure> {
    remote::answer(answered, unavailable())
}

/// The module could not be loaded: nothing was asked of the cloud, and later it may be.
fn unavailable() -> Failure {
    Failure::new(Cause::Unreachable)
}
