//! Joining what this version can't read.
//!
//! A later version may add fields that two devices of this version have to merge. For that, the
//! payload follows rules which make its JSON a semilattice in itself: an object with a `stamp` is
//! a register, and the later one wins; any other object is joined key by key, so that a set is
//! written as `{"element": true}`; of anything else the greater one wins, so that numbers are
//! maxima. Registers count more than objects, and objects more than the rest, which keeps the
//! join associative even where a field has changed its shape.

use super::json::{Json, Object};

/// Joins `other` into `own`, key by key.
pub(crate) fn objects(own: &mut Object, other: &Object) {
    for (key, theirs) in other {
        match own.get_mut(key) {
            Some(ours) => values(ours, theirs),
            None => {
                own.insert(key.clone(), theirs.clone());
            }
        }
    }
}

pub(crate) fn values(own: &mut Json, other: &Json) {
    if let (Json::Object(ours), Json::Object(theirs)) = (&mut *own, other)
        && stamp(ours).is_none()
        && stamp(theirs).is_none()
    {
        objects(ours, theirs);
        return;
    }
    if rank(other) > rank(own) {
        *own = other.clone();
    }
}

/// Compared from left to right: the shape, the stamp, the value.
fn rank(json: &Json) -> (u8, Option<&Json>, &Json) {
    match json {
        Json::Object(fields) => match stamp(fields) {
            Some(stamp) => (2, Some(stamp), json),
            None => (1, None, json),
        },
        _ => (0, None, json),
    }
}

fn stamp(fields: &Object) -> Option<&Json> {
    fields.get("stamp")
}
