//! Key derivation, in the module of its own that `background.js` hands in.

use holdfast_core::seal::DerivedKey;
use holdfast_core::seal::kdf::KdfParams;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::message::Failure;

#[wasm_bindgen]
extern "C" {
    /// `derive(passphrase, salt, memory in KiB, passes, lanes)`, giving a promise of 32 bytes. It
    /// throws the stable code of an error as a string.
    pub type Kdf;
    #[wasm_bindgen(method, js_name = derive, catch)]
    async fn derive_raw(
        this: &Kdf,
        passphrase: &str,
        salt: &[u8],
        memory: u32,
        passes: u32,
        lanes: u32,
    ) -> Result<JsValue, JsValue>;
}

impl Kdf {
    /// Derives a slot's key from a passphrase.
    ///
    /// # Errors
    /// The code that the module gives; `key_derivation_failed` when the module can't be loaded, or
    /// the memory can't be had.
    pub async fn derive(
        &self,
        passphrase: &str,
        salt: &[u8; 32],
        params: KdfParams,
    ) -> Result<DerivedKey, Failure> {
        let (memory, passes, lanes) = (params.memory_kib(), params.passes(), params.lanes());
        let derived = self
            .derive_raw(passphrase, salt, memory, passes, lanes)
            .await
            .map_err(failure)?;
        let derived: Uint8Array = derived.dyn_into().map_err(failure)?;
        let bytes = Zeroizing::new(derived.to_vec());
        // The copy in JavaScript's memory; the one in the other module goes with its instance.
        derived.fill(0, 0, derived.length());
        DerivedKey::try_from(bytes.as_slice()).map_err(|_| Failure::new("key_derivation_failed"))
    }
}

fn failure(thrown: JsValue) -> Failure {
    match thrown.as_string() {
        Some(code) => Failure::of_field(&code, "passphrase"),
        None => {
            let crate::browser::BrowserError(detail) = thrown.into();
            Failure::new("key_derivation_failed").detailed(detail)
        }
    }
}
