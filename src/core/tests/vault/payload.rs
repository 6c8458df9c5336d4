//! What a payload may be, what it may not be, and what survives in it.

use holdfast_core::Coded;
use holdfast_core::vault::{PayloadError, Vault};

const ACCOUNT: &str = "CAAAAAAAAAAAAAAAAAAAAAAAAA";
const CREDENTIAL: &str = "EAAAAAAAAAAAAAAAAAAAAAAAAA";
const DEVICE: &str = "GAAAAAAAAAAAAAAAAAAAAAAAAA";

const TOTP: &str =
    r#"{"type":"totp","secret":"JBSWY3DPEHPK3PXP","algorithm":"SHA1","digits":6,"period":30}"#;

/// A payload with one account that has one credential, and more fields at each level.
fn payload(vault: &str, account: &str, credential: &str) -> String {
    format!(
        r#"{{"format":1,"accounts":{{"{ACCOUNT}":{{
            "issuer":{{"value":"GitHub","stamp":[5,0,"{DEVICE}"]}},
            "edits":{{"{DEVICE}":5}},
            "credentials":{{"{CREDENTIAL}":{credential}}}{account}}}}}{vault}}}"#
    )
}

fn decode(text: &str) -> Vault {
    Vault::decode(text.as_bytes()).unwrap()
}

fn encoded(vault: &Vault) -> String {
    String::from_utf8(vault.encode().to_vec()).unwrap()
}

fn merged(a: &Vault, b: &Vault) -> Vault {
    let mut result = a.clone();
    result.merge(b);
    result
}

#[test]
fn a_payload_is_an_account() {
    let vault = decode(&payload("", "", TOTP));
    let list = vault.list();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].1.issuer.value, "GitHub");
    let credential = list[0].1.credentials.values().next().unwrap();
    assert_eq!(*credential.secret().to_base32(), "JBSWY3DPEHPK3PXP");
}

