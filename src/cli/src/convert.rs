//! `convert`: the accounts of a file in another format.

use std::io::Write;

use holdfast_core::account::NewAccount;
use holdfast_core::export::{self, Options, Target};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::arguments::Convert;
use crate::failure::{Exit, Failure};
use crate::load::{Loaded, load};
use crate::output::Output;
use crate::print::safe;
use crate::secret::From;
use crate::{clock, file, new_backup, random, secret};

/// The name of Holdfast's own format.
const BACKUP: &str = "holdfast";

/// Reads, converts and writes. What could not be carried is said on the standard error.
pub fn run(options: &Convert, out: &mut Output<impl Write>) -> Result<Exit, Failure> {
    let target = target(&options.to)?;
    // As for input.
    let output = options
        .output
        .as_deref()
        .filter(|path| path.as_os_str() != "-");
    if target.is_none() && output.is_none() {
        return Err(Failure::usage(
            "A backup is written to a file: name it with -o.",
        ));
    }
    if options.new_secret != From::Prompt && target.is_some_and(|target| !target.is_encrypted()) {
        return Err(Failure::usage(format!(
            "`{}` is not encrypted: no passphrase would protect it.",
            options.to
        )));
    }
    if options.new_secret.is_standard_input()
        && (options.input.secret.is_standard_input() || options.input.file.as_os_str() == "-")
    {
        return Err(Failure::usage("The standard input can be one thing only."));
    }
    let loaded = load(&options.input)?;
    let mut complaints = loaded.complaints();
    let whole = matches!(loaded.exit(), Exit::Done);
    match target {
        None => new_backup::write(options, accounts(loaded), out)?,
        Some(target) => {
            let (accounts, names) = named(loaded);
            complaints.extend(losses(target, &accounts, &names));
            // Why nothing was left to write, if it is that.
            let bytes = export(options, target, &accounts).inspect_err(|_| tell(&complaints))?;
            match output {
                Some(path) => file::write(path, &bytes, options.force)?,
                None => out.write_all(&bytes).map_err(Failure::output)?,
            }
        }
    }
    let lost = complaints.iter().any(|line| line.starts_with("Left out"));
    tell(&complaints);
    Ok(if whole && !lost {
        Exit::Done
    } else {
        Exit::Partly
    })
}

fn tell(complaints: &[String]) {
    for line in complaints {
        // Where nobody reads errors there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{}", safe(line));
    }
}

/// The names of all formats that are written, each with a word about it.
pub fn formats() -> Vec<(String, &'static str)> {
    let mut formats: Vec<(String, &'static str)> = Target::ALL
        .into_iter()
        .map(|target| {
            let about = match (target, target.is_encrypted()) {
                (Target::OtpauthLines, _) => "one otpauth:// link a line: most apps read it",
                (_, true) => "encrypted with a new password",
                (_, false) => "unencrypted",
            };
            (name(target), about)
        })
        .collect();
    formats.push((
        BACKUP.to_owned(),
        "a new Holdfast backup with a passphrase of its own",
    ));
    formats
}

/// The name on the command line: the stable name with hyphens.
fn name(target: Target) -> String {
    match serde_json::to_value(target) {
        Ok(Value::String(name)) => name.replace('_', "-"),
        _ => String::new(),
    }
}

/// `None` is a backup.
fn target(wanted: &str) -> Result<Option<Target>, Failure> {
    let wanted = match wanted {
        BACKUP => return Ok(None),
        "otpauth" => "otpauth-lines".to_owned(),
        other => other.replace('_', "-"),
    };
    let known = Target::ALL
        .into_iter()
        .find(|target| name(*target) == wanted);
    known.map(Some).ok_or_else(|| {
        let names: Vec<String> = formats().into_iter().map(|(name, _)| name).collect();
        Failure::usage(format!(
            "There is no format `{wanted}` to write. Known are: {}.",
            names.join(", ")
        ))
    })
}

fn accounts(loaded: Loaded) -> Vec<NewAccount> {
    let entries = loaded.accounts.into_iter();
    entries.map(|entry| entry.account).collect()
}

fn named(loaded: Loaded) -> (Vec<NewAccount>, Vec<String>) {
    let names = loaded.accounts.iter().map(|entry| entry.name()).collect();
    (accounts(loaded), names)
}

fn losses(target: Target, accounts: &[NewAccount], names: &[String]) -> Vec<String> {
    let name = |index: usize| names.get(index).map(String::as_str).unwrap_or_default();
    let losses = export::losses(target, accounts);
    losses
        .iter()
        .map(|loss| {
            let (what, field) = (name(loss.account), loss.field);
            match loss.whole {
                true if field == "secret" => format!(
                    "Left out: {what}: this format keeps one account for each secret, and there is one before it, or takes none of this length."
                ),
                true if field == "link" => format!(
                    "Left out: {what}: its link is longer than a QR code can hold. Shorten its user name."
                ),
                true => format!("Left out: {what}: this format has no such {field}."),
                false => format!("Without {field}: {what}."),
            }
        })
        .collect()
}

fn export(
    options: &Convert,
    target: Target,
    accounts: &[NewAccount],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let password = match target.is_encrypted() {
        true => Some(secret::read_new(options.new_secret, "what is written")?),
        false => None,
    };
    let mut failed = None;
    let result = export::write(
        target,
        accounts,
        &mut Options {
            password: password.as_ref().map(|password| password.text()),
            random: &mut |bytes| failed = random::fill(bytes).err().or(failed.take()),
            now: clock::now(),
        },
    );
    match failed {
        // Without randomness nothing that was made of it may be used.
        Some(failure) => Err(failure),
        None => result.map_err(|error| Failure::of(&error)),
    }
}
