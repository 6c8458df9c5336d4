//! The Authenticator extension: a JSON object of entries by id. Encrypted in three ways: each
//! secret with the password; each secret with a key that is encrypted with the password; each
//! entry with a key that Argon2id makes of the password. CryptoJS' AES every time.

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use zeroize::Zeroizing;

use super::collect::{Collector, base32, given, name, text};
use super::crypto::{self, Argon2Cost, Key};
use super::json::Value;
use super::names::Names;
use super::{Format, Import, ImportError, Reason, limits};
use crate::account::{AccountDraft, AccountError};
use crate::secret::Secret;

const FORMAT: Format = Format::AuthenticatorExtension;

/// Whether this is an export of the extension's.
pub(super) fn is(json: &Value) -> bool {
    json.members()
        .iter()
        .take(limits::MAX_ENTRIES)
        .any(|(_, value)| {
            // Without a type, only a name or a place tells an entry from any other secret.
            let known = ["type", "dataType", "account", "issuer", "index"];
            is_entry(value)
                && known.iter().any(|key| value.has(key))
                && (value.has("hash") || value.has("dataType") || value.has("encrypted"))
        })
}

/// Reads an export.
pub(super) fn read(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    let mut entries: Vec<&(String, Value)> = json
        .members()
        .iter()
        .filter(|(_, value)| is_entry(value))
        .take(limits::MAX_ENTRIES)
        .collect();
    entries.sort_by_key(|(_, entry)| entry.get("index").as_u64());
    let sealed = |(_, entry): &&(String, Value)| is_sealed(entry);
    let password = match password {
        None if entries.iter().any(sealed) => return Err(ImportError::NeedsPassword(FORMAT)),
        password => password.unwrap_or_default(),
    };
    let mut keyring = Keyring::new(json, password);
    let mut collector = Collector::new(FORMAT);
    let (mut opened, mut closed) = (0_usize, 0_usize);
    for (_, entry) in entries {
        if !is_sealed(entry) {
            collector.add(&name_of(entry), draft(entry, entry.get("secret").as_str()));
            continue;
        }
        match keyring.open(entry)? {
            Some(Opened::Entry(whole)) => {
                opened += 1;
                collector.add(
                    &name_of(&whole),
                    draft(&whole, whole.get("secret").as_str()),
                );
            }
            Some(Opened::Secret(secret)) => {
                opened += 1;
                collector.add(&name_of(entry), draft(entry, Some(&secret)));
            }
            None => {
                closed += 1;
                collector.add(&name_of(entry), Err(Reason::NotDecrypted));
            }
        }
    }
    match closed > 0 && opened == 0 {
        true => Err(ImportError::WrongPassword(FORMAT)),
        false => Ok(collector.finish()),
    }
}

/// The oldest entries have no type: the marks that all have show that they are some.
fn is_entry(value: &Value) -> bool {
    let marks = ["type", "hash", "encrypted"];
    let plain = value.has("secret") && marks.iter().any(|key| value.has(key));
    plain || value.get("dataType").as_str() == Some("EncOTPStorage")
}

fn is_sealed(entry: &Value) -> bool {
    entry.get("encrypted").is_true() || entry.get("dataType").as_str() == Some("EncOTPStorage")
}

fn name_of(entry: &Value) -> String {
    let member = |key| entry.get(key).as_str().unwrap_or_default();
    let issuer = member("issuer");
    let issuer = issuer.split_once("::").map_or(issuer, |(issuer, _)| issuer);
    name(issuer, member("account"))
}

