//! Steam: a maFile of Steam Desktop Authenticator, and both forms in which Steam's app for Android
//! keeps its accounts.

use super::collect::{Collector, base32, required, text};
use super::json::Value;
use super::{Format, Import, Reason, crypto, limits};
use crate::account::AccountDraft;

const FORMAT: Format = Format::Steam;

/// Whether this is one of them.
pub(super) fn is(json: &Value) -> bool {
    let account = |account: &Value| account.has("shared_secret");
    let accounts = json.get("accounts").members();
    account(json) || accounts.first().is_some_and(|(_, first)| account(first))
}

/// Reads the account, or all of them.
pub(super) fn read(json: &Value) -> Import {
    let mut collector = Collector::new(FORMAT);
    let accounts = json
        .get("accounts")
        .members()
        .iter()
        .map(|(_, account)| account);
    let alone = json.has("shared_secret").then_some(json);
    for account in alone.into_iter().chain(accounts).take(limits::MAX_ENTRIES) {
        let name = account.get("account_name").as_str().unwrap_or_default();
        collector.add(&format!("Steam: {name}"), entry(account));
    }
    collector.finish()
}

fn entry(account: &Value) -> Result<AccountDraft, Reason> {
    let mut draft = AccountDraft::default();
    draft.kind = "steam".to_owned();
    draft.issuer = "Steam".to_owned();
    draft.label = text(account, "account_name", "label")?;
    let secret = required(account, "shared_secret", "secret")?;
    let secret = crypto::base64(&secret).ok_or(Reason::UnknownEncoding)?;
    draft.secret = base32(&secret)?;
    Ok(draft)
}
