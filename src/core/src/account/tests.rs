use super::*;
use crate::Coded;

fn draft(change: impl Fn(&mut AccountDraft)) -> Result<NewAccount, AccountError> {
    let mut draft = AccountDraft::default();
    draft.issuer = " GitHub ".into();
    draft.secret = "jbsw y3dp ehpk 3pxp".into();
    change(&mut draft);
    draft.parse()
}

#[test]
fn a_form_with_the_defaults_is_an_account() {
    let account = draft(|_| ()).unwrap();
    assert_eq!(account.issuer, "GitHub");
    let expected = Kind::Totp {
        algorithm: Algorithm::Sha1,
        digits: 6,
        period: 30,
    };
    assert_eq!(account.credential.kind(), expected);
}

#[test]
fn bad_input_names_the_field_and_changes_nothing() {
    type Change = fn(&mut AccountDraft);
    let cases: [(Change, &str, Option<&str>); 23] = [
        (|d| d.secret.clear(), "secret_empty", Some("secret")),
        (
            |d| d.secret = "not base32!".into(),
            "secret_bad_character",
            Some("secret"),
        ),
        (
            |d| d.secret = "A".into(),
            "secret_incomplete",
            Some("secret"),
        ),
        (
            |d| d.secret = "A".repeat(10 << 20),
            "secret_too_long",
            Some("secret"),
        ),
        (|d| d.digits = "4".into(), "out_of_range", Some("digits")),
        (|d| d.digits = "11".into(), "out_of_range", Some("digits")),
        (|d| d.digits = "262".into(), "out_of_range", Some("digits")),
        (
            |d| d.digits = "99999999999999999999999".into(),
            "out_of_range",
            Some("digits"),
        ),
        (|d| d.digits = "six".into(), "not_a_number", Some("digits")),
        (|d| d.digits = "+6".into(), "not_a_number", Some("digits")),
        (|d| d.digits = "6.0".into(), "not_a_number", Some("digits")),
        (|d| d.digits = "٦".into(), "not_a_number", Some("digits")),
        (|d| d.digits = " ".into(), "field_missing", Some("digits")),
        (|d| d.period = "0".into(), "out_of_range", Some("period")),
        (|d| d.period = "-30".into(), "not_a_number", Some("period")),
        (
            |d| d.period = "4294967296".into(),
            "out_of_range",
            Some("period"),
        ),
        (|d| d.kind = "hotp".into(), "field_missing", Some("counter")),
        (|d| d.kind = "ocra".into(), "unknown_type", Some("type")),
        (|d| d.kind.clear(), "field_missing", Some("type")),
        (
            |d| d.algorithm = "MD5".into(),
            "unknown_algorithm",
            Some("algorithm"),
        ),
        (|d| d.algorithm.clear(), "field_missing", Some("algorithm")),
        (
            |d| d.label = "x".repeat(10 << 20),
            "field_too_long",
            Some("label"),
        ),
        (
            |d| d.note = "x".repeat(MAX_NOTE_BYTES + 1),
            "field_too_long",
            Some("note"),
        ),
    ];
    for (index, (change, code, field)) in cases.into_iter().enumerate() {
        let error = draft(change).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field), "case {index}");
    }
}

#[test]
fn every_possible_number_is_taken() {
    for digits in 5..=10 {
        assert!(draft(|d| d.digits = digits.to_string()).is_ok());
    }
    for period in ["1", "4294967295"] {
        assert!(draft(|d| d.period = period.into()).is_ok());
    }
    let last = draft(|d| {
        d.kind = "HOTP".into();
        d.counter = u64::MAX.to_string();
        // Not read for HOTP.
        d.period.clear();
    });
    assert_eq!(last.unwrap().credential.kind().counter(), Some(u64::MAX));
}

#[test]
fn algorithms_are_known_by_every_spelling_in_use() {
    for name in [
        "SHA1",
        "sha1",
        "SHA-1",
        "HmacSHA1",
        "HMAC-SHA-1",
        "hmac_sha1",
    ] {
        assert_eq!(Algorithm::parse(name), Some(Algorithm::Sha1), "{name}");
    }
    for name in ["", "SHA", "SHA2", "SHA11", "SHA384", "MD5", "HMAC"] {
        assert_eq!(Algorithm::parse(name), None, "{name}");
    }
}

#[test]
fn a_draft_does_not_show_itself() {
    let mut draft = AccountDraft::default();
    draft.secret = "JBSWY3DPEHPK3PXP".into();
    assert!(!format!("{draft:?}").contains("JBSW"));
}
