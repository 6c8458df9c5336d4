//! The published vectors: what opens for ever, and what is refused and why.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod common;

use common::{Secret, base64, open, open_named, opens, payloads, refusals, sha256_hex};
use holdfast_core::Coded;
use holdfast_core::code;
use holdfast_core::open::Typed;
use holdfast_core::seal::kdf;
use holdfast_core::seal::{Keyring, SlotKind, VaultKey, read, seal};
use serde_json::Value;

#[test]
fn every_pinned_file_opens_with_each_of_its_secrets() {
    for entry in opens() {
        for secret in &entry.secrets {
            let opened = open(&base64(&entry.file), Some(secret));
            let payload = opened
                .unwrap_or_else(|why| panic!("{}: {why:?}", entry.name))
                .unwrap()
                .payload;
            assert_eq!(payload.len(), entry.payload_length, "{}", entry.name);
            assert_eq!(sha256_hex(&payload), entry.payload_sha256, "{}", entry.name);
        }
    }
}

#[test]
fn every_refusal_is_the_listed_one() {
    let refusals = refusals();
    assert!(refusals.len() >= 100);
    for (entry, bytes) in refusals {
        let (code, part) = match open(&bytes, entry.secret.as_ref()) {
            Ok(_) => panic!("{} opened", entry.name),
            Err(failure) => failure,
        };
        assert_eq!(code, entry.code, "{}", entry.name);
        if entry.part.is_some() {
            assert_eq!(part, entry.part, "{}", entry.name);
        }
    }
}

#[test]
fn every_content_is_refused_as_listed() {
    for entry in payloads() {
        let bytes = base64(&entry.file);
        let Secret::Recovery(typed) = &entry.secret else {
            panic!("{}: no recovery key", entry.name)
        };
        let result =
            holdfast_core::open::open(&bytes, Typed::RecoveryKey(typed), &kdf::derive, &mut |_| ());
        match result {
            Ok(_) => panic!("{} opened", entry.name),
            Err(error) => assert_eq!(error.code(), entry.code, "{}", entry.name),
        }
    }
}

#[test]
fn whole_vaults_make_the_listed_codes() {
    let mut whole = 0;
    for entry in opens() {
        let (Some(expected), Some(at)) = (entry.accounts, entry.at) else {
            continue;
        };
        whole += 1;
        for secret in &entry.secrets {
            let typed = match secret {
                Secret::Passphrase(text) => Typed::Passphrase(text),
                Secret::Recovery(text) => Typed::RecoveryKey(text),
                _ => continue,
            };
            let bytes = base64(&entry.file);
            let contents = holdfast_core::open::open(&bytes, typed, &kdf::derive, &mut |_| ());
            let contents = contents.unwrap();
            let mut codes = Vec::new();
            for (_, account) in contents.vault.list() {
                for credential in account.credentials.values() {
                    codes.push((
                        account.issuer.value.clone(),
                        account.label.value.clone(),
                        code::at(credential, at * 1000).text.to_string(),
                    ));
                }
            }
            codes.sort_by_key(|(issuer, label, code)| {
                let same =
                    |(i, l, c): &(String, String, String)| (i, l, c) == (issuer, label, code);
                expected.iter().position(same)
            });
            assert_eq!(codes, expected, "{}", entry.name);
        }
    }
    assert_eq!(whole, 2);
}

#[test]
fn the_keyring_inside_is_the_one_the_header_mirrors() {
    for entry in opens() {
        let (keyring, key) = keyring_of(&entry.name);
        keyring
            .verify(read(&base64(&entry.file)).unwrap().header(), &key)
            .unwrap();
    }
}

#[test]
fn what_a_later_version_wrote_survives_being_sealed_again() {
    let file = base64(&open_named("from-the-future").file);
    let before = read(&file).unwrap();
    let (keyring, key) = keyring_of("from-the-future");

    let text = serde_json::to_string(&keyring).unwrap();
    for kept in ["a later version", "\"policy\"", "\"colour\":\"red\""] {
        assert!(text.contains(kept), "{kept}");
    }
    let again = seal(text.as_bytes(), &keyring, &[1; 32]).unwrap();
    let after = read(&again).unwrap();
    assert_eq!(after.header(), before.header());
    assert!(
        after
            .header()
            .slots()
            .iter()
            .any(|slot| slot.kind() == SlotKind::Unknown(200))
    );
    assert_eq!(after.header().unknown().iter().count(), 1);
    assert_eq!(
        after.open([&key]).unwrap().payload.as_slice(),
        text.as_bytes()
    );

    // Even if the later version didn't mirror its field in the keyring.
    let mut json: Value = serde_json::from_str(&text).unwrap();
    json.as_object_mut().unwrap().remove("fields");
    let mut keyring: Keyring = serde_json::from_value(json).unwrap();
    assert_ne!(keyring.header(), *before.header());
    keyring.carry(before.header());
    assert_eq!(keyring.header(), *before.header());
}

#[test]
fn a_rotated_vault_reads_what_it_sealed_before() {
    let (after, _) = keyring_of("after-rotation");
    let (before, old_key) = keyring_of("before-rotation");
    let old_file = base64(&open_named("before-rotation").file);
    let new_file = base64(&open_named("after-rotation").file);
    assert_eq!(after.open(&old_file).unwrap().key, old_key);
    assert!(before.open(&new_file).is_err());
    assert!(after.generation() > before.generation());
}

/// The keyring in a pinned file, and the key that the file is sealed under.
fn keyring_of(name: &str) -> (Keyring, VaultKey) {
    let entry = open_named(name);
    let quick = |secret: &&Secret| !matches!(secret, Secret::Passphrase(_));
    let secret = entry.secrets.iter().find(quick).or(entry.secrets.first());
    let opened = open(&base64(&entry.file), secret).unwrap().unwrap();
    let payload: Value = serde_json::from_slice(&opened.payload).unwrap();
    (
        serde_json::from_value(payload["keyring"].clone()).unwrap(),
        opened.key,
    )
}
