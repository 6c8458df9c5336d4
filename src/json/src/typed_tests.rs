use super::*;
use crate::map::{Map, Set};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// One of each form that a derived type can take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Plain,
    Wrapped(u32),
    Pair(i64, String),
    Named {
        text: Option<String>,
        #[serde(default)]
        flags: Vec<bool>,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Document {
    forms: Vec<Form>,
    by_name: Map<String, u64>,
    numbers: Set<u8>,
    whole: Option<f64>,
    pair: (u16, bool),
    letter: char,
    nothing: (),
    inner: Option<Box<Document>>,
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        Just(Form::Plain),
        any::<u32>().prop_map(Form::Wrapped),
        (any::<i64>(), any::<String>()).prop_map(|(number, text)| Form::Pair(number, text)),
        (any::<Option<String>>(), any::<Vec<bool>>())
            .prop_map(|(text, flags)| Form::Named { text, flags }),
    ]
}

fn document() -> impl Strategy<Value = Document> {
    let leaf = (
        proptest::collection::vec(form(), 0..4),
        proptest::collection::btree_map(any::<String>(), any::<u64>(), 0..4),
        proptest::collection::vec(any::<u8>(), 0..6),
        any::<Option<u16>>(),
        any::<(u16, bool)>(),
        any::<char>(),
    )
        .prop_map(|(forms, by_name, numbers, whole, pair, letter)| Document {
            forms,
            by_name: by_name.into_iter().collect(),
            numbers: numbers.into_iter().collect(),
            whole: whole.map(f64::from),
            pair,
            letter,
            nothing: (),
            inner: None,
        });
    leaf.prop_recursive(3, 8, 1, |inner| {
        (inner.clone(), inner).prop_map(|(outer, inner)| Document {
            inner: Some(Box::new(inner)),
            ..outer
        })
    })
}

/// As a page's `JSON.stringify` writes it: whole numbers without a fraction.
fn written<T: Serialize>(value: &T) -> Vec<u8> {
    let mut value = serde_json::to_value(value).unwrap();
    fn whole(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Number(number) if number.is_f64() => {
                *value = (number.as_f64().unwrap() as u64).into();
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(whole),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(whole),
            _ => {}
        }
    }
    whole(&mut value);
    serde_json::to_vec(&value).unwrap()
}

proptest! {
    #[test]
    fn what_was_written_is_read(document in document()) {
        prop_assert_eq!(from_slice::<Document>(&written(&document)), Ok(document));
    }

    /// Wherever one value in a document is another one, this reads it or refuses it as serde_json does.
    #[test]
    fn what_has_another_shape_is_refused(
        document in document(),
        place in any::<prop::sample::Index>(),
        other in prop_oneof![
            Just(serde_json::json!(null)), Just(serde_json::json!(true)), Just(serde_json::json!(300)),
            Just(serde_json::json!(-1)), Just(serde_json::json!("plain")), Just(serde_json::json!("xy")),
            Just(serde_json::json!({})), Just(serde_json::json!({"plain": null})),
            Just(serde_json::json!({"wrapped": 7})), Just(serde_json::json!({"wrapped": 7, "plain": 1})),
            Just(serde_json::json!({"named": {}})), Just(serde_json::json!({"what": 1})),
        ],
    ) {
        let mut value: serde_json::Value = serde_json::from_slice(&written(&document)).unwrap();
        let mut places = Vec::new();
        pointers(&value, String::new(), &mut places);
        *value.pointer_mut(place.get::<String>(&places)).unwrap() = other;
        let bytes = serde_json::to_vec(&value).unwrap();
        prop_assert_eq!(
            from_slice::<Document>(&bytes).ok(),
            serde_json::from_slice::<Document>(&bytes).ok(),
            "{}", value
        );
    }
}

fn pointers(value: &serde_json::Value, at: String, into: &mut Vec<String>) {
    if let Some(items) = value.as_array() {
        for (index, item) in items.iter().enumerate() {
            pointers(item, format!("{at}/{index}"), into);
        }
    }
    if let Some(fields) = value.as_object() {
        for (name, item) in fields {
            let name = name.replace('~', "~0").replace('/', "~1");
            pointers(item, format!("{at}/{name}"), into);
        }
    }
    into.push(at);
}

#[test]
fn fields_of_later_versions_are_passed_over() {
    let bytes = br#"{"letter":"x","of_tomorrow":{"deep":[1,{"a":null}]},"pair":[3,true]}"#;
    let read = from_slice::<Document>(bytes).unwrap();
    assert_eq!((read.letter, read.pair), ('x', (3, true)));
}

#[test]
fn the_refusal_quotes_nothing() {
    let error = from_slice::<Document>(br#"{"letter":"JBSWY3DP"}"#).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("JBSWY3DP"));
}
