//! From the password to the content, and to the values that are protected once more inside it.

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use hmac::{Hmac, Mac};
use salsa20::Salsa20;
use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, Zeroizing};

use super::FORMAT;
use super::header::{Header, Reader};
use crate::import::crypto::{self, Argon2Cost, Key};
use crate::import::xml::Element;
use crate::import::zip::{ZipError, inflate};
use crate::import::{ImportError, limits};

const AES: [u8; 16] = id(0x31c1_f2e6_bf71_4350_be58_0521_6afc_5aff);
const CHACHA20: [u8; 16] = id(0xd603_8a2b_8b6f_4cb5_a524_339a_31db_b59a);
const ARGON2D: [u8; 16] = id(0xef63_6ddf_8c29_444b_91f7_a9a4_03e3_0a0c);
const ARGON2ID: [u8; 16] = id(0x9e29_8b19_56db_4773_b23d_fc3e_c6f0_a1e6);
const AES_KDF: [u8; 16] = id(0xc9d9_f39a_628a_4460_bf74_0d08_c18a_4fea);
const AES_KDF_4: [u8; 16] = id(0x7c02_bb82_79a7_4ac0_927d_114a_0064_8238);

/// The most rounds of AES: half a minute in a browser.
const MAX_AES_ROUNDS: u64 = 50_000_000;

const fn id(number: u128) -> [u8; 16] {
    number.to_be_bytes()
}

/// The keys of a database.
pub(super) struct Keys {
    encryption: Key,
    /// From which the key of each block's HMAC is made.
    authentication: Zeroizing<[u8; 64]>,
}

impl Keys {
    /// Derives the keys and checks them against the header.
    pub(super) fn derive(header: &Header<'_>, password: &str) -> Result<Self, ImportError> {
        // A key file or a Windows account would be hashed along with the password's hash.
        let composite = Key::from(<[u8; 32]>::from(Sha256::digest(Sha256::digest(password))));
        let transformed = transform(header, &composite)?;
        let encryption = Sha256::new()
            .chain_update(header.seed)
            .chain_update(transformed.as_slice())
            .finalize();
        let authentication = Sha512::new()
            .chain_update(header.seed)
            .chain_update(transformed.as_slice())
            .chain_update([1])
            .finalize();
        let keys = Self {
            encryption: Key::from(<[u8; 32]>::from(encryption)),
            authentication: Zeroizing::new(authentication.into()),
        };
        let fits = keys.hmac(u64::MAX, &[header.bytes], header.hmac);
        fits.then_some(keys)
            .ok_or(ImportError::WrongPassword(FORMAT))
    }

    /// The content: every block checked, decrypted, decompressed.
    pub(super) fn open(&self, header: &Header<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let damaged = FORMAT.damaged("block");
        let mut reader = Reader(header.blocks);
        let mut sealed = Vec::new();
        for index in 0_u64.. {
            let mac = reader.take(32).ok_or(damaged)?;
            let length = reader.u32().ok_or(damaged)?;
            let data = reader.take(length as usize).ok_or(damaged)?;
            let (number, size) = (index.to_le_bytes(), length.to_le_bytes());
            if !self.hmac(index, &[&number, &size, data], mac) {
                return Err(damaged);
            }
            if data.is_empty() {
                break;
            }
            sealed.extend_from_slice(data);
        }
        let plain = match header.cipher {
            cipher if cipher == AES => crypto::aes_cbc(&*self.encryption, header.iv, &sealed),
            cipher if cipher == CHACHA20 => ChaCha20::new_from_slices(&*self.encryption, header.iv)
                .ok()
                .map(|mut cipher| {
                    cipher.apply_keystream(&mut sealed);
                    Zeroizing::new(std::mem::take(&mut sealed))
                }),
            _ => return Err(FORMAT.unsupported("cipher")),
        };
        let plain = plain.ok_or(FORMAT.damaged("cipher"))?;
        match header.is_compressed {
            true => gunzip(&plain),
            false => Ok(plain),
        }
    }

    fn hmac(&self, block: u64, parts: &[&[u8]], expected: &[u8]) -> bool {
        let key = Sha512::new()
            .chain_update(block.to_le_bytes())
            .chain_update(self.authentication.as_slice())
            .finalize();
        let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return false;
        };
        for part in parts {
            hmac.update(part);
        }
        hmac.verify_slice(expected).is_ok()
    }
}

