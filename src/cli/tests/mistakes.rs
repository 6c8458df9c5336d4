//! What people get wrong on a command line, and what they are told.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;
#[path = "../../core/tests/common/mod.rs"]
mod vectors;

use std::io::Write;
use std::process::{Output, Stdio};

use common::{command, holdfast, output, tests_folder, text};
use sha2::{Digest, Sha256};
use vectors::{Secret, base64, open_named};

const LINK: &str = "otpauth://totp/Good?secret=JBSWY3DPEHPK3PXP\n";

/// A folder with a file of one account, and the file's path.
fn links() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("links.txt");
    std::fs::write(&path, LINK).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// A folder with a backup, and the backup's path.
fn backup() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.holdfast");
    std::fs::write(&path, base64(&open_named("vault-rust").file)).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// What opens it.
fn recovery_key() -> String {
    let mut secrets = open_named("vault-rust").secrets.into_iter();
    let key = secrets.find_map(|secret| match secret {
        Secret::Recovery(text) => Some(text),
        _ => None,
    });
    key.unwrap()
}

/// A run of which nobody reads the standard output.
fn without_reader(arguments: &[&str], input: &str) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may have ended before it read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

#[test]
fn a_passphrase_that_would_protect_nothing_is_not_passed_over() {
    let (_folder, path) = links();
    for format in ["otpauth", "aegis"] {
        let arguments = ["convert", &path, "--to", format, "--new-passphrase-fd", "0"];
        let refused = holdfast(&arguments, "six random words are enough here");
        assert_eq!(refused.status.code(), Some(2));
        assert!(refused.stdout.is_empty());
        let said = text(&refused.stderr);
        assert!(said.contains(&format!("`{format}` is not encrypted")));
    }
    let encrypted = [
        "convert",
        &path,
        "--to",
        "aegis-encrypted",
        "--new-passphrase-fd",
        "0",
    ];
    assert!(output(&encrypted, "six random words").contains("\"slots\""));
    let none = holdfast(&encrypted, "");
    assert_eq!(none.status.code(), Some(3), "{}", text(&none.stderr));
}

