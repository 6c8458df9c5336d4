//! Battle.net: the preferences of its app for Android, masked with a constant of the app's.

use super::collect::{Collector, base32};
use super::{Format, Import, ImportError, Reason, crypto};
use crate::account::AccountDraft;
use crate::secret::Secret;

const FORMAT: Format = Format::BattleNet;
const SECRET: &str = "com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET";
const SERIAL: &str = "com.blizzard.messenger.AUTHENTICATOR_SERIAL";

/// What the app masks both with.
const MASK: [u8; 57] = [
    0x39, 0x8e, 0x27, 0xfc, 0x50, 0x27, 0x6a, 0x65, 0x60, 0x65, 0xb0, 0xe5, 0x25, 0xf4, 0xc0, 0x6c,
    0x04, 0xc6, 0x10, 0x75, 0x28, 0x6b, 0x8e, 0x7a, 0xed, 0xa5, 0x9d, 0xa9, 0x81, 0x3b, 0x5d, 0xd6,
    0xc8, 0x0d, 0x2f, 0xb3, 0x80, 0x68, 0x77, 0x3f, 0xa5, 0x9b, 0xa4, 0x7c, 0x17, 0xca, 0x6c, 0x64,
    0x79, 0x01, 0x5c, 0x1d, 0x5b, 0x8b, 0x8f, 0x6b, 0x9a,
];

/// Whether these are Battle.net's preferences.
pub(super) fn is_preferences(entries: &[(&str, &str)]) -> bool {
    entries.iter().any(|(key, _)| *key == SECRET)
}

/// Reads Battle.net's preferences: one account.
pub(super) fn read_preferences(entries: &[(&str, &str)]) -> Result<Import, ImportError> {
    let value = |wanted| {
        let found = entries.iter().find(|(key, _)| *key == wanted);
        found.map(|(_, value)| *value)
    };
    let kind = "com.blizzard.messenger.AUTHENTICATOR_CREDENTIALS_ENCRYPTION_TYPE";
    if value(kind).is_some_and(|kind| kind != "MASK") {
        return Err(FORMAT.unsupported("AUTHENTICATOR_CREDENTIALS_ENCRYPTION_TYPE"));
    }
    let serial = value(SERIAL).and_then(unmask).unwrap_or_default();
    let mut collector = Collector::new(FORMAT);
    collector.add(
        &format!("Battle.net: {serial}"),
        entry(&serial, value(SECRET)),
    );
    Ok(collector.finish())
}

fn entry(serial: &str, masked: Option<&str>) -> Result<AccountDraft, Reason> {
    let mut draft = AccountDraft::default();
    draft.kind = "battle".to_owned();
    draft.issuer = "Battle.net".to_owned();
    serial.clone_into(&mut draft.label);
    let secret = masked.and_then(unmask).ok_or(Reason::UnknownEncoding)?;
    draft.secret = base32(Secret::from_hex(&secret)?.as_bytes())?;
    Ok(draft)
}

fn unmask(masked: &str) -> Option<String> {
    let bytes = crypto::hex(masked)?;
    if bytes.len() > MASK.len() {
        return None;
    }
    let plain = bytes.iter().zip(MASK).map(|(byte, mask)| byte ^ mask);
    String::from_utf8(plain.collect()).ok()
}
