//! Files made to exhaust the reader: each is answered soon, with little memory.

use holdfast_core::import::{Format, ImportError, MAX_FILE_BYTES, read};

use crate::sqlite::{record, text};
use crate::support::{code_of, fixture};

#[test]
fn far_too_large() {
    let large = vec![b'['; MAX_FILE_BYTES + 1];
    assert_eq!(read(&large, None), Err(ImportError::TooLarge));
    // Eighty megabytes in eighty kilobytes.
    assert_eq!(read(&fixture("bomb.zip"), None), Err(ImportError::TooLarge));
}

#[test]
fn far_too_deep() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("<a>", "</a>")] {
        let text = open.repeat(100_000) + &close.repeat(100_000);
        assert_eq!(code_of(text.as_bytes(), None), "import_not_recognised");
    }
}

#[test]
fn far_too_many_values() {
    let text = format!("[{}1]", "1,".repeat(2_100_000));
    assert_eq!(code_of(text.as_bytes(), None), "import_not_recognised");
}

#[test]
fn no_entity_grows() {
    let text = "<?xml version='1.0'?><!DOCTYPE map [<!ENTITY a 'aaaaaaaaaa'>\
        <!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><map><string name='tokenOrder'>&b;</string></map>";
    assert_eq!(code_of(text.as_bytes(), None), "import_not_recognised");
    let outside = "<?xml version='1.0'?><!DOCTYPE map [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>\
        <map><string name='tokenOrder'>&a;</string></map>";
    assert_eq!(code_of(outside.as_bytes(), None), "import_not_recognised");
}

#[test]
fn pages_that_lead_back_to_themselves() {
    let whole = fixture("google-many.sqlite");
    let page_size = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    // Every inner page (kind 5) in turn names itself as its last child.
    let mut found = 0;
    for (index, page) in whole.chunks(page_size).enumerate().skip(1) {
        if page[0] != 5 {
            continue;
        }
        found += 1;
        let mut cyclic = whole.clone();
        let place = index * page_size + 8;
        let number = u32::try_from(index + 1).unwrap();
        cyclic[place..place + 4].copy_from_slice(&number.to_be_bytes());
        assert_eq!(code_of(&cyclic, None), "import_damaged");
    }
    assert!(found > 0);
}

#[test]
fn overflow_pages_that_lead_back_to_themselves() {
    let whole = fixture("google.sqlite");
    let page_size = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    for index in 1..whole.len() / page_size {
        let mut cyclic = whole.clone();
        let place = index * page_size;
        let number = u32::try_from(index + 1).unwrap();
        cyclic[place..place + 4].copy_from_slice(&number.to_be_bytes());
        // Whatever page it was: an answer, and no more rows than there were.
        if let Ok(import) = read(&cyclic, None) {
            assert!(import.accounts.len() <= 4);
        }
    }
}

/// A database with such a table of accounts, that has one row so many times.
fn database(columns: &str, rows: usize, row: &[u8]) -> Vec<u8> {
    crate::sqlite::database("accounts", columns, rows, row)
}

#[test]
fn rows_that_share_their_bytes() {
    const COLUMNS: &str = "email TEXT, secret TEXT, type INTEGER";
    let row = |label: &str| {
        record(
            &[text(label), text("JBSWY3DP"), 8],
            format!("{label}JBSWY3DP").as_bytes(),
        )
    };
    let few = read(&database(COLUMNS, 3, &row("jane")), None).unwrap();
    assert_eq!(few.accounts.len(), 3);
    // Half a gigabyte of text in 128 KiB.
    let long = row(&"x".repeat(30_000));
    assert_eq!(
        read(&database(COLUMNS, 16_000, &long), None),
        Err(ImportError::TooLarge)
    );
    // Two gigabytes of zeros, which take no byte each.
    let many = record(&[8; 1_900], &[]);
    assert_eq!(
        read(&database(COLUMNS, 30_000, &many), None),
        Err(ImportError::TooLarge)
    );
}

#[test]
fn more_columns_than_a_database_has() {
    let row = record(&[text("JBSWY3DP"), 8], b"JBSWY3DP");
    let columns = |more: usize| format!("secret TEXT, type INTEGER{}", ", a".repeat(more));
    let most = read(&database(&columns(1_998), 1, &row), None).unwrap();
    assert_eq!(most.accounts.len() + most.refused.len(), 1);
    for (columns, row) in [
        (columns(1_999), row),
        (columns(0), record(&[8; 2_001], &[])),
    ] {
        assert_eq!(
            read(&database(&columns, 1, &row), None),
            Err(ImportError::TooLarge)
        );
    }
}

#[test]
fn key_derivations_that_would_take_for_ever() {
    for (file, from, to) in [
        ("aegis-encrypted.json", "\"n\": 32768", "\"n\": 8388608"),
        ("aegis-encrypted.json", "\"p\": 1", "\"p\": 100000"),
        (
            "ente-encrypted.json",
            "\"memLimit\": 67108864",
            "\"memLimit\": 1099511627776",
        ),
        (
            "ente-encrypted.json",
            "\"opsLimit\": 3",
            "\"opsLimit\": 3000000",
        ),
        (
            "bitwarden-pbkdf2.json",
            "\"kdfIterations\": 10000",
            "\"kdfIterations\": 4000000000",
        ),
        (
            "bitwarden-argon2.json",
            "\"kdfMemory\": 64",
            "\"kdfMemory\": 4194304",
        ),
        (
            "bitwarden-argon2.json",
            "\"kdfParallelism\": 4",
            "\"kdfParallelism\": 70000",
        ),
    ] {
        let text = String::from_utf8(fixture(file)).unwrap();
        let costly = text.replacen(from, to, 1);
        assert_ne!(costly, text, "{file}: {from}");
        assert_eq!(
            code_of(costly.as_bytes(), Some("x")),
            "import_too_costly",
            "{to}"
        );
    }
    let mut map = fixture("free-otp-2.bin");
    let place = find(&map, b"\"mIterations\": 10000");
    map[place + 15..place + 20].copy_from_slice(b"9e12 ");
    assert_eq!(code_of(&map, Some("x")), "import_too_costly");
}

