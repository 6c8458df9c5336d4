//! The keyring's form in the payload's JSON.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyRecord, Keyring, SlotRecord, Unknown};
use crate::seal::fields::Fields;
use crate::seal::{KeyId, SlotId, VaultTag};

/// The keyring as it is written (`docs/format.md`, "The keyring").
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Raw {
    vault: VaultTag,
    keys: BTreeMap<KeyId, KeyRecord>,
    slots: BTreeMap<SlotId, SlotRecord>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    removed: BTreeSet<SlotId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<u16, String>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// Why a keyring in JSON is refused. Names the rule, never a value.
#[derive(Debug)]
pub(super) struct Invalid(&'static str);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl TryFrom<Raw> for Keyring {
    type Error = Invalid;

    fn try_from(raw: Raw) -> Result<Self, Invalid> {
        if raw
            .keys
            .iter()
            .any(|(id, record)| record.key.id() != *id || record.epoch == 0)
        {
            return Err(Invalid(
                "a vault key doesn't have the id or the epoch it must have",
            ));
        }
        if raw.slots.iter().any(|(id, record)| record.slot.id() != *id) {
            return Err(Invalid("a key slot doesn't have the id it is listed under"));
        }
        if raw.slots.keys().any(|id| raw.removed.contains(id)) {
            return Err(Invalid("a key slot is both present and removed"));
        }
        let (current, first) = raw
            .keys
            .iter()
            .next()
            .ok_or(Invalid("a keyring without a vault key"))?;
        let mut fields = Fields::default();
        for (tag, value) in &raw.fields {
            let value = BASE64
                .decode(value.as_bytes())
                .map_err(|_| Invalid("a header field is not base64"))?;
            fields.set(*tag, value);
        }
        let mut keyring = Keyring {
            vault: raw.vault,
            current: *current,
            current_key: first.key.clone(),
            keys: raw.keys,
            slots: raw.slots,
            removed: raw.removed,
            fields,
            unknown: raw.unknown,
        };
        keyring.choose_current();
        Ok(keyring)
    }
}

impl From<Keyring> for Raw {
    fn from(keyring: Keyring) -> Self {
        // Inserted one by one: collecting into a map would sort, and sorting is code.
        let mut fields = BTreeMap::new();
        for (tag, value) in keyring.fields.iter() {
            fields.insert(tag, BASE64.encode(value));
        }
        Raw {
            vault: keyring.vault,
            keys: keyring.keys,
            slots: keyring.slots,
            removed: keyring.removed,
            fields,
            unknown: keyring.unknown,
        }
    }
}

/// A value's JSON, for comparing. Object keys are sorted, so equal values have equal texts.
pub(super) fn text(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec(value).unwrap_or_default())
}
