//! FreeOTP and FreeOTP+: tokens as JSON, in an Android app's preferences (version 1), in a Java map
//! (version 2, encrypted), or in one JSON file (FreeOTP+).

use super::collect::{Collector, bare, base32, given, name, text};
use super::crypto::{self, Key, Prf};
use super::json::Value;
use super::names::Names;
use super::{Format, Import, ImportError, Reason, java, limits};
use crate::account::{AccountDraft, AccountError};
use crate::secret::SecretError;

const FORMAT: Format = Format::FreeOtp;

/// Whether this is an export of FreeOTP+'s.
pub(super) fn is_plus(json: &Value) -> bool {
    let token = |token: &Value| token.has("secret") && token.has("type");
    let tokens = json.get("tokens").as_array();
    tokens.is_some_and(|tokens| json.has("tokenOrder") || tokens.iter().any(token))
}

/// Reads an export of FreeOTP+'s.
pub(super) fn read_plus(json: &Value) -> Import {
    let mut collector = Collector::new(Format::FreeOtpPlus);
    for token in json.get("tokens").items().iter().take(limits::MAX_ENTRIES) {
        collector.add(&name_of(token), plain(token));
    }
    collector.finish()
}

/// Whether these are FreeOTP's preferences.
pub(super) fn is_preferences(entries: &[(&str, &str)]) -> bool {
    entries.iter().any(|(key, _)| *key == "tokenOrder")
        || entries.iter().any(|(_, value)| {
            value.starts_with('{')
                && value.contains("\"issuerExt\"")
                && value.contains("\"secret\"")
        })
}

/// Reads FreeOTP's preferences.
pub(super) fn read_preferences(entries: &[(&str, &str)]) -> Import {
    let mut collector = Collector::new(FORMAT);
    for (key, value) in entries.iter().take(limits::MAX_ENTRIES) {
        if *key == "tokenOrder" {
            continue;
        }
        match Value::parse(value.as_bytes()) {
            Some(token) => collector.add(&name_of(&token), plain(&token)),
            None => collector.add(key, Err(Reason::WrongShape { field: "token" })),
        }
    }
    collector.finish()
}

/// Reads a backup of FreeOTP 2.
pub(super) fn read_map(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let entries = java::hash_map(bytes).ok_or(FORMAT.damaged("HashMap"))?;
    let values = entries
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    let values = Names::new(values);
    let find = |wanted: &str| Value::parse(values.get(wanted)?.as_bytes());
    let master = find("masterKey").ok_or(FORMAT.damaged("masterKey"))?;
    let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
    let key = master_key(&master, password)?;
    let mut collector = Collector::new(FORMAT);
    for (id, value) in entries.iter().take(limits::MAX_ENTRIES) {
        if id == "masterKey" || id.ends_with("-token") {
            continue;
        }
        let Some(token) = find(&format!("{id}-token")) else {
            collector.add("", Err(Reason::WrongShape { field: "token" }));
            continue;
        };
        let secret = Value::parse(value.as_bytes()).and_then(|outer| {
            let inner = Value::parse(outer.get("key").as_str()?.as_bytes())?;
            open(&inner, &*key)
        });
        let draft = match secret {
            Some(secret) => draft(&token, &secret),
            None => Err(Reason::NotDecrypted),
        };
        collector.add(&name_of(&token), draft);
    }
    Ok(collector.finish())
}

fn name_of(token: &Value) -> String {
    let first = |names: &[&str]| {
        let mut texts = names
            .iter()
            .map(|name| token.get(name).as_str().unwrap_or_default());
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    };
    name(
        first(&["issuerAlt", "issuerExt", "issuerInt"]),
        first(&["labelAlt", "label"]),
    )
}

fn plain(token: &Value) -> Result<AccountDraft, Reason> {
    let secret = token.get("secret");
    if secret.is_null() {
        return Err(Reason::Account(SecretError::Empty.into()));
    }
    let secret = secret
        .bytes()
        .ok_or(Reason::WrongShape { field: "secret" })?;
    draft(token, &zeroize::Zeroizing::new(secret))
}

