use super::*;
use crate::Coded;
use crate::secret::Secret;
use proptest::prelude::*;

fn names_of(uri: &str) -> (String, String) {
    let account = parse(uri).unwrap();
    (account.issuer, account.label)
}

fn names(issuer: &str, label: &str) -> (String, String) {
    (issuer.to_owned(), label.to_owned())
}

#[test]
fn the_example_of_the_format() {
    let account = parse(
        "otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ\
         &issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
    )
    .unwrap();
    assert_eq!(account.issuer, "ACME Co");
    assert_eq!(account.label, "john.doe@email.com");
    let expected = Kind::Totp {
        algorithm: Algorithm::Sha1,
        digits: 6,
        period: 30,
    };
    assert_eq!(account.credential.kind(), expected);
    let secret = account.credential.secret().to_base32();
    assert_eq!(*secret, "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ");
}

#[test]
fn what_is_absent_has_the_default_of_the_format() {
    let short = parse("otpauth://totp/jane?secret=JBSWY3DPEHPK3PXP").unwrap();
    let long =
        parse("otpauth://totp/jane?secret=JBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30");
    assert_eq!(Ok(short), long);
}

#[test]
fn every_parameter_is_kept() {
    let uri = "otpauth://hotp/Air%20Canada:Benjamin?secret=JBSWY3DPEHPK3PXP&issuer=Air+Canada\
               &algorithm=SHA256&digits=7&counter=50";
    let account = parse(uri).unwrap();
    assert_eq!(account.issuer, "Air Canada");
    let expected = Kind::Hotp {
        algorithm: Algorithm::Sha256,
        digits: 7,
        counter: 50,
    };
    assert_eq!(account.credential.kind(), expected);
}

#[test]
fn issuer_and_label() {
    for (label, issuer, expected) in [
        ("GitHub:jane", "", names("GitHub", "jane")),
        ("GitHub%3Ajane", "", names("GitHub", "jane")),
        ("GitHub:%20jane", "&issuer=GitHub", names("GitHub", "jane")),
        ("github:jane", "&issuer=GitHub", names("GitHub", "jane")),
        ("GitHub:jane", "&issuer=", names("GitHub", "jane")),
        ("jane", "&issuer=GitHub", names("GitHub", "jane")),
        ("jane", "", names("", "jane")),
        ("GitHub", "&issuer=GitHub", names("GitHub", "GitHub")),
        ("GitHub:", "&issuer=GitHub", names("GitHub", "")),
        // Where they contradict, nothing is lost.
        ("Work:jane", "&issuer=Auth0", names("Auth0", "Work:jane")),
        // A colon in either.
        ("A%3AB:jane", "&issuer=A%3AB", names("A:B", "jane")),
        ("A:x:y", "&issuer=A", names("A", "x:y")),
        (
            "https%3A%2F%2Fa.example",
            "",
            names("", "https://a.example"),
        ),
        // A plus is a space, unless the label shows that it is a plus.
        ("Disney+:jane", "&issuer=Disney+", names("Disney+", "jane")),
        ("jane", "&issuer=Air+Canada", names("Air Canada", "jane")),
        ("jane", "&issuer=Disney%2B", names("Disney+", "jane")),
        (
            "jane+codes@a.example",
            "",
            names("", "jane+codes@a.example"),
        ),
        ("M%C3%BCller", "&issuer=Caf%C3%A9", names("Café", "Müller")),
        ("100%", "&issuer=50% off", names("50% off", "100%")),
        ("", "&issuer=GitHub", names("GitHub", "")),
    ] {
        let uri = format!("otpauth://totp/{label}?secret=JBSWY3DPEHPK3PXP{issuer}");
        assert_eq!(names_of(&uri), expected, "{uri}");
    }
}

