use super::*;
use crate::Coded;

#[test]
fn titles_and_names_are_told_apart() {
    let mut names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    for format in Format::ALL {
        let json = serde_json::to_string(&format).unwrap();
        assert_eq!(json, format!("\"{}\"", format.name()));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Format::ALL.len());
}

#[test]
fn what_is_no_export_is_named() {
    for (bytes, code) in [
        (&b""[..], "input_empty"),
        (b"hello", "import_not_recognised"),
        (b"\x00\x01\x02\xff", "import_not_recognised"),
        (b"{\"a\":1}", "import_not_recognised"),
        (b"[[[[", "import_not_recognised"),
        (
            b"phonefactor://activate_account?code=1",
            "microsoft_phone_sign_in",
        ),
        (b"https://example.org", "web_link"),
    ] {
        assert_eq!(read(bytes, None).unwrap_err().code(), code);
    }
    let large = vec![b' '; MAX_FILE_BYTES + 1];
    assert_eq!(read(&large, None), Err(ImportError::TooLarge));
}