/// What an entry leaves out has the app's own default: it does not write these.
fn draft(entry: &Value, secret: Option<&str>) -> Result<AccountDraft, Reason> {
    let mut draft = AccountDraft::default();
    draft.label = text(entry, "account", "label")?;
    let issuer = text(entry, "issuer", "issuer")?;
    // The site may stand behind the issuer.
    match issuer.split_once("::") {
        Some((issuer, site)) => {
            issuer.clone_into(&mut draft.issuer);
            draft.sites = Some(site.trim())
                .filter(|site| !site.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect();
        }
        None => draft.issuer = issuer,
    }
    let secret = secret.unwrap_or_default().trim();
    let mut kind = text(entry, "type", "type")?;
    // Once the kind stood before the secret.
    let (prefixed, secret) = match secret.split_once('-') {
        Some(("blz" | "bliz", rest)) => ("battle", rest),
        Some(("stm", rest)) => ("steam", rest),
        _ => ("", secret),
    };
    if !prefixed.is_empty() {
        prefixed.clone_into(&mut kind);
    }
    draft.secret = match kind.as_str() {
        "hex" | "5" | "hhex" | "6" => hexadecimal(secret)?,
        _ => secret.to_owned(),
    };
    if let Some(algorithm) = given(entry, "algorithm", "algorithm")? {
        draft.algorithm = algorithm;
    }
    if let Some(digits) = given(entry, "digits", "digits")? {
        draft.digits = digits;
    }
    if let Some(period) = given(entry, "period", "period")? {
        draft.period = period;
    }
    draft.kind = match kind.as_str() {
        "" | "totp" | "1" | "hex" | "5" => "totp",
        "hotp" | "2" | "hhex" | "6" => {
            // The extension begins at 0, and always writes it.
            draft.counter = given(entry, "counter", "counter")?.unwrap_or_else(|| "0".to_owned());
            "hotp"
        }
        "battle" | "3" => "battle",
        "steam" | "4" => "steam",
        _ => return Err(Reason::Account(AccountError::UnknownType)),
    }
    .to_owned();
    let others = !matches!(draft.algorithm.to_ascii_uppercase().as_str(), "SHA1" | "1");
    if matches!(draft.kind.as_str(), "battle" | "steam") && others {
        return Err(Reason::Account(AccountError::NotOfKind {
            field: "algorithm",
        }));
    }
    Ok(draft)
}

/// An odd last digit is half a byte: dropped if it is 0, completed otherwise, as the extension
/// does.
fn hexadecimal(secret: &str) -> Result<String, Reason> {
    let mut digits: String = secret.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() % 2 == 1 {
        match digits.strip_suffix('0') {
            Some(even) => digits = even.to_owned(),
            None => digits.push('0'),
        }
    }
    base32(Secret::from_hex(&digits)?.as_bytes())
}

enum Opened {
    Entry(Value),
    Secret(Zeroizing<String>),
}

/// The keys that the password opens, made when they are first needed.
struct Keyring<'a> {
    /// The salts of the keys, by their ids.
    salts: Names<'a>,
    password: &'a str,
    /// Passwords for secrets: what was typed, and the key it opens.
    old: Vec<Zeroizing<String>>,
    new: Vec<(String, Zeroizing<String>)>,
}

impl<'a> Keyring<'a> {
    fn new(json: &'a Value, password: &'a str) -> Self {
        let mut old = vec![Zeroizing::new(password.to_owned())];
        let key = match json.get("key").get("enc").as_str() {
            Some(sealed) => Some(sealed),
            None => json.get("enc").as_str(),
        };
        if let Some(key) = key.and_then(|sealed| decrypt(password.as_bytes(), sealed)) {
            old.push(Zeroizing::new(HEXLOWER.encode(&key)));
        }
        let salts = json.members().iter().rev().filter_map(|(id, entry)| {
            let is_key = entry.get("dataType").as_str() == Some("Key");
            let salt = entry.get("salt").as_str().filter(|_| is_key)?;
            Some((id.as_str(), salt))
        });
        Self {
            salts: Names::new(salts),
            password,
            old,
            new: Vec::new(),
        }
    }

    fn open(&mut self, entry: &Value) -> Result<Option<Opened>, ImportError> {
        if entry.get("dataType").as_str() == Some("EncOTPStorage") {
            let id = entry.get("keyId").as_str().unwrap_or_default();
            let Some(key) = self.key(id)? else {
                return Ok(None);
            };
            let sealed = entry.get("data").as_str().unwrap_or_default();
            let whole = decrypt(key.as_bytes(), sealed).and_then(|bytes| Value::parse(&bytes));
            return Ok(whole.filter(Value::is_object).map(Opened::Entry));
        }
        let sealed = entry.get("secret").as_str().unwrap_or_default();
        let secret = self.old.iter().find_map(|password| {
            let bytes = decrypt(password.as_bytes(), sealed)?;
            let text = std::str::from_utf8(&bytes).ok()?;
            let plausible = text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"=- ".contains(&b));
            (plausible && !text.is_empty()).then(|| Zeroizing::new(text.to_owned()))
        });
        Ok(secret.map(Opened::Secret))
    }

    /// The base64 of Argon2id over the password, with the salt that the file has for a key.
    fn key(&mut self, id: &str) -> Result<Option<Zeroizing<String>>, ImportError> {
        if let Some((_, key)) = self.new.iter().find(|(known, _)| known == id) {
            return Ok(Some(key.clone()));
        }
        let Some(salt) = self.salts.get(id) else {
            return Ok(None);
        };
        if self.new.len() >= 8 {
            return Ok(None);
        }
        let cost = Argon2Cost {
            algorithm: argon2::Algorithm::Argon2id,
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
        };
        let mut key = Key::default();
        let (version, password) = (argon2::Version::V0x13, self.password.as_bytes());
        crypto::argon2(FORMAT, cost, version, password, salt.as_bytes(), &mut *key)?;
        let text = Zeroizing::new(BASE64_NOPAD.encode(&*key));
        self.new.push((id.to_owned(), text.clone()));
        Ok(Some(text))
    }
}

fn decrypt(password: &[u8], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    crypto::salted(password, &crypto::base64(sealed)?)
}
