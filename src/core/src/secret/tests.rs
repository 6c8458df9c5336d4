use super::*;
use proptest::prelude::*;

#[test]
fn accepts_what_issuers_print() {
    let plain = Secret::from_base32("JBSWY3DPEHPK3PXP").unwrap();
    assert_eq!(plain.as_bytes(), b"Hello!\xDE\xAD\xBE\xEF");
    for text in [
        "jbswy3dpehpk3pxp",
        "jbsw y3dp ehpk 3pxp",
        "JBSW-Y3DP-EHPK-3PXP",
        " JBSWY3DP\tEHPK3PXP\r\n",
        "jbsw\u{a0}y3dp\u{2009}ehpk\u{2011}3pxp",
        "JBSWY3DPEHPK3PXP======",
    ] {
        assert_eq!(Secret::from_base32(text), Ok(plain.clone()), "{text:?}");
    }
}

#[test]
fn padding_may_be_there_or_missing() {
    // RFC 4648, section 10.
    for (text, bytes) in [
        ("MY======", "f"),
        ("MZXQ====", "fo"),
        ("MZXW6===", "foo"),
        ("MZXW6YQ=", "foob"),
        ("MZXW6YTB", "fooba"),
        ("MZXW6YTBOI======", "foobar"),
    ] {
        for text in [text, text.trim_end_matches('=')] {
            assert_eq!(
                Secret::from_base32(text).unwrap().as_bytes(),
                bytes.as_bytes()
            );
        }
    }
}

#[test]
fn locates_what_is_wrong() {
    let bad = |position| Err(SecretError::BadCharacter { position });
    for (text, expected) in [
        ("", Err(SecretError::Empty)),
        (" - ", Err(SecretError::Empty)),
        ("=", bad(1)),
        ("JBSW=Y3DP", bad(6)),
        ("JBSW1Y3DP", bad(5)),
        ("JBSW 0Y3D", bad(6)),
        ("ÄBSWY3DP", bad(1)),
        ("JBSWY3Dß", bad(8)),
        ("JBSW_Y3DP", bad(5)),
        ("K", Err(SecretError::Incomplete)),
        ("JBSWY3DPE", Err(SecretError::Incomplete)),
        ("JBS", Err(SecretError::Incomplete)),
    ] {
        assert_eq!(Secret::from_base32(text), expected, "{text:?}");
    }
}

#[test]
fn refuses_a_pasted_file_at_once() {
    let megabytes = "A".repeat(10 << 20);
    assert_eq!(Secret::from_base32(&megabytes), Err(SecretError::TooLong));
    assert_eq!(
        Secret::from_bytes(vec![0; MAX_SECRET_BYTES + 1]),
        Err(SecretError::TooLong)
    );
    assert!(Secret::from_bytes(vec![0; MAX_SECRET_BYTES]).is_ok());
    assert_eq!(Secret::from_bytes(Vec::new()), Err(SecretError::Empty));
}

#[test]
fn never_shows_itself() {
    let secret = Secret::from_base32("JBSWY3DPEHPK3PXP").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    let error = Secret::from_base32("JBSWY3DPEHPK3PX!").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("JBSW"));
    let error = serde_json::from_str::<Secret>("\"JBSWY3DPEHPK3PX!\"").unwrap_err();
    assert!(!error.to_string().contains("JBSW"));
}

proptest! {
    #[test]
    fn base32_round_trips(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
        let secret = Secret::from_bytes(bytes.clone()).unwrap();
        let text = secret.to_base32();
        prop_assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        let again = Secret::from_base32(&text).unwrap();
        prop_assert_eq!(again.as_bytes(), &bytes[..]);
        let json = serde_json::to_string(&secret).unwrap();
        prop_assert_eq!(serde_json::from_str::<Secret>(&json).unwrap(), secret);
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = Secret::from_base32(&text);
    }
}

#[test]
fn hexadecimal_is_read_where_base32_is_not_possible() {
    let bytes = |text| Secret::read(text).map(|secret| secret.as_bytes().to_vec());
    assert_eq!(
        bytes("e3152afee62599c8").unwrap(),
        [0xe3, 0x15, 0x2a, 0xfe, 0xe6, 0x25, 0x99, 0xc8]
    );
    assert_eq!(bytes("E315 2AFE-E625 99C8"), bytes("e3152afee62599c8"));
    // Both are possible: base32 it is, as everywhere.
    assert_eq!(
        Secret::read("ABCDEF2345674567"),
        Secret::from_base32("ABCDEF2345674567")
    );
    // Too short to be meant so, an odd digit, and a mistake in base32: what is wrong is its place.
    for (text, position) in [
        ("e3152afee6", 3),
        ("e3152afee62599c81", 3),
        ("JBSW1Y3DPEHPK3PX", 5),
    ] {
        assert_eq!(
            Secret::read(text),
            Err(SecretError::BadCharacter { position })
        );
    }
}

#[test]
fn yandex_secrets_are_checked_and_cut() {
    // Aegis and KeeYaOtp test with these.
    for text in [
        "6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY",
        "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI",
        "JBGSAU4G7IEZG6OY4UAXX62JU4AAAAAAHTSG4HXU3M",
    ] {
        let whole = Secret::from_base32(text).unwrap();
        let short = whole.clone().into_yandex().unwrap();
        assert_eq!(short.as_bytes(), &whole.as_bytes()[..16]);
        assert_eq!(short.clone().into_yandex(), Ok(short));
        // Every bit counts.
        for bit in 0..26 * 8 {
            let mut bytes = whole.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let result = Secret::from_bytes(bytes).unwrap().into_yandex();
            // The four bits before the checksum belong to the length of the PIN; all are covered.
            assert_eq!(result, Err(SecretError::NotYandex), "{bit}");
        }
    }
    let fifteen = Secret::from_bytes(vec![1; 15]).unwrap();
    assert_eq!(fifteen.into_yandex(), Err(SecretError::NotYandex));
}
