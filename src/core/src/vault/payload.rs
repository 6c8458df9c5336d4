//! The vault as JSON: what is sealed, and what a person reads once it is decrypted.

use crate::map::Map;
use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{DeviceInfo, Id, Register, Seen, Vault, VersionVector};
use crate::Coded;
use crate::account::{Account, Algorithm, Credential, Deletion, Kind};
use crate::fields::{
    Field, FieldError, object, optional, put, put_unless_empty, require, take, take_readable,
};
use crate::json::{Json, JsonError, Object};
use crate::secret::{Pin, Secret};

/// The version of the payload. A higher one is refused; what a later version of Holdfast adds
/// within the same format is carried on.
pub const FORMAT: u64 = 1;

/// Why bytes are no vault. Names the place and the reason, and holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadError {
    /// A later version of Holdfast wrote it, in a format that this one doesn't know.
    NewerFormat,
    /// Not JSON, or not as the format has it.
    Json(JsonError),
    /// A field of the vault itself is wrong. A wrong account is no error, it becomes
    /// [`Vault::unreadable`].
    Field(FieldError),
}

impl Vault {
    /// Reads a payload.
    ///
    /// # Errors
    /// See [`PayloadError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let json = Json::parse(bytes).map_err(PayloadError::Json)?;
        let mut fields = object(json)?;
        match require::<u64>(&mut fields, "format")? {
            FORMAT => {}
            0 => return Err(FieldError::new("format", "no such format").into()),
            _ => return Err(PayloadError::NewerFormat),
        }
        let mut vault = Self {
            devices: optional(&mut fields, "devices")?,
            seen: optional(&mut fields, "seen")?,
            ..Self::default()
        };
        vault.read_accounts(require(&mut fields, "accounts")?);
        vault.read_accounts(optional(&mut fields, "unreadable")?);
        vault.unknown = fields;
        Ok(vault)
    }

    /// The payload, in its one canonical form: equal vaults have equal bytes.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut fields = self.content();
        put_unless_empty(&mut fields, "seen", &self.seen);
        Json::Object(fields).to_bytes()
    }

    /// SHA-256 of each account in the list in canonical form: tells which accounts a version
    /// changed.
    #[must_use]
    pub fn account_hashes(&self) -> Map<Id, [u8; 32]> {
        let hash = |(id, account): (Id, &Account)| {
            let mut hash = Sha256::new();
            account.write().write_to(|bytes| hash.update(bytes));
            (id, hash.finalize().into())
        };
        self.list().into_iter().map(hash).collect()
    }

    /// SHA-256 of the content in canonical form. The change counter moves when, and only when,
    /// this changes. What is known of other devices' snapshots is not part of it: were it, two
    /// devices would keep each other uploading.
    #[must_use]
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        Json::Object(self.content()).write_to(|bytes| hash.update(bytes));
        hash.finalize().into()
    }

    fn content(&self) -> Object {
        let mut fields = self.unknown.clone();
        put(&mut fields, "format", &FORMAT);
        put(&mut fields, "accounts", &self.accounts);
        put_unless_empty(&mut fields, "devices", &self.devices);
        put_unless_empty(&mut fields, "unreadable", &self.unreadable);
        fields
    }

    /// Sorts accounts into those that can be read and those that can't. An account may be in both
    /// places: an earlier version has carried on what it couldn't read next to what it could.
    fn read_accounts(&mut self, entries: Map<Id, Json>) {
        for (id, json) in entries {
            let mut one = Self::default();
            match Account::read(json.clone()) {
                Ok(account) => one.accounts.insert(id, account).map(drop),
                Err(_) => one.unreadable.insert(id, json).map(drop),
            };
            self.merge(&one);
        }
    }
}

