//! Google Authenticator's codes for moving to another phone: a link per line, each to be shown as
//! a QR code.

use data_encoding::BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{MAX_LINK_BYTES, Options};
use crate::account::{Algorithm, Kind, NewAccount};

/// As many as the app itself puts into one code.
const PER_CODE: usize = 10;
/// The most bytes of a payload: a QR code that a phone still reads from a screen.
const MAX_PAYLOAD: usize = 1_000;

/// Whether the format has the kind of code; the field that it hasn't, otherwise.
pub(super) fn takes(kind: Kind) -> Result<(), &'static str> {
    let (algorithm, digits) = match kind {
        Kind::Totp { period, .. } if period != 30 => return Err("period"),
        Kind::Totp {
            algorithm, digits, ..
        } => (algorithm, digits),
        Kind::Hotp { counter, .. } if i64::try_from(counter).is_err() => return Err("counter"),
        Kind::Hotp {
            algorithm, digits, ..
        } => (algorithm, digits),
        Kind::Steam | Kind::Motp | Kind::Yandex => return Err("type"),
    };
    if matches!(algorithm, Algorithm::Gost256 | Algorithm::Gost512) {
        return Err("algorithm");
    }
    match digits {
        6 | 8 => Ok(()),
        _ => Err("digits"),
    }
}

/// Whether a QR code holds the link of this account alone, whichever part of a batch it is.
pub(super) fn fits(account: &NewAccount) -> bool {
    fits_code(&entry(account))
}

fn fits_code(entries: &[u8]) -> bool {
    const MOST: u64 = u32::MAX as u64;
    link(entries, MOST, MOST, MOST).len() <= MAX_LINK_BYTES
}

pub(super) fn write(accounts: &[&NewAccount], options: &mut Options<'_>) -> Zeroizing<Vec<u8>> {
    let mut batches: Vec<(usize, Zeroizing<Vec<u8>>)> = Vec::new();
    for account in accounts {
        let entry = entry(account);
        match batches.last_mut() {
            Some((count, payload))
                if *count < PER_CODE
                    && payload.len() + entry.len() <= MAX_PAYLOAD
                    && fits_code(&Zeroizing::new([&payload[..], &entry].concat())) =>
            {
                *count += 1;
                payload.extend_from_slice(&entry);
            }
            _ => batches.push((1, entry)),
        }
    }
    let mut id = [0; 4];
    (options.random)(&mut id);
    // Positive, so that it takes five bytes at most.
    let id = u64::from(u32::from_be_bytes(id) >> 1);
    let size = batches.len() as u64;
    let mut text = Zeroizing::new(Vec::with_capacity(4 * MAX_PAYLOAD * batches.len()));
    for (index, (_, entries)) in (0..).zip(batches) {
        let link = link(&entries, size, index, id);
        text.extend_from_slice(link.as_bytes());
        text.push(b'\n');
    }
    text
}

/// The link of one part of a batch.
fn link(entries: &[u8], size: u64, index: u64, id: u64) -> Zeroizing<String> {
    let mut payload = Zeroizing::new(Vec::with_capacity(entries.len() + 32));
    payload.extend_from_slice(entries);
    varint(&mut payload, 2, 1);
    varint(&mut payload, 3, size);
    varint(&mut payload, 4, index);
    varint(&mut payload, 5, id);
    let data = Zeroizing::new(BASE64.encode(&payload));
    let data = utf8_percent_encode(&data, NON_ALPHANUMERIC);
    Zeroizing::new(format!("otpauth-migration://offline?data={data}"))
}

/// An `OtpParameters` as field 1 of the payload.
fn entry(account: &NewAccount) -> Zeroizing<Vec<u8>> {
    let (algorithm, digits, kind, counter) = match account.credential.kind() {
        Kind::Totp {
            algorithm, digits, ..
        } => (algorithm, digits, 2, 0),
        Kind::Hotp {
            algorithm,
            digits,
            counter,
        } => (algorithm, digits, 1, counter),
        // The others are not taken.
        Kind::Steam | Kind::Motp | Kind::Yandex => (Algorithm::Sha1, 6, 0, 0),
    };
    let name = match account.issuer.is_empty() {
        true => account.label.clone(),
        false => format!("{}:{}", account.issuer, account.label),
    };
    let mut inner = Zeroizing::new(Vec::with_capacity(256));
    bytes(&mut inner, 1, account.credential.secret().as_bytes());
    bytes(&mut inner, 2, name.as_bytes());
    bytes(&mut inner, 3, account.issuer.as_bytes());
    let algorithm = match algorithm {
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
        _ => 1,
    };
    varint(&mut inner, 4, algorithm);
    varint(&mut inner, 5, if digits == 8 { 2 } else { 1 });
    varint(&mut inner, 6, kind);
    if counter > 0 {
        varint(&mut inner, 7, counter);
    }
    let mut outer = Zeroizing::new(Vec::with_capacity(inner.len() + 8));
    bytes(&mut outer, 1, &inner);
    outer
}

fn bytes(message: &mut Vec<u8>, field: u8, value: &[u8]) {
    message.push(field << 3 | 2);
    number(message, value.len() as u64);
    message.extend_from_slice(value);
}

fn varint(message: &mut Vec<u8>, field: u8, value: u64) {
    message.push(field << 3);
    number(message, value);
}

fn number(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}
