//! The databases of Google Authenticator, Microsoft Authenticator and Stratum on Android.

use super::collect::{Collector, bare, base32, counter_after, name};
use super::sqlite::{Database, Row, SqliteError};
use super::{Format, Import, ImportError, Reason, crypto, stratum};
use crate::account::{AccountDraft, AccountError};

/// Reads a database.
pub(super) fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    let database = Database::open(bytes).ok_or(ImportError::NotRecognised)?;
    if database.has_table("authenticator") {
        let rows = database.table("authenticator");
        return each(Format::Stratum, rows, stratum_row);
    }
    if !database.has_table("accounts") {
        return Err(ImportError::NotRecognised);
    }
    let rows = database.table("accounts");
    match database.has_column("accounts", "oath_secret_key") {
        true => each(Format::MicrosoftDatabase, rows, microsoft),
        false => each(Format::GoogleDatabase, rows, google),
    }
}

/// A row's name, and the account.
type Entry = (String, Result<AccountDraft, Reason>);

fn each(
    format: Format,
    rows: Result<Vec<Row>, SqliteError>,
    entry: fn(&Row) -> Entry,
) -> Result<Import, ImportError> {
    let mut collector = Collector::new(format);
    let rows = rows.map_err(|error| match error {
        SqliteError::Damaged => format.damaged("table"),
        SqliteError::TooLarge => ImportError::TooLarge,
    })?;
    for row in rows {
        let (known_as, draft) = entry(&row);
        collector.add(&known_as, draft);
    }
    Ok(collector.finish())
}

/// The app has no other parameters than these.
fn defaults(kind: &str) -> AccountDraft {
    let mut draft = AccountDraft::default();
    kind.clone_into(&mut draft.kind);
    draft
}

fn google(row: &Row) -> Entry {
    let issuer = row.text("issuer").trim();
    let whole = row.text("email").trim();
    // The name is issuer and label, as in a Key URI.
    let (issuer, label) = match whole.split_once(':') {
        Some((first, label)) if first.trim() == issuer || issuer.is_empty() => {
            (first.trim(), label.trim())
        }
        _ => (issuer, whole),
    };
    let draft = || {
        if row
            .integer("isencrypted")
            .is_some_and(|encrypted| encrypted > 0)
        {
            return Err(Reason::SecretElsewhere);
        }
        let mut draft = match row.integer("type") {
            Some(0) => defaults("totp"),
            Some(1) => defaults("hotp"),
            Some(_) => return Err(Reason::Account(AccountError::UnknownType)),
            None => return Err(Reason::Account(AccountError::Missing { field: "type" })),
        };
        if draft.kind == "hotp" {
            // The app counts up before it makes a code: the number is that of the last one.
            let last = row.integer("counter");
            let missing = AccountError::Missing { field: "counter" };
            draft.counter = counter_after(&last.ok_or(missing)?.to_string())?;
        }
        issuer.clone_into(&mut draft.issuer);
        label.clone_into(&mut draft.label);
        row.text("secret").clone_into(&mut draft.secret);
        Ok(draft)
    };
    (name(issuer, label), draft())
}

fn microsoft(row: &Row) -> Entry {
    const OTHER: i64 = 0;
    const PERSONAL: i64 = 1;
    let (issuer, label) = (row.text("name"), row.text("username"));
    let draft = || {
        let secret = row.text("oath_secret_key");
        let mut draft = defaults("totp");
        issuer.clone_into(&mut draft.issuer);
        label.clone_into(&mut draft.label);
        match row.integer("account_type") {
            _ if secret.is_empty() && !row.text("encrypted_oath_secret_key").is_empty() => {
                return Err(Reason::SecretElsewhere);
            }
            Some(OTHER) => secret.clone_into(&mut draft.secret),
            // A Microsoft account: eight digits, and the secret in base64.
            Some(PERSONAL) if !secret.is_empty() => {
                draft.digits = "8".to_owned();
                draft.secret = base32(&crypto::base64(secret).ok_or(Reason::UnknownEncoding)?)?;
            }
            Some(_) => return Err(Reason::PhoneSignIn),
            None => return Err(Reason::Account(AccountError::Missing { field: "type" })),
        }
        Ok(draft)
    };
    (name(issuer, label), draft())
}

fn stratum_row(row: &Row) -> Entry {
    let (issuer, label) = (row.text("issuer"), row.text("username"));
    let number = |column| row.integer(column).map(|number| number.to_string());
    let draft = || {
        let kind = match row.integer("type") {
            Some(1) => "hotp",
            Some(2) => "totp",
            Some(3) => "motp",
            Some(4) => "steam",
            Some(5) => "yandex",
            _ => return Err(Reason::Account(AccountError::UnknownType)),
        };
        let mut draft = bare();
        kind.clone_into(&mut draft.kind);
        issuer.clone_into(&mut draft.issuer);
        label.clone_into(&mut draft.label);
        row.text("secret").clone_into(&mut draft.secret);
        if !matches!(kind, "totp" | "hotp") {
            row.text("pin").clone_into(&mut draft.pin);
            if kind == "motp" {
                stratum::check_motp(&draft.secret)?;
            }
            return Ok(draft);
        }
        draft.algorithm = match row.integer("algorithm") {
            Some(0) => "SHA1",
            Some(1) => "SHA256",
            Some(2) => "SHA512",
            _ => return Err(Reason::Account(AccountError::UnknownAlgorithm)),
        }
        .to_owned();
        draft.digits = number("digits").unwrap_or_default();
        draft.period = number("period").unwrap_or_default();
        draft.counter = number("counter").unwrap_or_default();
        Ok(draft)
    };
    (name(issuer, label), draft())
}
