//! Taking a JSON object apart field by field, with errors that name the path and never a value.

use std::fmt;

use crate::json::{Json, Object};
use crate::map::{Map, Set};
use crate::vault::Id;
use crate::vault::clock::{MAX_MILLIS, Stamp};

/// Where a payload is wrong, and why. Holds no value of the payload: only the names of fields that
/// the format defines, and ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Names of fields and ids from the root, joined by dots.
    pub path: String,
    /// What is wrong there.
    pub reason: &'static str,
}

impl FieldError {
    pub(crate) fn new(path: &str, reason: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            reason,
        }
    }

    /// The same error seen from one level further out.
    pub(crate) fn within(mut self, parent: impl fmt::Display) -> Self {
        self.path = if self.path.is_empty() {
            parent.to_string()
        } else {
            format!("{parent}.{}", self.path)
        };
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for FieldError {}

/// A type that has a form in the payload.
pub(crate) trait Field: Sized {
    fn read(json: Json) -> Result<Self, FieldError>;
    fn write(&self) -> Json;
}

/// Takes the field `name`; `None` if it is not there.
pub(crate) fn take<T: Field>(fields: &mut Object, name: &str) -> Result<Option<T>, FieldError> {
    fields
        .remove(name)
        .map(|json| T::read(json).map_err(|error| error.within(name)))
        .transpose()
}

/// Takes the field `name`, which must be there.
pub(crate) fn require<T: Field>(fields: &mut Object, name: &str) -> Result<T, FieldError> {
    take(fields, name)?.ok_or_else(|| FieldError::new(name, "missing"))
}

/// Takes the field `name`, or the empty value if it is not there. Only for fields whose absence
/// the format defines to mean just that.
pub(crate) fn optional<T: Field + Default>(
    fields: &mut Object,
    name: &str,
) -> Result<T, FieldError> {
    Ok(take(fields, name)?.unwrap_or_default())
}

/// Takes the field `name` if it is there and can be read; leaves it where it is otherwise. Only
/// for fields that nothing depends on.
pub(crate) fn take_readable<T: Field + Default>(fields: &mut Object, name: &str) -> T {
    let value = fields.get(name).map(|json| T::read(json.clone()));
    match value {
        Some(Ok(value)) => {
            fields.remove(name);
            value
        }
        _ => T::default(),
    }
}

/// Reads an object.
pub(crate) fn object(mut json: Json) -> Result<Object, FieldError> {
    match &mut json {
        Json::Object(fields) => Ok(std::mem::take(fields)),
        _ => Err(FieldError::new("", "not an object")),
    }
}

/// Adds the field `name`, unless the value is the empty one.
pub(crate) fn put_unless_empty<T: Field + Default + PartialEq>(
    fields: &mut Object,
    name: &str,
    value: &T,
) {
    if *value != T::default() {
        fields.insert(name.to_owned(), value.write());
    }
}

/// Adds the field `name`.
pub(crate) fn put<T: Field>(fields: &mut Object, name: &str, value: &T) {
    fields.insert(name.to_owned(), value.write());
}

impl Field for Json {
    fn read(json: Json) -> Result<Self, FieldError> {
        Ok(json)
    }

    fn write(&self) -> Json {
        self.clone()
    }
}

impl Field for String {
    fn read(mut json: Json) -> Result<Self, FieldError> {
        match &mut json {
            Json::String(text) => Ok(std::mem::take(text)),
            _ => Err(FieldError::new("", "not a string")),
        }
    }

    fn write(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Field for bool {
    fn read(json: Json) -> Result<Self, FieldError> {
        match &json {
            Json::Bool(value) => Ok(*value),
            _ => Err(FieldError::new("", "not a boolean")),
        }
    }

    fn write(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Field for u64 {
    fn read(json: Json) -> Result<Self, FieldError> {
        match &json {
            Json::Unsigned(number) => Ok(*number),
            _ => Err(FieldError::new("", "not a whole number")),
        }
    }

    fn write(&self) -> Json {
        Json::Unsigned(*self)
    }
}

/// Whole numbers of fewer bits, which JSON does not tell from others.
macro_rules! narrow {
    ($($number:ty),+) => {$(
        impl Field for $number {
            fn read(json: Json) -> Result<Self, FieldError> {
                u64::read(json)?
                    .try_into()
                    .map_err(|_| FieldError::new("", "too large"))
            }

            fn write(&self) -> Json {
                Json::Unsigned(u64::from(*self))
            }
        }
    )+};
}

narrow!(u8, u32);

impl Field for Id {
    fn read(json: Json) -> Result<Self, FieldError> {
        match &json {
            Json::String(text) => Self::parse(text),
            _ => None,
        }
        .ok_or_else(|| FieldError::new("", "not an id"))
    }

    fn write(&self) -> Json {
        Json::String(self.to_string())
    }
}

impl Field for Stamp {
    /// `[millis, counter, device]`
    fn read(mut json: Json) -> Result<Self, FieldError> {
        let items = match &mut json {
            Json::Array(items) => std::mem::take(items),
            _ => return Err(FieldError::new("", "not an array")),
        };
        let [millis, counter, device] = <[Json; 3]>::try_from(items)
            .map_err(|_| FieldError::new("", "not an array of three"))?;
        let millis = u64::read(millis)?;
        if millis > MAX_MILLIS {
            return Err(FieldError::new("", "a time beyond 2^53"));
        }
        Ok(Self {
            millis,
            counter: u32::read(counter)?,
            device: Id::read(device)?,
        })
    }

    fn write(&self) -> Json {
        Json::Array(vec![
            Json::Unsigned(self.millis),
            Json::Unsigned(u64::from(self.counter)),
            self.device.write(),
        ])
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(mut json: Json) -> Result<Self, FieldError> {
        match &mut json {
            Json::Array(items) => std::mem::take(items)
                .into_iter()
                .enumerate()
                .map(|(index, item)| T::read(item).map_err(|error| error.within(index)))
                .collect(),
            _ => Err(FieldError::new("", "not an array")),
        }
    }

    fn write(&self) -> Json {
        Json::Array(self.iter().map(Field::write).collect())
    }
}

impl<T: Field> Field for Map<Id, T> {
    fn read(json: Json) -> Result<Self, FieldError> {
        let fields = object(json)?;
        let mut map = Self::with_capacity(fields.len());
        // Ids are in the order of their texts, so each is appended.
        for (key, value) in fields {
            let id = Id::parse(&key).ok_or_else(|| FieldError::new("", "a key is not an id"))?;
            let value = T::read(value).map_err(|error| error.within(id))?;
            map.insert(id, value);
        }
        Ok(map)
    }

    fn write(&self) -> Json {
        let fields = self
            .iter()
            .map(|(id, value)| (id.to_string(), value.write()));
        Json::Object(fields.collect())
    }
}

impl Field for Set<Id> {
    /// `{"<id>": true}`: so that a version that can't read the set still joins it.
    fn read(json: Json) -> Result<Self, FieldError> {
        Map::<Id, bool>::read(json)?
            .into_iter()
            .map(|(id, present)| match present {
                true => Ok(id),
                false => Err(FieldError::new("", "not true").within(id)),
            })
            .collect()
    }

    fn write(&self) -> Json {
        let fields = self.iter().map(|id| (id.to_string(), Json::Bool(true)));
        Json::Object(fields.collect())
    }
}