#[test]
fn what_is_not_known_survives_at_every_level() {
    let later = r#","later":{"numbers":[1,-2,18446744073709551615],"text":"é","none":null}"#;
    let credential = TOTP.replace('}', &format!("{later}}}"));
    let device = format!(
        r#","devices":{{"{DEVICE}":{{"name":{{"value":"Desk","stamp":[1,0,"{DEVICE}"]}}{later}}}}},
           "seen":{{"{DEVICE}":{{"sequence":3,"at":9,"hash":"{}"{later}}}}}{later}"#,
        "0a".repeat(32)
    );
    let deletion = format!(r#","deletion":{{"seen":{{}},"at":4{later}}}{later}"#);
    let vault = decode(&payload(&device, &deletion, &credential));
    let bytes = encoded(&vault);
    let kept = bytes.matches(r#"{"none":null,"numbers":[1,-2,18446744073709551615],"text":"é"}"#);
    assert_eq!(kept.count(), 6);
    assert_eq!(encoded(&decode(&bytes)), bytes);
    assert_eq!(vault.counts().unreadable, 0);
}

#[test]
fn a_later_kind_of_code_is_carried_on_and_the_account_stays_visible() {
    let unheard_of = r#"{"type":"totp2","secret":"JBSWY3DPEHPK3PXP","pin":"1234"}"#;
    for later in [
        unheard_of.to_owned(),
        TOTP.replace("SHA1", "GOST"),
        TOTP.replace(":6", ":12"),
        TOTP.replace(":30", ":0"),
        TOTP.replace("JBSWY3DPEHPK3PXP", ""),
        TOTP.replace(r#","digits":6"#, ""),
    ] {
        let vault = decode(&payload("", "", &later));
        assert_eq!(vault.counts().accounts, 1);
        assert_eq!(vault.counts().unreadable, 1);
        assert_eq!(vault.list()[0].1.issuer.value, "GitHub");
        assert_eq!(decode(&encoded(&vault)), vault);
        let (before, after): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(&later).unwrap(),
            serde_json::from_str(&encoded(&vault)).unwrap(),
        );
        assert_eq!(
            after["accounts"][ACCOUNT]["credentials"][CREDENTIAL],
            before
        );
    }
}

#[test]
fn an_account_that_cannot_be_read_is_carried_on_and_read_later() {
    let strange = payload("", "", TOTP).replace(r#""value":"GitHub","#, r#""values":["GitHub"],"#);
    let vault = decode(&strange);
    assert!(vault.accounts.is_empty());
    assert_eq!(vault.unreadable.len(), 1);
    assert_eq!(vault.counts().accounts, 1);
    assert_eq!(decode(&encoded(&vault)), vault);

    // A version that can read it finds it where an earlier one has put it.
    let put = encoded(&decode(&payload("", "", TOTP)));
    let put = put.replace(r#""accounts":{"#, r#""accounts":{},"unreadable":{"#);
    assert_eq!(decode(&put), decode(&payload("", "", TOTP)));
}

#[test]
fn two_states_of_an_unreadable_account_join() {
    let state = |value: &str, stamp: u64, credential: &str| {
        let account = format!(
            r#","strange":{{"value":"{value}","stamp":[{stamp},0,"{DEVICE}"]}},"replaced":[]"#
        );
        decode(&payload("", &account, TOTP).replace(CREDENTIAL, credential))
    };
    let a = state("old", 1, CREDENTIAL);
    let b = state("new", 2, &CREDENTIAL.replace('E', "I"));
    assert_eq!(a.unreadable.len(), 1, "`replaced` is no list");
    assert_eq!(merged(&a, &b), merged(&b, &a));
    let bytes = encoded(&merged(&a, &b));
    assert!(bytes.contains("new") && !bytes.contains("old"));
    assert_eq!(bytes.matches("JBSWY3DPEHPK3PXP").count(), 2);
}

#[test]
fn what_is_wrong_is_named_without_its_value() {
    let device = |json: &str| payload(&format!(r#","devices":{{"{DEVICE}":{json}}}"#), "", TOTP);
    let seen = |json: &str| payload(&format!(r#","seen":{{"{DEVICE}":{json}}}"#), "", TOTP);
    let hash = "0a".repeat(32);
    for (text, path) in [
        ("[]".to_owned(), ""),
        (r#"{"accounts":{}}"#.to_owned(), "format"),
        (r#"{"format":"1","accounts":{}}"#.to_owned(), "format"),
        (r#"{"format":0,"accounts":{}}"#.to_owned(), "format"),
        (r#"{"format":1}"#.to_owned(), "accounts"),
        (r#"{"format":1,"accounts":[]}"#.to_owned(), "accounts"),
        (
            r#"{"format":1,"accounts":{"CANARY":{}}}"#.to_owned(),
            "accounts",
        ),
        (device("7"), &format!("devices.{DEVICE}")),
        (seen("{}"), &format!("seen.{DEVICE}.hash")),
        (
            seen(r#"{"sequence":1,"at":1,"hash":"CANARY"}"#),
            &format!("seen.{DEVICE}.hash"),
        ),
        (
            seen(&format!(r#"{{"sequence":-1,"at":1,"hash":"{hash}"}}"#)),
            &format!("seen.{DEVICE}.sequence"),
        ),
    ] {
        let error = Vault::decode(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "payload_field", "{text}");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
        match error {
            PayloadError::Field(error) => assert_eq!(error.path, path, "{text}"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_newer_format_is_refused_and_says_so() {
    for format in ["2", "18446744073709551615"] {
        let text = payload("", "", TOTP).replace(r#""format":1"#, &format!(r#""format":{format}"#));
        let error = Vault::decode(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "newer_format");
    }
}

#[test]
fn the_content_hash_is_of_the_content() {
    let seen = format!(
        r#","seen":{{"{DEVICE}":{{"sequence":3,"at":9,"hash":"{}"}}}}"#,
        "0a".repeat(32)
    );
    let plain = decode(&payload("", "", TOTP));
    let knowing = decode(&payload(&seen, "", TOTP));
    assert_ne!(plain.encode(), knowing.encode());
    assert_eq!(plain.content_hash(), knowing.content_hash());
    let other = decode(&payload("", "", &TOTP.replace(":30", ":60")));
    assert_ne!(plain.content_hash(), other.content_hash());
    let later = decode(&payload(r#","later":1"#, "", TOTP));
    assert_ne!(plain.content_hash(), later.content_hash());
}

#[test]
fn a_payload_that_contradicts_itself_is_put_right() {
    // A credential listed as replaced, and a counter behind the highest known.
    let hotp = r#"{"type":"hotp","secret":"MY","algorithm":"SHA1","digits":6,"counter":3}"#;
    let account = format!(r#","replaced":{{"{CREDENTIAL}":true}}"#);
    assert!(
        decode(&payload("", &account, TOTP)).list()[0]
            .1
            .credentials
            .is_empty()
    );
    let account = format!(r#","counters":{{"{CREDENTIAL}":8}}"#);
    let vault = decode(&payload("", &account, hotp));
    let credential = vault.list()[0].1.credentials.values().next().unwrap();
    assert_eq!(credential.kind().counter(), Some(8));
    assert_eq!(decode(&encoded(&vault)), vault);
}
