//! `open` and `list`: the accounts of a file, with and without their codes.

use std::io::Write;

use holdfast_core::account::Kind;
use holdfast_core::code::{self, Code};
use serde_json::{Value, json};

use crate::arguments::Show;
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::load::{Entry, Loaded, lines, load};
use crate::print::{grouped, print_json, safe};

/// Shows the codes of all accounts.
pub fn open(options: &Show, out: &mut dyn Write) -> Result<Exit, Failure> {
    let loaded = load(&options.input)?;
    // The clock is read after the secret was typed.
    let at = options.at.unwrap_or_else(clock::now);
    let codes: Vec<(&Entry, Code)> = loaded
        .accounts
        .iter()
        .map(|entry| (entry, code::at(&entry.account.credential, at)))
        .collect();
    if options.input.json {
        let accounts: Vec<Value> = codes
            .iter()
            .map(|(entry, code)| with_code(entry, code))
            .collect();
        print_json(
            out,
            &json!({ "at": at, "accounts": accounts, "unreadable": loaded.unreadable, "refused": lines(&loaded.refused) }),
        )?;
        return Ok(loaded.exit());
    }
    let shown: Vec<[String; 3]> = codes
        .iter()
        .map(|(entry, code)| {
            [
                grouped(&code.text),
                holds(entry, code, at),
                safe(&entry.name()),
            ]
        })
        .collect();
    let width = |column: usize| {
        let cells = shown.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [code, holds, name] in &shown {
        writeln!(out, "{code:<first$}  {holds:>second$}  {name}").map_err(Failure::output)?;
    }
    let mut notes = Vec::new();
    if codes.iter().any(|(_, code)| code.validity.is_none()) {
        notes.push("#N is the code of counter N. Looking at it here doesn't move the counter.");
    }
    if codes.iter().any(|(entry, _)| entry.concurrent) {
        notes.push("An account that stands here twice was changed on two devices: one of its codes is right.");
    }
    finish(out, &loaded, &notes)
}

/// Shows all accounts without their codes.
pub fn list(options: &Show, out: &mut dyn Write) -> Result<Exit, Failure> {
    let loaded = load(&options.input)?;
    if options.input.json {
        let accounts: Vec<Value> = loaded.accounts.iter().map(plain).collect();
        print_json(
            out,
            &json!({ "accounts": accounts, "unreadable": loaded.unreadable, "refused": lines(&loaded.refused) }),
        )?;
        return Ok(loaded.exit());
    }
    let kinds: Vec<String> = loaded.accounts.iter().map(parameters).collect();
    let width = kinds
        .iter()
        .map(|kind| kind.chars().count())
        .max()
        .unwrap_or(0);
    for (entry, kind) in loaded.accounts.iter().zip(&kinds) {
        writeln!(out, "{kind:<width$}  {}", safe(&entry.name())).map_err(Failure::output)?;
    }
    finish(out, &loaded, &[])
}

/// How long a code holds, or of which counter it is.
fn holds(entry: &Entry, code: &Code, at: u64) -> String {
    match (code.validity, entry.account.credential.kind().counter()) {
        (Some(validity), _) => format!("{} s", validity.until.saturating_sub(at).div_ceil(1000)),
        (None, Some(counter)) => format!("#{counter}"),
        (None, None) => String::new(),
    }
}

fn parameters(entry: &Entry) -> String {
    match entry.account.credential.kind() {
        Kind::Totp {
            algorithm,
            digits,
            period,
        } => format!("TOTP {} {digits} digits {period} s", algorithm.name()),
        Kind::Hotp {
            algorithm,
            digits,
            counter,
        } => format!("HOTP {} {digits} digits #{counter}", algorithm.name()),
        other => other.name().to_uppercase(),
    }
}

fn plain(entry: &Entry) -> Value {
    let mut value = json!({
        "issuer": entry.account.issuer,
        "label": entry.account.label,
        "note": entry.account.note,
        "sites": entry.account.sites,
        "groups": entry.account.groups,
    });
    let kind = serde_json::to_value(entry.account.credential.kind()).unwrap_or_default();
    if let (Some(fields), Value::Object(kind)) = (value.as_object_mut(), kind) {
        fields.extend(kind);
        if entry.concurrent {
            fields.insert("concurrent".to_owned(), true.into());
        }
    }
    value
}

fn with_code(entry: &Entry, code: &Code) -> Value {
    let mut value = plain(entry);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("code".to_owned(), code.text.as_str().into());
        if let Some(validity) = code.validity {
            fields.insert("valid_from".to_owned(), validity.from.into());
            fields.insert("valid_until".to_owned(), validity.until.into());
        }
    }
    value
}

fn finish(out: &mut dyn Write, loaded: &Loaded, notes: &[&str]) -> Result<Exit, Failure> {
    let complaints = loaded.complaints();
    let mut lines: Vec<String> = notes.iter().map(|note| (*note).to_owned()).collect();
    lines.extend(complaints.iter().map(|line| safe(line)));
    if loaded.accounts.is_empty() {
        lines.insert(0, "There are no accounts in it.".to_owned());
    } else if !lines.is_empty() {
        writeln!(out).map_err(Failure::output)?;
    }
    for line in lines {
        writeln!(out, "{line}").map_err(Failure::output)?;
    }
    Ok(loaded.exit())
}
