//! Key derivation, in the module of its own that `background.js` hands in.

use holdfast_core::seal::kdf::Params;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::browser::BrowserError;

#[wasm_bindgen]
extern "C" {
    /// `derive(passphrase, salt, memory in KiB, passes, lanes)`, giving a promise of 32 bytes.
    pub type Kdf;
    #[wasm_bindgen(method, js_name = call, catch)]
    async fn call(this: &Kdf, receiver: &JsValue, passphrase: &str, salt: &[u8], memory: u32, time: u32, lanes: u32) -> Result<Uint8Array, JsValue>;
}

impl Kdf {
    /// Derives 32 bytes from a passphrase.
    ///
    /// # Errors
    /// When the module can't be loaded, or the memory can't be had.
    pub async fn derive(&self, passphrase: &str, salt: &[u8], params: &Params) -> Result<Zeroizing<[u8; 32]>, BrowserError> {
        let derived = self.call(&JsValue::UNDEFINED, passphrase, salt, params.memory_kib, params.passes, params.lanes).await?;
        let mut key = Zeroizing::new([0; 32]);
        if derived.length() != 32 {
            return Err(BrowserError("the key derivation gave a key of another length".into()));
        }
        derived.copy_to(key.as_mut_slice());
        Ok(key)
    }
}
