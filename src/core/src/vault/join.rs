//! Joining what this version can't read.
//!
//! A later version may add fields that two devices of this version have to merge. For that, the
//! payload follows rules which make its JSON a semilattice in itself: an object with a `stamp` is
//! a register, and the later one wins; any other object is joined key by key, so that a set is
//! written as `{"element": true}`; of anything else the greater one wins, so that numbers are
//! maxima. Registers count more than objects, and objects more than the rest, which keeps the
//! join associative even where a field has changed its shape.

use crate::json::{Json, Object};

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    fn joined(own: &Json, other: &Json) -> Json {
        let mut result = own.clone();
        values(&mut result, other);
        result
    }

    #[test]
    fn each_shape_joins_in_its_own_way() {
        for (a, b, expected) in [
            // Registers: the later stamp, whatever the value.
            (
                r#"{"stamp":[2,0,"A"],"value":"a"}"#,
                r#"{"stamp":[1,9,"B"],"value":"z"}"#,
                r#"{"stamp":[2,0,"A"],"value":"a"}"#,
            ),
            (
                r#"{"stamp":[9,0,"A"],"value":1}"#,
                r#"{"stamp":[10,0,"A"],"value":0}"#,
                r#"{"stamp":[10,0,"A"],"value":0}"#,
            ),
            // Sets: the union.
            (r#"{"a":true}"#, r#"{"b":true}"#, r#"{"a":true,"b":true}"#),
            // Counters: the maximum.
            (
                r#"{"a":{"n":7,"m":1}}"#,
                r#"{"a":{"n":10}}"#,
                r#"{"a":{"m":1,"n":10}}"#,
            ),
            // Changed shapes: registers before objects before the rest.
            (
                r#"{"a":1}"#,
                r#"{"stamp":[0,0,""],"value":0}"#,
                r#"{"stamp":[0,0,""],"value":0}"#,
            ),
            (r#"{}"#, r#""zzz""#, r#"{}"#),
            ("null", "false", "false"),
        ] {
            assert_eq!(
                joined(&json(a), &json(b)).to_bytes(),
                json(expected).to_bytes()
            );
            assert_eq!(
                joined(&json(b), &json(a)).to_bytes(),
                json(expected).to_bytes()
            );
        }
    }

    fn values_of_all_shapes() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            (0..4_u64).prop_map(Json::Unsigned),
            "[ab]{0,2}".prop_map(Json::String),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let key = prop_oneof!["[ab]", Just("stamp".to_owned())];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
                proptest::collection::btree_map(key, inner, 0..4)
                    .prop_map(|fields| Json::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn is_a_join_for_any_shapes(
            a in values_of_all_shapes(),
            b in values_of_all_shapes(),
            c in values_of_all_shapes(),
        ) {
            let ab = joined(&a, &b);
            prop_assert!(ab == joined(&b, &a));
            prop_assert!(joined(&ab, &c) == joined(&a, &joined(&b, &c)));
            prop_assert!(joined(&a, &a) == a);
            prop_assert!(joined(&ab, &b) == ab);
        }
    }
}