/// The place of the first occurrence.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
        .unwrap()
}

/// Were every key and token looked for among all entries, these would be billions of comparisons.
#[test]
fn entries_that_refer_to_others() {
    const MANY: usize = 90_000;
    let sealed = |n| format!(r#""{n}":{{"dataType":"EncOTPStorage","keyId":"x{n}","data":""}}"#);
    let entries: Vec<String> = (0..MANY).map(sealed).collect();
    let extension = format!("{{{}}}", entries.join(","));
    assert_eq!(
        code_of(extension.as_bytes(), Some("password")),
        "import_wrong_password"
    );
    let mut map = free_otp(MANY);
    for n in 0..MANY {
        map.extend(java_string(&format!("{n}")));
        map.extend(java_string("{}"));
    }
    let import = read(&map, Some("correct horse")).unwrap();
    assert_eq!(import.refused.len(), MANY);
}

/// FreeOTP's backup with its master key, and so many entries that are still to be written.
fn free_otp(others: usize) -> Vec<u8> {
    let whole = fixture("free-otp-2.bin");
    let size = find(&whole, b"\x77\x08") + 6;
    let value = find(&whole, b"masterKey") + "masterKey".len();
    let length = u16::from_be_bytes([whole[value + 1], whole[value + 2]]);
    let mut map = whole[..value + 3 + usize::from(length)].to_vec();
    let all = u32::try_from(others + 1).unwrap();
    map[size..size + 4].copy_from_slice(&all.to_be_bytes());
    map
}

fn java_string(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    [&[0x74][..], &length, text.as_bytes()].concat()
}

#[test]
fn strings_that_are_referred_to_again_and_again() {
    let mut map = free_otp(1_000);
    map.extend(java_string(&"x".repeat(60_000)));
    for _ in 0..1_999 {
        // The handle of the third string.
        map.extend([0x71, 0x00, 0x7e, 0x00, 0x04]);
    }
    assert_eq!(
        read(&map, Some("x")),
        Err(ImportError::Damaged {
            format: Format::FreeOtp,
            part: "HashMap",
        })
    );
}

/// Files with as many groups as entries, each entry in a group of its own. A `[…]` is repeated with
/// numbers for `#`.
const GROUPED: [&str; 5] = [
    r##"{"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"entries":
        […{"type":"totp","issuer":"#","name":"","note":"","groups":["g#"],
        "info":{"secret":"MY","algo":"SHA1","digits":6,"period":30}}…],
        "groups":[…{"uuid":"g#","name":"G#"}…]}}"##,
    r##"{"schemaVersion":4,"services":[…{"name":"#","secret":"MY","groupId":"g#","otp":{}}…],
        "groups":[…{"id":"g#","name":"G#"}…]}"##,
    r##"{"encrypted":false,"folders":[…{"id":"g#","name":"G#"}…],
        "items":[…{"name":"#","folderId":"g#","login":{"totp":"MY"}}…]}"##,
    r##"{"version":3,"folders":[…{"id":1#,"name":"G#"}…],
        "accounts":[…{"issuerName":"#","secret":"MY","algorithm":"SHA1","digits":6,"timeStep":30,
        "folderData":{"folderId":1#}}…]}"##,
    r##"{"Authenticators":[…{"Type":2,"Issuer":"#","Secret":"MYMYMYMYM#","Algorithm":0,"Digits":6,
        "Period":30}…],"Categories":[…{"Id":"g#","Name":"G#"}…],
        "AuthenticatorCategories":[…{"CategoryId":"g#","AuthenticatorSecret":"MYMYMYMYM#"}…]}"##,
];

/// Who goes through all groups for each entry does not come to an end here.
#[test]
fn as_many_groups_as_entries() {
    const MANY: usize = 99_999;
    for file in GROUPED {
        let pieces = file.split('…').enumerate().map(|(place, piece)| {
            let repeat = || {
                let all = (0..MANY).map(|n| piece.replace('#', &number(n)));
                all.collect::<Vec<_>>().join(",")
            };
            if place % 2 == 1 {
                repeat()
            } else {
                piece.to_owned()
            }
        });
        let import = read(pieces.collect::<String>().as_bytes(), None).unwrap();
        let last = import.accounts.last().unwrap();
        assert_eq!(last.groups, [format!("G{}", number(MANY - 1))], "{file}");
        assert_eq!(import.accounts.len(), MANY);
    }
}

/// Seven digits, of those that base32 has too.
fn number(n: usize) -> String {
    let digits = (0..7).rev().map(|place| n / 6_usize.pow(place) % 6);
    digits.map(|digit| (digit + 2).to_string()).collect()
}
