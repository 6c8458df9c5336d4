//! Reading and writing other apps' files, as a WebAssembly module of its own: loaded when the
//! settings page needs it, so that no click on the toolbar button pays for it.
//!
//! What it says is the JSON of [`holdfast_core::handover`]; what it throws is a stable code.

use holdfast_core::account::{AccountDraft, NewAccount};
use holdfast_core::export::{self, Options, Target};
use holdfast_core::handover::{FileContent, FileFailure, FileOutcome, RefusedEntry};
use holdfast_core::import::{Import, ImportError, Input, read_all};
use holdfast_core::{Coded, export::ExportError};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

/// Reads files together, each with its password (an empty one is none), and says of each what it
/// holds: the JSON of a list of `FileOutcome`.
#[wasm_bindgen]
pub fn read(files: Vec<Uint8Array>, passwords: Vec<String>) -> Result<String, String> {
    let passwords = Zeroizing::new(passwords);
    let files: Vec<Zeroizing<Vec<u8>>> = files
        .iter()
        .map(|file| Zeroizing::new(file.to_vec()))
        .collect();
    let passwords = passwords.iter().map(|password| Some(password.as_str()));
    let inputs = files.iter().map(|file| file.as_slice());
    let inputs: Vec<Input<'_>> = inputs.zip(passwords).collect();
    let outcomes: Vec<FileOutcome> = read_all(&inputs)
        .into_iter()
        .map(|result| match result {
            Ok(import) => FileOutcome::Read(content(&import)),
            Err(error) => FileOutcome::Failed(failure(&error)),
        })
        .collect();
    json(&outcomes)
}

/// Writes accounts (the JSON of a list of drafts) as a file.
#[wasm_bindgen]
pub fn write(
    target: &str,
    drafts: &str,
    password: Option<String>,
    now: f64,
) -> Result<Vec<u8>, String> {
    let password = password.map(Zeroizing::new);
    let mut failed = false;
    let mut random = |bytes: &mut [u8]| failed |= getrandom::fill(bytes).is_err();
    let mut options = Options {
        password: password.as_ref().map(|password| password.as_str()),
        random: &mut random,
        now: now as u64,
    };
    let bytes = export::write(target_of(target)?, &accounts(drafts)?, &mut options);
    let bytes = bytes.map_err(|error: ExportError| error.code().to_owned())?;
    match failed {
        true => Err("random_failed".to_owned()),
        false => Ok(bytes.to_vec()),
    }
}

fn content(import: &Import) -> FileContent {
    let missing = import.missing();
    FileContent {
        title: import.format.title().to_owned(),
        accounts: import.accounts.iter().map(NewAccount::to_draft).collect(),
        refused: import
            .refused
            .iter()
            .map(|refused| RefusedEntry {
                position: refused.position,
                name: refused.name.clone(),
                code: refused.reason.code().to_owned(),
                field: refused.reason.field().map(str::to_owned),
            })
            .collect(),
        missing: missing
            .into_iter()
            .flat_map(|parts| parts.numbers)
            .collect(),
    }
}

fn failure(error: &ImportError) -> FileFailure {
    FileFailure {
        code: error.code().to_owned(),
        title: error.format().map(|format| format.title().to_owned()),
        detail: error.detail(),
    }
}

fn target_of(name: &str) -> Result<Target, String> {
    let found = Target::ALL.into_iter().find(|target| target.name() == name);
    found.ok_or_else(|| "unknown_target".to_owned())
}

fn accounts(drafts: &str) -> Result<Vec<NewAccount>, String> {
    let drafts: Vec<AccountDraft> =
        serde_json::from_str(drafts).map_err(|_| "field_invalid".to_owned())?;
    let accounts = drafts.iter().map(AccountDraft::parse);
    let accounts: Result<Vec<_>, _> = accounts.collect();
    accounts.map_err(|error| error.code().to_owned())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, String> {
    serde_json::to_string(value).map_err(|_| "field_invalid".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFTS: &str = r#"[{"issuer":"GitHub","label":"jane","note":"a note","type":"totp",
        "secret":"JBSWY3DPEHPK3PXP","algorithm":"SHA1","digits":"6","period":"30","counter":""}]"#;

    #[test]
    fn says_what_the_core_says_or_its_code() {
        let bytes = write("otpauth_lines", DRAFTS, None, 0.0).unwrap();
        assert!(bytes.starts_with(b"otpauth://totp/GitHub:jane?"));
        let closed = write("aegis_encrypted", DRAFTS, None, 0.0);
        assert_eq!(closed, Err("export_needs_password".to_owned()));
        assert_eq!(
            write("?", DRAFTS, None, 0.0),
            Err("unknown_target".to_owned())
        );
        assert_eq!(
            write("aegis", "[", None, 0.0),
            Err("field_invalid".to_owned())
        );
        let bad = DRAFTS.replace("JBSW", "?");
        assert_eq!(
            write("aegis", &bad, None, 0.0),
            Err("secret_bad_character".to_owned())
        );
    }
}
