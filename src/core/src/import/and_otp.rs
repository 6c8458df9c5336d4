//! andOTP: a JSON array; encrypted with AES-256-GCM under PBKDF2-SHA-1, or, in old versions, under
//! SHA-256 of the password.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::collect::{Collector, bare, check_fixed, given, known_as, required, text};
use super::crypto::{self, Key, Prf};
use super::json::Value;
use super::{Format, Import, ImportError, Reason, limits};
use crate::account::{AccountDraft, AccountError};

const FORMAT: Format = Format::AndOtp;

/// Whether this is an export of andOTP's. An empty array could be that of other apps as well, and
/// means the same there.
pub(super) fn is(json: &Value) -> bool {
    // The first versions knew no type, and the very first only secret and label.
    let entry = |entry: &Value| {
        entry.has("secret")
            && entry.has("label")
            && (entry.has("type") || entry.has("period") || entry.members().len() == 2)
    };
    json.as_array()
        .is_some_and(|entries| entries.first().is_none_or(entry))
}

/// Whether bytes that are nothing else can be an encrypted export: there is no mark in it, but
/// nothing else looks so random.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.len() >= NONCE + TAG + 2 && looks_random(bytes)
}

/// Reads a plain export.
pub(super) fn read(json: &Value) -> Import {
    let mut collector = Collector::new(FORMAT);
    for item in json.items().iter().take(limits::MAX_ENTRIES) {
        collector.add(&known_as(item, "issuer", "label"), entry(item));
    }
    collector.finish()
}

/// Reads an encrypted export.
pub(super) fn read_sealed(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
    let plain = match new_form(bytes, password)? {
        Some(plain) => plain,
        None => {
            let key = Sha256::digest(password);
            let opened = open(&key, bytes);
            opened.ok_or(ImportError::WrongPassword(FORMAT))?
        }
    };
    let json = Value::parse(&plain).filter(|json| json.as_array().is_some());
    Ok(read(&json.ok_or(FORMAT.damaged("JSON"))?))
}

fn entry(item: &Value) -> Result<AccountDraft, Reason> {
    let mut draft = bare();
    // The first versions, of 2017, wrote a label and a period and made but one kind of code; type,
    // digits and algorithm were added one by one, and what is absent is what there was before.
    let kind = given(item, "type", "type")?.unwrap_or_else(|| "TOTP".to_owned());
    draft.kind = kind.to_ascii_lowercase();
    draft.label = text(item, "label", "label")?;
    match given(item, "issuer", "issuer")? {
        Some(issuer) => draft.issuer = issuer,
        // Old versions had one name for both.
        None => {
            if let Some((issuer, label)) = draft.label.clone().split_once(" - ") {
                issuer.clone_into(&mut draft.issuer);
                label.clone_into(&mut draft.label);
            }
        }
    }
    draft.groups = item
        .get("tags")
        .items()
        .iter()
        .filter_map(Value::plain)
        .collect();
    draft.groups.retain(|tag| !tag.trim().is_empty());
    draft.secret = required(item, "secret", "secret")?;
    let algorithm = given(item, "algorithm", "algorithm")?;
    let digits = given(item, "digits", "digits")?;
    let period = given(item, "period", "period")?;
    match draft.kind.as_str() {
        "totp" | "hotp" => {
            draft.algorithm = algorithm.unwrap_or_else(|| "SHA1".to_owned());
            draft.digits = digits.unwrap_or_else(|| "6".to_owned());
            draft.period = period.unwrap_or_else(|| "30".to_owned());
            draft.counter = text(item, "counter", "counter")?;
        }
        "steam" => {
            check_fixed(
                "steam",
                algorithm.as_deref(),
                digits.as_deref(),
                period.as_deref(),
            )?;
        }
        // andOTP asks for the PIN each time and exports none.
        "motp" => return Err(Reason::Account(AccountError::Missing { field: "pin" })),
        _ => return Err(Reason::Account(AccountError::UnknownType)),
    }
    Ok(draft)
}

const NONCE: usize = 12;
const TAG: usize = 16;

/// Iterations (4 bytes), salt (12), nonce (12), ciphertext and tag.
fn new_form(bytes: &[u8], password: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let Some((iterations, rest)) = bytes.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let Some((salt, sealed)) = rest.split_at_checked(12) else {
        return Ok(None);
    };
    // Of the old form these bytes are random: more often than not far too many.
    let iterations = u64::from(u32::from_be_bytes(*iterations));
    if iterations == 0 || iterations > crypto::MAX_PBKDF2_ITERATIONS {
        return Ok(None);
    }
    let mut key = Key::default();
    crypto::pbkdf2(
        FORMAT,
        Prf::Sha1,
        password.as_bytes(),
        salt,
        iterations,
        &mut *key,
    )?;
    Ok(open(&*key, sealed))
}

fn open(key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, text) = sealed.split_at_checked(NONCE)?;
    crypto::aes_gcm(key, nonce, &[], text)
}

/// Whether all bytes are about equally frequent (a chi-squared test against 255 degrees of
/// freedom, nine standard deviations away), behind the four that may count iterations.
fn looks_random(bytes: &[u8]) -> bool {
    let bytes = bytes.get(4..).unwrap_or_default();
    // In a large file the slightest pattern shows; more is not needed.
    let bytes = bytes.get(..4096).unwrap_or(bytes);
    let mut counts = [0_u64; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as u64;
    let squares: u64 = counts.iter().map(|count| count * count).sum();
    // Σ (count − mean)² / mean = 256 Σ count² / total − total.
    let chi = (256 * squares / total.max(1)).saturating_sub(total);
    chi < 255 + 9 * 23
}
