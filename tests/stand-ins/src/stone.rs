//! Arguments and errors of Dropbox's API as its Stone specification describes them.

use serde_json::{Value, json};

use crate::call::Reply;

/// What a member of an argument is.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A whole number.
    Number,
    /// Whatever it is, it is looked at elsewhere.
    Any,
}

/// The members of `ListFolderArg`.
pub const LIST: &[(&str, Kind)] = &[
    ("path", Kind::Text),
    ("recursive", Kind::Flag),
    ("limit", Kind::Number),
    ("shared_link", Kind::Any),
    ("include_deleted", Kind::Flag),
    ("include_has_explicit_shared_members", Kind::Flag),
    ("include_media_info", Kind::Flag),
    ("include_mounted_folders", Kind::Flag),
    ("include_non_downloadable_files", Kind::Flag),
    ("include_property_groups", Kind::Any),
    ("include_restorable_info", Kind::Flag),
];

/// The members of `CommitInfo`.
pub const COMMIT: &[(&str, Kind)] = &[
    ("path", Kind::Text),
    ("mode", Kind::Any),
    ("autorename", Kind::Flag),
    ("client_modified", Kind::Text),
    ("mute", Kind::Flag),
    ("property_groups", Kind::Any),
    ("strict_conflict", Kind::Flag),
];

/// Every member is known and of its kind; what is optional may be null.
pub fn check(argument: &Value, known: &[(&str, Kind)]) -> Result<(), Reply> {
    let members = argument
        .as_object()
        .ok_or_else(|| bad("expected an object"))?;
    for (name, value) in members {
        let kind = known.iter().find(|(own, _)| own == name);
        let (_, kind) = kind.ok_or_else(|| bad(&format!("unknown field '{name}'")))?;
        let fits = match kind {
            Kind::Text => value.is_string() || value.is_null(),
            Kind::Flag => value.is_boolean(),
            Kind::Number => value.is_u64(),
            Kind::Any => true,
        };
        if !fits {
            return Err(bad(&format!("{name}: of another type")));
        }
    }
    Ok(())
}

/// The path of an argument, as it is found: whatever its case.
pub fn absolute(argument: &Value) -> Result<String, Reply> {
    let path = text(argument, "path")?;
    match path.starts_with('/') {
        true => Ok(path.to_lowercase()),
        false => Err(bad("path: did not match pattern")),
    }
}

/// A text that must be there.
pub fn text<'a>(argument: &'a Value, name: &str) -> Result<&'a str, Reply> {
    let value = argument.get(name).and_then(Value::as_str);
    value.ok_or_else(|| bad(&format!("{name}: missing")))
}

/// A request that can't be read.
pub fn bad(why: &str) -> Reply {
    Reply::text(400, &format!("Error in call to API function: {why}"))
}

/// An error of a route.
pub fn refuse(status: u16, summary: &str, error: Value) -> Reply {
    let body = json!({ "error_summary": format!("{summary}/.."), "error": error });
    Reply::json(status, &body)
}

/// A `LookupError` below a member of the route's error.
pub fn lookup(member: &str, tag: &str) -> Value {
    json!({ ".tag": member, member: { ".tag": tag } })
}

/// A `WriteError` without a value. `simple`: of an upload in one request.
pub fn write(simple: bool, tag: &str) -> Reply {
    unsaved(simple, tag, &json!({ ".tag": tag }))
}

/// A `WriteConflictError`.
pub fn conflict(simple: bool, what: &str) -> Reply {
    let reason = json!({ ".tag": "conflict", "conflict": { ".tag": what } });
    unsaved(simple, &format!("conflict/{what}"), &reason)
}

/// `UploadError` has the members of `UploadWriteFailed` beside its tag; `UploadSessionFinishError`
/// has a `WriteError` below it.
fn unsaved(simple: bool, summary: &str, reason: &Value) -> Reply {
    let error = if simple {
        json!({ ".tag": "path", "reason": reason, "upload_session_id": "0" })
    } else {
        json!({ ".tag": "path", "path": reason })
    };
    refuse(409, &format!("path/{summary}"), error)
}