fn transform(header: &Header<'_>, composite: &Key) -> Result<Key, ImportError> {
    let kdf = &header.kdf;
    let missing = FORMAT.damaged("KDF");
    let kind = kdf.bytes("$UUID").ok_or(missing)?;
    let salt = kdf.bytes("S").ok_or(missing)?;
    let algorithm = match kind {
        kind if kind == ARGON2D => argon2::Algorithm::Argon2d,
        kind if kind == ARGON2ID => argon2::Algorithm::Argon2id,
        kind if kind == AES_KDF || kind == AES_KDF_4 => {
            return aes_kdf(composite, salt, kdf.number("R")?);
        }
        _ => return Err(FORMAT.unsupported("KDF")),
    };
    let cost = Argon2Cost {
        algorithm,
        memory_kib: kdf.number("M")? / 1024,
        passes: kdf.number("I")?,
        lanes: kdf.number("P")?,
    };
    let version = match kdf.number("V")? {
        0x10 => argon2::Version::V0x10,
        0x13 => argon2::Version::V0x13,
        _ => return Err(FORMAT.unsupported("KDF")),
    };
    let mut key = Key::default();
    crypto::argon2(FORMAT, cost, version, &**composite, salt, &mut *key)?;
    Ok(key)
}

/// AES-256 of both halves, again and again.
fn aes_kdf(composite: &Key, seed: &[u8], rounds: u64) -> Result<Key, ImportError> {
    if rounds > MAX_AES_ROUNDS {
        return Err(ImportError::TooCostly(FORMAT));
    }
    let cipher = Aes256::new_from_slice(seed).map_err(|_| FORMAT.damaged("KDF"))?;
    let (first, second) = composite.split_at(16);
    let block = |half: &[u8]| <[u8; 16]>::try_from(half).map(Array).unwrap_or_default();
    let mut blocks = [block(first), block(second)];
    for _ in 0..rounds {
        cipher.encrypt_blocks(&mut blocks);
    }
    let mut hash = Sha256::new();
    for block in &blocks {
        hash.update(block);
    }
    for block in &mut blocks {
        block.as_mut_slice().zeroize();
    }
    Ok(Key::from(<[u8; 32]>::from(hash.finalize())))
}

/// GZIP (RFC 1952) with the plain header that KeePass writes, or one with names in it.
fn gunzip(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let damaged = FORMAT.damaged("GZIP");
    let mut reader = Reader(bytes);
    let head = reader.take(10).ok_or(damaged)?;
    let flags = match head {
        [0x1f, 0x8b, 8, flags, ..] => *flags,
        _ => return Err(damaged),
    };
    if flags & 0x04 != 0 {
        let length = reader.take(2).and_then(|bytes| bytes.try_into().ok());
        let length = u16::from_le_bytes(length.ok_or(damaged)?);
        reader.take(usize::from(length)).ok_or(damaged)?;
    }
    for flag in [0x08, 0x10] {
        if flags & flag != 0 {
            let end = reader.0.iter().position(|byte| *byte == 0).ok_or(damaged)?;
            reader.take(end + 1).ok_or(damaged)?;
        }
    }
    if flags & 0x02 != 0 {
        reader.take(2).ok_or(damaged)?;
    }
    match inflate(reader.0) {
        Ok(plain) if plain.len() <= limits::MAX_UNPACKED_BYTES => Ok(Zeroizing::new(plain)),
        Ok(_) | Err(ZipError::TooLarge) => Err(ImportError::TooLarge),
        Err(_) => Err(damaged),
    }
}

/// The cipher that values are protected with, one after another through the whole document.
pub(super) enum Stream {
    /// No value is protected.
    None,
    Salsa20(Box<Salsa20>),
    ChaCha20(Box<ChaCha20>),
}

impl Stream {
    pub(super) fn new(kind: u32, key: &[u8]) -> Result<Self, ImportError> {
        const NONCE: [u8; 8] = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];
        let damaged = FORMAT.damaged("inner header");
        match kind {
            0 => Ok(Self::None),
            2 => {
                let key = Sha256::digest(key);
                let cipher = Salsa20::new_from_slices(&key, &NONCE).map_err(|_| damaged)?;
                Ok(Self::Salsa20(Box::new(cipher)))
            }
            3 => {
                let hash = Sha512::digest(key);
                let (key, rest) = hash.split_at(32);
                let (nonce, _) = rest.split_at(12);
                let cipher = ChaCha20::new_from_slices(key, nonce).map_err(|_| damaged)?;
                Ok(Self::ChaCha20(Box::new(cipher)))
            }
            _ => Err(FORMAT.unsupported("inner stream")),
        }
    }

    /// Decrypts every protected value, in the order of the document.
    pub(super) fn unprotect(&mut self, element: &mut Element) -> Result<(), ImportError> {
        let damaged = FORMAT.damaged("Value");
        let protected = element.attribute("Protected");
        if protected.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            let mut bytes = crypto::base64(&element.text).ok_or(damaged)?;
            match self {
                Self::None => return Err(damaged),
                Self::Salsa20(cipher) => cipher.apply_keystream(&mut bytes),
                Self::ChaCha20(cipher) => cipher.apply_keystream(&mut bytes),
            }
            let text = std::str::from_utf8(&bytes).map_err(|_| damaged)?;
            element.text.zeroize();
            text.clone_into(&mut element.text);
        }
        for child in &mut element.children {
            self.unprotect(child)?;
        }
        Ok(())
    }
}
