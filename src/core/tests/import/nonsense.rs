//! Nothing is defaulted silently: whatever value of an export is spoiled, the accounts that are
//! still taken make the codes that they made, and those that are not are reported with the field.

use std::collections::BTreeSet;

use holdfast_core::account::{Credential, NewAccount};
use holdfast_core::import::{Import, read};
use serde_json::{Value, json};

use crate::support::{fixture, line, refused};

/// What a Key URI has, and most formats after it.
const SIX: &[&str] = &["algorithm", "counter", "digits", "period", "secret", "type"];

/// What the file of a format is spoiled in, and the fields that must be reported somewhere.
const FILES: [(&str, Shape, &[&str]); 22] = [
    (
        "aegis-plain.json",
        Shape::Json,
        &[
            "algorithm",
            "counter",
            "digits",
            "period",
            "pin",
            "secret",
            "type",
        ],
    ),
    ("and-otp.json", Shape::Json, SIX),
    ("bitwarden.json", Shape::Json, SIX),
    ("duo.json", Shape::Json, &["counter", "secret"]),
    ("extension.json", Shape::Json, SIX),
    ("free-otp-plus.json", Shape::Json, SIX),
    (
        "last-pass.json",
        Shape::Json,
        &["algorithm", "digits", "period", "secret"],
    ),
    (
        "proton.json",
        Shape::Json,
        &["algorithm", "digits", "period", "secret", "type"],
    ),
    ("raivo.json", Shape::Json, SIX),
    ("steam.json", Shape::Json, &["secret"]),
    (
        "stratum.json",
        Shape::Json,
        &[
            "algorithm",
            "counter",
            "digits",
            "period",
            "pin",
            "secret",
            "type",
        ],
    ),
    ("two-f-auth.json", Shape::Json, SIX),
    ("two-fas.json", Shape::Json, SIX),
    ("authy.xml", Shape::Preferences, &["digits", "secret"]),
    ("free-otp.xml", Shape::Preferences, SIX),
    (
        "totp-authenticator.xml",
        Shape::Preferences,
        &["digits", "period", "secret"],
    ),
    ("ente.txt", Shape::Links, SIX),
    ("stratum.html", Shape::Links, SIX),
    ("bitwarden.csv", Shape::Links, &["secret", "type"]),
    (
        "bitwarden-authenticator.csv",
        Shape::Links,
        &["algorithm", "digits", "period", "secret", "type"],
    ),
    (
        "kee-pass-xc.csv",
        Shape::Links,
        &["algorithm", "digits", "period", "secret", "type"],
    ),
    ("nord-pass.csv", Shape::Links, &["secret", "type"]),
];

/// Where the values of a file are.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Json,
    /// Android's preferences: JSON in XML.
    Preferences,
    /// Key URIs, whatever stands around them.
    Links,
}

