//! JSON objects, with members in one order.

use crate::json::{Json, Object};

pub(super) fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    let fields = fields.into_iter();
    Json::Object(
        fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Object>(),
    )
}
