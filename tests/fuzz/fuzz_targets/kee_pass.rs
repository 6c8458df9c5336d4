//! What a KeePass database holds: inner header and XML, sealed here as KDBX 4 does it, with a single
//! round of its key derivation, so that what is inside is reached at all.
#![no_main]

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use hmac::{Hmac, Mac};
use holdfast_core::import::read;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256, Sha512};

const PASSWORD: &str = "correct horse";
const SIGNATURE: [u8; 8] = [0x03, 0xd9, 0xa2, 0x9a, 0x67, 0xfb, 0x4b, 0xb5];
const CHACHA20: u128 = 0xd603_8a2b_8b6f_4cb5_a524_339a_31db_b59a;
const AES_KDF: u128 = 0xc9d9_f39a_628a_4460_bf74_0d08_c18a_4fea;
/// Seed of the keys, key and salt of the derivation, and nonce.
const ZEROS: [u8; 32] = [0; 32];

fuzz_target!(|content: &[u8]| {
    if let Ok(import) = read(&database(content), Some(PASSWORD)) {
        holdfast_fuzz::hold(&import);
    }
});

fn database(content: &[u8]) -> Vec<u8> {
    let mut file = SIGNATURE.to_vec();
    file.extend(0x0004_0000_u32.to_le_bytes());
    for (id, value) in [
        (2, CHACHA20.to_be_bytes().to_vec()),
        (3, 0_u32.to_le_bytes().to_vec()),
        (4, ZEROS.to_vec()),
        (7, ZEROS[..12].to_vec()),
        (11, derivation()),
        (0, Vec::new()),
    ] {
        file.push(id);
        file.extend((value.len() as u32).to_le_bytes());
        file.extend(value);
    }
    let mut keys = ZEROS.to_vec();
    keys.extend(transformed());
    let encryption = Sha256::digest(&keys);
    keys.push(1);
    let authentication = Sha512::digest(&keys);
    let mac = |block: u64, parts: &[&[u8]]| {
        let key = Sha512::new()
            .chain_update(block.to_le_bytes())
            .chain_update(authentication)
            .finalize();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes any key");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes()
    };
    let header = file.clone();
    file.extend(Sha256::digest(&header));
    file.extend(mac(u64::MAX, &[&header]));

    let mut sealed = content.to_vec();
    let mut cipher = ChaCha20::new_from_slices(&encryption, &ZEROS[..12]).expect("32 and 12 bytes");
    cipher.apply_keystream(&mut sealed);
    let blocks: &[&[u8]] = if sealed.is_empty() {
        &[&[]]
    } else {
        &[&sealed, &[]]
    };
    for (index, block) in (0_u64..).zip(blocks) {
        let length = (block.len() as u32).to_le_bytes();
        file.extend(mac(index, &[&index.to_le_bytes(), &length, block]));
        file.extend(length);
        file.extend(*block);
    }
    file
}

/// The parameters of the derivation, as a dictionary of variants.
fn derivation() -> Vec<u8> {
    let mut dictionary = vec![0, 1];
    for (kind, name, value) in [
        (0x42, "$UUID", &AES_KDF.to_be_bytes()[..]),
        (0x42, "S", &ZEROS),
        (0x05, "R", &1_u64.to_le_bytes()),
    ] {
        dictionary.push(kind);
        dictionary.extend((name.len() as u32).to_le_bytes());
        dictionary.extend(name.as_bytes());
        dictionary.extend((value.len() as u32).to_le_bytes());
        dictionary.extend(value);
    }
    dictionary.push(0);
    dictionary
}

/// The password's key after one round of AES.
fn transformed() -> Array<u8, aes::cipher::consts::U32> {
    let composite: [u8; 32] = Sha256::digest(Sha256::digest(PASSWORD)).into();
    let cipher = Aes256::new(&Array(ZEROS));
    let mut hash = Sha256::new();
    for half in composite.chunks(16) {
        let mut block = Array(<[u8; 16]>::try_from(half).expect("half of 32 bytes"));
        cipher.encrypt_block(&mut block);
        hash.update(block);
    }
    hash.finalize()
}
