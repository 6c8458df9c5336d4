//! Key derivation as a WebAssembly module of its own: budget 60 KB.
//!
//! Argon2id takes 64 MiB, and WebAssembly memory never shrinks. The background instantiates this
//! module for one derivation and drops the instance, and with it the memory and every copy of the
//! passphrase that the bindings made. Built without SIMD: what the compiler vectorises by itself
//! runs slower in Chromium.

use holdfast_core::Coded;
use holdfast_core::seal::kdf::{self, KdfParams};
use js_sys::JsString;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

/// Derives a slot's 32-byte key from the passphrase: NFC, which the browser does, then Argon2id
/// with `memory` in KiB.
///
/// Throws the error's code as a string: `passphrase_empty`, `passphrase_too_long`,
/// `kdf_too_weak`, `kdf_too_costly`, or `field_invalid` for a salt that is not 32 bytes long.
#[wasm_bindgen]
pub fn derive(
    passphrase: &JsString,
    salt: &[u8],
    memory: u32,
    passes: u32,
    lanes: u32,
) -> Result<Vec<u8>, String> {
    let normalised = Zeroizing::new(String::from(passphrase.normalize("NFC")));
    derive_normalised(&normalised, salt, memory, passes, lanes)
}

fn derive_normalised(
    passphrase: &str,
    salt: &[u8],
    memory: u32,
    passes: u32,
    lanes: u32,
) -> Result<Vec<u8>, String> {
    let salt = salt.try_into().map_err(|_| "field_invalid")?;
    KdfParams::new(memory, passes, lanes)
        .and_then(|params| kdf::derive_normalised(passphrase, params, salt))
        .map(|key| key.expose().to_vec())
        .map_err(|error| error.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_the_core_gives_or_its_code() {
        let core = kdf::derive_normalised("correct horse", KdfParams::FLOOR, &[7; 32]).unwrap();
        let derive = |passphrase: &str, salt: &[u8], memory| {
            derive_normalised(passphrase, salt, memory, 2, 1)
        };
        assert_eq!(
            derive("correct horse", &[7; 32], 19_456),
            Ok(core.expose().to_vec())
        );
        assert_eq!(
            derive("", &[7; 32], 19_456),
            Err("passphrase_empty".to_owned())
        );
        assert_eq!(
            derive("correct horse", &[7; 31], 19_456),
            Err("field_invalid".to_owned())
        );
        assert_eq!(
            derive("correct horse", &[7; 32], 1024),
            Err("kdf_too_weak".to_owned())
        );
        assert_eq!(
            derive("correct horse", &[7; 32], u32::MAX),
            Err("kdf_too_costly".to_owned())
        );
    }
}