impl Field for Account {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut fields = object(json)?;
        let mut account = Self {
            issuer: optional(&mut fields, "issuer")?,
            label: optional(&mut fields, "label")?,
            note: optional(&mut fields, "note")?,
            sites: optional(&mut fields, "sites")?,
            groups: optional(&mut fields, "groups")?,
            position: optional(&mut fields, "position")?,
            replaced: optional(&mut fields, "replaced")?,
            counters: optional(&mut fields, "counters")?,
            edits: require(&mut fields, "edits")?,
            deletion: take(&mut fields, "deletion")?,
            ..Self::default()
        };
        let credentials = optional::<Map<Id, Json>>(&mut fields, "credentials")?;
        for (id, json) in credentials {
            match Credential::read(json.clone()) {
                Ok(credential) => {
                    account.credentials.insert(id, credential);
                }
                // A later version's kind of code. That it is an object at all is asked of it.
                Err(_) => {
                    let later =
                        object(json).map_err(|error| error.within(id).within("credentials"))?;
                    account.later_credentials.insert(id, later);
                }
            }
        }
        account.unknown = fields;
        account.settle();
        Ok(account)
    }

    fn write(&self) -> Json {
        let mut credentials = Object::new();
        for (id, later) in &self.later_credentials {
            credentials.insert(id.to_string(), Json::Object(later.clone()));
        }
        for (id, credential) in &self.credentials {
            credentials.insert(id.to_string(), credential.write());
        }
        let mut fields = self.unknown.clone();
        put_unless_empty(&mut fields, "issuer", &self.issuer);
        put_unless_empty(&mut fields, "label", &self.label);
        put_unless_empty(&mut fields, "note", &self.note);
        put_unless_empty(&mut fields, "sites", &self.sites);
        put_unless_empty(&mut fields, "groups", &self.groups);
        put_unless_empty(&mut fields, "position", &self.position);
        put_unless_empty(&mut fields, "replaced", &self.replaced);
        put_unless_empty(&mut fields, "counters", &self.counters);
        put(&mut fields, "edits", &self.edits);
        if !credentials.is_empty() {
            fields.insert("credentials".to_owned(), Json::Object(credentials));
        }
        if let Some(deletion) = &self.deletion {
            put(&mut fields, "deletion", deletion);
        }
        Json::Object(fields)
    }
}

impl Field for Credential {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut fields = object(json)?;
        let name: String = require(&mut fields, "type")?;
        let kind = match name.as_str() {
            "totp" => Kind::Totp {
                algorithm: require(&mut fields, "algorithm")?,
                digits: require(&mut fields, "digits")?,
                period: require(&mut fields, "period")?,
            },
            "hotp" => Kind::Hotp {
                algorithm: require(&mut fields, "algorithm")?,
                digits: require(&mut fields, "digits")?,
                counter: require(&mut fields, "counter")?,
            },
            "steam" => Kind::Steam,
            "motp" => Kind::Motp,
            "yandex" => Kind::Yandex,
            _ => return Err(FieldError::new("type", "not known")),
        };
        let secret = require(&mut fields, "secret")?;
        let pin = match kind.needs_pin() {
            true => Some(require(&mut fields, "pin")?),
            false => None,
        };
        let mut credential = Self::with_pin(secret, kind, pin)
            .map_err(|error| FieldError::new(error.field().unwrap_or("type"), "not possible"))?;
        credential.continues = take(&mut fields, "continues")?;
        credential.unknown = fields;
        Ok(credential)
    }

    fn write(&self) -> Json {
        let mut fields = self.unknown.clone();
        put(&mut fields, "secret", self.secret());
        fields.insert("type".to_owned(), Json::from(self.kind().name()));
        match self.kind() {
            Kind::Totp {
                algorithm,
                digits,
                period,
            } => {
                put(&mut fields, "algorithm", &algorithm);
                put(&mut fields, "digits", &digits);
                put(&mut fields, "period", &period);
            }
            Kind::Hotp {
                algorithm,
                digits,
                counter,
            } => {
                put(&mut fields, "algorithm", &algorithm);
                put(&mut fields, "digits", &digits);
                put(&mut fields, "counter", &counter);
            }
            Kind::Steam | Kind::Motp | Kind::Yandex => {}
        }
        if let Some(pin) = self.pin() {
            put(&mut fields, "pin", pin);
        }
        if let Some(continues) = &self.continues {
            put(&mut fields, "continues", continues);
        }
        Json::Object(fields)
    }
}

