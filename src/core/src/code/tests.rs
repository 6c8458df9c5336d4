use super::*;

fn credential(secret: &[u8], kind: Kind) -> Credential {
    Credential::new(Secret::from_bytes(secret.to_vec()).unwrap(), kind).unwrap()
}

fn totp(algorithm: Algorithm, digits: u8, period: u32) -> Kind {
    Kind::Totp {
        algorithm,
        digits,
        period,
    }
}

const RFC_SECRET: &[u8] = b"12345678901234567890";

#[test]
fn rfc_4226_appendix_d() {
    let codes = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    for (counter, expected) in (0..).zip(codes) {
        let kind = Kind::Hotp {
            algorithm: Algorithm::Sha1,
            digits: 6,
            counter,
        };
        let code = at(&credential(RFC_SECRET, kind), 1_000_000_000_000);
        assert_eq!(*code.text, expected);
        assert_eq!(code.validity, None);
    }
}

#[test]
fn rfc_6238_appendix_b() {
    // The secrets of SHA-256 and SHA-512 are longer: the RFC's erratum 2866.
    let secret: Vec<u8> = RFC_SECRET.iter().copied().cycle().take(64).collect();
    let vectors = [
        (59, "94287082", "46119246", "90693936"),
        (1_111_111_109, "07081804", "68084774", "25091201"),
        (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"),
        (2_000_000_000, "69279037", "90698825", "38618901"),
        (20_000_000_000, "65353130", "77737706", "47863826"),
    ];
    for (seconds, sha1, sha256, sha512) in vectors {
        for (algorithm, length, expected) in [
            (Algorithm::Sha1, 20, sha1),
            (Algorithm::Sha256, 32, sha256),
            (Algorithm::Sha512, 64, sha512),
        ] {
            let credential = credential(&secret[..length], totp(algorithm, 8, 30));
            assert_eq!(*at(&credential, seconds * 1000).text, expected);
        }
    }
}

#[test]
fn steam_guard() {
    // Published with Bitwarden's and steamguard-cli's tests.
    for (secret, seconds, expected) in [
        ("HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ", 1_672_531_200, "7W6CJ"),
        ("Z3ZBVSU5ZE7PW3276QDB5KZKFAMT7Y4L", 1_616_374_841, "2F9J5"),
    ] {
        let secret = Secret::from_base32(secret).unwrap();
        let credential = Credential::new(secret, Kind::Steam).unwrap();
        assert_eq!(*at(&credential, seconds * 1000).text, expected);
    }
}

#[test]
fn mobile_otp() {
    // Published with Aegis' tests.
    for (seconds, expected, pin, secret) in [
        (165_892_298, "e7d8b6", "1234", "e3152afee62599c8"),
        (123_456_789, "4ebfb2", "1234", "e3152afee62599c8"),
        (1_659_540_020, "ced7b1", "9999", "bbb1912bb5c515be"),
        (1_659_540_022, "ced7b1", "9999", "bbb1912bb5c515be"),
        (1_659_539_870, "1a14f8", "9999", "bbb1912bb5c515be"),
        (1_659_539_878, "1a14f8", "9999", "bbb1912bb5c515be"),
    ] {
        let secret = Secret::from_hex(secret).unwrap();
        let pin = Some(Pin::new(pin).unwrap());
        let credential = Credential::with_pin(secret, Kind::Motp, pin).unwrap();
        let code = at(&credential, seconds * 1000);
        assert_eq!(*code.text, expected);
        let validity = code.validity.unwrap();
        assert_eq!(validity.until - validity.from, 10_000);
    }
}

#[test]
fn yandex_key() {
    // Published with KeeYaOtp's and Aegis' tests.
    for (pin, secret, seconds, expected) in [
        (
            "5239",
            "6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY",
            1_641_559_648,
            "umozdicq",
        ),
        (
            "7586",
            "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI",
            1_581_064_020,
            "oactmacq",
        ),
        (
            "7586",
            "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI",
            1_581_090_810,
            "wemdwrix",
        ),
        (
            "5210481216086702",
            "JBGSAU4G7IEZG6OY4UAXX62JU4AAAAAAHTSG4HXU3M",
            1_581_091_469,
            "dfrpywob",
        ),
        (
            "5210481216086702",
            "JBGSAU4G7IEZG6OY4UAXX62JU4AAAAAAHTSG4HXU3M",
            1_581_093_059,
            "vunyprpd",
        ),
    ] {
        let secret = Secret::from_base32(secret).unwrap();
        let pin = Some(Pin::new(pin).unwrap());
        let credential = Credential::with_pin(secret, Kind::Yandex, pin).unwrap();
        assert_eq!(*at(&credential, seconds * 1000).text, expected);
    }
}

#[test]
fn every_length_is_the_end_of_the_same_number() {
    let code = |digits| {
        let credential = credential(RFC_SECRET, totp(Algorithm::Sha1, digits, 30));
        at(&credential, 59_000).text.to_string()
    };
    // RFC 4226 gives 1284755224 etc. for the whole truncated values; step 1 is 1094287082.
    assert_eq!(code(10), "1094287082");
    for digits in 5..10 {
        assert_eq!(code(digits), "1094287082"[10 - usize::from(digits)..]);
    }
}

#[test]
fn a_code_says_when_it_ends() {
    let credential = credential(RFC_SECRET, totp(Algorithm::Sha1, 6, 7));
    let validity = |millis| at(&credential, millis).validity.unwrap();
    assert_eq!(
        validity(0),
        Validity {
            from: 0,
            until: 7_000
        }
    );
    assert_eq!(validity(6_999), validity(0));
    assert_eq!(
        validity(7_000),
        Validity {
            from: 7_000,
            until: 14_000
        }
    );
    assert_ne!(at(&credential, 6_999).text, at(&credential, 7_000).text);
}

#[test]
fn absurd_times_and_periods_have_codes_too() {
    for period in [1, 3600, u32::MAX] {
        for millis in [0, 1, u64::MAX] {
            let credential = credential(&[7], totp(Algorithm::Sha512, 10, period));
            let code = at(&credential, millis);
            assert_eq!(code.text.len(), 10);
            let validity = code.validity.unwrap();
            assert!(validity.from <= millis && millis <= validity.until);
        }
    }
}

#[test]
fn debug_hides_the_code() {
    let code = at(
        &credential(RFC_SECRET, totp(Algorithm::Sha1, 6, 30)),
        59_000,
    );
    assert!(!format!("{code:?}").contains(code.text.as_str()));
}
