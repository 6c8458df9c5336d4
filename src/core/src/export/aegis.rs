//! Aegis' vault (its `docs/vault.md`), plain and encrypted.

use data_encoding::{BASE64, HEXLOWER};
use zeroize::Zeroizing;

use super::id::{id_of, uuid};
use super::object::object;
use super::{ExportError, Options};
use crate::account::{Kind, NewAccount};
use crate::import::crypto;
use crate::json::Json;
use crate::secret::Pin;

/// What Aegis itself asks of scrypt: 32 MiB.
const SCRYPT: (u64, u64, u64) = (32_768, 8, 1);

/// One entry that Aegis does not take, and it reads nothing of the file: its periods are counted in
/// milliseconds in 32 bits, its counters are signed.
pub(super) fn takes(kind: Kind) -> Result<(), &'static str> {
    match kind {
        Kind::Totp { period, .. } if period > i32::MAX as u32 / 1000 => Err("period"),
        Kind::Hotp { counter, .. } if i64::try_from(counter).is_err() => Err("counter"),
        _ => Ok(()),
    }
}

pub(super) fn plain(accounts: &[&NewAccount], options: &mut Options<'_>) -> Zeroizing<Vec<u8>> {
    let header = object([("slots", Json::Null), ("params", Json::Null)]);
    file(header, database(accounts, options)).to_bytes()
}

pub(super) fn encrypted(
    accounts: &[&NewAccount],
    options: &mut Options<'_>,
) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let password = options.password.filter(|password| !password.is_empty());
    let password = password.ok_or(ExportError::NeedsPassword)?;
    let database = database(accounts, options).to_bytes();
    let mut bytes = |length| {
        let mut bytes = Zeroizing::new(vec![0; length]);
        (options.random)(&mut bytes);
        bytes
    };
    let (master, salt) = (bytes(32), bytes(32));
    let (slot_nonce, nonce) = (bytes(12), bytes(12));
    let key = crypto::scrypt(
        crate::import::Format::Aegis,
        password.as_bytes(),
        &salt,
        SCRYPT,
    )
    .map_err(|_| ExportError::NeedsPassword)?;
    let sealed = |key: &[u8], nonce: &[u8], text: &[u8]| {
        crypto::seal_aes_gcm(key, nonce, text).ok_or(ExportError::Nothing)
    };
    let (wrapped, key_params) = parted(&sealed(&*key, &slot_nonce, &master)?, &slot_nonce);
    let (text, params) = parted(&sealed(&master, &nonce, &database)?, &nonce);
    let (n, r, p) = SCRYPT;
    let slot = object([
        ("type", Json::from(1)),
        ("uuid", Json::from(uuid(options.random))),
        ("key", Json::from(HEXLOWER.encode(&wrapped))),
        ("key_params", key_params),
        ("n", Json::from(n)),
        ("r", Json::from(r)),
        ("p", Json::from(p)),
        ("salt", Json::from(HEXLOWER.encode(&salt))),
        ("repaired", Json::from(true)),
        ("is_backup", Json::from(false)),
    ]);
    let header = object([("slots", Json::Array(vec![slot])), ("params", params)]);
    Ok(file(header, Json::from(BASE64.encode(&text))).to_bytes())
}

fn file(header: Json, database: Json) -> Json {
    object([
        ("version", Json::from(1)),
        ("header", header),
        ("db", database),
    ])
}

/// Ciphertext and tag apart, as Aegis keeps them.
fn parted(sealed: &[u8], nonce: &[u8]) -> (Vec<u8>, Json) {
    let (text, tag) = sealed.split_at(sealed.len().saturating_sub(16));
    let params = object([
        ("nonce", Json::from(HEXLOWER.encode(nonce))),
        ("tag", Json::from(HEXLOWER.encode(tag))),
    ]);
    (text.to_vec(), params)
}

fn database(accounts: &[&NewAccount], options: &mut Options<'_>) -> Json {
    let mut id = || uuid(options.random);
    let mut names: Vec<&str> = accounts
        .iter()
        .flat_map(|account| account.groups.iter().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    let groups: Vec<(&str, String)> = names.into_iter().map(|name| (name, id())).collect();
    let entries = accounts.iter().map(|account| entry(account, id(), &groups));
    let entries = entries.collect();
    let group = |(name, id): &(&str, String)| {
        object([
            ("uuid", Json::from(id.as_str())),
            ("name", Json::from(*name)),
        ])
    };
    object([
        ("version", Json::from(3)),
        ("entries", Json::Array(entries)),
        ("groups", Json::Array(groups.iter().map(group).collect())),
        ("icons_optimized", Json::from(true)),
    ])
}

fn entry(account: &NewAccount, id: String, groups: &[(&str, String)]) -> Json {
    let kind = account.credential.kind();
    let groups = account.groups.iter().filter_map(|name| id_of(groups, name));
    object([
        ("type", Json::from(kind.name())),
        ("uuid", Json::from(id)),
        ("name", Json::from(account.label.as_str())),
        ("issuer", Json::from(account.issuer.as_str())),
        ("note", Json::from(account.note.as_str())),
        ("favorite", Json::from(false)),
        ("icon", Json::Null),
        ("info", info(account)),
        ("groups", Json::Array(groups.map(Json::from).collect())),
    ])
}

fn info(account: &NewAccount) -> Json {
    let credential = &account.credential;
    let (algorithm, digits, last) = match credential.kind() {
        Kind::Totp {
            algorithm,
            digits,
            period,
        } => (algorithm.name(), digits, ("period", u64::from(period))),
        Kind::Hotp {
            algorithm,
            digits,
            counter,
        } => (algorithm.name(), digits, ("counter", counter)),
        Kind::Steam => ("SHA1", 5, ("period", 30)),
        Kind::Motp => ("MD5", 6, ("period", 10)),
        Kind::Yandex => ("SHA256", 8, ("period", 30)),
    };
    let mut fields = vec![
        (
            "secret",
            Json::from(credential.secret().to_base32().as_str()),
        ),
        ("algo", Json::from(algorithm)),
        ("digits", Json::from(u64::from(digits))),
        (last.0, Json::from(last.1)),
    ];
    if let Some(pin) = credential.pin().map(Pin::as_str) {
        fields.push(("pin", Json::from(pin)));
    }
    object(fields)
}