#[test]
fn spellings_that_other_apps_write() {
    for uri in [
        "OTPAUTH://TOTP/jane?SECRET=jbsw%20y3dp%20ehpk%203pxp",
        " otpauth://totp/jane?secret=JBSWY3DPEHPK3PXP\r\n",
        "otpauth://totp/jane?secret=JBSWY3DPEHPK3PXP%3D%3D%3D%3D",
        "otpauth://totp/jane?&secret=JBSWY3DPEHPK3PXP&&image=https%3A%2F%2Fa.example",
        "otpauth://totp/jane?secret=JBSW-Y3DP-EHPK-3PXP&algorithm=HmacSHA1",
        "otpauth://totp/jane?secret=JBSW+Y3DP+EHPK+3PXP&color=1&color=2",
    ] {
        let account = parse(uri).unwrap();
        assert_eq!(account.label, "jane");
        assert_eq!(*account.credential.secret().to_base32(), "JBSWY3DPEHPK3PXP");
    }
    assert!(parse("otpauth://totp?secret=JBSWY3DPEHPK3PXP").is_ok());
}

#[test]
fn a_totp_of_steam_makes_steams_codes() {
    for uri in [
        // Stratum, which leaves out what it takes for granted.
        "otpauth://totp/Steam%3Ajane?secret=JBSWY3DPEHPK3PXP&issuer=Steam",
        "otpauth://totp/Valve%3Ajane?secret=JBSWY3DPEHPK3PXP&issuer=Valve&steam",
        // FreeOTP+.
        "otpauth://totp/Steam:jane?secret=JBSWY3DPEHPK3PXP&algorithm=SHA1&digits=5&period=30",
        // WinAuth.
        "otpauth://totp/Steam:jane?secret=JBSWY3DPEHPK3PXP&digits=5&issuer=Steam&deviceid=a&data=%7b%7d",
        "otpauth://totp/jane?secret=JBSWY3DPEHPK3PXP&issuer=Steam&digits=5",
    ] {
        assert_eq!(parse(uri).unwrap().credential.kind(), Kind::Steam, "{uri}");
    }
    // Who writes other digits means them, and who is called otherwise is no Steam.
    for (uri, digits) in [
        (
            "otpauth://totp/Steam:jane?secret=JBSWY3DPEHPK3PXP&digits=6",
            6,
        ),
        (
            "otpauth://totp/Steamboat:jane?secret=JBSWY3DPEHPK3PXP&digits=5",
            5,
        ),
    ] {
        let expected = Kind::Totp {
            algorithm: Algorithm::Sha1,
            digits,
            period: 30,
        };
        assert_eq!(parse(uri).unwrap().credential.kind(), expected, "{uri}");
    }
    let odd = "otpauth://totp/Steam:jane?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=5";
    assert_eq!(
        parse(odd),
        Err(AccountError::NotSteam { field: "algorithm" })
    );
}

#[test]
fn ampersands_escaped_for_html_hide_nothing() {
    let plain = parse("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=8&period=60&issuer=B");
    let escaped =
        parse("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&amp;digits=8&amp;period=60&amp;issuer=B");
    assert_eq!(plain, escaped);
    let twice = parse("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=8&amp;digits=6");
    assert_eq!(twice, Err(AccountError::Repeated { field: "digits" }));
}

#[test]
fn steam_in_all_its_forms() {
    for uri in [
        "steam://JBSWY3DPEHPK3PXP",
        "otpauth://steam/Steam:jane?secret=JBSWY3DPEHPK3PXP",
        "otpauth://steam/jane?secret=JBSWY3DPEHPK3PXP&issuer=Steam&algorithm=SHA1&digits=5&period=30",
        "otpauth://totp/Steam:jane?secret=JBSWY3DPEHPK3PXP&issuer=Steam&digits=5&encoder=steam",
    ] {
        let account = parse(uri).unwrap();
        assert_eq!(account.credential.kind(), Kind::Steam, "{uri}");
        assert_eq!(account.issuer, "Steam", "{uri}");
    }
}

