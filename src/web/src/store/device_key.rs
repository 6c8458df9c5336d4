//! The key of the device-local store: AES-256-GCM, made by the browser, not extractable, kept in
//! IndexedDB. Whoever copies the profile has it; whoever only reads a backup has not.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

use crate::browser::indexed_db::Database;
use crate::browser::{BrowserError, to_js};

const DATABASE: &str = "holdfast";
const STORE: &str = "keys";
const NAME: &str = "device";

/// The key.
#[derive(Clone)]
pub struct DeviceKey(CryptoKey);

impl DeviceKey {
    /// Reads the key, or makes one.
    ///
    /// # Errors
    /// When IndexedDB or WebCrypto fail.
    pub async fn load_or_make() -> Result<Self, BrowserError> {
        let database = Database::open(DATABASE, STORE).await?;
        match read(&database).await? {
            Some(key) => Ok(Self(key)),
            None => {
                let made = make().await?;
                // Two pages may have made one each: whatever is stored now is the key.
                let _ = database.add(NAME, &made).await;
                let stored = read(&database).await?;
                stored
                    .map(Self)
                    .ok_or_else(|| BrowserError("IndexedDB did not keep the device key".into()))
            }
        }
    }

    /// Encrypts with a fresh nonce: 12 bytes of nonce, then the ciphertext with its tag.
    ///
    /// # Errors
    /// When WebCrypto fails.
    pub async fn seal(&self, nonce: [u8; 12], plain: &[u8]) -> Result<Vec<u8>, BrowserError> {
        let algorithm = algorithm(&nonce);
        let promise = crypto()
            .subtle()
            .encrypt_with_object_and_u8_array(&algorithm, &self.0, plain)?;
        let sealed = Uint8Array::new(&JsFuture::from(promise).await?).to_vec();
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`DeviceKey::seal`] gave.
    ///
    /// # Errors
    /// When it was sealed with another key, or is damaged.
    pub async fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, BrowserError> {
        let (nonce, sealed) = sealed
            .split_at_checked(12)
            .ok_or_else(|| BrowserError("too short".into()))?;
        let algorithm = algorithm(nonce);
        let promise = crypto()
            .subtle()
            .decrypt_with_object_and_u8_array(&algorithm, &self.0, sealed)?;
        // WebCrypto gives no reason for a failure; its error has an empty message.
        let plain = JsFuture::from(promise)
            .await
            .map_err(|_| BrowserError("damaged or of another profile".into()))?;
        Ok(Uint8Array::new(&plain).to_vec())
    }
}

async fn read(database: &Database) -> Result<Option<CryptoKey>, BrowserError> {
    Ok(database.get(NAME).await?.dyn_into::<CryptoKey>().ok())
}

async fn make() -> Result<CryptoKey, BrowserError> {
    #[derive(serde::Serialize)]
    struct Parameters {
        name: &'static str,
        length: u32,
    }
    let parameters = to_js(&Parameters {
        name: "AES-GCM",
        length: 256,
    })?
    .unchecked_into();
    let usages = ["encrypt", "decrypt"]
        .map(JsValue::from_str)
        .iter()
        .collect::<Array>();
    let promise = crypto()
        .subtle()
        .generate_key_with_object(&parameters, false, &usages)?;
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

fn algorithm(nonce: &[u8]) -> js_sys::Object {
    let parameters = AesGcm::new();
    parameters.set_name("AES-GCM");
    parameters.set_iv(&Uint8Array::from(nonce));
    parameters.unchecked_into()
}

fn crypto() -> Crypto {
    CRYPTO.with(Clone::clone)
}

#[wasm_bindgen]
extern "C" {
    // Pages and workers share it; `web_sys::window` would be absent in a worker.
    #[wasm_bindgen(thread_local_v2, js_name = crypto)]
    static CRYPTO: Crypto;

    /// `AesGcmParams` of WebCrypto.
    #[wasm_bindgen(js_name = Object)]
    type AesGcm;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> AesGcm;
    #[wasm_bindgen(method, setter)]
    fn set_name(this: &AesGcm, name: &str);
    #[wasm_bindgen(method, setter)]
    fn set_iv(this: &AesGcm, iv: &Uint8Array);
}
