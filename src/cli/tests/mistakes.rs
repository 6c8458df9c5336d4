//! What people get wrong on a command line, and what they are told.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{command, holdfast, output, tests_folder, text};
use std::process::Stdio;

const LINK: &str = "otpauth://totp/Good?secret=JBSWY3DPEHPK3PXP\n";

/// A folder with a file of one account, and the file's path.
fn links() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("links.txt");
    std::fs::write(&path, LINK).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
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
    let written = output(&["convert", &path, "--to", "otpauth", "-o", "-"], "");
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

/// `holdfast list FILE | head -1`.
#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let (_folder, path) = links();
    std::fs::write(&path, LINK.repeat(20_000)).unwrap();
    let mut child = command(&["convert", &path, "--to", "otpauth"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(text(&ended.stderr), "");
    assert_eq!(ended.status.code(), Some(0));
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
