//! Passkeys: the browser's side, as `passkeys.js` offers it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::browser::{from_js, to_js};
use crate::message::Failure;
use crate::store::keys::Passkey;

/// What using a passkey gave.
#[derive(Clone, Deserialize)]
pub struct Used {
    /// The slot that it opens.
    pub slot: holdfast_core::seal::SlotId,
    /// The PRF's 32 bytes, base64.
    pub output: String,
}

#[wasm_bindgen]
extern "C" {
    /// The exports of `passkeys.js`, handed in by the page's entry script.
    #[derive(Clone)]
    pub type Passkeys;
    #[wasm_bindgen(method, catch, js_name = open)]
    async fn open_raw(this: &Passkeys, known: JsValue) -> Result<JsValue, JsValue>;
}

impl Passkeys {
    /// Lets the person use one of the passkeys.
    ///
    /// # Errors
    /// `passkey_cancelled`, `passkey_no_prf`, `passkey_unavailable`.
    pub async fn open(&self, known: &[Passkey]) -> Result<Used, Failure> {
        read(self.open_raw(to_js::<[Passkey]>(known)?).await)
    }
}

/// What `passkeys.js` gives, or the code that it throws.
pub(super) fn read<T: DeserializeOwned>(outcome: Result<JsValue, JsValue>) -> Result<T, Failure> {
    let unavailable = || "passkey_unavailable".to_owned();
    match outcome {
        Ok(value) => from_js(value).map_err(|_| Failure::new(&unavailable())),
        Err(thrown) => Err(Failure::new(
            &thrown.as_string().unwrap_or_else(unavailable),
        )),
    }
}
