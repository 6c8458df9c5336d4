//! Proton Authenticator: JSON, encrypted with AES-256-GCM under Argon2id. Proton Pass: JSON in an
//! archive, and CSV.

use super::collect::{self, Collector};
use super::crypto::{self, Argon2Cost, Key};
use super::json::Value;
use super::login::Login;
use super::table::Table;
use super::{Format, Import, ImportError, Reason, limits, lines};
use crate::account::AccountDraft;

const AUTHENTICATOR: Format = Format::ProtonAuthenticator;
const PASS: Format = Format::ProtonPass;

/// Whether this is an export of Proton Authenticator's.
pub(super) fn is_authenticator(json: &Value) -> bool {
    json.has("version")
        && (json.has("entries") || (json.has("salt") && json.has("content")))
        && !json.has("header")
}

/// Reads an export of Proton Authenticator's.
pub(super) fn read_authenticator(
    json: &Value,
    password: Option<&str>,
) -> Result<Import, ImportError> {
    if json.get("version").as_u64() != Some(1) {
        return Err(AUTHENTICATOR.unsupported("version"));
    }
    if json.has("entries") {
        return entries(json);
    }
    let password = password.ok_or(ImportError::NeedsPassword(AUTHENTICATOR))?;
    let bytes = |name: &'static str| {
        let text = json.get(name).as_str().and_then(crypto::base64);
        text.ok_or(AUTHENTICATOR.damaged(name))
    };
    // Fixed by the format.
    let cost = Argon2Cost {
        algorithm: argon2::Algorithm::Argon2id,
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };
    let (salt, content) = (bytes("salt")?, bytes("content")?);
    let mut key = Key::default();
    let (version, password) = (argon2::Version::V0x13, password.as_bytes());
    crypto::argon2(AUTHENTICATOR, cost, version, password, &salt, &mut *key)?;
    let damaged = AUTHENTICATOR.damaged("content");
    let (nonce, sealed) = content.split_at_checked(12).ok_or(damaged)?;
    let plain = crypto::aes_gcm(&*key, nonce, b"proton.authenticator.export.v1", sealed);
    let plain = plain.ok_or(ImportError::WrongPassword(AUTHENTICATOR))?;
    entries(&Value::parse(&plain).ok_or(damaged)?)
}

fn entries(json: &Value) -> Result<Import, ImportError> {
    let entries = json.get("entries").as_array();
    let mut collector = Collector::new(AUTHENTICATOR);
    let entries = entries.ok_or(AUTHENTICATOR.damaged("entries"))?;
    for entry in entries.iter().take(limits::MAX_ENTRIES) {
        let draft = authenticator_entry(entry);
        let known_as = match &draft {
            Ok(draft) => collect::name(&draft.issuer, &draft.label),
            Err(_) => entry
                .get("content")
                .get("name")
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        };
        collector.add(&known_as, draft);
    }
    Ok(collector.finish())
}

fn authenticator_entry(entry: &Value) -> Result<AccountDraft, Reason> {
    let content = entry.get("content");
    let mut draft = lines::uri(&collect::required(content, "uri", "uri")?)?;
    if draft.kind == "steam" {
        draft.secret = steam_secret(&draft.secret)?;
    }
    let name = collect::text(content, "name", "label")?;
    if !name.trim().is_empty() {
        draft.label = name;
    }
    draft.note = collect::text(entry, "note", "note")?;
    Ok(draft)
}

/// The secret in `steam://…`, which the app writes in base32, always in capitals, or in base64 if it
/// came from Steam itself or from Aegis. Twenty bytes in base64 without any small letter or other
/// digit are not to be expected; small letters that also are base32 are, and would make other codes.
fn steam_secret(written: &str) -> Result<String, Reason> {
    let base32 = |b: u8| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b) || b == b'=';
    if written.bytes().all(base32) {
        return Ok(written.to_owned());
    }
    let bytes = crypto::base64(written).ok_or(Reason::UnknownEncoding)?;
    collect::base32(&bytes)
}

/// Whether this is Proton Pass' `data.json`.
pub(super) fn is_pass(json: &Value) -> bool {
    json.get("vaults").is_object()
}

/// Whether this is Proton Pass' CSV.
pub(super) fn is_pass_table(table: &Table) -> bool {
    table.has(&["type", "name", "url", "totp", "vault"])
}

/// Reads Proton Pass' `data.json`.
pub(super) fn read_pass(json: &Value) -> Result<Import, ImportError> {
    if json.get("encrypted").is_true() {
        return Err(PASS.unsupported("PGP"));
    }
    let mut collector = Collector::new(PASS);
    for (_, vault) in json.get("vaults").members() {
        let group = vault.get("name").as_str().unwrap_or_default();
        for item in vault.get("items").items() {
            pass_item(item, group, &mut collector);
        }
    }
    Ok(collector.finish())
}

fn pass_item(item: &Value, group: &str, collector: &mut Collector) {
    const TRASHED: u64 = 2;
    let data = item.get("data");
    let (content, metadata) = (data.get("content"), data.get("metadata"));
    let member = |name| content.get(name).as_str().unwrap_or_default();
    let names = [
        member("itemUsername"),
        member("itemEmail"),
        member("username"),
    ];
    let name = names.into_iter().find(|name| !name.is_empty());
    let mut login = Login {
        title: metadata.get("name").as_str().unwrap_or_default(),
        username: name.unwrap_or_default(),
        note: metadata.get("note").as_str().unwrap_or_default(),
        urls: content
            .get("urls")
            .items()
            .iter()
            .filter_map(Value::as_str)
            .collect(),
        groups: vec![group.to_owned()],
        totp: member("totpUri"),
    };
    if item.get("state").as_u64() == Some(TRASHED) {
        collector.add(&login.name(), Err(Reason::InBin));
        return;
    }
    // Any entry can have more codes in fields of its own, and some kinds have these in sections.
    let sections = ["sections", "extraSections"].into_iter();
    let sections = sections.flat_map(|name| content.get(name).items());
    let details = [
        "extraPersonalDetails",
        "extraAddressDetails",
        "extraContactDetails",
        "extraWorkDetails",
    ];
    let fields = [data.get("extraFields")]
        .into_iter()
        .chain(details.map(|name| content.get(name)))
        .chain(sections.map(|section| section.get("sectionFields")));
    let extra: Vec<&str> = fields
        .flat_map(Value::items)
        .filter_map(|field| field.get("data").get("totpUri").as_str())
        .filter(|uri| !uri.trim().is_empty())
        .collect();
    if !login.totp.trim().is_empty() || extra.is_empty() {
        collector.add(&login.name(), login.draft());
    }
    for uri in extra {
        login.totp = uri;
        collector.add(&login.name(), login.draft());
    }
}

/// Reads Proton Pass' CSV.
pub(super) fn read_pass_table(table: &Table) -> Import {
    let mut collector = Collector::new(PASS);
    for row in &table.rows {
        let cell = |name| table.cell(row, name);
        let names = [cell("username"), cell("email")];
        let name = names.into_iter().find(|name| !name.is_empty());
        let login = Login {
            title: cell("name"),
            username: name.unwrap_or_default(),
            note: cell("note"),
            urls: cell("url").split(',').collect(),
            groups: vec![cell("vault").to_owned()],
            totp: cell("totp"),
        };
        collector.add(&login.name(), login.draft());
    }
    collector.finish()
}
