//! Authy: JSON in the preferences of its app for Android. Secrets of other issuers are plain, or
//! encrypted with AES-256-CBC under PBKDF2-SHA-1; Authy's own, of ten seconds, are hexadecimal.

use super::collect::{Collector, base32, name, required, text};
use super::crypto::{self, Key, Prf};
use super::json::Value;
use super::{Format, Import, ImportError, Reason, limits};
use crate::account::AccountDraft;
use crate::secret::Secret;

const FORMAT: Format = Format::Authy;
/// What the app has derived its keys with, at first and later. The file does not say which.
const FEW: u64 = 1_000;
const MANY: u64 = 100_000;
/// Each secret has a salt of its own, so each costs a derivation: as many iterations as all of them
/// may take.
const MAX_ITERATIONS: u64 = 10_000_000;
/// How many secrets may stay closed before the many iterations are no longer tried: with a wrong
/// password none opens, and each would take its time.
const MAX_CLOSED: usize = 5;

const LISTS: [&str; 2] = [
    "com.authy.storage.tokens.authenticator.key",
    "com.authy.storage.tokens.authy.key",
];

/// Whether these are Authy's preferences.
pub(super) fn is_preferences(entries: &[(&str, &str)]) -> bool {
    entries.iter().any(|(key, _)| LISTS.contains(key))
}

/// Reads Authy's preferences.
pub(super) fn read_preferences(
    entries: &[(&str, &str)],
    password: Option<&str>,
) -> Result<Import, ImportError> {
    let mut tokens = Vec::new();
    for (_, value) in entries.iter().filter(|(key, _)| LISTS.contains(key)) {
        let list = Value::parse(value.as_bytes()).ok_or(FORMAT.damaged("tokens"))?;
        tokens.extend(
            list.as_array()
                .ok_or(FORMAT.damaged("tokens"))?
                .iter()
                .cloned(),
        );
    }
    let sealed = |token: &Value| !token.has("decryptedSecret") && token.has("encryptedSecret");
    let password = match password {
        None if tokens.iter().any(sealed) => return Err(ImportError::NeedsPassword(FORMAT)),
        password => password.unwrap_or_default(),
    };
    let mut collector = Collector::new(FORMAT);
    let (mut opened, mut closed) = (0_usize, 0_usize);
    let mut left = MAX_ITERATIONS;
    for token in tokens.iter().take(limits::MAX_ENTRIES) {
        let secret = if !sealed(token) {
            token.get("decryptedSecret").as_str().map(str::to_owned)
        } else {
            let mut secret = open(token, password, FEW, &mut left)?;
            if secret.is_none() && closed < MAX_CLOSED {
                secret = open(token, password, MANY, &mut left)?;
            }
            match &secret {
                Some(_) => opened += 1,
                None => closed += 1,
            }
            secret
        };
        let (issuer, label) = names(token);
        collector.add(&name(issuer, &label), entry(token, issuer, label, secret));
    }
    match closed > 0 && opened == 0 {
        true => Err(ImportError::WrongPassword(FORMAT)),
        false => Ok(collector.finish()),
    }
}

/// The app has no algorithm and no period: SHA-1, and 30 seconds, or 10 for its own.
fn entry(
    token: &Value,
    issuer: &str,
    label: String,
    secret: Option<String>,
) -> Result<AccountDraft, Reason> {
    let mut draft = AccountDraft::default();
    issuer.clone_into(&mut draft.issuer);
    draft.label = label;
    draft.digits = required(token, "digits", "digits")?;
    if token.has("secretSeed") {
        let seed = text(token, "secretSeed", "secret")?;
        draft.secret = base32(Secret::from_hex(&seed)?.as_bytes())?;
        draft.period = "10".to_owned();
    } else {
        draft.secret = secret.ok_or(Reason::NotDecrypted)?;
    }
    Ok(draft)
}

/// Issuer and label. The app puts both into one name, in more than one way.
fn names(token: &Value) -> (&str, String) {
    let member = |key| token.get(key).as_str().unwrap_or_default();
    let whole = member("name");
    if token.has("secretSeed") {
        return (whole, String::new());
    }
    let original = member("originalName");
    let (issuer, separator) = if !member("originalIssuer").is_empty() {
        (member("originalIssuer"), ":")
    } else if let Some((issuer, _)) = original.split_once(':') {
        (issuer, ":")
    } else if let Some((issuer, _)) = whole.split_once(" - ") {
        (issuer, " - ")
    } else {
        ("", "")
    };
    let label = match whole.strip_prefix(issuer) {
        Some(rest) if !issuer.is_empty() => rest.strip_prefix(separator).unwrap_or(rest),
        _ => whole,
    };
    (issuer, label.trim().to_owned())
}

/// The secret, if this many iterations open it and are `left`.
fn open(
    token: &Value,
    password: &str,
    iterations: u64,
    left: &mut u64,
) -> Result<Option<String>, ImportError> {
    let sealed = token
        .get("encryptedSecret")
        .as_str()
        .and_then(crypto::base64);
    let (Some(sealed), Some(salt)) = (sealed, token.get("salt").as_str()) else {
        return Ok(None);
    };
    let Some(rest) = left.checked_sub(iterations) else {
        return Ok(None);
    };
    *left = rest;
    let mut key = Key::default();
    let (password, salt) = (password.as_bytes(), salt.as_bytes());
    crypto::pbkdf2(FORMAT, Prf::Sha1, password, salt, iterations, &mut *key)?;
    let plain = crypto::aes_cbc(&*key, &[0; 16], &sealed);
    let text = plain.and_then(|plain| std::str::from_utf8(&plain).ok().map(str::to_owned));
    // One wrong password in 256 ends in fitting padding, and hardly one of these is base32.
    Ok(text.filter(|text| Secret::from_base32(text).is_ok()))
}
