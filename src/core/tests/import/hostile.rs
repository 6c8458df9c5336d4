//! Files made to exhaust the reader: each is answered soon, with little memory.

use holdfast_core::import::{ImportError, MAX_FILE_BYTES, read};

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
