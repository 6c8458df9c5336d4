//! Ente Auth: Key URIs, encrypted with XChaCha20-Poly1305 as libsodium's `secretstream` does it,
//! under Argon2id. Its plain export is Key URIs, see [`lines`].

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::crypto::{self, Argon2Cost, Key};
use super::json::Value;
use super::{Format, Import, ImportError, lines};

const FORMAT: Format = Format::Ente;

/// Whether this is an encrypted export of Ente's.
pub(super) fn is(json: &Value) -> bool {
    json.has("kdfParams") && json.has("encryptedData") && json.has("encryptionNonce")
}

/// Reads an encrypted export.
pub(super) fn read(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    if json.get("version").as_u64() != Some(1) {
        return Err(FORMAT.unsupported("version"));
    }
    let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
    let bytes = |object: &Value, name: &'static str| {
        let text = object.get(name).as_str();
        text.and_then(crypto::base64).ok_or(FORMAT.damaged(name))
    };
    let params = json.get("kdfParams");
    let number = |name: &'static str| params.get(name).as_u64().ok_or(FORMAT.damaged(name));
    let cost = Argon2Cost {
        algorithm: argon2::Algorithm::Argon2id,
        memory_kib: number("memLimit")? / 1024,
        passes: number("opsLimit")?,
        lanes: 1,
    };
    let salt = bytes(params, "salt")?;
    let (sealed, header) = (
        bytes(json, "encryptedData")?,
        bytes(json, "encryptionNonce")?,
    );
    let header: &[u8; 24] = header
        .as_slice()
        .try_into()
        .map_err(|_| FORMAT.damaged("encryptionNonce"))?;
    let mut key = Key::default();
    let version = argon2::Version::V0x13;
    crypto::argon2(FORMAT, cost, version, password.as_bytes(), &salt, &mut *key)?;
    let plain = pull(&key, header, &sealed).ok_or(ImportError::WrongPassword(FORMAT))?;
    let text = std::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("encryptedData"))?;
    let mut import = lines::read(text);
    import.format = FORMAT;
    Ok(import)
}

/// The first message of a stream; `None` if its tag does not fit.
///
/// libsodium, `crypto_secretstream_xchacha20poly1305_pull`: the key is HChaCha20 of the header's
/// first 16 bytes; the nonce is a counter, which begins at 1, and the header's last eight. Block 0
/// of the key stream makes the MAC's key, block 1 hides a byte that says what kind of message this
/// is, and the message begins at block 2.
fn pull(key: &Key, header: &[u8; 24], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const BLOCK: usize = 64;
    let (start, end) = header.split_at(16);
    let start: &[u8; 16] = start.try_into().ok()?;
    let key: &[u8; 32] = key;
    let subkey = chacha20::hchacha::<chacha20::R20>(key.into(), start.into());
    let mut nonce = [0; 12];
    let (counter, tail) = nonce.split_at_mut(4);
    counter.copy_from_slice(&1_u32.to_le_bytes());
    tail.copy_from_slice(end);
    let mut cipher = ChaCha20::new(&subkey, &nonce.into());
    let (body, tag) = sealed.split_at_checked(sealed.len().checked_sub(16)?)?;
    let (kind, text) = body.split_first()?;

    let mut first = Zeroizing::new([0; BLOCK]);
    cipher.apply_keystream(&mut *first);
    let mac_key: &[u8; 32] = first.first_chunk()?;
    let mut second = Zeroizing::new([0; BLOCK]);
    *second.first_mut()? = *kind;
    cipher.apply_keystream(&mut *second);
    // The MAC is over the second block as it was sealed: the kind, and the rest of the stream.
    *second.first_mut()? = *kind;

    let mut message = second.to_vec();
    message.extend_from_slice(text);
    // libsodium pads by the length modulo 16, where RFC 8439 pads up to a multiple of it.
    message.resize(message.len() + text.len() % 16, 0);
    message.extend_from_slice(&0_u64.to_le_bytes());
    message.extend_from_slice(&(BLOCK as u64 + text.len() as u64).to_le_bytes());
    let mac = Poly1305::new(mac_key.into()).compute_unpadded(&message);
    if !bool::from(mac.as_slice().ct_eq(tag)) {
        return None;
    }
    let mut plain = Zeroizing::new(text.to_vec());
    cipher.try_seek(2 * BLOCK as u64).ok()?;
    cipher.apply_keystream(&mut plain);
    Some(plain)
}
