//! Google Authenticator's QR codes for moving to another phone.

use data_encoding::BASE64;
use holdfast_core::import::{Format, Input, read, read_all};

use crate::support::{lines, refused};

/// Writes a protocol buffer's field with a length.
fn bytes(number: u8, value: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2, u8::try_from(value.len()).unwrap()];
    field.extend_from_slice(value);
    field
}

fn varint(number: u8, mut value: u64) -> Vec<u8> {
    let mut field = vec![number << 3];
    while value >= 0x80 {
        field.push(value as u8 | 0x80);
        value >>= 7;
    }
    field.push(value as u8);
    field
}

struct Entry {
    secret: &'static [u8],
    name: &'static str,
    issuer: &'static str,
    algorithm: u64,
    digits: u64,
    kind: u64,
    counter: u64,
}

const ENTRY: Entry = Entry {
    secret: b"Hello!\xDE\xAD\xBE\xEF",
    name: "GitHub:jane",
    issuer: "GitHub",
    algorithm: 1,
    digits: 1,
    kind: 2,
    counter: 0,
};

fn part(entries: &[Entry], batch: Option<(u64, u64, u64)>) -> String {
    let mut payload = Vec::new();
    for entry in entries {
        let fields = [
            bytes(1, entry.secret),
            bytes(2, entry.name.as_bytes()),
            bytes(3, entry.issuer.as_bytes()),
            varint(4, entry.algorithm),
            varint(5, entry.digits),
            varint(6, entry.kind),
            varint(7, entry.counter),
        ];
        payload.extend(bytes(1, &fields.concat()));
    }
    payload.extend(varint(2, 1));
    if let Some((id, index, size)) = batch {
        payload.extend(varint(3, size));
        payload.extend(varint(4, index));
        payload.extend(varint(5, id));
    }
    let data = BASE64
        .encode(&payload)
        .replace('+', "%2B")
        .replace('/', "%2F");
    format!("otpauth-migration://offline?data={data}")
}

#[test]
fn every_kind_of_entry() {
    let text = part(
        &[
            ENTRY,
            Entry {
                algorithm: 0,
                digits: 0,
                kind: 0,
                name: "Old:jo",
                issuer: "",
                ..ENTRY
            },
            Entry {
                algorithm: 3,
                digits: 2,
                kind: 1,
                counter: 500,
                ..ENTRY
            },
            Entry {
                algorithm: 2,
                name: "no colon",
                ..ENTRY
            },
        ],
        Some((u64::MAX - 5, 0, 1)),
    );
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.format, Format::GoogleMigration);
    assert_eq!(refused(&import), []);
    assert_eq!(import.missing(), []);
    assert_eq!(
        lines(&import),
        [
            "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub&algorithm=SHA1&digits=6&period=30",
            "otpauth://totp/Old:jo?secret=JBSWY3DPEHPK3PXP&issuer=Old&algorithm=SHA1&digits=6&period=30",
            "otpauth://hotp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub&algorithm=SHA512&digits=8&counter=500",
            "otpauth://totp/GitHub:no%20colon?secret=JBSWY3DPEHPK3PXP&issuer=GitHub&algorithm=SHA256&digits=6&period=30",
        ]
    );
}

#[test]
fn a_counter_below_zero_is_none() {
    let negative = Entry {
        kind: 1,
        counter: u64::MAX,
        ..ENTRY
    };
    let import = read(part(&[negative], None).as_bytes(), None).unwrap();
    assert_eq!(
        refused(&import),
        [(1, "GitHub: jane", "not_a_number", Some("counter"))]
    );
}

#[test]
fn what_is_unknown_is_reported() {
    let text = part(
        &[
            Entry {
                algorithm: 4,
                ..ENTRY
            },
            Entry { digits: 9, ..ENTRY },
            Entry { kind: 3, ..ENTRY },
            Entry {
                secret: b"",
                ..ENTRY
            },
        ],
        None,
    );
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.accounts, []);
    assert_eq!(
        refused(&import),
        [
            (1, "GitHub: jane", "unknown_algorithm", Some("algorithm")),
            (1, "GitHub: jane", "entry_wrong_shape", Some("digits")),
            (1, "GitHub: jane", "unknown_type", Some("type")),
            (1, "GitHub: jane", "secret_empty", Some("secret")),
        ]
    );
}

