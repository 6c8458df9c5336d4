//! Key URIs, one per line.

use holdfast_core::import::{Format, Import, read};

use crate::support::{code_of, lines, refused};

#[test]
fn every_kind_of_line() {
    let text = "\u{FEFF}otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub\r\n\
        \r\n\
        otpauth://hotp/Bank:jane?secret=JBSWY3DPEHPK3PXP&issuer=Bank&counter=7&algorithm=SHA256&digits=8\r\n\
        steam://JBSWY3DPEHPK3PXP\r\n\
        motp://Site:jane?secret=e3152afee62599c8&pin=1234\r\n\
        otpauth://yaotp/jane?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI&pin=G42TQNQ\r\n";
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.format, Format::OtpauthLines);
    assert_eq!(refused(&import), []);
    assert_eq!(
        lines(&import),
        [
            "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub&algorithm=SHA1&digits=6&period=30",
            "otpauth://hotp/Bank:jane?secret=JBSWY3DPEHPK3PXP&issuer=Bank&algorithm=SHA256&digits=8&counter=7",
            "otpauth://steam/Steam:?secret=JBSWY3DPEHPK3PXP&issuer=Steam&algorithm=SHA1&digits=5&period=30",
            "motp:///Site:jane?secret=e3152afee62599c8&issuer=Site&pin=1234",
            "otpauth://yaotp/jane?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=G42TQNQ",
        ]
    );
}

#[test]
fn each_line_that_was_not_taken_is_named() {
    let text = "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP\n\
        a comment\n\
        otpauth://totp/Acme%20Co:jane?secret=JBSWY3DP&algorithm=MD5\n\
        otpauth://ocra/Acme:joe?secret=JBSWY3DP\n\
        otpauth://totp/Acme:ann?secret=JBSWY3DP&digits=12\n\
        otpauth://totp/Acme:eve?secret=JBSW1\n\
        phonefactor://activate_account?code=1\n";
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.accounts.len(), 1);
    assert_eq!(
        refused(&import),
        [
            (2, "", "plain_text", None),
            (3, "Acme Co: jane", "unknown_algorithm", Some("algorithm")),
            (4, "Acme: joe", "unknown_type", Some("type")),
            (5, "Acme: ann", "out_of_range", Some("digits")),
            (6, "Acme: eve", "secret_bad_character", Some("secret")),
            (7, "", "microsoft_phone_sign_in", None),
        ]
    );
}

#[test]
fn what_other_apps_pass_over_is_passed_over() {
    // The last character of each adds no byte; the codes are those without it.
    let text = "otpauth://totp/a?secret=JBSWY3DPE\notpauth://totp/b?secret=JBSWY3DP%20E==\n";
    let import = read(text.as_bytes(), None).unwrap();
    for account in &import.accounts {
        assert_eq!(*account.credential.secret().to_base32(), "JBSWY3DP");
    }
    assert_eq!(import.accounts.len(), 2);
}

#[test]
fn ente_adds_notes_tags_and_a_bin() {
    let text = "otpauth://totp/a?secret=MY&codeDisplay=%7B%22note%22%3A%22my%20note%22%2C%22tags%22%3A%5B%22work%22%2C%22%22%5D%2C%22trashed%22%3Afalse%7D\n\
        otpauth://totp/b?secret=MY&codeDisplay=%7B%22trashed%22%3Atrue%7D\n\
        otpauth://totp/c?secret=MY&codeDisplay=oops\n";
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.format, Format::Ente);
    assert_eq!(
        lines(&import),
        [
            "otpauth://totp/a?secret=MY&algorithm=SHA1&digits=6&period=30 note=\"my note\" groups=[\"work\"]"
        ]
    );
    assert_eq!(
        refused(&import),
        [
            (2, "b", "entry_in_bin", None),
            (3, "c", "entry_wrong_shape", Some("note")),
        ]
    );
}

/// A line of Ente's, which has the app's own members, and the same without them.
fn with_and_without_display(uri: &str) -> [Import; 2] {
    [format!("{uri}&codeDisplay=%7B%7D"), uri.to_owned()]
        .map(|line| read(line.as_bytes(), None).unwrap())
}

#[test]
fn ente_shows_steams_codes_for_this_issuer_whatever_its_digits() {
    for issuer in ["Steam", "steam", "STEAM"] {
        let uri = format!("otpauth://totp/{issuer}:gabe?secret=MY&issuer={issuer}&digits=6");
        let [ente, other] = with_and_without_display(&uri);
        assert_eq!(
            lines(&ente),
            [format!(
                "otpauth://steam/{issuer}:gabe?secret=MY&issuer={issuer}&algorithm=SHA1&digits=5&period=30"
            )]
        );
        assert_eq!(
            lines(&other),
            [format!(
                "otpauth://totp/{issuer}:gabe?secret=MY&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
            )]
        );
    }
    let [ente, _] = with_and_without_display("otpauth://totp/steam:a?secret=MY&period=60");
    assert_eq!(
        refused(&ente),
        [(1, "steam:a", "not_steam", Some("period"))]
    );
    let [ente, other] = with_and_without_display("otpauth://totp/Steamy:a?secret=MY");
    assert_eq!(ente.accounts, other.accounts);
}

#[test]
fn ente_begins_to_count_at_zero() {
    let [ente, other] = with_and_without_display("otpauth://hotp/a?secret=MY");
    assert_eq!(
        lines(&ente),
        ["otpauth://hotp/a?secret=MY&algorithm=SHA1&digits=6&counter=0"]
    );
    let missing = [(1, "a", "field_missing", Some("counter"))];
    assert_eq!(refused(&other), missing);
    for counter in ["7", "07"] {
        let uri = format!("otpauth://hotp/a?secret=MY&counter={counter}");
        let [ente, other] = with_and_without_display(&uri);
        assert_eq!(ente.accounts, other.accounts);
    }
    let [ente, _] = with_and_without_display("otpauth://hotp/a?secret=MY&counter=");
    assert_eq!(refused(&ente), missing);
}

#[test]
fn an_empty_file_and_a_long_line() {
    assert_eq!(code_of(b"", None), "input_empty");
    assert_eq!(code_of(b"\n\n", None), "input_empty");
    let long = format!("otpauth://totp/{}?secret=MY\n", "a".repeat(1 << 20));
    let import = read(long.as_bytes(), None).unwrap();
    assert_eq!(refused(&import), [(1, "", "input_too_large", None)]);
}
