//! TOTP Authenticator: JSON in the preferences of its app, or, in backups, encrypted with
//! AES-256-CBC under SHA-256 of the password. Who sets none gets one that the app has built in.

use sha2::{Digest, Sha256};

use super::collect::{Collector, base32, known_as, required, text};
use super::json::Value;
use super::{Format, Import, ImportError, Reason, crypto, limits};
use crate::account::AccountDraft;
use crate::secret::Secret;

const FORMAT: Format = Format::TotpAuthenticator;
const BUILT_IN: &str = "TotpAuthenticator";

/// Whether a text that is nothing else can be a backup: base64 of whole blocks.
pub(super) fn is_sealed(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 24
        && !text.contains(char::is_whitespace)
        && crypto::base64(text).is_some_and(|bytes| bytes.len().is_multiple_of(16))
}

/// Whether these are the app's preferences.
pub(super) fn is_preferences(entries: &[(&str, &str)]) -> bool {
    entries
        .iter()
        .any(|(key, _)| *key == "STATIC_TOTP_CODES_LIST")
}

/// Reads the app's preferences.
pub(super) fn read_preferences(entries: &[(&str, &str)]) -> Result<Import, ImportError> {
    let list = entries
        .iter()
        .find(|(key, _)| *key == "STATIC_TOTP_CODES_LIST");
    let list = list.and_then(|(_, list)| Value::parse(list.as_bytes()));
    read(&list.ok_or(FORMAT.damaged("STATIC_TOTP_CODES_LIST"))?)
}

/// Reads a backup.
pub(super) fn read_sealed(text: &str, password: Option<&str>) -> Result<Import, ImportError> {
    let sealed = crypto::base64(text).ok_or(FORMAT.damaged("base64"))?;
    let open = |password: &str| {
        let key = Sha256::digest(password);
        let plain = crypto::aes_cbc(&key, &[0; 16], &sealed)?;
        // One member, whose name is the list.
        let json = Value::parse(&plain)?;
        match json.members() {
            [] if json.is_object() => Some(Value::Array(Vec::new())),
            [(list, _), ..] => Value::parse(list.as_bytes()),
            _ => None,
        }
    };
    let list = open(BUILT_IN).or_else(|| open(password?));
    match (list, password) {
        (Some(list), _) => read(&list),
        (None, None) => Err(ImportError::NeedsPassword(FORMAT)),
        (None, Some(_)) => Err(ImportError::WrongPassword(FORMAT)),
    }
}

fn read(list: &Value) -> Result<Import, ImportError> {
    let mut collector = Collector::new(FORMAT);
    let items = list.as_array().ok_or(FORMAT.damaged("list"))?;
    for item in items.iter().take(limits::MAX_ENTRIES) {
        collector.add(&known_as(item, "issuer", "name"), entry(item));
    }
    Ok(collector.finish())
}

/// The app knows only SHA-1. Digits and period are empty where the defaults are meant.
fn entry(item: &Value) -> Result<AccountDraft, Reason> {
    let mut draft = AccountDraft::default();
    draft.issuer = text(item, "issuer", "issuer")?;
    draft.label = text(item, "name", "label")?;
    if draft.issuer == "Unknown" {
        draft.issuer = std::mem::take(&mut draft.label);
    }
    let (digits, period) = (
        text(item, "digits", "digits")?,
        text(item, "period", "period")?,
    );
    for (field, value) in [(&mut draft.digits, digits), (&mut draft.period, period)] {
        if !value.is_empty() {
            *field = value;
        }
    }
    let key = required(item, "key", "secret")?;
    draft.secret = match item.get("base").as_u64() {
        Some(16) => base32(Secret::from_hex(&key)?.as_bytes())?,
        Some(32) => key,
        Some(64) => base32(&crypto::base64(&key).ok_or(Reason::UnknownEncoding)?)?,
        _ => return Err(Reason::UnknownEncoding),
    };
    Ok(draft)
}
