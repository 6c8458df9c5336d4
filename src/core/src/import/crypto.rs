//! The ciphers and key derivations that exports are encrypted with, and how much work a file may
//! ask for.

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use data_encoding::{BASE64, BASE64_MIME, HEXLOWER_PERMISSIVE};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::{Format, ImportError};

/// The most iterations of PBKDF2: five times what any of these apps uses.
pub(super) const MAX_PBKDF2_ITERATIONS: u64 = 10_000_000;
/// The most memory that scrypt and Argon2 may take, in KiB: a 32-bit wasm memory still holds it.
pub(super) const MAX_KDF_MEMORY_KIB: u64 = 1 << 20;
/// The most memory times passes, in KiB.
pub(super) const MAX_KDF_COST_KIB: u64 = 8 << 20;

/// A key of 256 bits, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// The hash of a PBKDF2.
#[derive(Clone, Copy)]
pub(super) enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

/// PBKDF2 (RFC 8018, section 5.2) into `key`.
///
/// # Errors
/// [`ImportError::TooCostly`]; [`ImportError::Damaged`] for no iterations at all.
pub(super) fn pbkdf2(
    format: Format,
    prf: Prf,
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    key: &mut [u8],
) -> Result<(), ImportError> {
    if iterations > MAX_PBKDF2_ITERATIONS {
        return Err(ImportError::TooCostly(format));
    }
    let rounds = u32::try_from(iterations).unwrap_or(u32::MAX);
    if rounds == 0 {
        return Err(format.damaged("iterations"));
    }
    match prf {
        Prf::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, key),
        Prf::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, key),
        Prf::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, key),
    }
    Ok(())
}

/// scrypt (RFC 7914).
///
/// # Errors
/// [`ImportError::TooCostly`]; [`ImportError::Damaged`] for impossible parameters.
pub(crate) fn scrypt(
    format: Format,
    password: &[u8],
    salt: &[u8],
    (n, r, p): (u64, u64, u64),
) -> Result<Key, ImportError> {
    let memory_kib = n.saturating_mul(r) / 8;
    if memory_kib > MAX_KDF_MEMORY_KIB || memory_kib.saturating_mul(p) > MAX_KDF_COST_KIB {
        return Err(ImportError::TooCostly(format));
    }
    let damaged = format.damaged("scrypt");
    if !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(damaged);
    }
    let (Ok(log_n), Ok(r), Ok(p)) = (
        u8::try_from(n.trailing_zeros()),
        u32::try_from(r),
        u32::try_from(p),
    ) else {
        return Err(damaged);
    };
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| damaged)?;
    let mut key = Key::default();
    scrypt::scrypt(password, salt, &params, &mut *key).map_err(|_| damaged)?;
    Ok(key)
}

/// What an Argon2 (RFC 9106) is given besides password and salt.
#[derive(Clone, Copy)]
pub(super) struct Argon2Cost {
    /// Argon2id or Argon2d.
    pub(super) algorithm: argon2::Algorithm,
    /// In KiB.
    pub(super) memory_kib: u64,
    pub(super) passes: u64,
    pub(super) lanes: u64,
}

/// Argon2 into `key`.
///
/// # Errors
/// [`ImportError::TooCostly`]; [`ImportError::Damaged`] for impossible parameters.
pub(super) fn argon2(
    format: Format,
    cost: Argon2Cost,
    version: argon2::Version,
    password: &[u8],
    salt: &[u8],
    key: &mut [u8],
) -> Result<(), ImportError> {
    if cost.memory_kib > MAX_KDF_MEMORY_KIB
        || cost.memory_kib.saturating_mul(cost.passes) > MAX_KDF_COST_KIB
        || cost.lanes > 64
    {
        return Err(ImportError::TooCostly(format));
    }
    let damaged = format.damaged("Argon2");
    let number = |n: u64| u32::try_from(n).map_err(|_| damaged);
    let params = argon2::Params::new(
        number(cost.memory_kib)?,
        number(cost.passes)?,
        number(cost.lanes)?,
        Some(key.len()),
    );
    let params = params.map_err(|_| damaged)?;
    argon2::Argon2::new(cost.algorithm, version, params)
        .hash_password_into(password, salt, key)
        .map_err(|_| damaged)
}

/// AES-256-GCM with the tag at the end; `None` if the tag doesn't fit.
pub(super) fn aes_gcm(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Aes256Gcm::new_from_slice(key).ok()?;
    let nonce: &Nonce<aes_gcm::aead::consts::U12> = nonce.try_into().ok()?;
    let payload = Payload { msg: sealed, aad };
    cipher.decrypt(nonce, payload).ok().map(Zeroizing::new)
}

/// Seals with AES-256-GCM, the tag at the end; `None` for a key or nonce of the wrong length.
pub(crate) fn seal_aes_gcm(key: &[u8], nonce: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes256Gcm::new_from_slice(key).ok()?;
    let nonce: &Nonce<aes_gcm::aead::consts::U12> = nonce.try_into().ok()?;
    cipher.encrypt(nonce, text).ok()
}

/// AES-256-CBC with PKCS#7 padding; `None` if the padding is wrong.
pub(super) fn aes_cbc(key: &[u8], iv: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    cbc::Decryptor::<Aes256>::new_from_slices(key, iv)
        .ok()?
        .decrypt_padded_vec::<Pkcs7>(sealed)
        .ok()
        .map(Zeroizing::new)
}

/// CryptoJS' and OpenSSL's way of encrypting with a password: "Salted__", a salt, AES-256-CBC,
/// with key and IV from MD5 over password and salt, again and again; `None` if the padding is
/// wrong.
pub(super) fn salted(password: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, text) = sealed.strip_prefix(b"Salted__")?.split_at_checked(8)?;
    let mut material = Zeroizing::new(Vec::with_capacity(48));
    let mut last = Zeroizing::new(Vec::new());
    while material.len() < 48 {
        let mut hash = Md5::new();
        hash.update(&*last);
        hash.update(password);
        hash.update(salt);
        *last = hash.finalize().to_vec();
        material.extend_from_slice(&last);
    }
    let (key, iv) = material.split_at_checked(32)?;
    aes_cbc(key, iv, text)
}

/// Base64 with or without line breaks and padding.
pub(super) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.trim();
    BASE64
        .decode(text.as_bytes())
        .or_else(|_| BASE64_MIME.decode(text.as_bytes()))
        .or_else(|_| data_encoding::BASE64_NOPAD.decode(text.as_bytes()))
        .ok()
        .map(Zeroizing::new)
}

/// Hexadecimal in either case.
pub(super) fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes());
    bytes.ok().map(Zeroizing::new)
}