#[test]
fn bad_input_names_the_field_and_the_reason() {
    for (uri, code, field) in [
        ("otpauth://totp/jane", "secret_empty", Some("secret")),
        (
            "otpauth://totp/jane?secret=",
            "secret_empty",
            Some("secret"),
        ),
        (
            "otpauth://totp/jane?secret=%20",
            "secret_empty",
            Some("secret"),
        ),
        (
            "otpauth://totp/jane?secret=JBSWY3DPEHPK3PX8",
            "secret_bad_character",
            Some("secret"),
        ),
        (
            "otpauth://totp/jane?secret=%FF",
            "field_not_utf8",
            Some("secret"),
        ),
        (
            "otpauth://totp/%FC?secret=MY",
            "field_not_utf8",
            Some("label"),
        ),
        (
            "otpauth://totp/a?secret=MY&issuer=%FC",
            "field_not_utf8",
            Some("issuer"),
        ),
        (
            "otpauth://totp/a?secret=MY&secret=MY",
            "field_repeated",
            Some("secret"),
        ),
        (
            "otpauth://totp/a?secret=MY&digits=6&Digits=8",
            "field_repeated",
            Some("digits"),
        ),
        (
            "otpauth://totp/a?secret=MY&issuer=a&issuer=b",
            "field_repeated",
            Some("issuer"),
        ),
        (
            "otpauth://totp/a?secret=MY&algorithm=MD5",
            "unknown_algorithm",
            Some("algorithm"),
        ),
        (
            "otpauth://totp/a?secret=MY&algorithm=",
            "field_missing",
            Some("algorithm"),
        ),
        (
            "otpauth://totp/a?secret=MY&digits",
            "field_missing",
            Some("digits"),
        ),
        (
            "otpauth://totp/a?secret=MY&digits=4",
            "out_of_range",
            Some("digits"),
        ),
        (
            "otpauth://totp/a?secret=MY&digits=1e1",
            "not_a_number",
            Some("digits"),
        ),
        (
            "otpauth://totp/a?secret=MY&period=0",
            "out_of_range",
            Some("period"),
        ),
        (
            "otpauth://totp/a?secret=MY&period=30s",
            "not_a_number",
            Some("period"),
        ),
        (
            "otpauth://hotp/a?secret=MY",
            "field_missing",
            Some("counter"),
        ),
        (
            "otpauth://hotp/a?secret=MY&counter=-1",
            "not_a_number",
            Some("counter"),
        ),
        (
            "otpauth://hotp/a?secret=MY&counter=18446744073709551616",
            "out_of_range",
            Some("counter"),
        ),
        ("otpauth://ocra/a?secret=MY", "unknown_type", Some("type")),
        ("otpauth://motp/a?secret=00", "field_missing", Some("pin")),
        (
            "motp://a?secret=0g&pin=1",
            "secret_bad_character",
            Some("secret"),
        ),
        (
            "otpauth://yaotp/a?secret=MY&pin=GE",
            "secret_not_yandex",
            Some("secret"),
        ),
        (
            "otpauth://yaotp/a?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI",
            "field_missing",
            Some("pin"),
        ),
        (
            "otpauth://yaotp/a?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI&pin=8",
            "field_not_utf8",
            Some("pin"),
        ),
        ("otpauth://", "field_missing", Some("type")),
        ("otpauth:///a?secret=MY", "field_missing", Some("type")),
        (
            "otpauth://totp/a?secret=MY&encoder=base26",
            "unknown_encoder",
            Some("encoder"),
        ),
        (
            "otpauth://hotp/a?secret=MY&counter=1&encoder=steam",
            "unknown_encoder",
            Some("encoder"),
        ),
        (
            "otpauth://steam/a?secret=MY&digits=6",
            "not_steam",
            Some("digits"),
        ),
        (
            "otpauth://steam/a?secret=MY&period=60",
            "not_steam",
            Some("period"),
        ),
        (
            "otpauth://steam/a?secret=MY&algorithm=SHA256",
            "not_steam",
            Some("algorithm"),
        ),
        ("steam://", "secret_empty", Some("secret")),
        ("steam://run/440", "secret_bad_character", Some("secret")),
    ] {
        let error = parse(uri).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field), "{uri}");
    }
}

