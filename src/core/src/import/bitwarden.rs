//! Bitwarden and Bitwarden Authenticator: JSON, JSON protected with a password, CSV.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::collect::Collector;
use super::crypto::{self, Argon2Cost, Key, Prf};
use super::json::Value;
use super::login::Login;
use super::names::Names;
use super::table::Table;
use super::{Format, Import, ImportError, Reason, limits, lines};

const FORMAT: Format = Format::Bitwarden;

/// Whether this is an export of Bitwarden's.
pub(super) fn is(json: &Value) -> bool {
    // The first exports did not say that they are not encrypted.
    let plain = json.get("items").as_array().is_some()
        && (json.get("folders").as_array().is_some()
            || json.get("collections").as_array().is_some());
    plain
        || json.has("encrypted") && (json.has("items") || json.has("encKeyValidation_DO_NOT_EDIT"))
}

/// Whether this is a table of Bitwarden's.
pub(super) fn is_table(table: &Table) -> bool {
    table.has(&["type", "name", "login_uri", "login_totp"])
}

/// Reads a JSON export.
pub(super) fn read(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    if !json.get("encrypted").is_true() {
        return items(json);
    }
    if !json.get("passwordProtected").is_true() {
        // Encrypted with the key of the account it came from, which no export holds.
        return Err(FORMAT.unsupported("encrypted"));
    }
    let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
    let keys = Keys::derive(json, password)?;
    let sealed = |name: &'static str| json.get(name).as_str().ok_or(FORMAT.damaged(name));
    keys.open(
        sealed("encKeyValidation_DO_NOT_EDIT")?,
        "encKeyValidation_DO_NOT_EDIT",
    )?
    .ok_or(ImportError::WrongPassword(FORMAT))?;
    let plain = keys
        .open(sealed("data")?, "data")?
        .ok_or(FORMAT.damaged("data"))?;
    items(&Value::parse(&plain).ok_or(FORMAT.damaged("data"))?)
}

fn items(json: &Value) -> Result<Import, ImportError> {
    let named = |list| Names::of(json.get(list), "id", "name");
    let (folders, collections) = (named("folders"), named("collections"));
    let items = json
        .get("items")
        .as_array()
        .ok_or(FORMAT.damaged("items"))?;
    // Bitwarden Authenticator has no folders, and writes no member for them.
    let authenticator = !json.has("folders") && !json.has("collections");
    let mut collector = Collector::new(FORMAT);
    for item in items.iter().take(limits::MAX_ENTRIES) {
        let login = item.get("login");
        let member = |name| item.get(name).as_str().unwrap_or_default();
        let ids = item.get("collectionIds").items().iter();
        let mut groups = folders.groups(item.get("folderId").as_str());
        groups.extend(collections.groups(ids.filter_map(Value::as_str)));
        let totp = login.get("totp").as_str().unwrap_or_default();
        let unescaped;
        let totp = match authenticator {
            true => {
                unescaped = label_unescaped(totp);
                &*unescaped
            }
            false => totp,
        };
        let entry = Login {
            title: member("name"),
            username: login.get("username").as_str().unwrap_or_default(),
            note: member("notes"),
            urls: login
                .get("uris")
                .items()
                .iter()
                .filter_map(|uri| uri.get("uri").as_str())
                .collect(),
            groups,
            totp,
        };
        let draft = match item.get("deletedDate").is_null() {
            true => entry.draft(),
            false => Err(Reason::InBin),
        };
        collector.add(&entry.name(), draft);
    }
    Ok(collector.finish())
}

/// Reads a CSV export.
pub(super) fn read_table(table: &Table) -> Import {
    let mut collector = Collector::new(FORMAT);
    let authenticator = !table.has(&["login_username"]);
    for row in &table.rows {
        if authenticator {
            authenticator_row(row, &mut collector);
            continue;
        }
        let cell = |name| table.cell(row, name);
        // An organisation's item may be in several collections, with commas between them.
        let mut groups = vec![cell("folder").to_owned()];
        groups.extend(
            cell("collections")
                .split(',')
                .map(|name| name.trim().to_owned()),
        );
        let login = Login {
            title: cell("name"),
            username: cell("login_username"),
            note: cell("notes"),
            urls: cell("login_uri").split(',').collect(),
            groups,
            totp: cell("login_totp"),
        };
        collector.add(&login.name(), login.draft());
    }
    collector.finish()
}

