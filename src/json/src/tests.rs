use super::*;
use proptest::prelude::*;

#[test]
fn refuses_what_is_not_the_vaults_json() {
    use JsonError::{NotAnInteger, RepeatedKey, TooDeep, Truncated};
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (text, expected) in [
        ("", Truncated),
        ("{", Truncated),
        ("[1,", Truncated),
        ("\"a", Truncated),
        (r#"{"a":1,"a":1}"#, RepeatedKey),
        (r#"{"b":{"a":1,"\u0061":2}}"#, RepeatedKey),
        ("1.0", NotAnInteger),
        ("1e3", NotAnInteger),
        ("18446744073709551616", NotAnInteger),
        ("-9223372036854775809", NotAnInteger),
        ("1e999", NotAnInteger),
        (&deep(MAX_DEPTH + 1), TooDeep),
        (&deep(100_000), TooDeep),
        (&r#"{"a":"#.repeat(100_000), TooDeep),
    ] {
        let start: String = text.chars().take(20).collect();
        assert_eq!(Json::parse(text.as_bytes()), Err(expected), "{start}");
    }
    for text in [
        "nope",
        "{]",
        "{} {}",
        "[1]x",
        "'a'",
        "{a:1}",
        "[1,]",
        "\u{feff}{}",
        "\"\\ud800\"",
    ] {
        let result = Json::parse(text.as_bytes());
        assert!(matches!(result, Err(JsonError::Syntax { .. })), "{text}");
    }
    assert!(Json::parse(b"\"\xff\"").is_err());
    assert!(Json::parse(deep(MAX_DEPTH).as_bytes()).is_ok());
}

#[test]
fn equal_content_has_equal_bytes() {
    let a = Json::parse(br#" { "b" : [ -1, 18446744073709551615 ], "a": "\u00e9\/" } "#).unwrap();
    assert_eq!(
        *a.to_bytes(),
        *r#"{"a":"é/","b":[-1,18446744073709551615]}"#.as_bytes()
    );
}

#[test]
fn debug_shows_no_value() {
    let json = Json::parse(br#"{"CANARY":"CANARY"}"#).unwrap();
    assert_eq!(format!("{json:?}"), "object");
    let error = Json::parse(br#"{"CANARY":CANARY}"#).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<u64>().prop_map(Json::Unsigned),
        (i64::MIN..0).prop_map(Json::Negative),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn round_trips(json in any_json()) {
        let bytes = json.to_bytes();
        prop_assert!(Json::parse(&bytes) == Ok(json));
        // And another reader agrees.
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = Json::parse(&bytes);
    }
}