#[test]
fn what_is_no_account_is_named() {
    let megabytes = format!("otpauth://totp/{}?secret=MY", "a".repeat(10 << 20));
    for (text, code) in [
        ("", "input_empty"),
        ("  \n", "input_empty"),
        (
            "phonefactor://activate_account?code=1&url=https%3A%2F%2Fa.example",
            "microsoft_phone_sign_in",
        ),
        (
            "https://login.microsoftonline.com/authenticatorApp/activateAccount?source=qrCode&code=1",
            "microsoft_phone_sign_in",
        ),
        ("otpauth-migration://offline?data=CjEK", "google_migration"),
        ("https://example.org/?secret=MY", "web_link"),
        ("HTTP://EXAMPLE.ORG", "web_link"),
        ("mailto://jane", "other_link"),
        ("WIFI:S:home;T:WPA;P:secret;;", "plain_text"),
        ("otpauth:totp/jane?secret=MY", "plain_text"),
        ("JBSWY3DPEHPK3PXP", "plain_text"),
        ("ötpauth://totp", "plain_text"),
        (
            "otpauth://totp/a?secret=MY\notpauth://totp/b?secret=MY",
            "several_accounts",
        ),
        (megabytes.as_str(), "input_too_large"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, None));
    }
}

#[test]
fn errors_hold_nothing_of_the_input() {
    for uri in [
        "otpauth://totp/CANARY?secret=CANARY1",
        "otpauth://CANARY/a?secret=MY",
        "otpauth://totp/a?secret=MY&algorithm=CANARY",
        "otpauth://totp/a?secret=MY&digits=CANARY",
        "CANARY",
        "canary://CANARY",
    ] {
        let error = parse(uri).unwrap_err();
        assert!(
            !format!("{error} {error:?}")
                .to_uppercase()
                .contains("CANARY")
        );
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    let algorithm = prop_oneof![
        Just(Algorithm::Sha1),
        Just(Algorithm::Sha256),
        Just(Algorithm::Sha512),
        Just(Algorithm::Gost256),
        Just(Algorithm::Gost512)
    ];
    let counted = (algorithm, 5..=10_u8, any::<bool>(), any::<u64>());
    let counted = counted.prop_map(|(algorithm, digits, timed, number)| match timed {
        true => Kind::Totp {
            algorithm,
            digits,
            period: (number as u32).max(1),
        },
        false => Kind::Hotp {
            algorithm,
            digits,
            counter: number,
        },
    });
    prop_oneof![
        4 => counted,
        1 => Just(Kind::Steam),
        1 => Just(Kind::Motp),
        1 => Just(Kind::Yandex),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        // Names that a reader takes a hint from, too.
        issuer in prop_oneof![
            4 => "[a-zA-Z:+%&=?/# é漢\u{1F600}\n]{0,12}",
            1 => "[Ss]team|Yandex",
        ],
        label in prop_oneof![3 => ".{0,24}", 1 => "[:/ ?a%]{0,6}"],
        mut secret in proptest::collection::vec(any::<u8>(), 1..70),
        kind in kinds(),
        pin in "[ -~ü]{1,9}",
    ) {
        let (issuer, label) = (issuer.trim(), label.trim());
        if kind == Kind::Yandex {
            secret.resize(16, 7);
        }
        let secret = Secret::from_bytes(secret).unwrap();
        let pin = Pin::new(&format!("1{}", pin.trim())).unwrap();
        let pin = Some(pin).filter(|_| kind.needs_pin());
        let credential = Credential::with_pin(secret, kind, pin).unwrap();
        let uri = format(issuer, label, &credential);
        prop_assert!(uri.is_ascii());
        let account = parse(&uri).unwrap();
        prop_assert_eq!(&*account.issuer, issuer);
        prop_assert_eq!(&*account.label, label);
        prop_assert_eq!(&account.credential, &credential);
        let draft = account.to_draft();
        prop_assert_eq!(draft.parse().unwrap(), account);
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = parse(&text);
        let _ = parse(&format!("otpauth://totp/{text}"));
        let _ = parse(&format!("otpauth://hotp/a?{text}&secret=MY"));
    }
}
