//! The keyring's form in the payload's JSON (`docs/format.md`, "The keyring").

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::{KeyRecord, Keyring, SlotRecord};
use crate::fields::{Field, FieldError, object, optional, put, put_unless_empty, require};
use crate::json::{Json, Object};
use crate::map::{Map, Set};
use crate::seal::fields::Fields;
use crate::seal::slot::Slot;
use crate::seal::{KeyId, SlotId, VaultKey, VaultTag};

impl Keyring {
    /// Reads it from the payload.
    ///
    /// # Errors
    /// The place and the rule that is broken, never a value.
    pub fn from_json(json: Json) -> Result<Self, FieldError> {
        let mut members = object(json)?;
        let keys = named::<KeyId, KeyRecord>(&mut members, "keys")?;
        let slots = named::<SlotId, SlotRecord>(&mut members, "slots")?;
        let mut removed = Set::new();
        for id in optional::<Vec<String>>(&mut members, "removed")? {
            removed.insert(parse::<SlotId>(&id).map_err(|error| error.within("removed"))?);
        }
        let mut fields = Fields::default();
        for (tag, value) in optional::<Object>(&mut members, "fields")? {
            let tag = tag
                .parse()
                .map_err(|_| FieldError::new("fields", "a tag is not a number of 16 bits"))?;
            let value = String::read(value).map_err(|error| error.within("fields"))?;
            let value = Base64::decode_vec(&value)
                .map_err(|_| FieldError::new("fields", "a header field is not base64"))?;
            fields.set(tag, value);
        }
        if keys
            .iter()
            .any(|(id, record)| record.key.id() != *id || record.epoch == 0)
        {
            return Err(FieldError::new(
                "keys",
                "a vault key doesn't have the id or the epoch it must have",
            ));
        }
        if slots.iter().any(|(id, record)| record.slot.id() != *id) {
            return Err(FieldError::new(
                "slots",
                "a key slot doesn't have the id it is listed under",
            ));
        }
        if slots.keys().any(|id| removed.contains(id)) {
            return Err(FieldError::new(
                "removed",
                "a key slot is both present and removed",
            ));
        }
        let (current, first) = keys
            .first()
            .ok_or_else(|| FieldError::new("keys", "a keyring without a vault key"))?;
        let mut keyring = Keyring {
            vault: require(&mut members, "vault")?,
            current: *current,
            current_key: first.key.clone(),
            keys,
            slots,
            removed,
            fields,
            unknown: members,
        };
        keyring.choose_current();
        Ok(keyring)
    }

    /// Its form in the payload.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = self.unknown.clone();
        put(&mut members, "vault", &self.vault);
        members.insert("keys".to_owned(), by_name(&self.keys));
        members.insert("slots".to_owned(), by_name(&self.slots));
        let removed: Vec<String> = self.removed.iter().map(ToString::to_string).collect();
        put_unless_empty(&mut members, "removed", &removed);
        let mut fields = Object::new();
        for (tag, value) in self.fields.iter() {
            fields.insert(tag.to_string(), Json::from(Base64::encode_string(value)));
        }
        put_unless_empty(&mut members, "fields", &fields);
        Json::Object(members)
    }
}

impl Field for KeyRecord {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut members = object(json)?;
        Ok(Self {
            epoch: require(&mut members, "epoch")?,
            added: require(&mut members, "added")?,
            key: require(&mut members, "key")?,
            unknown: members,
        })
    }

    fn write(&self) -> Json {
        let mut members = self.unknown.clone();
        put(&mut members, "epoch", &self.epoch);
        put(&mut members, "added", &self.added);
        put(&mut members, "key", &self.key);
        Json::Object(members)
    }
}

impl Field for SlotRecord {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut members = object(json)?;
        Ok(Self {
            added: require(&mut members, "added")?,
            key: require(&mut members, "key")?,
            label: require(&mut members, "label")?,
            slot: require(&mut members, "slot")?,
            unknown: members,
        })
    }

    fn write(&self) -> Json {
        let mut members = self.unknown.clone();
        put(&mut members, "added", &self.added);
        put(&mut members, "key", &self.key);
        put(&mut members, "label", &self.label);
        put(&mut members, "slot", &self.slot);
        Json::Object(members)
    }
}

impl Field for VaultKey {
    fn read(json: Json) -> Result<Self, FieldError> {
        let bytes = match &json {
            Json::String(text) => Base64::decode_vec(text).ok().map(Zeroizing::new),
            _ => None,
        };
        bytes
            .and_then(|bytes| Self::try_from(bytes.as_slice()).ok())
            .ok_or_else(|| FieldError::new("", "not 32 bytes in base64"))
    }

    fn write(&self) -> Json {
        // The tree wipes its strings.
        Json::from(Base64::encode_string(self.expose()))
    }
}

impl Field for Slot {
    fn read(json: Json) -> Result<Self, FieldError> {
        let bytes = match &json {
            Json::String(text) => Base64::decode_vec(text).ok(),
            _ => None,
        };
        bytes
            .and_then(|bytes| Self::decode(&bytes).ok())
            .ok_or_else(|| FieldError::new("", "not a key slot in base64"))
    }

    fn write(&self) -> Json {
        Json::from(Base64::encode_string(&self.encode()))
    }
}

impl Field for VaultTag {
    fn read(json: Json) -> Result<Self, FieldError> {
        parse(&String::read(json)?)
    }

    fn write(&self) -> Json {
        Json::from(self.to_string())
    }
}

impl Field for KeyId {
    fn read(json: Json) -> Result<Self, FieldError> {
        parse(&String::read(json)?)
    }

    fn write(&self) -> Json {
        Json::from(self.to_string())
    }
}

impl Field for Object {
    fn read(json: Json) -> Result<Self, FieldError> {
        object(json)
    }

    fn write(&self) -> Json {
        Json::Object(self.clone())
    }
}

impl Serialize for Keyring {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Keyring {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Json::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The canonical bytes, for comparing: equal values have equal bytes.
pub(super) fn bytes(value: &impl Field) -> Zeroizing<Vec<u8>> {
    value.write().to_bytes()
}

/// An object whose names are identifiers.
fn named<K: core::str::FromStr<Err = ()> + Ord, V: Field>(
    members: &mut Object,
    name: &'static str,
) -> Result<Map<K, V>, FieldError> {
    let mut map = Map::new();
    for (key, value) in require::<Object>(members, name)? {
        let id = parse::<K>(&key).map_err(|error| error.within(name))?;
        let value = V::read(value).map_err(|error| error.within(&key).within(name))?;
        map.insert(id, value);
    }
    Ok(map)
}

fn by_name<K: ToString, V: Field>(map: &Map<K, V>) -> Json {
    let mut members = Object::new();
    for (id, value) in map.iter() {
        members.insert(id.to_string(), value.write());
    }
    Json::Object(members)
}

fn parse<K: core::str::FromStr<Err = ()>>(text: &str) -> Result<K, FieldError> {
    text.parse()
        .map_err(|()| FieldError::new("", "not 32 lower-case hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_round_trips_and_a_bad_one_is_not_quoted() {
        let key = VaultKey::from_bytes([7; 32]);
        assert!(VaultKey::read(key.write()) == Ok(key));
        for text in ["c2VjcmV0", "!hunter2!"] {
            let error = VaultKey::read(Json::from(text)).unwrap_err().to_string();
            assert!(!error.contains(text), "{error}");
        }
    }
}
