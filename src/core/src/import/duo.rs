//! Duo Mobile: a JSON array. It has no issuer, and only the usual parameters.

use super::collect::{Collector, given, required, text};
use super::json::Value;
use super::{Format, Import, Reason, limits};
use crate::account::AccountDraft;

const FORMAT: Format = Format::Duo;

/// Whether this is Duo's list of accounts.
pub(super) fn is(json: &Value) -> bool {
    let entry = |entry: &Value| entry.has("accountType") || entry.has("otpGenerator");
    json.as_array()
        .is_some_and(|entries| entries.first().is_some_and(entry))
}

/// Reads a list of accounts.
pub(super) fn read(json: &Value) -> Import {
    let mut collector = Collector::new(FORMAT);
    for item in json.items().iter().take(limits::MAX_ENTRIES) {
        let name = item.get("name").as_str().unwrap_or_default();
        collector.add(name, entry(item));
    }
    collector.finish()
}

fn entry(item: &Value) -> Result<AccountDraft, Reason> {
    let generator = item.get("otpGenerator");
    if !generator.is_object() {
        return Err(Reason::PhoneSignIn);
    }
    let mut draft = AccountDraft::default();
    draft.label = text(item, "name", "label")?;
    draft.secret = required(generator, "otpSecret", "secret")?;
    if let Some(counter) = given(generator, "counter", "counter")? {
        draft.kind = "hotp".to_owned();
        draft.counter = counter;
    }
    Ok(draft)
}
