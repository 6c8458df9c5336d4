//! The program as people and scripts use it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod common;
#[path = "../../core/tests/common/mod.rs"]
mod vectors;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{command, holdfast, output, python, tests_folder, text};
use serde_json::Value;
use vectors::{Secret, base64, open_named};

/// A whole vault in a file, its passphrase and its recovery key.
struct Backup {
    folder: tempfile::TempDir,
    path: String,
    passphrase: String,
    recovery: String,
}

impl Backup {
    fn new() -> Self {
        let entry = open_named("vault-rust");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup.holdfast");
        std::fs::write(&path, base64(&entry.file)).unwrap();
        let (mut passphrase, mut recovery) = (String::new(), String::new());
        for secret in entry.secrets {
            match secret {
                Secret::Passphrase(text) => passphrase = text,
                Secret::Recovery(text) => recovery = text,
                _ => {}
            }
        }
        Self {
            path: path.to_str().unwrap().to_owned(),
            folder,
            passphrase,
            recovery,
        }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn open_shows_code_validity_and_name() {
    let backup = Backup::new();
    let arguments = ["open", &backup.path, "--at", "59", "--passphrase-fd", "0"];
    let shown = output(&arguments, &backup.passphrase);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(
        lines[0],
        "996 554    1 s  Demo Harbour · jane@harbour.example"
    );
    assert_eq!(lines[1], "0043 1314  1 s  Nordbank · Jürgen");
    assert_eq!(lines[2], "520 489     #9  Old Mill · jane");
    assert_eq!(lines[3], "2YXGV      1 s  Steam");
    assert!(lines[5].starts_with("#N is the code"));
    for secret in ["JBSWY3DPEHPK3PXP", &backup.passphrase] {
        assert!(!shown.contains(secret));
    }
}

#[test]
fn list_shows_no_code_and_no_secret() {
    let backup = Backup::new();
    let arguments = ["list", &backup.path, "--recovery-key-fd", "0"];
    let shown = output(
        &arguments,
        &format!("{}\r\n", backup.recovery.to_lowercase()),
    );
    assert!(shown.starts_with("TOTP SHA1 6 digits 30 s"), "{shown}");
    assert_eq!(shown.lines().count(), 4);
    let json = output(
        &["list", &backup.path, "--json", "--recovery-key-fd", "0"],
        &backup.recovery,
    );
    assert!(
        !json.contains("JBSWY3DPEHPK3PXP") && !json.contains("\"code\""),
        "{json}"
    );
}

#[test]
fn verify_prints_every_check() {
    let backup = Backup::new();
    let arguments = ["verify", &backup.path, "--passphrase-fd", "0"];
    let shown = output(&arguments, &backup.passphrase);
    for number in 1..=22 {
        assert!(
            shown.contains(&format!("\n{number:>2}  ok    ")),
            "{number}: {shown}"
        );
    }
    assert!(
        shown.ends_with(
            "All 22 checks passed: 4 accounts, 4 make codes. 1 deleted ones can be brought back.\n"
        ),
        "{shown}"
    );
    let shown = output(&["verify", &backup.path, "--without-key"], "");
    assert!(shown.contains("13 of 22 checks passed"), "{shown}");
    let failed = holdfast(&arguments, "wrong");
    let shown = text(&failed.stdout);
    assert!(
        shown.contains("\n15  FAIL  the secret opens that slot\n          error[wrong_passphrase]"),
        "{shown}"
    );
    assert_eq!(failed.status.code(), Some(3));
}

#[test]
fn a_mistyped_recovery_key_is_located() {
    let backup = Backup::new();
    let mut groups: Vec<&str> = backup.recovery.split('-').collect();
    groups.swap(4, 5);
    let failed = holdfast(
        &["open", &backup.path, "--recovery-key-fd", "0"],
        &groups.join("-"),
    );
    assert_eq!(failed.status.code(), Some(3));
    let said = text(&failed.stderr);
    assert!(
        said.starts_with("error[recovery_key_groups]: Typing mistake in group 5 6."),
        "{said}"
    );
    assert!(said.contains("Compare that group"), "{said}");
}

#[test]
fn what_cannot_be_done_is_said_with_its_exit_status() {
    let backup = Backup::new();
    let other = backup.beside("picture.png");
    std::fs::write(&other, b"\x89PNG\r\n").unwrap();
    let other = other.to_str().unwrap();
    for (arguments, status, words) in [
        (vec!["open"], 2, "error[usage]: Name the file."),
        (vec!["open", "/no/such/file"], 1, "error[file_missing]"),
        (
            vec!["open", other],
            1,
            "error[not_holdfast]: This is neither",
        ),
        (
            vec!["open", &backup.path, "--passphrase-fd", "77"],
            3,
            "error[secret_unreadable]: File descriptor 77",
        ),
        (
            vec!["convert", &backup.path, "--to", "paper"],
            2,
            "Known are: otpauth-lines",
        ),
        (
            vec!["convert", &backup.path, "--to", "holdfast"],
            2,
            "name it with -o",
        ),
        (
            vec!["open", "-", "--passphrase-fd", "0"],
            2,
            "can't both come",
        ),
    ] {
        let failed = holdfast(&arguments, "");
        let said = text(&failed.stderr);
        assert_eq!(failed.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(failed.stdout.is_empty());
    }
    let help = output(&["--help"], "");
    assert!(help.contains("Exit status") && help.contains("verify FILE"));
    assert!(output(&["convert", "--help"], "").contains("aegis-encrypted"));
}

#[test]
fn the_standard_input_can_be_the_file() {
    let backup = Backup::new();
    let key = backup.beside("key");
    std::fs::write(&key, &backup.recovery).unwrap();
    // A shell opens the descriptor, which `Command` can't.
    let output = Command::new("sh")
        .args([
            "-c",
            r#"exec "$0" open - --json --recovery-key-fd 3 3< "$1" < "$2""#,
        ])
        .arg(env!("CARGO_BIN_EXE_holdfast"))
        .arg(&key)
        .arg(&backup.path)
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["accounts"].as_array().unwrap().len(), 4);
}

#[test]
fn converted_accounts_open_again() {
    let backup = Backup::new();
    let links = backup.beside("links.txt");
    let links = links.to_str().unwrap();
    let convert = [
        "convert",
        &backup.path,
        "--to",
        "otpauth",
        "-o",
        links,
        "--passphrase-fd",
        "0",
    ];
    output(&convert, &backup.passphrase);
    assert!(
        std::fs::read_to_string(links)
            .unwrap()
            .starts_with("otpauth://totp/Demo%20Harbour")
    );
    assert_private(Path::new(links));

    // What is there stays, unless it is to go.
    let refused = holdfast(&convert, &backup.passphrase);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("error[output_exists]"));
    output(&[&convert[..], &["--force"]].concat(), &backup.passphrase);

    // Into a backup of its own, and through an encrypted export of another app.
    let again = backup.beside("again.holdfast");
    let again = again.to_str().unwrap();
    let new = [
        "convert",
        links,
        "--to",
        "holdfast",
        "-o",
        again,
        "--new-passphrase-fd",
        "0",
    ];
    let said = output(&new, "ropes and tides and lanterns");
    let recovery = said.lines().nth(1).unwrap();
    let aegis = backup.beside("aegis.json");
    let aegis = aegis.to_str().unwrap();
    let opened = output(
        &[
            "open",
            again,
            "--json",
            "--at",
            "59",
            "--recovery-key-fd",
            "0",
        ],
        recovery,
    );
    let direct = [
        "open",
        &backup.path,
        "--json",
        "--at",
        "59",
        "--passphrase-fd",
        "0",
    ];
    assert_eq!(opened, output(&direct, &backup.passphrase));
    let export = [
        "convert",
        links,
        "--to",
        "aegis-encrypted",
        "-o",
        aegis,
        "--new-passphrase-fd",
        "0",
    ];
    output(&export, "another password");
    assert!(
        !std::fs::read_to_string(aegis)
            .unwrap()
            .contains("JBSWY3DPEHPK3PXP")
    );
    let read = output(
        &[
            "open",
            aegis,
            "--json",
            "--at",
            "59",
            "--passphrase-fd",
            "0",
        ],
        "another password",
    );
    assert_eq!(opened, read);
    let verified = output(
        &["verify", aegis, "--passphrase-fd", "0"],
        "another password",
    );
    assert_eq!(verified, "An export of Aegis: 4 accounts can be read.\n");
    let wrong = holdfast(&["verify", aegis, "--passphrase-fd", "0"], "wrong");
    assert!(
        text(&wrong.stderr).starts_with("error[import_wrong_password]"),
        "{}",
        text(&wrong.stderr)
    );
    assert_eq!(wrong.status.code(), Some(3));
}

#[test]
fn a_weak_passphrase_makes_no_backup() {
    let backup = Backup::new();
    let links = backup.beside("links.txt");
    std::fs::write(&links, "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP\n").unwrap();
    let again = backup.beside("again.holdfast");
    let arguments = [
        "convert",
        links.to_str().unwrap(),
        "--to",
        "holdfast",
        "-o",
        again.to_str().unwrap(),
        "--new-passphrase-fd",
        "0",
    ];
    let refused = holdfast(&arguments, "short");
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).starts_with("error[passphrase_too_short]"));
    assert!(!again.exists());
}

