//! The project's own fixtures: each gives what `expected.txt` says, plain or encrypted.
//!
//! `tests/fixtures/import/make` writes them; the encrypted ones are made by other implementations.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use holdfast_core::Coded;
use holdfast_core::import::{Import, ImportError, read};

use crate::support::{PASSWORD, fixture, lines, refused};

/// Files that are no exports, or are read elsewhere.
const OTHERS: [&str; 2] = ["expected.txt", "make"];

/// A section of `expected.txt`: files, and what each of them gives.
struct Section {
    files: Vec<String>,
    text: String,
}

#[test]
fn every_fixture_gives_what_is_expected() {
    for section in sections() {
        for file in &section.files {
            assert_eq!(dump(&open(file)), section.text, "{file}");
        }
    }
}

#[test]
fn every_fixture_is_expected() {
    let expected: BTreeSet<String> = sections().into_iter().flat_map(|s| s.files).collect();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/import");
    let present: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    assert_eq!(present, expected);
}

#[test]
fn encrypted_ones_ask_for_the_password_and_refuse_a_wrong_one() {
    let mut sealed = 0;
    for file in sections().into_iter().flat_map(|section| section.files) {
        let bytes = fixture(&file);
        let Err(ImportError::NeedsPassword(format)) = read(&bytes, None) else {
            continue;
        };
        sealed += 1;
        let wrong = read(&bytes, Some("battery staple")).unwrap_err();
        assert_eq!(wrong, ImportError::WrongPassword(format), "{file}");
        assert_eq!(wrong.field(), Some("password"));
    }
    assert!(sealed >= 20, "{sealed}");
}

#[test]
fn damaged_ones_are_answered() {
    for file in sections().into_iter().flat_map(|section| section.files) {
        let bytes = fixture(&file);
        if bytes.len() > 64 << 10 {
            continue;
        }
        let whole = open(&file);
        // Cut short: never more than the whole had, and never a panic.
        for part in [
            0,
            1,
            bytes.len() / 3,
            bytes.len() / 2,
            bytes.len().saturating_sub(1),
        ] {
            if let Ok(import) = read(&bytes[..part], None) {
                let most = whole.as_ref().map_or(0, |import| import.accounts.len());
                assert!(import.accounts.len() <= most.max(1), "{file} cut at {part}");
            }
        }
        // A bit turned over in the middle of what is encrypted is found out.
        if let Err(ImportError::NeedsPassword(_)) = read(&bytes, None) {
            let mut damaged = bytes.clone();
            let place = damaged.len() * 2 / 3;
            damaged[place] ^= 1;
            if let (Ok(import), Ok(whole)) = (read(&damaged, Some(PASSWORD)), &whole) {
                // Entries that are encrypted one by one go one by one; CBC alone does not tell.
                let same = import
                    .accounts
                    .iter()
                    .filter(|a| whole.accounts.contains(a))
                    .count();
                assert!(same + 1 >= whole.accounts.len(), "{file}");
            }
        }
    }
}

fn open(file: &str) -> Result<Import, ImportError> {
    let bytes = fixture(file);
    match read(&bytes, None) {
        Err(ImportError::NeedsPassword(_)) => read(&bytes, Some(PASSWORD)),
        result => result,
    }
}

fn dump(result: &Result<Import, ImportError>) -> String {
    let import = match result {
        Ok(import) => import,
        Err(error) => {
            let detail = error.detail().unwrap_or_default();
            return format!("error {} {detail}", error.code())
                .trim_end()
                .to_owned()
                + "\n";
        }
    };
    let mut text = format!("format {}\n", import.format.name());
    let all = lines(import);
    // A file with hundreds is there for its structure.
    let (shown, rest) = all.split_at(all.len().min(20));
    for line in shown {
        writeln!(text, "{line}").unwrap();
    }
    if let Some(last) = rest.last() {
        writeln!(text, "… {} more, the last: {last}", rest.len()).unwrap();
    }
    for (position, name, code, field) in refused(import) {
        let field = field.unwrap_or("-");
        writeln!(text, "refused {position} {name:?} {code} {field}").unwrap();
    }
    text
}

fn sections() -> Vec<Section> {
    let text = String::from_utf8(fixture("expected.txt")).unwrap();
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(files) = line.strip_prefix("== ") {
            sections.push(Section {
                files: files.split(' ').map(str::to_owned).collect(),
                text: String::new(),
            });
        } else if !line.is_empty() {
            let section = sections.last_mut().unwrap();
            section.text += line;
            section.text.push('\n');
        }
    }
    sections
}
