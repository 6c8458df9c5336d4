//! JSON as Holdfast writes it: no floating-point numbers, no repeated keys, bounded depth.
//!
//! A tree of our own rather than `serde_json::Value`, because three properties matter here. It is
//! canonical whatever features other crates switch on (keys are sorted, numbers are integers), so
//! equal content has equal bytes. It refuses what two readers may understand differently. And its
//! strings are wiped when it is dropped, since secrets pass through it.

pub mod format;
pub mod map;
pub mod typed;

use std::{fmt, io};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use zeroize::{Zeroize, Zeroizing};

use map::Map;

/// The deepest nesting of arrays and objects that is read.
pub const MAX_DEPTH: usize = 32;

/// Fields by name, in the order in which they are written.
pub type Object = Map<String, Json>;

/// A JSON value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number from 0 to 2^64 − 1.
    Unsigned(u64),
    /// A number from −2^63 to −1.
    Negative(i64),
    /// A string; wiped when dropped.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// Why bytes are not JSON as Holdfast writes it. Holds no part of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// Not JSON at all, or more than one value.
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted in bytes from 1.
        column: usize,
    },
    /// The input ends early.
    Truncated,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// An object names the same field twice.
    RepeatedKey,
    /// A number with a fraction or exponent, or beyond 64 bits.
    NotAnInteger,
}

impl Json {
    /// Reads one value that fills the whole input.
    ///
    /// # Errors
    /// See [`JsonError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        Node { depth: MAX_DEPTH }
            .deserialize(&mut deserializer)
            .and_then(|value| deserializer.end().map(|()| value))
            .map_err(|error| reason(&error))
    }

    /// The canonical bytes: keys sorted, no white space.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut buffer = Zeroizing::new(Vec::with_capacity(4096));
        self.write_to(|bytes| append(&mut buffer, bytes));
        buffer
    }

    /// Hands the canonical bytes to `sink`, piece by piece.
    pub fn write_to(&self, mut sink: impl FnMut(&[u8])) {
        // Neither can fail: the sink takes all, and every key is a string.
        let _ = serde_json::to_writer(Sink(&mut sink), self);
    }
}

/// Appends; a buffer that is outgrown is wiped, where `Vec` would leave a copy behind.
fn append(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let length = buffer.len() + bytes.len();
    if length > buffer.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(length * 2));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
    buffer.extend_from_slice(bytes);
}

/// One type for all sinks: the code that writes is there once.
struct Sink<'a>(&'a mut dyn FnMut(&[u8]));

impl io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.0)(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Json {
    fn drop(&mut self) {
        if let Self::String(text) = self {
            text.zeroize();
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Unsigned(number)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Names the type only: what it holds may be secret.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Unsigned(_) | Self::Negative(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        })
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column } => {
                write!(f, "not JSON at line {line}, column {column}")
            }
            Self::Truncated => f.write_str("the JSON ends early"),
            Self::TooDeep => write!(f, "the JSON is nested deeper than {MAX_DEPTH}"),
            Self::RepeatedKey => f.write_str("an object names a field twice"),
            Self::NotAnInteger => f.write_str("a number is not an integer of 64 bits"),
        }
    }
}

impl std::error::Error for JsonError {}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Negative(number) => serializer.serialize_i64(*number),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(fields) => serializer.collect_map(fields),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Node { depth: MAX_DEPTH }.deserialize(deserializer)
    }
}

// serde_json offers no error type of one's own, so the refusals travel as these texts.
const TOO_DEEP: &str = "too deep";
const REPEATED_KEY: &str = "repeated key";
const NOT_AN_INTEGER: &str = "not an integer";

fn reason(error: &serde_json::Error) -> JsonError {
    let text = error.to_string();
    if text.starts_with(TOO_DEEP) {
        JsonError::TooDeep
    } else if text.starts_with(REPEATED_KEY) {
        JsonError::RepeatedKey
    } else if text.starts_with(NOT_AN_INTEGER) || text.starts_with("number out of range") {
        JsonError::NotAnInteger
    } else if error.is_eof() {
        JsonError::Truncated
    } else {
        JsonError::Syntax {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// Reads one value with `depth` levels of nesting left.
struct Node {
    depth: usize,
}

impl Node {
    fn inner<E: de::Error>(&self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth }),
            None => Err(E::custom(TOO_DEEP)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Unsigned(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Json, E> {
        Ok(u64::try_from(number).map_or(Json::Negative(number), Json::Unsigned))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Json, E> {
        Err(E::custom(NOT_AN_INTEGER))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let inner = self.inner::<A::Error>()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Node { depth: inner.depth })? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let inner = self.inner::<A::Error>()?;
        let mut fields = Object::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(Node { depth: inner.depth })?;
            if fields.insert(key, value).is_some() {
                return Err(de::Error::custom(REPEATED_KEY));
            }
        }
        Ok(Json::Object(fields))
    }
}

#[cfg(test)]
mod tests;