#[test]
fn a_vault_made_in_python_opens() {
    let folder = tempfile::tempdir().unwrap();
    let (file, secret) = (folder.path().join("made"), folder.path().join("secret"));
    std::fs::write(&secret, "Fünf Möwen am Kai").unwrap();
    let payload = r#"{"format": 1, "accounts": {"AAAQEAYEAUDAOCAJBIFQYDIOB4": {
        "issuer": {"stamp": [7, 0, "AAAQEAYEAUDAOCAJBIFQYDIOB4"], "value": "Harbour"},
        "credentials": {"AAAQEAYEAUDAOCAJBIFQYDIOB4": {"type": "totp", "algorithm": "SHA1",
            "digits": 6, "period": 30, "secret": "JBSWY3DPEHPK3PXP"}},
        "edits": {"AAAQEAYEAUDAOCAJBIFQYDIOB4": 7}}}}"#;
    let mut made = Command::new("sh")
        .args([
            "-c",
            r#"exec "$0" "$1" make "$2" --passphrase-fd 3 3< "$3""#,
        ])
        .arg(python())
        .arg(tests_folder().join("decrypt.py"))
        .args([&file, &secret])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut made.stdin.take().unwrap(), payload.as_bytes()).unwrap();
    let made = made.wait_with_output().unwrap();
    assert!(
        made.status.success(),
        "{} needs cryptography and argon2-cffi: run `make setup`",
        python()
    );
    let path = file.to_str().unwrap();
    let recovery = text(&made.stdout);
    // The umlauts in two characters each, as some keyboards send them.
    let decomposed = "Fu\u{308}nf Mo\u{308}wen am Kai";
    for (option, secret) in [
        ("--passphrase-fd", decomposed),
        ("--recovery-key-fd", recovery.trim()),
    ] {
        let shown = output(&["open", path, "--at", "59", option, "0"], secret);
        assert_eq!(shown, "996 554  1 s  Harbour\n");
        output(&["verify", path, option, "0"], secret);
    }
}