/// What a token leaves out has the app's default. The names that the user gave go before those
/// that came with the token.
fn draft(token: &Value, secret: &[u8]) -> Result<AccountDraft, Reason> {
    let mut draft = bare();
    // That of the label, and only without it the parameter of the Key URI.
    let mut original = text(token, "issuerExt", "issuer")?;
    if original.trim().is_empty() {
        original = text(token, "issuerInt", "issuer")?;
    }
    draft.issuer = text(token, "issuerAlt", "issuer")?;
    if draft.issuer.trim().is_empty() {
        original.clone_into(&mut draft.issuer);
    }
    draft.label = text(token, "labelAlt", "label")?;
    if draft.label.trim().is_empty() {
        draft.label = text(token, "label", "label")?;
    }
    draft.secret = base32(secret)?;
    draft.kind = text(token, "type", "type")?.to_ascii_lowercase();
    let or = |key, field, default: &str| -> Result<String, Reason> {
        Ok(given(token, key, field)?.unwrap_or_else(|| default.to_owned()))
    };
    match draft.kind.as_str() {
        // The app shows Steam's codes for this issuer.
        "totp" if original == "Steam" => {
            "steam".clone_into(&mut draft.kind);
        }
        "totp" | "hotp" => {
            draft.algorithm = or("algo", "algorithm", "SHA1")?;
            draft.digits = or("digits", "digits", "6")?;
            draft.period = or("period", "period", "30")?;
            draft.counter = text(token, "counter", "counter")?;
            // Once the app began one below what the Key URI said. There is no code below 0.
            if draft.counter == "-1" {
                "0".clone_into(&mut draft.counter);
            }
        }
        "" => return Err(Reason::Account(AccountError::Missing { field: "type" })),
        _ => return Err(Reason::Account(AccountError::UnknownType)),
    }
    Ok(draft)
}

/// The master key: AES-256-GCM under PBKDF2 of the password.
fn master_key(master: &Value, password: &str) -> Result<Key, ImportError> {
    let prf = match master.get("mAlgorithm").as_str() {
        Some("PBKDF2withHmacSHA1") => Prf::Sha1,
        Some("PBKDF2withHmacSHA512") => Prf::Sha512,
        Some(_) => return Err(FORMAT.unsupported("mAlgorithm")),
        None => return Err(FORMAT.damaged("mAlgorithm")),
    };
    let salt = master.get("mSalt").bytes().ok_or(FORMAT.damaged("mSalt"))?;
    let iterations = master.get("mIterations").as_u64();
    let iterations = iterations.ok_or(FORMAT.damaged("mIterations"))?;
    let sealed = master.get("mEncryptedKey");
    if sealed.get("mCipher").as_str() != Some("AES/GCM/NoPadding") {
        return Err(FORMAT.unsupported("mCipher"));
    }
    let mut key = Key::default();
    crypto::pbkdf2(
        FORMAT,
        prf,
        password.as_bytes(),
        &salt,
        iterations,
        &mut *key,
    )?;
    let master = open(sealed, &*key).ok_or(ImportError::WrongPassword(FORMAT))?;
    let master: [u8; 32] = master
        .as_slice()
        .try_into()
        .map_err(|_| FORMAT.damaged("mEncryptedKey"))?;
    Ok(Key::from(master))
}

/// AES-256-GCM with the name of the algorithm as associated data.
fn open(sealed: &Value, key: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let text = sealed.get("mCipherText").bytes()?;
    let parameters = sealed.get("mParameters").bytes()?;
    let token = sealed.get("mToken").as_str()?;
    crypto::aes_gcm(key, nonce(&parameters)?, token.as_bytes(), &text)
}

/// The nonce in DER (X.690): an OCTET STRING, alone or first in a SEQUENCE (RFC 5084, section 3.2).
fn nonce(der: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const OCTET_STRING: u8 = 0x04;
    let (tag, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let value = rest.get(..usize::from(*length))?;
    match *tag {
        SEQUENCE if value.first() == Some(&OCTET_STRING) => nonce(value),
        OCTET_STRING => Some(value),
        _ => None,
    }
}
