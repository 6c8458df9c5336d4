//! One Key URI per line: what most apps can write, and what QR codes give.

use super::collect::{Collector, check_fixed, counter_after, name};
use super::json::Value;
use super::{Format, Import, Reason, google_migration, limits};
use crate::account::{AccountDraft, AccountError};
use crate::otpauth;
use percent_encoding::percent_decode_str;

/// Whether a line of it begins as a Key URI does.
pub(super) fn is(text: &str) -> bool {
    text.lines().any(is_uri)
}

/// Reads every line. A line that is no Key URI is reported, unless it is empty.
pub(super) fn read(text: &str) -> Import {
    read_each(text, uri)
}

/// Reads every line of WinAuth's, which counts up before it makes a code: the number that it writes
/// is that of the last one.
pub(super) fn read_win_auth(text: &str) -> Import {
    read_each(text, |line| {
        let mut draft = uri(line)?;
        if draft.kind == "hotp" {
            draft.counter = counter_after(&draft.counter)?;
        }
        Ok(draft)
    })
}

fn read_each(text: &str, entry: fn(&str) -> Result<AccountDraft, Reason>) -> Import {
    let mut collector = Collector::new(format_of(text));
    let mut migration = google_migration::Reader::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if collector.is_full() {
            break;
        }
        if line.len() > limits::MAX_LINE_BYTES {
            let reason = Reason::Account(AccountError::TooLarge);
            collector.add_at(index + 1, "", Err(reason));
        } else if google_migration::is(line) {
            migration.read(line, index + 1, &mut collector);
        } else {
            match entry(line) {
                Ok(draft) => {
                    let known_as = name(&draft.issuer, &draft.label);
                    collector.add_at(index + 1, &known_as, Ok(draft));
                }
                Err(reason) => collector.add_at(index + 1, &label_of(line), Err(reason)),
            }
        }
    }
    let mut import = collector.finish();
    import.parts = migration.into_parts();
    import
}

/// Reads a Key URI as apps write it, with what Ente adds to it.
pub(super) fn uri(line: &str) -> Result<AccountDraft, Reason> {
    let mut draft = otpauth::read(line)?;
    if let Some(display) = parameter(line, "codeDisplay") {
        ente(&display, &mut draft)?;
        ente_code(line, &mut draft)?;
    }
    Ok(draft)
}

fn format_of(text: &str) -> Format {
    let mut uris = text.lines().filter(|line| is_uri(line)).peekable();
    let ente = |line: &&str| line.contains("codeDisplay=");
    if uris.peek().is_some_and(|line| google_migration::is(line)) {
        Format::GoogleMigration
    } else if uris.peek().is_some_and(ente) {
        Format::Ente
    } else {
        Format::OtpauthLines
    }
}

fn is_uri(line: &str) -> bool {
    let line = line.trim_start();
    ["otpauth://", "otpauth-migration://", "steam://", "motp:/"]
        .iter()
        .any(|scheme| {
            line.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
}

/// What the label of a line says that can't be read as a whole. Never more than the label: what
/// follows it may be the secret.
fn label_of(line: &str) -> String {
    let path = line.split_once("://").map_or("", |(_, rest)| rest);
    let path = path.split(['?', '&']).next().unwrap_or_default();
    let label = path.split_once('/').map_or("", |(_, label)| label);
    percent_decode_str(label).decode_utf8_lossy().into_owned()
}

fn parameter(line: &str, name: &str) -> Option<String> {
    let (_, query) = line.split_once('?')?;
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then_some(value)
    })?;
    let value = value.replace('+', " ");
    percent_decode_str(&value)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}

/// Ente's own members: whether it is in the bin, tags, a note.
fn ente(display: &str, draft: &mut AccountDraft) -> Result<(), Reason> {
    // The app escapes commas once more than the rest, and takes that back in the same way.
    let display = display.replace("%2C", ",");
    let Some(json) = Value::parse(display.as_bytes()) else {
        return Err(Reason::WrongShape { field: "note" });
    };
    if json.get("trashed").is_true() {
        return Err(Reason::InBin);
    }
    draft.note = super::collect::text(&json, "note", "note")?;
    let tags = json.get("tags").items();
    draft.groups = tags.iter().filter_map(Value::plain).collect();
    draft.groups.retain(|tag| !tag.trim().is_empty());
    Ok(())
}

/// How Ente makes codes: Steam's for this issuer, whatever digits it has written before, and from 0
/// where the line has no counter.
fn ente_code(line: &str, draft: &mut AccountDraft) -> Result<(), Reason> {
    if draft.kind == "totp" && draft.issuer.eq_ignore_ascii_case("steam") {
        check_fixed("steam", Some(&draft.algorithm), None, Some(&draft.period))?;
        "steam".clone_into(&mut draft.kind);
    }
    if draft.kind == "hotp" && draft.counter.is_empty() && parameter(line, "counter").is_none() {
        "0".clone_into(&mut draft.counter);
    }
    Ok(())
}