/// A row of Bitwarden Authenticator's: `,,1,NAME,,URI,…`. It quotes nothing, so a comma in the name
/// moves what follows it; in the Key URI commas are escaped.
fn authenticator_row(row: &csv::StringRecord, collector: &mut Collector) {
    const NAME: usize = 3;
    let cells: Vec<&str> = row.iter().collect();
    let column = cells.iter().position(|cell| lines::is(cell));
    let totp = column.and_then(|column| cells.get(column));
    // Between the name and the Key URI there is one empty cell.
    let end = column.map_or(NAME + 1, |column| column.saturating_sub(1));
    let title = cells.get(NAME..end).unwrap_or_default().join(",");
    let totp = label_unescaped(totp.copied().unwrap_or_default());
    let login = Login {
        title: &title,
        totp: &totp,
        ..Login::default()
    };
    collector.add(&login.name(), login.draft());
}

/// A Key URI of Bitwarden Authenticator's, which escapes the label for HTML before it escapes it
/// for the URI.
fn label_unescaped(uri: &str) -> Zeroizing<String> {
    let (label, query) = uri.split_at(uri.find('?').unwrap_or(uri.len()));
    let mut plain = Zeroizing::new(String::with_capacity(uri.len()));
    let label = [
        ("%26lt%3B", "%3C"),
        ("%26gt%3B", "%3E"),
        ("%26quot%3B", "%22"),
        ("%26%2339%3B", "%27"),
        ("%26amp%3B", "%26"),
    ]
    .into_iter()
    .fold(label.to_owned(), |label, (from, to)| {
        label.replace(from, to)
    });
    plain.push_str(&label);
    plain.push_str(query);
    plain
}

/// The two halves of a stretched key.
struct Keys {
    encryption: Key,
    authentication: Key,
}

impl Keys {
    fn derive(json: &Value, password: &str) -> Result<Self, ImportError> {
        const PBKDF2: u64 = 0;
        const ARGON2ID: u64 = 1;
        let number = |name: &'static str| json.get(name).as_u64().ok_or(FORMAT.damaged(name));
        let salt = json.get("salt").as_str().ok_or(FORMAT.damaged("salt"))?;
        let (password, iterations) = (password.as_bytes(), number("kdfIterations")?);
        let mut master = Key::default();
        match number("kdfType")? {
            PBKDF2 => {
                let salt = salt.as_bytes();
                crypto::pbkdf2(
                    FORMAT,
                    Prf::Sha256,
                    password,
                    salt,
                    iterations,
                    &mut *master,
                )?;
            }
            ARGON2ID => {
                let cost = Argon2Cost {
                    algorithm: argon2::Algorithm::Argon2id,
                    memory_kib: number("kdfMemory")?.saturating_mul(1024),
                    passes: iterations,
                    lanes: number("kdfParallelism")?,
                };
                let salt = Sha256::digest(salt);
                let version = argon2::Version::V0x13;
                crypto::argon2(FORMAT, cost, version, password, &salt, &mut *master)?;
            }
            _ => return Err(FORMAT.unsupported("kdfType")),
        }
        let hkdf = Hkdf::<Sha256>::from_prk(&*master).map_err(|_| FORMAT.damaged("kdfType"))?;
        let expand = |info: &[u8]| {
            let mut key = Key::default();
            hkdf.expand(info, &mut *key)
                .map(|()| key)
                .map_err(|_| FORMAT.damaged("kdfType"))
        };
        Ok(Self {
            encryption: expand(b"enc")?,
            authentication: expand(b"mac")?,
        })
    }

    /// `2.IV|CIPHERTEXT|MAC`: AES-256-CBC and HMAC-SHA-256; `None` if the MAC does not fit.
    fn open(
        &self,
        sealed: &str,
        part: &'static str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
        let damaged = FORMAT.damaged(part);
        let parts = match sealed.split_once('.') {
            Some(("2", parts)) => parts,
            Some(_) => return Err(FORMAT.unsupported(part)),
            None => return Err(damaged),
        };
        let mut parts = parts.split('|').map(crypto::base64);
        let mut piece = || parts.next().flatten().ok_or(damaged);
        let (iv, text, mac) = (piece()?, piece()?, piece()?);
        let mut hmac =
            Hmac::<Sha256>::new_from_slice(&*self.authentication).map_err(|_| damaged)?;
        hmac.update(&iv);
        hmac.update(&text);
        if hmac.verify_slice(&mac).is_err() {
            return Ok(None);
        }
        Ok(crypto::aes_cbc(&*self.encryption, &iv, &text))
    }
}
