use std::collections::BTreeSet;

use holdfast_core::contents::Contents;
use holdfast_core::seal::kdf::{self, KdfParams};
use holdfast_core::seal::{Keyring, NewPassphrase, RecoveryKey};
use holdfast_core::vault::{Duplicates, EditContext, Id, Vault};

use super::*;
use crate::words::LANGUAGES;

const PASSPHRASE: &str = "M\u{fc}nchen im Regen";

/// A backup of three accounts, and its recovery key.
fn backup() -> (Vec<u8>, RecoveryKey) {
    let salt = [3; 32];
    let passphrase = NewPassphrase {
        params: KdfParams::FLOOR,
        salt,
        derived: kdf::derive(PASSPHRASE, KdfParams::FLOOR, &salt).unwrap(),
    };
    let mut next = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(5).wrapping_add(71);
            *byte = next;
        }
    };
    let mut keyring = Keyring::create(&passphrase, 1, &mut random).unwrap();
    let recovery = keyring.renew_recovery(2, &mut random).unwrap();
    let mut vault = Vault::default();
    let mut clock = vault.clock(1);
    let mut context = EditContext {
        now: 1,
        device: Id::from_bytes([1; 16]),
        clock: &mut clock,
        random: &mut random,
    };
    for link in [
        "otpauth://totp/Harbour:jane?secret=JBSWY3DPEHPK3PXP&issuer=Harbour",
        "otpauth://hotp/Mill:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mill&counter=7",
        "steam://JBSWY3DPEHPK3PXP",
    ] {
        let account = holdfast_core::otpauth::parse(link).unwrap();
        vault.add(account, Duplicates::Keep, &mut context).unwrap();
    }
    let mut contents = Contents { vault, keyring };
    (contents.seal(&[9; 32]).unwrap(), recovery)
}

/// As the page does it: the effect is carried out, and its outcome sent back.
fn try_to_open(model: &mut Model, secret: &str) -> Option<Effect> {
    let effect = model.update(Msg::Submitted(Zeroizing::new(secret.to_owned())));
    let Some(Effect::Open(secret)) = effect else {
        return effect;
    };
    assert!(model.busy);
    let bytes = &model.file.as_ref().unwrap().bytes;
    let result = Session::open(bytes, &secret, &kdf::derive);
    model.update(Msg::Opened(result))
}

fn picked(bytes: Vec<u8>) -> Model {
    let mut model = Model::default();
    let name = "vault".to_owned();
    model.update(Msg::Picked { name, bytes });
    model
}

#[test]
fn opens_with_either_secret_and_shows_codes() {
    let (bytes, recovery) = backup();
    for secret in [PASSPHRASE, &recovery.print()] {
        let mut model = picked(bytes.clone());
        assert_eq!(try_to_open(&mut model, secret), Some(Effect::FocusAccounts));
        let session = model.session.as_ref().unwrap();
        let names: Vec<&str> = session.rows.iter().map(|row| row.issuer.as_str()).collect();
        assert_eq!(names, ["Harbour", "Mill", "Steam"]);
        // RFC 4226, appendix D.
        assert_eq!(*session.rows[1].code(0).text, "162583");
        assert_eq!(session.rows[1].counter(), Some(7));
        assert_eq!(session.rows[0].period(), Some(30));
        assert_eq!(session.links().lines().count(), 3);
        assert!(format!("{session:?}").contains("3 accounts"));
        model.update(Msg::Forgotten);
        assert!(model.session.is_none() && model.file.is_none());
    }
}

#[test]
fn what_is_wrong_stands_beside_what_it_is_about() {
    let (bytes, recovery) = backup();
    let mut model = Model::default();
    assert_eq!(
        try_to_open(&mut model, "x"),
        Some(Effect::Focus(Field::File))
    );

    let mut model = picked(b"something else".to_vec());
    assert_eq!(model.problem.as_ref().unwrap().what.key, "err_not_holdfast");
    assert!(model.file.is_none());
    model.update(Msg::Refused { size: 1e9 });
    assert_eq!(
        model.problem.as_ref().unwrap().what.key,
        "err_file_too_large"
    );

    let mut model = picked(bytes);
    assert_eq!(
        try_to_open(&mut model, ""),
        Some(Effect::Focus(Field::Secret))
    );
    try_to_open(&mut model, "wrong");
    let problem = model.problem.clone().unwrap();
    assert_eq!(problem.what.key, "err_wrong_passphrase");
    assert_eq!(problem.field, Field::Secret);
    assert!(!model.busy && model.file.is_some());

    // The fourth group.
    let printed = recovery.print();
    let mut letters: Vec<char> = printed.chars().collect();
    letters[18] = if letters[18] == '7' { '8' } else { '7' };
    try_to_open(&mut model, &letters.iter().collect::<String>());
    let problem = model.problem.clone().unwrap();
    assert_eq!(problem.what.key, "err_recovery_key_groups");
    assert_eq!(problem.group, Some(3));
    assert_eq!(problem.advice.unwrap().args, ["4"]);
}

/// Every text that the model can give exists in every language.
#[test]
fn every_text_exists() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");
    let vectors = std::fs::read_to_string(format!("{root}/tests/vectors/refuse.json")).unwrap();
    let vectors: serde_json::Value = serde_json::from_str(&vectors).unwrap();
    let entries = vectors["entries"].as_array().unwrap();
    let mut keys: BTreeSet<String> = entries
        .iter()
        .map(|entry| format!("err_{}", entry["code"].as_str().unwrap()))
        .collect();
    let sources = ["model.rs", "draw.rs", "page.rs"].map(|file| {
        let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    });
    for word in sources.concat().split('"') {
        let texts = ["recover_", "rec_"]
            .iter()
            .any(|prefix| word.starts_with(prefix));
        if texts && word.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            keys.insert(word.to_owned());
        }
    }
    assert!(keys.len() > 40, "{}", keys.len());
    for language in LANGUAGES {
        let path = format!("{root}/extension/_locales/{language}/messages.json");
        let messages: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for key in &keys {
            let plural = messages.get(format!("{key}_one")).is_some();
            assert!(plural || messages.get(key).is_some(), "{key} in {language}");
        }
    }
}
