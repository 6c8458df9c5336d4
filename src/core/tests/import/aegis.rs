//! Aegis.

use holdfast_core::import::{Format, read};

use crate::support::{code_of, fixture, lines, refused};

const FULL: [&str; 6] = [
    "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub&algorithm=SHA1&digits=6&period=30 note=\"a note\" groups=[\"Work\", \"Code\"]",
    "otpauth://totp/Acme:joe?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme&algorithm=SHA512&digits=8&period=60",
    "otpauth://hotp/Bank:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Bank&algorithm=SHA256&digits=7&counter=42",
    "otpauth://steam/Steam:gabe?secret=JBSWY3DPEHPK3PXP&issuer=Steam&algorithm=SHA1&digits=5&period=30",
    "motp:///Old:jane?secret=e3152afee62599c8&issuer=Old&pin=1234",
    "otpauth://yaotp/Yandex:ya?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&issuer=Yandex&pin=G42TQNQ",
];

#[test]
fn every_kind_of_entry_plain_and_encrypted() {
    for (name, password) in [
        ("aegis-plain.json", None),
        ("aegis-encrypted.json", Some("correct horse")),
    ] {
        let import = read(&fixture(name), password).unwrap();
        assert_eq!(import.format, Format::Aegis);
        assert_eq!(lines(&import), FULL, "{name}");
        assert_eq!(
            refused(&import),
            [
                (7, "Later: x", "unknown_type", Some("type")),
                (8, "Odd: x", "unknown_algorithm", Some("algorithm")),
                (9, "Odd: y", "field_missing", Some("digits")),
                (10, "Odd: z", "not_steam", Some("period")),
                (11, "Odd: c", "field_missing", Some("counter")),
                (12, "", "field_missing", Some("type")),
            ],
            "{name}"
        );
    }
}

#[test]
fn empty_wrong_and_damaged() {
    let empty = read(&fixture("aegis-empty.json"), None).unwrap();
    assert_eq!((empty.accounts, empty.refused), (vec![], vec![]));
    let sealed = fixture("aegis-encrypted.json");
    assert_eq!(code_of(&sealed, None), "import_needs_password");
    assert_eq!(code_of(&sealed, Some("")), "import_needs_password");
    assert_eq!(code_of(&sealed, Some("wrong")), "import_wrong_password");
    let text = String::from_utf8(sealed).unwrap();
    for (from, to, code) in [
        ("\"version\": 1", "\"version\": 2", "import_unsupported"),
        ("\"n\": 32768", "\"n\": 1073741824", "import_too_costly"),
        ("\"n\": 32768", "\"n\": 32769", "import_damaged"),
        ("\"type\": 1", "\"type\": 2", "import_unsupported"),
        ("\"salt\": \"", "\"salt\": \"x", "import_damaged"),
        ("\"db\": \"", "\"db\": \"AAAA", "import_damaged"),
    ] {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        assert_eq!(
            code_of(damaged.as_bytes(), Some("correct horse")),
            code,
            "{from}"
        );
    }
    let plain = String::from_utf8(fixture("aegis-plain.json")).unwrap();
    let later = plain.replacen("\"version\": 3", "\"version\": 4", 1);
    assert_eq!(code_of(later.as_bytes(), None), "import_unsupported");
    let broken = plain.replacen("\"entries\"", "\"things\"", 1);
    assert_eq!(code_of(broken.as_bytes(), None), "import_damaged");
}