/// At a terminal the secret is asked for, and does not appear there.
#[test]
fn a_prompt_shows_nothing_of_the_secret() {
    let backup = Backup::new();
    let script = r#"
import os, pty, sys, termios, time
program, path, secret = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(program, [program, "open", path, "--at", "59"])
seen = b""
while b"recovery key: " not in seen:
    seen += os.read(terminal, 1024)
# Whoever types after having read this finds the echo off.
while termios.tcgetattr(terminal)[3] & termios.ECHO:
    time.sleep(0.01)
os.write(terminal, secret.encode() + b"\n")
try:
    while chunk := os.read(terminal, 1024):
        seen += chunk
except OSError:
    pass
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"#;
    for secret in [&backup.passphrase, &backup.recovery] {
        let output = Command::new(python())
            .args([
                "-c",
                script,
                env!("CARGO_BIN_EXE_holdfast"),
                &backup.path,
                secret,
            ])
            .output()
            .unwrap();
        let seen = text(&output.stdout);
        assert!(output.status.success(), "{seen}");
        assert!(seen.contains("Passphrase or recovery key: "), "{seen}");
        assert!(seen.contains("996 554"), "{seen}");
        assert!(!seen.contains(secret.as_str()), "{seen}");
    }
}

/// Without a terminal nobody can be asked, and nothing hangs.
#[test]
fn without_a_terminal_it_says_how_to_hand_the_secret_over() {
    let backup = Backup::new();
    let output = Command::new("setsid")
        .arg("--wait")
        .arg(command(&[]).get_program())
        .args(["open", &backup.path])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(
        said.contains("error[secret_missing]") && said.contains("--passphrase-fd"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[cfg(unix)]
fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{}", path.display());
}

#[cfg(not(unix))]
fn assert_private(_: &Path) {}
