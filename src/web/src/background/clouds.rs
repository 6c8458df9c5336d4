//! The task that speaks to the clouds for the task that runs the engine: loaded when one is connected.

use base64ct::{Base64, Encoding};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::cloud::CloudConfig;
use holdfast_backup::destination::cloud::any::AnyCloud;
use holdfast_backup::destination::{Answer, Destination as _, Failure};
use wasm_bindgen::prelude::*;

use super::handed_over;
use super::session::BrowserSession;
use crate::browser::from_js;

/// The task, as `background.js` holds it. Each verb answers `Result<Answer<…>, Failure>`.
#[wasm_bindgen]
pub struct CloudsTask;

#[wasm_bindgen]
impl CloudsTask {
    /// Starts it.
    pub fn start() -> Self {
        Self
    }

    /// Stores a new object.
    pub async fn put(&self, config: JsValue, path: String, bytes: Vec<u8>) -> JsValue {
        let stored = async { cloud(config)?.put(&path, &bytes).await };
        handed_over(&stored.await)
    }

    /// Lists a folder.
    pub async fn list(&self, config: JsValue, folder: String) -> JsValue {
        let listed = async { cloud(config)?.list(&folder).await };
        handed_over(&listed.await)
    }

    /// Fetches an object, as base64.
    pub async fn get(&self, config: JsValue, path: String) -> JsValue {
        let fetched = async {
            let fetched = cloud(config)?.get(&path).await?;
            let value = fetched.value.map(|bytes| Base64::encode_string(&bytes));
            Ok::<_, Failure>(Answer {
                value,
                server_time: fetched.server_time,
            })
        };
        handed_over(&fetched.await)
    }

    /// Deletes an object.
    pub async fn delete(&self, config: JsValue, path: String) -> JsValue {
        let deleted = async { cloud(config)?.delete(&path).await };
        handed_over(&deleted.await)
    }

    /// Makes the folder.
    pub async fn prepare(&self, config: JsValue) -> JsValue {
        let prepared = async { cloud(config)?.prepare().await };
        handed_over(&prepared.await)
    }
}

fn cloud(config: JsValue) -> Result<AnyCloud<BrowserSession>, Failure> {
    let config: CloudConfig =
        from_js(config).map_err(|_| Failure::new(Cause::NotAStorageServer))?;
    Ok(AnyCloud::new(BrowserSession::default(), &config))
}
