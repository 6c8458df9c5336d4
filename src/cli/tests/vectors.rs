//! The published vectors, by the command: each file is refused with exactly its code, and each
//! that must open opens.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod common;
#[path = "../../core/tests/common/mod.rs"]
mod vectors;

use std::path::Path;

use serde_json::Value;
use vectors::{Secret, base64, opens, payloads, refusals};

/// What `verify --json` says, and its exit status. `None` where the secret is not one that a
/// person has: a passkey's output, a vault key.
fn verify(path: &Path, secret: Option<&Secret>) -> Option<(Value, i32)> {
    let path = path.to_str().unwrap();
    let (option, input): (&[&str], &str) = match secret {
        None => (&["--without-key"], ""),
        Some(Secret::Passphrase(text)) => (&["--passphrase-fd", "0"], text),
        Some(Secret::Recovery(text)) => (&["--recovery-key-fd", "0"], text),
        Some(Secret::Prf(_) | Secret::Key(_)) => return None,
    };
    let arguments = [&["verify", path, "--json"], option].concat();
    let output = common::holdfast(&arguments, input);
    let said = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", common::text(&output.stderr)));
    Some((said, output.status.code().unwrap()))
}

#[test]
fn every_refusal_is_the_listed_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut tried = 0;
    for (entry, bytes) in refusals() {
        std::fs::write(&path, bytes).unwrap();
        let Some((said, status)) = verify(&path, entry.secret.as_ref()) else {
            continue;
        };
        tried += 1;
        assert_eq!(said["passed"], false, "{}", entry.name);
        assert_eq!(said["error"]["code"], *entry.code, "{}", entry.name);
        let expected = match entry.code.as_str() {
            "newer_format" => 4,
            "slot_not_found" => 3,
            code if ["wrong_", "passphrase_", "recovery_key_"]
                .iter()
                .any(|start| code.starts_with(start)) =>
            {
                3
            }
            _ => 1,
        };
        assert_eq!(status, expected, "{}", entry.name);
        if let Some(checks) = said["checks"].as_array() {
            let failed = checks.iter().filter(|check| check["outcome"] == "failed");
            assert_eq!(failed.count(), 1, "{}: {said:#}", entry.name);
        }
    }
    assert!(tried >= 240, "{tried}");
}

/// The oldest of the pinned files hold no whole vault, only something sealed as one: with those the
/// command comes as far as the content.
#[test]
fn every_pinned_file_opens_with_each_of_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let (mut whole, mut sealed) = (0, 0);
    for entry in opens() {
        std::fs::write(&path, base64(&entry.file)).unwrap();
        for secret in &entry.secrets {
            let Some((said, status)) = verify(&path, Some(secret)) else {
                continue;
            };
            if entry.accounts.is_some() {
                whole += 1;
                // Two accounts of the one made in Python are of a later version.
                let expected = if entry.name == "vault-python" { 5 } else { 0 };
                assert_eq!(said["passed"], true, "{}", entry.name);
                assert_eq!(status, expected, "{}", entry.name);
            } else {
                sealed += 1;
                assert_eq!(said["error"]["code"], "payload_field", "{}", entry.name);
                assert_eq!(said["checks"][18]["outcome"], "passed", "{}", entry.name);
            }
        }
    }
    assert!(whole >= 4 && sealed >= 14, "{whole} {sealed}");
}

#[test]
fn every_content_is_refused_as_listed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for entry in payloads() {
        std::fs::write(&path, base64(&entry.file)).unwrap();
        let (said, status) = verify(&path, Some(&entry.secret)).unwrap();
        assert_eq!(said["error"]["code"], *entry.code, "{}", entry.name);
        assert_eq!(status, if entry.code == "newer_format" { 4 } else { 1 });
    }
}

#[test]
fn whole_vaults_show_the_listed_codes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for entry in opens() {
        let (Some(mut expected), Some(at)) = (entry.accounts, entry.at) else {
            continue;
        };
        expected.sort();
        std::fs::write(&path, base64(&entry.file)).unwrap();
        for secret in &entry.secrets {
            let (option, input) = match secret {
                Secret::Passphrase(text) => ("--passphrase-fd", text),
                Secret::Recovery(text) => ("--recovery-key-fd", text),
                _ => continue,
            };
            let (path, at) = (path.to_str().unwrap(), at.to_string());
            let arguments = ["open", path, "--json", "--at", &at, option, "0"];
            let output = common::holdfast(&arguments, input);
            let said: Value = serde_json::from_slice(&output.stdout).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let accounts = said["accounts"].as_array().unwrap().iter();
            let mut codes: Vec<_> = accounts
                .map(|row| {
                    (
                        text(&row["issuer"]),
                        text(&row["label"]),
                        text(&row["code"]),
                    )
                })
                .collect();
            codes.sort();
            assert_eq!(codes, expected, "{}", entry.name);
        }
    }
}
