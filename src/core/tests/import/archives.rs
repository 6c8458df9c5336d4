//! Archives with more than one export in them.

use holdfast_core::Coded;
use holdfast_core::import::{Format, ImportError, read};

use crate::support::{lines, refused};

/// The CRC of ZIP.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}

/// An archive (APPNOTE 6.3) of files that are stored as they are.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = u32::try_from(archive.len()).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version, flags, method, time and date; then the sizes and the name.
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
            &crc(content).to_le_bytes(),
            &size,
            &size,
            &length,
            &[0, 0],
        ]
        .concat();
        archive.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content].concat());
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10]].concat());
        directory.extend([&offset.to_le_bytes()[..], name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let offset = u32::try_from(archive.len()).unwrap().to_le_bytes();
    let end = [
        &b"PK\x05\x06\0\0\0\0"[..],
        &count,
        &count,
        &size,
        &offset,
        &[0, 0],
    ];
    [archive, directory, end.concat()].concat()
}

const LINES: &[u8] =
    b"otpauth://totp/a?secret=MY\notpauth://totp/b?secret=NY\notpauth://ocra/c?secret=MY\n";
const BITWARDEN: &[u8] = br#"{"encrypted":false,"folders":[],"items":[
    {"name":"Acme","login":{"username":"jane","totp":"GEZDGNBV"}},
    {"name":"","login":{"totp":""}}]}"#;
const SEALED: &[u8] = br#"{"encrypted":true,"passwordProtected":true,"salt":"x","kdfType":0,
    "kdfIterations":5000,"encKeyValidation_DO_NOT_EDIT":"2.AAAA|AAAA|AAAA","data":""}"#;

#[test]
fn every_export_of_an_archive_is_read() {
    let bytes = archive(&[
        ("a.txt", LINES),
        ("readme.txt", b"What this is."),
        ("b.json", BITWARDEN),
    ]);
    let import = read(&bytes, None).unwrap();
    assert_eq!(import.format, Format::OtpauthLines);
    assert_eq!(
        lines(&import),
        [
            "otpauth://totp/a?secret=MY&algorithm=SHA1&digits=6&period=30",
            "otpauth://totp/b?secret=NY&algorithm=SHA1&digits=6&period=30",
            "otpauth://totp/Acme:jane?secret=GEZDGNBV&issuer=Acme&algorithm=SHA1&digits=6&period=30",
        ]
    );
    assert_eq!(
        refused(&import),
        [
            (3, "c", "unknown_type", Some("type")),
            (2, "b.json", "entry_without_code", None),
        ]
    );
}

#[test]
fn an_export_that_can_not_be_read_is_named() {
    let bytes = archive(&[
        ("a.txt", LINES),
        ("b.json", br#"{"encrypted":true,"items":[]}"#),
        ("c.json", SEALED),
    ]);
    // One of them is encrypted with a password: it is asked for first.
    assert_eq!(
        read(&bytes, None),
        Err(ImportError::NeedsPassword(Format::Bitwarden))
    );
    let import = read(&bytes, Some("x")).unwrap();
    assert_eq!(import.accounts.len(), 2);
    assert_eq!(
        refused(&import)[1..],
        [
            (4, "b.json", "import_unsupported", None),
            (5, "c.json", "import_wrong_password", Some("password")),
        ]
    );
    // Alone, it is the archive that can't be read.
    let alone = archive(&[("readme.txt", b"What this is."), ("c.json", SEALED)]);
    let error = read(&alone, Some("x")).unwrap_err();
    assert_eq!(error.code(), "import_wrong_password");
}

#[test]
fn winauth_writes_the_counter_of_the_last_code() {
    let text = format!(
        "\u{feff}otpauth://totp/a?secret=MY\n\
        otpauth://hotp/b?secret=MY&counter=41\n\
        otpauth://hotp/c?secret=MY&counter={}\n\
        otpauth://hotp/d?secret=MY&counter=x\n\
        otpauth://hotp/e?secret=MY\n",
        u64::MAX
    );
    let in_archive = |name| read(&archive(&[(name, text.as_bytes())]), None).unwrap();
    let import = in_archive("winauth-2024-01-01.txt");
    assert_eq!(import.format, Format::WinAuth);
    assert_eq!(
        lines(&import),
        [
            "otpauth://totp/a?secret=MY&algorithm=SHA1&digits=6&period=30",
            "otpauth://hotp/b?secret=MY&algorithm=SHA1&digits=6&counter=42",
        ]
    );
    assert_eq!(
        refused(&import),
        [
            (3, "c", "out_of_range", Some("counter")),
            (4, "d", "not_a_number", Some("counter")),
            (5, "e", "field_missing", Some("counter")),
        ]
    );
    // Others write that of the next one.
    for import in [
        in_archive("Accounts.txt"),
        read(text.as_bytes(), None).unwrap(),
    ] {
        assert_eq!(
            lines(&import)[1],
            "otpauth://hotp/b?secret=MY&algorithm=SHA1&digits=6&counter=41"
        );
    }
}

#[test]
fn not_every_text_of_a_large_archive_is_looked_at() {
    let mut files = vec![("a.txt", LINES); 64];
    files.push(("b.json", BITWARDEN));
    let import = read(&archive(&files), None).unwrap();
    assert_eq!(import.accounts.len(), 128);
    let last = refused(&import).pop().unwrap();
    assert_eq!((last.1, last.2), ("b.json", "import_too_large"));
    // What was attached to entries is not.
    let attached: Vec<_> = [("export.data", b"{}".as_slice())]
        .into_iter()
        .chain(vec![("files/a.txt", LINES); 64])
        .chain([("b.json", BITWARDEN)])
        .collect();
    assert_eq!(read(&archive(&attached), None).unwrap().accounts.len(), 1);
}
