//! 2FAS: JSON, schema 1 to 4; the services plain or encrypted (2FAS' docs, "backup encryption").

use zeroize::Zeroizing;

use super::collect::{Collector, bare, check_fixed, given, name, required, text};
use super::crypto::{self, Prf};
use super::json::Value;
use super::names::Names;
use super::{Format, Import, ImportError, Reason, limits};
use crate::account::{AccountDraft, AccountError};

const FORMAT: Format = Format::TwoFas;
/// Fixed by the format.
const ITERATIONS: u64 = 10_000;

/// Whether this is a backup of 2FAS.
pub(super) fn is(json: &Value) -> bool {
    json.has("schemaVersion") && (json.has("services") || json.has("servicesEncrypted"))
}

/// Reads a backup.
pub(super) fn read(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    let version = json.get("schemaVersion").as_u64();
    if version.is_none_or(|version| !(1..=4).contains(&version)) {
        return Err(FORMAT.unsupported("schemaVersion"));
    }
    let groups = Names::of(json.get("groups"), "id", "name");
    let opened;
    let services = match json.get("servicesEncrypted").as_str() {
        Some(sealed) => {
            let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
            let text = decrypt(sealed, password).map_err(|error| {
                // A known text lies beside the services, so that a wrong password can be told.
                let reference = json.get("reference").as_str();
                let fits = reference.is_some_and(|sealed| decrypt(sealed, password).is_ok());
                match fits {
                    true => FORMAT.damaged("servicesEncrypted"),
                    false => error,
                }
            })?;
            opened = Value::parse(&text).ok_or(FORMAT.damaged("servicesEncrypted"))?;
            &opened
        }
        None => json.get("services"),
    };
    let services = services.as_array().ok_or(FORMAT.damaged("services"))?;
    let mut collector = Collector::new(FORMAT);
    for service in services.iter().take(limits::MAX_ENTRIES) {
        let otp = service.get("otp");
        let issuer = service.get("name").as_str().unwrap_or_default();
        let label = otp.get("account").as_str().unwrap_or_default();
        collector.add(&name(issuer, label), entry(service, &groups));
    }
    Ok(collector.finish())
}

/// What a service leaves out has the app's default: older schemas don't have the members.
fn entry<'a>(service: &'a Value, groups: &Names<'a>) -> Result<AccountDraft, Reason> {
    let otp = service.get("otp");
    let mut draft = bare();
    draft.issuer = text(service, "name", "issuer")?;
    if draft.issuer.trim().is_empty() {
        draft.issuer = text(otp, "issuer", "issuer")?;
    }
    draft.label = text(otp, "account", "label")?;
    if draft.label.trim().is_empty() {
        draft.label = text(otp, "label", "label")?;
    }
    draft.secret = required(service, "secret", "secret")?;
    let group = service.get("groupId").as_str();
    draft.groups = groups.groups(group);
    let algorithm = given(otp, "algorithm", "algorithm")?;
    let digits = given(otp, "digits", "digits")?;
    let period = given(otp, "period", "period")?;
    let kind = given(otp, "tokenType", "type")?.unwrap_or_else(|| "TOTP".to_owned());
    draft.kind = kind.to_ascii_lowercase();
    match draft.kind.as_str() {
        "totp" | "hotp" => {
            draft.algorithm = algorithm.unwrap_or_else(|| "SHA1".to_owned());
            draft.digits = digits.unwrap_or_else(|| "6".to_owned());
            draft.period = period.unwrap_or_else(|| "30".to_owned());
            // A counter that has never moved is not written, and is 1.
            draft.counter = given(otp, "counter", "counter")?.unwrap_or_else(|| "1".to_owned());
        }
        "steam" => {
            let (algorithm, digits) = (algorithm.as_deref(), digits.as_deref());
            check_fixed("steam", algorithm, digits, period.as_deref())?;
        }
        _ => return Err(Reason::Account(AccountError::UnknownType)),
    }
    Ok(draft)
}

/// Ciphertext, salt and nonce in base64, with colons between; AES-256-GCM under PBKDF2-SHA-256.
fn decrypt(sealed: &str, password: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let damaged = FORMAT.damaged("servicesEncrypted");
    let mut parts = sealed.split(':').map(crypto::base64);
    let mut part = || parts.next().flatten().ok_or(damaged);
    let (text, salt, nonce) = (part()?, part()?, part()?);
    let mut key = crypto::Key::default();
    let password = password.as_bytes();
    crypto::pbkdf2(FORMAT, Prf::Sha256, password, &salt, ITERATIONS, &mut *key)?;
    if nonce.len() != 12 || text.len() < 16 {
        return Err(damaged);
    }
    crypto::aes_gcm(&*key, &nonce, &[], &text).ok_or(ImportError::WrongPassword(FORMAT))
}
