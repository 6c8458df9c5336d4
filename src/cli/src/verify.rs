//! `verify`: every check of `docs/format.md`, one line each.

use std::io::Write;

use holdfast_core::code;
use holdfast_core::contents::Contents;
use holdfast_core::import::{self, ImportError};
use holdfast_core::open::open;
use holdfast_core::seal::{self, Check, SlotKind, kdf};
use serde_json::{Value, json};

use crate::arguments::Input;
use crate::failure::{Exit, Failure};
use crate::load::{self, Kind};
use crate::print::print_json;
use crate::{file, print};

/// Makes every check and says of each how it went.
pub fn run(input: &Input, out: &mut dyn Write) -> Result<Exit, Failure> {
    let bytes = file::read(input)?;
    if let Kind::Export = load::kind(&bytes) {
        return export(input, &bytes, out);
    }
    let mut passed = Vec::new();
    let outcome = check(input, &bytes, &mut passed)?;
    let report = Report {
        passed,
        keyless: input.without_key,
        outcome,
        about: about(&bytes),
    };
    match input.json {
        true => print_json(out, &report.json())?,
        false => print::text(out, &report.text()).map(drop)?,
    }
    Ok(report.exit())
}

/// Another app's export has no checks of its own: that it can be read, and every entry in it, is
/// what there is to say.
fn export(input: &Input, bytes: &[u8], out: &mut dyn Write) -> Result<Exit, Failure> {
    if input.without_key
        && let Err(ImportError::NeedsPassword(format)) = import::read(bytes, None)
    {
        let value = json!({ "format": format.name(), "encrypted": true, "passed": true });
        let words = format!(
            "An encrypted export of {}: what is in it can be told with its password only.\n",
            format.title()
        );
        match input.json {
            true => print_json(out, &value)?,
            false => print::text(out, &words).map(drop)?,
        }
        return Ok(Exit::Done);
    }
    let import = match load::open_export(input, bytes) {
        Ok(import) => import,
        Err(failure) if input.json => {
            let error = json!({ "code": failure.code, "message": failure.message });
            let value = json!({ "passed": false, "error": error });
            print_json(out, &value)?;
            return Ok(failure.exit);
        }
        Err(failure) => return Err(failure),
    };
    let refused = load::refusals(&import);
    let whole = !load::any_account(&refused);
    if input.json {
        let value = json!({
            "format": import.format.name(),
            "accounts": import.accounts.len(),
            "refused": load::lines(&refused),
            "passed": whole,
        });
        print_json(out, &value)?;
    } else {
        let mut lines = vec![format!(
            "An export of {}: {} accounts can be read.",
            import.format.title(),
            import.accounts.len()
        )];
        let complaints = load::not_taken(&refused);
        lines.extend(complaints.iter().map(|line| print::safe(line)));
        lines.push(String::new());
        print::text(out, &lines.join("\n")).map(drop)?;
    }
    Ok(if whole { Exit::Done } else { Exit::Partly })
}

/// What came of it.
struct Report {
    passed: Vec<Check>,
    keyless: bool,
    outcome: Result<Option<Summary>, Failure>,
    about: Option<String>,
}

/// What was found behind the last check.
struct Summary {
    accounts: usize,
    codes: usize,
    unreadable: usize,
    deleted: usize,
}

/// The outer error is one of using this program; the inner is the file's.
fn check(
    input: &Input,
    bytes: &[u8],
    passed: &mut Vec<Check>,
) -> Result<Result<Option<Summary>, Failure>, Failure> {
    let mut without_key = Vec::new();
    if let Err(error) = seal::read_noting(bytes, |check| without_key.push(check)) {
        *passed = without_key;
        return Ok(Err(Failure::of(&error)));
    }
    if input.without_key {
        *passed = without_key;
        return Ok(Ok(None));
    }
    let secret = input.secret.read("Passphrase or recovery key: ")?;
    let opened = open(bytes, secret.typed(), &kdf::derive, &mut |check| {
        passed.push(check)
    });
    Ok(match opened {
        Ok(contents) => Ok(Some(Summary::of(&contents))),
        Err(error) => {
            // A secret that can't be one is noticed before the file is looked at again.
            if passed.is_empty() {
                *passed = without_key;
            }
            Err(Failure::of(&error))
        }
    })
}

impl Summary {
    fn of(contents: &Contents) -> Self {
        let list = contents.vault.list();
        let counts = contents.vault.counts();
        let credentials = list
            .iter()
            .flat_map(|(_, account)| account.credentials.values());
        Self {
            accounts: counts.accounts,
            codes: credentials
                .filter(|credential| !code::at(credential, 0).text.is_empty())
                .count(),
            unreadable: counts.unreadable,
            deleted: counts.restorable,
        }
    }
}

impl Report {
    fn expected(&self) -> Vec<Check> {
        let all = Check::ALL.into_iter();
        all.filter(|check| !self.keyless || check.needs_no_key())
            .collect()
    }

