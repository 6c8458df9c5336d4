//! Aegis: a JSON vault, plain or encrypted (its `docs/vault.md`).

use super::collect::{Collector, bare, check_fixed, given, known_as, required, text};
use super::crypto::{self, Key};
use super::json::Value;
use super::names::Names;
use super::{Format, Import, ImportError, Reason, limits};
use crate::account::{AccountDraft, AccountError};
use crate::secret::Secret;

const FORMAT: Format = Format::Aegis;

/// Whether this is an Aegis vault.
pub(super) fn is(json: &Value) -> bool {
    let (header, db) = (json.get("header"), json.get("db"));
    // A vault that is not encrypted may leave out what its header would say.
    header.is_object() && (header.has("slots") || db.get("entries").as_array().is_some())
}

/// Reads a vault.
pub(super) fn read(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    if json.get("version").as_u64() != Some(1) {
        return Err(FORMAT.unsupported("version"));
    }
    match json.get("db") {
        Value::String(sealed) => {
            let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
            let bytes = decrypt(json.get("header"), sealed, password)?;
            let database = Value::parse(&bytes).ok_or(FORMAT.damaged("db"))?;
            entries(&database)
        }
        database => entries(database),
    }
}

fn entries(database: &Value) -> Result<Import, ImportError> {
    if database
        .get("version")
        .as_u64()
        .is_none_or(|version| version > 3)
    {
        return Err(FORMAT.unsupported("db.version"));
    }
    let entries = database.get("entries").as_array();
    let groups = Names::of(database.get("groups"), "uuid", "name");
    let mut collector = Collector::new(FORMAT);
    for item in entries
        .ok_or(FORMAT.damaged("db.entries"))?
        .iter()
        .take(limits::MAX_ENTRIES)
    {
        collector.add(&known_as(item, "issuer", "name"), entry(item, &groups));
    }
    Ok(collector.finish())
}

fn entry<'a>(item: &'a Value, groups: &Names<'a>) -> Result<AccountDraft, Reason> {
    let info = item.get("info");
    let mut draft = bare();
    draft.kind = required(item, "type", "type")?;
    draft.issuer = text(item, "issuer", "issuer")?;
    draft.label = text(item, "name", "label")?;
    draft.note = text(item, "note", "note")?;
    // One group in version 1; since version 2 any number, by id.
    draft.groups.extend(given(item, "group", "groups")?);
    let ids = item.get("groups").items().iter();
    draft
        .groups
        .extend(groups.groups(ids.filter_map(Value::as_str)));
    draft.groups.retain(|group| !group.trim().is_empty());
    draft.secret = required(info, "secret", "secret")?;
    let mut algorithm = given(info, "algo", "algorithm")?;
    // Its form once let MD5 be set where it can't be. The app makes SHA-1 of it, and so its codes.
    if draft.kind != "motp" && algorithm.as_deref() == Some("MD5") {
        algorithm = Some("SHA1".to_owned());
    }
    let digits = given(info, "digits", "digits")?;
    let period = given(info, "period", "period")?;
    match draft.kind.as_str() {
        kind @ ("steam" | "motp" | "yandex") => {
            let (algorithm, digits, period) =
                (algorithm.as_deref(), digits.as_deref(), period.as_deref());
            check_fixed(kind, algorithm, digits, period)?;
            draft.pin = text(info, "pin", "pin")?;
            if kind == "motp" {
                draft.secret = Secret::from_base32(&draft.secret)?.to_hex().to_string();
            }
        }
        "totp" | "hotp" => {
            draft.algorithm = algorithm.unwrap_or_default();
            draft.digits = digits.unwrap_or_default();
            draft.period = period.unwrap_or_default();
            draft.counter = text(info, "counter", "counter")?;
        }
        _ => return Err(Reason::Account(AccountError::UnknownType)),
    }
    Ok(draft)
}

/// The database: AES-256-GCM under a master key, which each slot has under a key of its own.
fn decrypt(header: &Value, sealed: &str, password: &str) -> Result<Vec<u8>, ImportError> {
    const PASSWORD: u64 = 1;
    let slots = header.get("slots").items().iter().take(64);
    let mut slots = slots
        .filter(|slot| slot.get("type").as_u64() == Some(PASSWORD))
        .peekable();
    if slots.peek().is_none() {
        // Only fingerprints, which no password opens.
        return Err(FORMAT.unsupported("header.slots"));
    }
    for slot in slots.take(8) {
        let Some(key) = master_key(slot, password)? else {
            continue;
        };
        let sealed = crypto::base64(sealed).ok_or(FORMAT.damaged("db"))?;
        return open(&*key, header.get("params"), &sealed)?
            .map(|bytes| bytes.to_vec())
            .ok_or(FORMAT.damaged("db"));
    }
    Err(ImportError::WrongPassword(FORMAT))
}

fn master_key(slot: &Value, password: &str) -> Result<Option<Key>, ImportError> {
    let number = |name, part| slot.get(name).as_u64().ok_or(FORMAT.damaged(part));
    let salt = slot.get("salt").as_str().and_then(crypto::hex);
    let cost = (number("n", "n")?, number("r", "r")?, number("p", "p")?);
    let salt = salt.ok_or(FORMAT.damaged("salt"))?;
    let key = crypto::scrypt(FORMAT, password.as_bytes(), &salt, cost)?;
    let sealed = slot.get("key").as_str().and_then(crypto::hex);
    let opened = open(
        &*key,
        slot.get("key_params"),
        &sealed.ok_or(FORMAT.damaged("key"))?,
    )?;
    match opened {
        None => Ok(None),
        Some(bytes) => {
            let bytes: [u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|_| FORMAT.damaged("key"))?;
            Ok(Some(Key::from(bytes)))
        }
    }
}

/// AES-256-GCM with nonce and tag beside it; `None` if the tag does not fit.
fn open(
    key: &[u8],
    params: &Value,
    sealed: &[u8],
) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, ImportError> {
    let nonce = params.get("nonce").as_str().and_then(crypto::hex);
    let tag = params.get("tag").as_str().and_then(crypto::hex);
    let (nonce, tag) = (
        nonce.ok_or(FORMAT.damaged("nonce"))?,
        tag.ok_or(FORMAT.damaged("tag"))?,
    );
    let mut whole = sealed.to_vec();
    whole.extend_from_slice(&tag);
    Ok(crypto::aes_gcm(key, &nonce, &[], &whole))
}
