//! `tests/decrypt.py`, written from `docs/format.md` alone, against this implementation: each
//! opens what the other made, and both refuse the same files for the same reasons.
//!
//! Python is `$HOLDFAST_PYTHON` or `python3`, with the modules `cryptography` and `argon2-cffi`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::{Secret, open, tests_folder};
use holdfast_core::seal::kdf::{self, KdfParams};
use holdfast_core::seal::{Keyring, NewPassphrase, read, seal};
use serde_json::{Value, json};

const PASSPHRASE: &str = "gr\u{fc}ne Br\u{fc}cke, \u{1f511} 7";

#[test]
fn python_opens_what_rust_made() {
    let folder = Folder::new("rust-to-python");
    let salt = [5; 32];
    let derived = kdf::derive(PASSPHRASE, KdfParams::FLOOR, &salt).unwrap();
    let passphrase = NewPassphrase {
        params: KdfParams::FLOOR,
        salt,
        derived,
    };
    let mut counter = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            counter = counter.wrapping_mul(5).wrapping_add(17);
            *byte = counter;
        }
    };
    let mut keyring = Keyring::create(&passphrase, 1, &mut random).unwrap();
    let recovery = keyring.renew_recovery(2, &mut random).unwrap();
    for filler in [0, 3000, 5000, 100_000] {
        let payload = json!({"filler": "\u{fc}".repeat(filler), "keyring": keyring}).to_string();
        let file = folder.file(
            "vault.holdfast",
            &seal(payload.as_bytes(), &keyring, &[7; 32]).unwrap(),
        );
        // The umlauts in two characters each, as some keyboards send them.
        let decomposed = PASSPHRASE.replace('\u{fc}', "u\u{308}");
        for (option, secret) in [
            ("--passphrase-fd", decomposed.as_str()),
            ("--recovery-fd", &recovery.print().to_lowercase()),
        ] {
            let output = python(&["open", &file, option, "0"], secret);
            assert!(output.status.success(), "{}", text(&output.stderr));
            assert_eq!(output.stdout, payload.as_bytes());
        }
        let output = python(&["open", &file, "--passphrase-fd", "0"], "wrong");
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(
            text(&output.stderr).starts_with("wrong_passphrase"),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn rust_opens_what_python_made() {
    let folder = Folder::new("python-to-rust");
    let secret = folder.file("passphrase", PASSPHRASE.as_bytes());
    let file = folder.path("vault.holdfast");
    let payload = json!({"accounts": [{"issuer": "M\u{fc}nze"}], "filler": "x".repeat(9000)});
    // The shell opens descriptor 3, which `Command` can't.
    let script = r#"exec "$0" "$1" make "$2" --passphrase-fd 3 --kdf 19456 2 2 --now 7 --field 99 beef 3< "$3""#;
    let output = run(
        Command::new("sh")
            .args(["-c", script])
            .arg(interpreter())
            .arg(reader())
            .args([&file, &secret]),
        &payload.to_string(),
    );
    assert!(output.status.success(), "{}", text(&output.stderr));

    let bytes = std::fs::read(&file).unwrap();
    let recovery = Secret::Recovery(text(&output.stdout));
    for secret in [Secret::Passphrase(PASSPHRASE.to_owned()), recovery] {
        let opened = open(&bytes, Some(&secret)).unwrap().unwrap();
        let mut inside: Value = serde_json::from_slice(&opened.payload).unwrap();
        let keyring = inside.as_object_mut().unwrap().remove("keyring").unwrap();
        assert_eq!(inside, payload);
        let keyring: Keyring = serde_json::from_value(keyring).unwrap();
        let sealed = read(&bytes).unwrap();
        keyring.verify(sealed.header(), &opened.key).unwrap();
        assert_eq!(keyring.header(), *sealed.header(), "the unknown field too");
    }
}

#[test]
fn python_agrees_on_every_vector() {
    let check = tests_folder().join("vectors/check.py");
    let output = run(Command::new(interpreter()).arg(check), "");
    assert!(output.status.success(), "{}", text(&output.stderr));
}

fn interpreter() -> String {
    std::env::var("HOLDFAST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn reader() -> PathBuf {
    tests_folder().join("decrypt.py")
}

fn python(arguments: &[&str], input: &str) -> Output {
    run(
        Command::new(interpreter()).arg(reader()).args(arguments),
        input,
    )
}

fn run(command: &mut Command, input: &str) -> Output {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|error| {
        panic!(
            "{} doesn't start ({error}): install Python 3, or name it in HOLDFAST_PYTHON",
            interpreter()
        )
    });
    // It may have failed before it read its input: its own message says more than a broken pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(
        !text(&output.stderr).contains("missing_module"),
        "{} lacks a module: run `{} -m pip install cryptography argon2-cffi`, or name another Python in \
         HOLDFAST_PYTHON",
        interpreter(),
        interpreter(),
    );
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