    fn exit(&self) -> Exit {
        match &self.outcome {
            Err(failure) => failure.exit,
            Ok(Some(summary)) if summary.unreadable > 0 => Exit::Partly,
            Ok(_) => Exit::Done,
        }
    }

    fn text(&self) -> String {
        let mut lines = Vec::new();
        lines.extend(self.about.clone());
        let mut failed = self.outcome.as_ref().err();
        for check in self.expected() {
            let (number, promise) = (check.number(), promise(check));
            if self.passed.contains(&check) {
                lines.push(format!("{number:>2}  ok    {promise}"));
            } else if let Some(failure) = failed.take() {
                lines.push(format!("{number:>2}  FAIL  {promise}"));
                lines.push(format!(
                    "          error[{}]: {}",
                    failure.code, failure.message
                ));
                lines.extend(
                    failure
                        .advice
                        .iter()
                        .map(|advice| format!("          {advice}")),
                );
            } else {
                lines.push(format!("{number:>2}  -     {promise}"));
            }
        }
        lines.push(self.verdict());
        lines.push(String::new());
        lines.join("\n")
    }

    fn verdict(&self) -> String {
        let (passed, expected) = (self.passed.len(), self.expected().len());
        match &self.outcome {
            Err(_) => format!("{passed} of {expected} checks passed."),
            Ok(None) => format!(
                "{passed} of {} checks passed; the others need the passphrase or the recovery key.",
                Check::ALL.len()
            ),
            Ok(Some(summary)) => {
                let mut words = format!(
                    "All {expected} checks passed: {} accounts, {} make codes.",
                    summary.accounts, summary.codes
                );
                if summary.deleted > 0 {
                    words += &format!(" {} deleted ones can be brought back.", summary.deleted);
                }
                if summary.unreadable > 0 {
                    words += &format!(" {} were made by a newer version.", summary.unreadable);
                }
                words
            }
        }
    }

    fn json(&self) -> Value {
        let mut reached = true;
        let checks: Vec<Value> = self
            .expected()
            .into_iter()
            .map(|check| {
                let outcome = match (self.passed.contains(&check), reached) {
                    (true, _) => "passed",
                    (false, true) => "failed",
                    (false, false) => "not reached",
                };
                reached &= outcome == "passed";
                json!({ "number": check.number(), "check": promise(check), "outcome": outcome })
            })
            .collect();
        let mut value = json!({ "checks": checks, "passed": self.outcome.is_ok() });
        let Some(fields) = value.as_object_mut() else {
            return value;
        };
        match &self.outcome {
            Ok(None) => {}
            Ok(Some(summary)) => {
                fields.insert("accounts".into(), summary.accounts.into());
                fields.insert("codes".into(), summary.codes.into());
                fields.insert("unreadable".into(), summary.unreadable.into());
                fields.insert("deleted".into(), summary.deleted.into());
            }
            Err(failure) => {
                let error = json!({ "code": failure.code, "message": failure.message });
                fields.insert("error".into(), error);
            }
        }
        value
    }
}

/// What anybody can see of a backup.
fn about(bytes: &[u8]) -> Option<String> {
    let sealed = seal::read(bytes).ok()?;
    let count = |kind| sealed.header().slots_of(kind).count();
    let mut keys = Vec::new();
    for (kind, one, several) in [
        (SlotKind::Passphrase, "passphrase", "passphrases"),
        (SlotKind::Recovery, "recovery key", "recovery keys"),
        (SlotKind::Passkey, "passkey", "passkeys"),
    ] {
        match count(kind) {
            0 => {}
            1 => keys.push(format!("1 {one}")),
            more => keys.push(format!("{more} {several}")),
        }
    }
    Some(format!(
        "Holdfast backup, format 1.{}, {} bytes; opens with {}",
        sealed.minor(),
        bytes.len(),
        keys.join(", ")
    ))
}

/// What a check makes sure of.
fn promise(check: Check) -> &'static str {
    match check {
        Check::Magic => "begins with the letters HOLDFAST",
        Check::VersionThere => "has a version",
        Check::Version => "is of format 1",
        Check::FileSize => "is not larger than 64 MiB",
        Check::LengthsThere => "has the lengths of its parts",
        Check::HeaderSize => "has a header of at most 64 KiB",
        Check::HeaderThere => "has all of its header",
        Check::HeaderChecksum => "the header's checksum is right",
        Check::FileLength => "is as long as the header says",
        Check::FileChecksum => "the file's checksum is right",
        Check::CiphertextLength => "the ciphertext is not too short",
        Check::HeaderFields => "the header's fields are well-formed",
        Check::Slots => "the key slots are well-formed, their parameters within bounds",
        Check::SlotThere => "has a key slot for this kind of secret",
        Check::VaultKey => "the secret opens that slot",
        Check::Commitment => "the file is committed to that vault key",
        Check::Ciphertext => "decrypts; neither header nor content was altered",
        Check::Padding => "the padding is the one that must be",
        Check::Json => "the content is JSON",
        Check::PayloadFields => "the content is a vault of format 1",
        Check::Keyring => "the keyring inside can be read",
        Check::Mirror => "the key slots outside are those of the keyring inside",
    }
}
