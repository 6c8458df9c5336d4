//! Drive's search terms (`developers.google.com/workspace/drive/api/guides/search-files`), as far
//! as a client needs them here; anything else is refused.

use serde_json::{Map, Value};

use crate::drive::File;

/// Every one of these must be true.
pub struct Query(Vec<Term>);

enum Term {
    Name(String),
    Mime(bool, String),
    NotTrashed,
    InOneOf(Vec<String>),
}

/// Reads a query.
pub fn read(text: &str) -> Option<Query> {
    let mut rest = text.trim();
    let mut terms = Vec::new();
    loop {
        let (term, after) = term(rest)?;
        terms.push(term);
        match after.trim_start().strip_prefix("and ") {
            Some(after) => rest = after.trim_start(),
            None if after.trim().is_empty() => return Some(Query(terms)),
            None => return None,
        }
    }
}

impl Query {
    /// Whether a file is meant.
    pub fn fits(&self, file: &File) -> bool {
        self.0.iter().all(|term| match term {
            Term::Name(name) => file.name == *name,
            Term::Mime(same, mime) => (file.mime == *mime) == *same,
            Term::NotTrashed => true,
            Term::InOneOf(parents) => file.parents.iter().any(|parent| parents.contains(parent)),
        })
    }
}

fn term(text: &str) -> Option<(Term, &str)> {
    if let Some(rest) = text.strip_prefix("name = ") {
        let (name, rest) = literal(rest)?;
        return Some((Term::Name(name), rest));
    }
    if let Some(rest) = text.strip_prefix("mimeType = ") {
        let (mime, rest) = literal(rest)?;
        return Some((Term::Mime(true, mime), rest));
    }
    if let Some(rest) = text.strip_prefix("mimeType != ") {
        let (mime, rest) = literal(rest)?;
        return Some((Term::Mime(false, mime), rest));
    }
    if let Some(rest) = text.strip_prefix("trashed = false") {
        return Some((Term::NotTrashed, rest));
    }
    let mut rest = text.strip_prefix('(')?;
    let mut parents = Vec::new();
    loop {
        let (id, after) = literal(rest)?;
        parents.push(id);
        let after = after.strip_prefix(" in parents")?;
        match after.strip_prefix(" or ") {
            Some(after) => rest = after,
            None => return Some((Term::InOneOf(parents), after.strip_prefix(')')?)),
        }
    }
}

fn literal(text: &str) -> Option<(String, &str)> {
    let (value, rest) = text.strip_prefix('\'')?.split_once('\'')?;
    (!value.contains('\\')).then(|| (value.to_owned(), rest))
}

/// The part of a value that a `fields` parameter names (*Return specific fields*): names, each
/// maybe with those of its members in parentheses. Whatever is no name here is refused, and so are
/// the forms with `/` and `*`, which nobody needs.
pub fn select(value: &Value, fields: &str) -> Option<Value> {
    if let Some(list) = value.as_array() {
        let each = list.iter().map(|value| select(value, fields));
        // The names are looked at also where there is nothing to choose from.
        select(&Value::Null, fields)?;
        return Some(Value::Array(each.collect::<Option<_>>()?));
    }
    let mut chosen = Map::new();
    let mut rest = fields;
    while !rest.is_empty() {
        let end = rest.find([',', '(']).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        if !FIELDS.contains(&name) {
            return None;
        }
        let (inner, after) = match after.strip_prefix('(') {
            Some(after) => {
                let (inner, after) = after.split_once(')')?;
                (Some(inner), after)
            }
            None => (None, after),
        };
        if let Some(found) = value.get(name) {
            let found = inner.map_or(Some(found.clone()), |inner| select(found, inner))?;
            chosen.insert(name.to_owned(), found);
        }
        rest = match after.strip_prefix(',') {
            Some(more) if !more.is_empty() => more,
            None if after.is_empty() => "",
            _ => return None,
        };
    }
    Some(Value::Object(chosen))
}

/// The names that the discovery document has for what the stand-in knows.
const FIELDS: [&str; 25] = [
    "createdTime",
    "displayName",
    "emailAddress",
    "files",
    "id",
    "incompleteSearch",
    "kind",
    "limit",
    "me",
    "md5Checksum",
    "mimeType",
    "modifiedTime",
    "name",
    "nextPageToken",
    "parents",
    "permissionId",
    "sha256Checksum",
    "size",
    "spaces",
    "storageQuota",
    "trashed",
    "usage",
    "usageInDrive",
    "usageInDriveTrash",
    "user",
];
