//! Other apps' exports: those made for the tests, and real ones where they are present, next to the
//! project as `shared/fixtures/import` or where `HOLDFAST_REAL_EXPORTS` says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod common;

use std::path::PathBuf;

use common::{holdfast, output, tests_folder, text};
use serde_json::Value;

/// By oathtool: `oathtool --base32 --totp --now=@59 4SJHB4GSD43FZBAI7C2HLRJGPQ`.
const CODE_OF_DENO: &str = "526156";

/// Real exports with their passwords, and how many accounts of the eight they can express.
const REAL: &[(&str, &str, usize)] = &[
    ("2fas_authenticator_encrypted_v4.2fas", "test", 5),
    ("aegis_encrypted.json", "test", 7),
    ("andotp_encrypted.bin", "test", 7),
    ("authenticator_plus.zip", "testtesttest", 7),
    ("authy_encrypted.xml", "testtest", 3),
    ("bitwarden.csv", "", 4),
    ("bitwarden.json", "", 4),
    ("duo.json", "", 2),
    ("ente_auth.txt", "", 7),
    ("freeotp_v2_api27.xml", "test", 6),
    ("google_authenticator.sqlite", "", 6),
    ("microsoft_authenticator.sqlite", "", 7),
    ("proton_authenticator.json", "", 3),
    ("stratum_encrypted.bin", "test", 7),
    ("totp_authenticator.bin", "Testtest1", 3),
];

#[test]
fn real_exports_show_their_codes() {
    let Some(folder) = real() else { return };
    for (name, password, accounts) in REAL {
        let path = folder.join(name);
        let path = path.to_str().unwrap();
        let arguments = ["open", path, "--json", "--at", "59", "--passphrase-fd", "0"];
        let shown: Value = serde_json::from_str(&output(&arguments, password)).unwrap();
        let rows = shown["accounts"].as_array().unwrap();
        assert_eq!(rows.len(), *accounts, "{name}");
        assert!(
            rows.iter().any(|row| row["code"] == CODE_OF_DENO),
            "{name}: {shown:#}"
        );
        if !password.is_empty() {
            let wrong = holdfast(&["verify", path, "--passphrase-fd", "0"], "not this one");
            assert_eq!(wrong.status.code(), Some(3), "{name}");
            let said = text(&wrong.stderr);
            assert!(said.starts_with("error[import_wrong_password]"), "{said}");
        }
    }
}

#[test]
fn an_export_with_a_password_has_no_recovery_key() {
    let path = tests_folder().join("fixtures/import/aegis-encrypted.json");
    let path = path.to_str().unwrap();
    let refused = holdfast(&["open", path, "--recovery-key-fd", "0"], "x");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("An export of Aegis has a password"));
}

#[test]
fn what_an_export_holds_besides_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("links.txt");
    std::fs::write(
        &path,
        "otpauth://totp/Good?secret=JBSWY3DPEHPK3PXP\notpauth://totp/Bad?secret=JBSWY3DPEHPK3PX1\n",
    )
    .unwrap();
    let shown = holdfast(&["open", path.to_str().unwrap(), "--at", "59"], "");
    assert_eq!(shown.status.code(), Some(5));
    let said = text(&shown.stdout);
    assert!(said.starts_with("996 554  1 s  Good\n"), "{said}");
    assert!(said.contains("Not taken: entry 2 (Bad): "), "{said}");
    assert!(!said.contains("JBSWY3DPEHPK3PX1"), "{said}");
}

/// A password manager's vault is mostly logins without a one-time password: no account is missing
/// for them, and they do not hide those that are.
#[test]
fn what_never_was_an_account_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.csv");
    let path = path.to_str().unwrap();
    let vault = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n\
        ,,login,Good,,,0,,,,JBSWY3DPEHPK3PXP\n,,login,None,,,0,,,,\n,,note,Word,,,0,,,,\n";
    std::fs::write(path, vault).unwrap();
    for command in ["open", "list", "verify"] {
        let shown = holdfast(&[command, path], "");
        assert_eq!(shown.status.code(), Some(0), "{command}");
        let said = text(&shown.stdout);
        assert!(
            said.contains("Not taken: 2 entries without a one-time password."),
            "{said}"
        );
        assert!(!said.contains("Word"), "{said}");
    }
    let named = holdfast(&["list", path, "--json"], "");
    assert!(text(&named.stdout).contains("entry 3 (Word): it has no one-time password"));
    let bad = ",,login,Bad,,,0,,,,0189\n";
    std::fs::write(path, format!("{vault}{bad}")).unwrap();
    let converted = holdfast(&["convert", path, "--to", "otpauth-lines"], "");
    assert_eq!(converted.status.code(), Some(5));
    let said = text(&converted.stderr);
    assert!(said.contains("Not taken: entry 4 (Bad): "), "{said}");
    assert!(said.contains("Not taken: 2 entries without"), "{said}");
}

/// Where nothing is left to write, it is said of each account why.
#[test]
fn what_is_left_out_is_named_though_it_is_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("links.txt");
    let path = path.to_str().unwrap();
    let long = "%D1%8F".repeat(512);
    let links = format!(
        "otpauth://steam/Boeing:gabe?secret=MFRGGZDF\notpauth://totp/{long}?secret=MFRGGZDF&issuer={long}\n"
    );
    std::fs::write(path, links).unwrap();
    let converted = holdfast(&["convert", path, "--to", "google-migration"], "");
    assert!(!converted.status.success());
    let said = text(&converted.stderr);
    for line in [
        "Left out: Boeing · gabe: this format has no such type.",
        "я: its link is longer than a QR code can hold.",
        "error[export_nothing]",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

/// The folder of the real exports, if it is there.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("HOLDFAST_REAL_EXPORTS").map(PathBuf::from);
    let beside = tests_folder().join("../../shared/fixtures/import");
    let far = tests_folder().join("../../../shared/fixtures/import");
    [named, Some(beside), Some(far)]
        .into_iter()
        .flatten()
        .find(|folder| folder.is_dir())
}