#[test]
fn parts_come_in_any_order_and_missing_ones_are_named() {
    let parts: Vec<String> = (0..3)
        .map(|index| part(&[ENTRY], Some((77, index, 3))))
        .collect();
    let text = [&*parts[2], &*parts[0], &*parts[2]].join("\n");
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.accounts.len(), 2);
    let missing = import.missing();
    assert_eq!(missing.len(), 1);
    assert_eq!((&missing[0].numbers[..], missing[0].of), (&[2][..], 3));

    let all = read(
        [&*parts[2], &*parts[0], &*parts[1]].join("\n").as_bytes(),
        None,
    )
    .unwrap();
    assert_eq!(all.accounts.len(), 3);
    assert_eq!(all.missing(), []);

    // As files of their own, next to another one; one of them twice.
    let other = "otpauth://totp/a?secret=MY";
    let inputs = [&*parts[1], other, &*parts[0], &*parts[2], &*parts[0]];
    let inputs: Vec<Input<'_>> = inputs.iter().map(|text| (text.as_bytes(), None)).collect();
    let results = read_all(&inputs);
    let counts: Vec<usize> = results
        .iter()
        .map(|result| result.as_ref().unwrap().accounts.len())
        .collect();
    assert_eq!(counts, [3, 1, 0, 0, 0]);
    assert_eq!(results[0].as_ref().unwrap().missing(), []);
}

#[test]
fn damaged_codes_are_reported() {
    let whole = part(&[ENTRY], None);
    for text in [
        "otpauth-migration://offline",
        "otpauth-migration://offline?data=",
        "otpauth-migration://offline?data=%FF",
        "otpauth-migration://offline?data=!!!!",
        "otpauth-migration://offline?data=Cv%2F%2F",
        &whole[..whole.len() - 8],
    ] {
        let import = read(text.as_bytes(), None).unwrap();
        assert_eq!(import.accounts, [], "{text}");
    }
    let cut = &whole[..whole.len() - 8];
    let import = read(cut.as_bytes(), None).unwrap();
    assert_eq!(
        refused(&import),
        [(1, "Google Authenticator", "entry_wrong_shape", Some("data"))]
    );
}

#[test]
fn a_code_that_is_known_takes_nothing_else_with_it() {
    let first = part(&[ENTRY], Some((77, 0, 2)));
    let second = part(&[ENTRY], Some((77, 1, 2)));
    let broken = part(&[Entry { kind: 3, ..ENTRY }], Some((78, 0, 1)));
    let shared = [
        "otpauth://totp/before?secret=MY",
        &*first,
        "no account",
        &*second,
        "otpauth://totp/after?secret=MY",
        &*broken,
    ]
    .join("\n");
    let inputs = [&*broken, &*first, &*shared, &*shared];
    let inputs: Vec<Input<'_>> = inputs.iter().map(|text| (text.as_bytes(), None)).collect();
    let results = read_all(&inputs);
    let whole = results[0].as_ref().unwrap();
    let labels: Vec<&str> = whole
        .accounts
        .iter()
        .map(|account| account.label.as_str())
        .collect();
    // The first code, and what is new in the third; of the last only what no code says.
    assert_eq!(
        labels,
        ["jane", "before", "jane", "after", "before", "after"]
    );
    let codes: Vec<(usize, &str)> = refused(whole)
        .into_iter()
        .map(|(position, _, code, _)| (position, code))
        .collect();
    assert_eq!(
        codes,
        [(1, "unknown_type"), (3, "plain_text"), (3, "plain_text")]
    );
    assert_eq!(whole.missing(), []);
}

#[test]
fn far_more_batches_than_anybody_has() {
    let codes: Vec<String> = (0..200)
        .map(|batch| part(&[ENTRY], Some((batch, 0, 10_000))))
        .collect();
    let import = read(codes.join("\n").as_bytes(), None).unwrap();
    assert_eq!(import.missing().len(), 100);
    assert_eq!(import.refused.len(), 100);
    assert_eq!(import.refused[0].position, 101);
}
