//! Raivo OTP: a JSON array, all members of which are texts; mostly inside an encrypted archive.

use super::collect::{Collector, bare, known_as, required, text};
use super::json::Value;
use super::{Format, Import, Reason, limits};
use crate::account::{AccountDraft, AccountError};

const FORMAT: Format = Format::Raivo;

/// Whether this is an export of Raivo's.
pub(super) fn is(json: &Value) -> bool {
    let entry = |entry: &Value| entry.has("kind") && entry.has("timer") && entry.has("secret");
    json.as_array()
        .is_some_and(|entries| entries.first().is_some_and(entry))
}

/// Reads an export.
pub(super) fn read(json: &Value) -> Import {
    let mut collector = Collector::new(FORMAT);
    for item in json.items().iter().take(limits::MAX_ENTRIES) {
        collector.add(&known_as(item, "issuer", "account"), entry(item));
    }
    collector.finish()
}

fn entry(item: &Value) -> Result<AccountDraft, Reason> {
    let mut draft = bare();
    draft.kind = required(item, "kind", "type")?.to_ascii_lowercase();
    if !matches!(draft.kind.as_str(), "totp" | "hotp") {
        return Err(Reason::Account(AccountError::UnknownType));
    }
    draft.issuer = text(item, "issuer", "issuer")?;
    draft.label = text(item, "account", "label")?;
    draft.secret = required(item, "secret", "secret")?;
    draft.algorithm = required(item, "algorithm", "algorithm")?;
    draft.digits = required(item, "digits", "digits")?;
    draft.period = text(item, "timer", "period")?;
    draft.counter = text(item, "counter", "counter")?;
    Ok(draft)
}
