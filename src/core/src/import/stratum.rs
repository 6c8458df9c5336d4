//! Stratum (once Authenticator Pro): JSON, encrypted in two ways, and its HTML page. Its list of
//! Key URIs is read by [`lines`].

use super::collect::{Collector, bare, known_as, required, text};
use super::crypto::{self, Argon2Cost, Key, Prf};
use super::json::Value;
use super::names::Names;
use super::{Format, Import, ImportError, Reason, limits, lines};
use crate::account::{AccountDraft, AccountError};
use crate::secret::Secret;

const FORMAT: Format = Format::Stratum;
const STRONG: &[u8] = b"AUTHENTICATORPRO";
const LEGACY: &[u8] = b"AuthenticatorPro";

/// Whether this is a backup of Stratum's.
pub(super) fn is(json: &Value) -> bool {
    json.get("Authenticators").as_array().is_some()
}

/// Whether the bytes begin as an encrypted backup does.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(STRONG) || bytes.starts_with(LEGACY)
}

/// Whether this is a page of Stratum's.
pub(super) fn is_html(text: &str) -> bool {
    let start = text.trim_start();
    let is_html = ["<!doctype html", "<html"].iter().any(|tag| {
        start
            .get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    });
    is_html && codes(text).any(|code| lines::is(&code))
}

/// Reads a plain backup.
pub(super) fn read(json: &Value) -> Import {
    let names = Names::of(json.get("Categories"), "Id", "Name");
    // An authenticator is known by its secret.
    let bindings = json.get("AuthenticatorCategories");
    let bindings = Names::of(bindings, "AuthenticatorSecret", "CategoryId");
    let mut collector = Collector::new(FORMAT);
    for item in json
        .get("Authenticators")
        .items()
        .iter()
        .take(limits::MAX_ENTRIES)
    {
        let secret = item.get("Secret").as_str();
        let categories = secret.into_iter().flat_map(|secret| bindings.all(secret));
        let draft = entry(item).map(|mut draft| {
            draft.groups = names.groups(categories);
            draft
        });
        collector.add(&known_as(item, "Issuer", "Username"), draft);
    }
    collector.finish()
}

fn entry(item: &Value) -> Result<AccountDraft, Reason> {
    let mut draft = bare();
    draft.issuer = text(item, "Issuer", "issuer")?;
    draft.label = text(item, "Username", "label")?;
    draft.secret = required(item, "Secret", "secret")?;
    let kind = match item.get("Type").as_u64() {
        Some(1) => "hotp",
        Some(2) => "totp",
        Some(3) => "motp",
        Some(4) => "steam",
        Some(5) => "yandex",
        Some(_) => return Err(Reason::Account(AccountError::UnknownType)),
        None => return Err(Reason::Account(AccountError::Missing { field: "type" })),
    };
    kind.clone_into(&mut draft.kind);
    if !matches!(kind, "totp" | "hotp") {
        // Digits and period are there too, but the app makes these codes without looking.
        draft.pin = text(item, "Pin", "pin")?;
        if kind == "motp" {
            check_motp(&draft.secret)?;
        }
        return Ok(draft);
    }
    draft.algorithm = match item.get("Algorithm").as_u64() {
        Some(0) => "SHA1",
        Some(1) => "SHA256",
        Some(2) => "SHA512",
        Some(_) => return Err(Reason::Account(AccountError::UnknownAlgorithm)),
        None => {
            return Err(Reason::Account(AccountError::Missing {
                field: "algorithm",
            }));
        }
    }
    .to_owned();
    draft.digits = text(item, "Digits", "digits")?;
    draft.period = text(item, "Period", "period")?;
    draft.counter = text(item, "Counter", "counter")?;
    Ok(draft)
}

/// Stratum hashes an mOTP's secret as it was typed: one in capitals, or that is not hexadecimal,
/// makes other codes than ours would be.
pub(super) fn check_motp(secret: &str) -> Result<(), Reason> {
    if Secret::from_hex(secret)?.to_hex().as_str() != secret {
        return Err(Reason::UnknownEncoding);
    }
    Ok(())
}

/// Reads an encrypted backup.
pub(super) fn read_sealed(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let password = password
        .ok_or(ImportError::NeedsPassword(FORMAT))?
        .as_bytes();
    let damaged = FORMAT.damaged("header");
    let mut key = Key::default();
    let plain = if let Some(rest) = bytes.strip_prefix(STRONG) {
        let (salt, rest) = rest.split_at_checked(16).ok_or(damaged)?;
        let (nonce, sealed) = rest.split_at_checked(12).ok_or(damaged)?;
        let cost = Argon2Cost {
            algorithm: argon2::Algorithm::Argon2id,
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 4,
        };
        let version = argon2::Version::V0x13;
        crypto::argon2(FORMAT, cost, version, password, salt, &mut *key)?;
        crypto::aes_gcm(&*key, nonce, &[], sealed)
    } else {
        let rest = bytes.strip_prefix(LEGACY).ok_or(damaged)?;
        let (salt, rest) = rest.split_at_checked(20).ok_or(damaged)?;
        let (iv, sealed) = rest.split_at_checked(16).ok_or(damaged)?;
        crypto::pbkdf2(FORMAT, Prf::Sha1, password, salt, 64_000, &mut *key)?;
        crypto::aes_cbc(&*key, iv, sealed)
    };
    let plain = plain.ok_or(ImportError::WrongPassword(FORMAT))?;
    match Value::parse(&plain) {
        Some(json) if is(&json) => Ok(read(&json)),
        // CBC has no tag: one wrong password in 256 ends in fitting padding.
        _ if bytes.starts_with(LEGACY) => Err(ImportError::WrongPassword(FORMAT)),
        _ => Err(FORMAT.damaged("JSON")),
    }
}

/// Reads a page: a Key URI in each `<code>`.
pub(super) fn read_html(text: &str) -> Import {
    let uris: Vec<String> = codes(text).take(limits::MAX_ENTRIES).collect();
    let mut import = lines::read(&uris.join("\n"));
    import.format = FORMAT;
    import
}

fn codes(text: &str) -> impl Iterator<Item = String> {
    text.split("<code>").skip(1).map(|rest| {
        let code = rest.split("</code>").next().unwrap_or_default();
        let code = code.replace("&quot;", "\"").replace("&#39;", "'");
        let code = code.replace("&lt;", "<").replace("&gt;", ">");
        code.replace("&amp;", "&").replace(['\r', '\n'], "")
    })
}
