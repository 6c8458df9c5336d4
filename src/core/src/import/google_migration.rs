//! Google Authenticator's QR codes for moving to another phone: `otpauth-migration://offline?data=`
//! with a protocol buffer in base64, several codes for more than ten accounts.

use std::collections::BTreeSet;
use std::ops::Range;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::collect::{Collector, bare, base32, name};
use super::protobuf::{Field, Fields};
use super::{Reason, limits};
use crate::account::{AccountDraft, AccountError};

/// One code of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    /// What all codes of a batch have in common.
    pub(crate) batch: i32,
    /// From 0.
    pub(crate) index: u32,
    /// How many codes the batch has.
    pub(crate) size: u32,
}

/// Which of the accounts and refusals of the file that a part was in came from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gave {
    pub(super) accounts: Range<usize>,
    pub(super) refused: Range<usize>,
}

/// The parts that were read, sorted, each once.
pub(crate) type Parts = Vec<(Part, Gave)>;

/// Reads the codes of a text; one that was scanned twice counts once.
#[derive(Default)]
pub(super) struct Reader {
    known: BTreeSet<Part>,
    parts: Parts,
    batches: Vec<i32>,
}

/// Far more than anybody scans at once: each may name thousands that are missing.
const MAX_BATCHES: usize = 100;

/// Whether a line is such a code.
pub(super) fn is(line: &str) -> bool {
    let scheme = "otpauth-migration://";
    line.trim_start()
        .get(..scheme.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

impl Reader {
    /// Reads one code, which is line `position`.
    pub(super) fn read(&mut self, line: &str, position: usize, collector: &mut Collector) {
        let mut refuse = |reason| collector.add_at(position, "Google Authenticator", Err(reason));
        let Some(payload) = payload(line) else {
            return refuse(Reason::WrongShape { field: "data" });
        };
        let Some((part, entries)) = message(&payload) else {
            return refuse(Reason::WrongShape { field: "data" });
        };
        if let Some(part) = part {
            if self.known.contains(&part) {
                return;
            }
            if !self.batches.contains(&part.batch) {
                if self.batches.len() >= MAX_BATCHES {
                    return refuse(Reason::Account(AccountError::TooLarge));
                }
                self.batches.push(part.batch);
            }
            self.known.insert(part);
        }
        let (accounts, refused) = collector.counts();
        for entry in entries.iter().take(limits::MAX_ENTRIES) {
            let (known_as, draft) = account(entry);
            collector.add_at(position, &known_as, draft);
        }
        let (accounts_end, refused_end) = collector.counts();
        if let Some(part) = part {
            let gave = Gave {
                accounts: accounts..accounts_end,
                refused: refused..refused_end,
            };
            self.parts.push((part, gave));
        }
    }

    pub(super) fn into_parts(mut self) -> Parts {
        self.parts.sort_unstable_by_key(|(part, _)| *part);
        self.parts
    }
}

/// The bytes of the parameter `data`.
fn payload(line: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, query) = line.split_once('?')?;
    let data = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("data="))?;
    let data = percent_decode_str(data).decode_utf8().ok()?;
    // A plus that was not escaped arrives as a space from some readers.
    let data = Zeroizing::new(data.trim().trim_end_matches('=').replace(' ', "+"));
    BASE64_NOPAD
        .decode(data.as_bytes())
        .or_else(|_| BASE64URL_NOPAD.decode(data.as_bytes()))
        .ok()
        .map(Zeroizing::new)
}

/// `MigrationPayload`: the entries, and which part of the batch this is.
fn message(payload: &[u8]) -> Option<(Option<Part>, Vec<&[u8]>)> {
    let mut entries = Vec::new();
    let (mut size, mut index, mut batch) = (0, 0, None);
    for field in Fields::new(payload) {
        match field? {
            (1, Field::Bytes(entry)) => entries.push(entry),
            (3, Field::Varint(value)) => size = u32::try_from(value).ok()?,
            (4, Field::Varint(value)) => index = u32::try_from(value).ok()?,
            // int32: negative numbers are written with 64 bits.
            (5, Field::Varint(value)) => batch = Some(value as i32),
            _ => {}
        }
    }
    let part = batch.map(|batch| Part {
        batch,
        index,
        size: size.max(index.saturating_add(1)),
    });
    // Far more codes than anybody scans.
    let possible = part.is_none_or(|part| part.size <= 10_000);
    possible.then_some((part, entries))
}

/// What follows the issuer, which may have a colon of its own, and a colon; if that is how a name
/// begins.
fn after_issuer<'a>(name: &'a str, issuer: &str) -> Option<&'a str> {
    let rest = name.trim().strip_prefix(issuer.trim())?;
    rest.trim_start().strip_prefix(':').map(str::trim)
}

/// `OtpParameters`.
fn account(entry: &[u8]) -> (String, Result<AccountDraft, Reason>) {
    let mut draft = bare();
    let (mut kind, mut algorithm, mut digits, mut counter) = (0, 0, 0, 0);
    let mut secret = Err(Reason::Account(crate::secret::SecretError::Empty.into()));
    let mut reason = None;
    for field in Fields::new(entry) {
        match field {
            Some((1, Field::Bytes(bytes))) => secret = base32(bytes),
            Some((number @ (2 | 3), Field::Bytes(bytes))) => match std::str::from_utf8(bytes) {
                Ok(text) if number == 2 => text.clone_into(&mut draft.label),
                Ok(text) => text.clone_into(&mut draft.issuer),
                Err(_) => {
                    let field = if number == 2 { "label" } else { "issuer" };
                    reason = Some(Reason::Account(AccountError::NotUtf8 { field }));
                }
            },
            Some((4, Field::Varint(value))) => algorithm = value,
            Some((5, Field::Varint(value))) => digits = value,
            Some((6, Field::Varint(value))) => kind = value,
            Some((7, Field::Varint(value))) => counter = value,
            Some(_) => {}
            None => reason = Some(Reason::WrongShape { field: "data" }),
        }
    }
    // The name is issuer and label, as in a Key URI.
    match draft.label.split_once(':') {
        Some((issuer, label)) if draft.issuer.is_empty() && !label.starts_with("//") => {
            draft.issuer = issuer.trim().to_owned();
            draft.label = label.trim().to_owned();
        }
        _ => {
            if let Some(label) = after_issuer(&draft.label, &draft.issuer) {
                draft.label = label.to_owned();
            }
        }
    }
    let known_as = name(&draft.issuer, &draft.label);
    let finished = || -> Result<AccountDraft, Reason> {
        if let Some(reason) = reason {
            return Err(reason);
        }
        draft.secret = secret?;
        // Unspecified is what the app itself writes for its defaults.
        draft.algorithm = match algorithm {
            0 | 1 => "SHA1",
            2 => "SHA256",
            3 => "SHA512",
            // 4 is MD5.
            _ => return Err(Reason::Account(AccountError::UnknownAlgorithm)),
        }
        .to_owned();
        draft.digits = match digits {
            0 | 1 => "6",
            2 => "8",
            _ => return Err(Reason::WrongShape { field: "digits" }),
        }
        .to_owned();
        match kind {
            0 | 2 => {
                draft.kind = "totp".to_owned();
                draft.period = "30".to_owned();
            }
            1 => {
                draft.kind = "hotp".to_owned();
                // int64: what is above its positive half is negative.
                draft.counter = (counter as i64).to_string();
            }
            _ => return Err(Reason::Account(AccountError::UnknownType)),
        }
        Ok(draft)
    };
    (known_as, finished())
}