impl Field for Deletion {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut fields = object(json)?;
        Ok(Self {
            seen: require(&mut fields, "seen")?,
            credentials: optional(&mut fields, "credentials")?,
            at: require(&mut fields, "at")?,
            unknown: fields,
        })
    }

    fn write(&self) -> Json {
        let mut fields = self.unknown.clone();
        put(&mut fields, "seen", &self.seen);
        put_unless_empty(&mut fields, "credentials", &self.credentials);
        put(&mut fields, "at", &self.at);
        Json::Object(fields)
    }
}

impl Field for DeviceInfo {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut fields = object(json)?;
        Ok(Self {
            name: take_readable(&mut fields, "name"),
            retired: take_readable(&mut fields, "retired"),
            unknown: fields,
        })
    }

    fn write(&self) -> Json {
        let mut fields = self.unknown.clone();
        put_unless_empty(&mut fields, "name", &self.name);
        put_unless_empty(&mut fields, "retired", &self.retired);
        Json::Object(fields)
    }
}

impl Field for Seen {
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut fields = object(json)?;
        let hash: String = require(&mut fields, "hash")?;
        let hash = base16ct::lower::decode_vec(&hash).ok();
        Ok(Self {
            sequence: require(&mut fields, "sequence")?,
            at: require(&mut fields, "at")?,
            hash: hash
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| FieldError::new("hash", "not 64 hexadecimal digits"))?,
            unknown: fields,
        })
    }

    fn write(&self) -> Json {
        let mut fields = self.unknown.clone();
        put(&mut fields, "sequence", &self.sequence);
        put(&mut fields, "at", &self.at);
        put(
            &mut fields,
            "hash",
            &base16ct::lower::encode_string(&self.hash),
        );
        Json::Object(fields)
    }
}

impl<T: Field + Default> Field for Register<T> {
    /// Strict: a register with a field more is a later version's, and whatever holds it is
    /// carried on as a whole.
    fn read(json: Json) -> Result<Self, FieldError> {
        let mut fields = object(json)?;
        let register = Self {
            value: require(&mut fields, "value")?,
            stamp: require(&mut fields, "stamp")?,
        };
        if fields.is_empty() {
            Ok(register)
        } else {
            Err(FieldError::new("", "has a field that is not known"))
        }
    }

    fn write(&self) -> Json {
        let mut fields = Object::new();
        put(&mut fields, "value", &self.value);
        put(&mut fields, "stamp", &self.stamp);
        Json::Object(fields)
    }
}

impl Field for VersionVector {
    fn read(json: Json) -> Result<Self, FieldError> {
        Field::read(json).map(Self::from_entries)
    }

    fn write(&self) -> Json {
        self.entries().write()
    }
}

impl Field for Secret {
    fn read(json: Json) -> Result<Self, FieldError> {
        match &json {
            Json::String(text) => Self::from_base32(text).ok(),
            _ => None,
        }
        .ok_or_else(|| FieldError::new("", "not base32"))
    }

    fn write(&self) -> Json {
        Json::from(self.to_base32().as_str())
    }
}

impl Field for Pin {
    fn read(json: Json) -> Result<Self, FieldError> {
        match &json {
            Json::String(text) => Self::new(text).ok(),
            _ => None,
        }
        .ok_or_else(|| FieldError::new("", "no PIN"))
    }

    fn write(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Field for Algorithm {
    /// One spelling: the payload is ours.
    fn read(json: Json) -> Result<Self, FieldError> {
        match &json {
            Json::String(text) => Self::parse(text).filter(|a| a.name() == text),
            _ => None,
        }
        .ok_or_else(|| FieldError::new("", "not known"))
    }

    fn write(&self) -> Json {
        Json::from(self.name())
    }
}

impl Coded for PayloadError {
    fn code(&self) -> &'static str {
        match self {
            Self::NewerFormat => "newer_format",
            Self::Json(_) => "payload_not_json",
            Self::Field(_) => "payload_field",
        }
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerFormat => f.write_str("a later version of Holdfast wrote this vault"),
            Self::Json(error) => error.fmt(f),
            Self::Field(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PayloadError {}

impl From<FieldError> for PayloadError {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}