#[test]
fn spoiled_values_are_reported_and_nothing_is_made_up() {
    let mut faults = Vec::new();
    for (file, shape, fields) in FILES {
        let text = String::from_utf8(fixture(file)).unwrap();
        let whole = read(text.as_bytes(), None).unwrap();
        let mut reported = BTreeSet::new();
        for (what, spoiled) in spoiled(&text, shape) {
            // A file that is refused as a whole gives nothing wrong.
            if let Ok(import) = read(spoiled.as_bytes(), None) {
                let faulty = compare(&whole, &import, &mut reported);
                faults.extend(faulty.map(|fault| format!("{file}: {what}: {fault}")));
            }
        }
        let silent = fields.iter().filter(|field| !reported.contains(*field));
        faults.extend(silent.map(|field| format!("{file}: {field} was never reported")));
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Every account still makes its codes, or is reported; what is wrong, otherwise.
fn compare(
    whole: &Import,
    import: &Import,
    reported: &mut BTreeSet<&'static str>,
) -> Option<String> {
    let count = |import: &Import| import.accounts.len() + import.refused.len();
    if count(import) < count(whole) {
        return Some("an entry is gone".to_owned());
    }
    let mut known: Vec<&Credential> = whole.accounts.iter().map(credential).collect();
    for account in &import.accounts {
        match known.iter().position(|known| *known == &account.credential) {
            Some(place) => drop(known.swap_remove(place)),
            None => return Some(format!("made up: {}", line(account))),
        }
    }
    let before = refused(whole);
    let new = refused(import)
        .into_iter()
        .filter(|row| !before.contains(row));
    let mut nameless = None;
    for (position, name, code, field) in new {
        reported.extend(field);
        if name.is_empty() {
            nameless = Some(format!("entry {position} has no name: {code}"));
        }
    }
    nameless
}

fn credential(account: &NewAccount) -> &Credential {
    &account.credential
}

/// The file once for each of its values and each kind of nonsense, and what was put where.
fn spoiled(text: &str, shape: Shape) -> Vec<(String, String)> {
    match shape {
        Shape::Json => spoiled_json(text),
        Shape::Preferences => spoiled_preferences(text),
        Shape::Links => spoiled_links(text),
    }
}

fn spoiled_json(text: &str) -> Vec<(String, String)> {
    let file: Value = serde_json::from_str(text).unwrap();
    let mut places = Vec::new();
    leaves(&file, String::new(), &mut places);
    let mut all = Vec::new();
    for place in places {
        let value = file.pointer(&place).unwrap();
        let link = value.as_str().filter(|text| text.contains("://"));
        for (what, link) in link.map(spoiled_links).unwrap_or_default() {
            let mut spoiled = file.clone();
            *spoiled.pointer_mut(&place).unwrap() = json!(link);
            all.push((format!("{place} {what}"), spoiled.to_string()));
        }
        for nonsense in nonsense(&place) {
            let mut spoiled = file.clone();
            *spoiled.pointer_mut(&place).unwrap() = nonsense.clone();
            all.push((format!("{place} {nonsense}"), spoiled.to_string()));
        }
    }
    all
}

/// What no value at this place may be.
fn nonsense(place: &str) -> Vec<Value> {
    let (_, name) = place.rsplit_once('/').unwrap();
    match name {
        // Without its name an entry can't be named.
        "name" | "label" | "account" => vec![json!("!?")],
        // Any text is a PIN; and FreeOTP tells Steam by the issuer alone.
        "pin" | "Pin" | "issuerExt" => vec![json!(true), json!(["!?"])],
        _ => vec![json!("!?"), json!(-1.5), json!(true), json!(["!?"])],
    }
}

/// Where the texts, numbers and so on of a tree are.
fn leaves(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            leaves(value, format!("{place}/{name}"), places);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            leaves(value, format!("{place}/{index}"), places);
        }),
        _ => places.push(place),
    }
}

fn spoiled_preferences(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in text.lines().filter(|line| line.contains("<string")) {
        let (start, rest) = line.split_once('>').unwrap();
        let (inner, end) = rest.rsplit_once('<').unwrap();
        for (what, json) in spoiled_json(&inner.replace("&quot;", "\"")) {
            let inner = json.replace('"', "&quot;");
            all.push((what, text.replace(line, &format!("{start}>{inner}<{end}"))));
        }
    }
    all
}

/// Each parameter of each Key URI, and its type.
fn spoiled_links(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in ["secret=", "algorithm=", "digits=", "period=", "counter="] {
        for (place, _) in text.match_indices(name) {
            let value = &text[place + name.len()..];
            let end = value.find(|c: char| !c.is_ascii_alphanumeric());
            let rest = &value[end.unwrap_or(value.len())..];
            for nonsense in ["%21%3F", "-1.5", ""] {
                let spoiled = format!("{}{name}{nonsense}{rest}", &text[..place]);
                all.push((format!("{place} {name}{nonsense}"), spoiled));
            }
        }
    }
    for scheme in ["otpauth://totp/", "otpauth://hotp/", "steam://"] {
        for (place, _) in text.match_indices(scheme) {
            let rest = &text[place + scheme.len()..];
            let spoiled = format!("{}otpauth://ocra/{rest}", &text[..place]);
            all.push((format!("{place} ocra"), spoiled));
        }
    }
    all
}
