//! 2FAuth: JSON, with the parameters of each account or with its Key URI. The app's own list of Key
//! URIs is read by [`lines`].

use super::collect::{Collector, bare, given, known_as, name, required, text};
use super::json::Value;
use super::{Format, Import, ImportError, Reason, limits, lines};
use crate::account::{AccountDraft, AccountError};

const FORMAT: Format = Format::TwoFAuth;

/// Whether this is an export of 2FAuth's.
pub(super) fn is(json: &Value) -> bool {
    let app = json.get("app").as_str().unwrap_or_default();
    app.to_ascii_lowercase().starts_with("2fauth") && json.has("data")
}

/// Reads an export.
pub(super) fn read(json: &Value) -> Result<Import, ImportError> {
    let items = json.get("data").as_array().ok_or(FORMAT.damaged("data"))?;
    // Key URIs need no schema, and come without one.
    let uris = !json.has("schema") && items.iter().all(|item| item.has("uri"));
    if !uris && json.get("schema").as_u64() != Some(1) {
        return Err(FORMAT.unsupported("schema"));
    }
    let mut collector = Collector::new(FORMAT);
    for item in items.iter().take(limits::MAX_ENTRIES) {
        match uris {
            true => {
                let draft = required(item, "uri", "uri").and_then(|uri| lines::uri(&uri));
                let known_as = draft
                    .as_ref()
                    .map(|draft| name(&draft.issuer, &draft.label));
                collector.add(&known_as.unwrap_or_default(), draft);
            }
            false => collector.add(&known_as(item, "service", "account"), entry(item)),
        }
    }
    Ok(collector.finish())
}

fn entry(item: &Value) -> Result<AccountDraft, Reason> {
    let mut draft = bare();
    draft.issuer = text(item, "service", "issuer")?;
    draft.label = text(item, "account", "label")?;
    draft.secret = required(item, "secret", "secret")?;
    draft.kind = match required(item, "otp_type", "type")?.as_str() {
        "totp" => "totp",
        "hotp" => "hotp",
        "steamtotp" => {
            draft.kind = "steam".to_owned();
            return Ok(draft);
        }
        _ => return Err(Reason::Account(AccountError::UnknownType)),
    }
    .to_owned();
    draft.algorithm = required(item, "algorithm", "algorithm")?;
    draft.digits = required(item, "digits", "digits")?;
    draft.period = text(item, "period", "period")?;
    draft.counter = given(item, "counter", "counter")?.unwrap_or_default();
    Ok(draft)
}