#[test]
fn where_nothing_can_be_written_is_named() {
    let (folder, path) = links();
    let missing = folder.path().join("no/such/folder/out.txt");
    let taken = folder.path();
    for place in [missing.as_path(), taken] {
        let place = place.to_str().unwrap();
        let arguments = ["convert", &path, "--to", "otpauth", "--force", "-o", place];
        let failed = holdfast(&arguments, "");
        assert_eq!(failed.status.code(), Some(1));
        let said = text(&failed.stderr);
        assert!(
            said.contains(&format!("{place} can't be written")),
            "{said}"
        );
        assert!(!said.contains("space"), "{said}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "half a file was left behind"
    );
}

#[test]
fn a_hyphen_is_the_standard_output() {
    let (folder, path) = links();
    let written = command(&["convert", &path, "--to", "otpauth", "-o", "-"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let written = text(&written.stdout);
    assert!(written.starts_with("otpauth://totp/"), "{written}");
    assert!(!folder.path().join("-").exists());
    let backup = [
        "convert",
        &path,
        "--to",
        "holdfast",
        "-o",
        "-",
        "--new-passphrase-fd",
        "0",
    ];
    assert_eq!(holdfast(&backup, "x").status.code(), Some(2));
}

/// `holdfast list FILE | head -1`: what came of it is in the exit status still.
#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let (_folder, path) = links();
    std::fs::write(&path, LINK.repeat(20_000)).unwrap();
    let convert = ["convert", &path, "--to", "otpauth"];
    let (damaged_folder, damaged) = backup();
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes.pop();
    std::fs::write(&damaged, bytes).unwrap();
    let verify = ["verify", &damaged, "--without-key"];
    let partly = damaged_folder.path().join("partly.txt");
    std::fs::write(&partly, format!("{LINK}otpauth://totp/None?secret=1\n")).unwrap();
    let list = ["list", partly.to_str().unwrap()];
    for (arguments, status) in [(&convert[..], 0), (&verify, 1), (&list, 5)] {
        let ended = without_reader(arguments, "");
        assert_eq!(text(&ended.stderr), "", "{arguments:?}");
        assert_eq!(ended.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn a_recovery_key_that_nobody_read_is_told() {
    let (folder, path) = links();
    let backup = folder.path().join("new.holdfast");
    let backup = backup.to_str().unwrap();
    let arguments = [
        "convert",
        &path,
        "--to",
        "holdfast",
        "-o",
        backup,
        "--new-passphrase-fd",
        "0",
    ];
    let passphrase = "ropes and tides and lanterns";
    let ended = without_reader(&arguments, passphrase);
    assert_eq!(ended.status.code(), Some(1));
    let said = text(&ended.stderr);
    assert!(said.starts_with("error[output_closed]"), "{said}");
    output(&["verify", backup, "--passphrase-fd", "0"], passphrase);
}

#[test]
fn an_encrypted_export_needs_no_password_to_be_told() {
    let path = tests_folder().join("fixtures/import/aegis-encrypted.json");
    let path = path.to_str().unwrap();
    let told = output(&["verify", path, "--without-key"], "");
    assert!(told.starts_with("An encrypted export of Aegis"), "{told}");
    let told = output(&["verify", path, "--without-key", "--json"], "");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["encrypted"], true);
}

#[test]
fn a_secret_in_a_file_with_more_in_it_is_not_called_wrong() {
    let path = tests_folder().join("fixtures/import/aegis-encrypted.json");
    let arguments = ["open", path.to_str().unwrap(), "--passphrase-fd", "0"];
    let refused = holdfast(&arguments, "one\ntwo\n");
    assert_eq!(refused.status.code(), Some(3));
    let said = text(&refused.stderr);
    assert!(said.starts_with("error[secret_unreadable]"), "{said}");
    assert!(said.contains("more than one line"), "{said}");
}

#[test]
fn a_recovery_key_may_be_copied_in_the_lines_of_its_sheet() {
    let (_folder, path) = backup();
    let arguments = ["list", &path, "--recovery-key-fd", "0"];
    let key = recovery_key();
    let groups: Vec<&str> = key.split('-').collect();
    let (above, below) = groups.split_at(7);
    let lines = format!("\u{feff}{}\r\n{}\r\n", above.join(" "), below.join(" "));
    assert!(output(&arguments, &lines).starts_with("TOTP"));
}

#[test]
fn a_mistyped_recovery_key_does_not_take_its_slot_away() {
    let (_folder, path) = backup();
    let arguments = ["verify", &path, "--recovery-key-fd", "0"];
    let mistyped = recovery_key().replacen("W7Z93", "7WZ93", 1);
    let failed = holdfast(&arguments, &mistyped);
    assert_eq!(failed.status.code(), Some(3));
    let said = text(&failed.stdout);
    assert!(
        said.contains(
            "\n15  FAIL  the secret opens that slot\n          error[recovery_key_groups]"
        ),
        "{said}"
    );
}

/// However large it is: "so a program can always tell" (`docs/format.md`).
#[test]
fn a_newer_version_is_told_beyond_the_limit_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let path = path.to_str().unwrap();
    for (major, intact, code, status) in [
        (2, true, "newer_format", 4),
        (2, false, "damaged", 1),
        (1, true, "file_too_large", 1),
    ] {
        let mut file = [b"HOLDFAST".as_slice(), &[0, major, 0, 0]].concat();
        file.resize(64 << 20, 0);
        let checksum = Sha256::digest(&file);
        file.extend(checksum.iter().map(|byte| byte ^ u8::from(!intact)));
        std::fs::write(path, file).unwrap();
        let refused = holdfast(&["open", path, "--passphrase-fd", "0"], "x");
        assert_eq!(refused.status.code(), Some(status), "{code}");
        let said = text(&refused.stderr);
        assert!(said.starts_with(&format!("error[{code}]")), "{said}");
        let verified = holdfast(&["verify", path, "--without-key", "--json"], "");
        assert_eq!(verified.status.code(), Some(status), "{code}");
        assert!(text(&verified.stdout).contains(code), "{code}");
    }
}
