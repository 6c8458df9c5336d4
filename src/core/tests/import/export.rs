//! What is exported is what is imported again.

use holdfast_core::Coded;
use holdfast_core::account::NewAccount;
use holdfast_core::export::{self, ExportError, Loss, Options, Target};
use holdfast_core::import::{Format, read};
use holdfast_core::otpauth;

use crate::support::{PASSWORD, left_of, lines, refused};

/// One of each kind, with all that an account can have.
fn accounts() -> Vec<NewAccount> {
    let uris = [
        "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub",
        "otpauth://totp/Acme:joe?secret=GEZDGNBV&issuer=Acme&algorithm=SHA512&digits=8&period=60",
        "otpauth://hotp/Bank:j%C3%BCrgen?secret=GEZDGNBV&issuer=Bank&algorithm=SHA256&digits=7&counter=42",
        "otpauth://steam/Boeing:gabe?secret=JBSWY3DPEHPK3PXP&issuer=Boeing",
        "motp://Old:jane?secret=e3152afee62599c8&pin=1234",
        "otpauth://yaotp/Yandex:ya?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=G42TQNQ",
        "otpauth://totp/Gost:x?secret=GEZDGNBV&algorithm=GOST3411_2012_256",
        "otpauth://totp/no%20issuer?secret=GEZDGNBVGY&digits=10",
    ];
    let mut accounts: Vec<NewAccount> = uris.map(|uri| otpauth::parse(uri).unwrap()).into();
    accounts[0].note = "a note\nof two lines".to_owned();
    accounts[0].groups = vec!["Work".to_owned(), "Code".to_owned()];
    accounts[1].groups = vec!["Work".to_owned()];
    accounts[1].sites = [
        "acme.example",
        "http://router.lan",
        "https://acme.example:8443",
    ]
    .map(str::to_owned)
    .into();
    accounts
}

fn written(target: Target) -> Vec<u8> {
    let mut state = 1_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_mul(29).wrapping_add(7);
            *byte = state;
        }
    };
    let mut options = Options {
        password: Some(PASSWORD),
        random: &mut random,
        now: 1_790_000_000_000,
    };
    export::write(target, &accounts(), &mut options)
        .unwrap()
        .to_vec()
}

#[test]
fn every_target_comes_back_but_for_what_was_said_before() {
    for target in Target::ALL {
        let bytes = written(target);
        let import = read(&bytes, Some(PASSWORD)).unwrap();
        assert_eq!(refused(&import), [], "{target:?}");
        let expected = left_of(target, &accounts());
        assert_eq!(
            import.accounts,
            expected,
            "{target:?}: {:?}",
            lines(&import)
        );
    }
}

#[test]
fn the_formats_are_those_they_say() {
    for (target, format) in [
        (Target::OtpauthLines, Format::OtpauthLines),
        (Target::Aegis, Format::Aegis),
        (Target::AegisEncrypted, Format::Aegis),
        (Target::TwoFas, Format::TwoFas),
        (Target::Bitwarden, Format::Bitwarden),
        (Target::GoogleMigration, Format::GoogleMigration),
    ] {
        assert_eq!(
            read(&written(target), Some(PASSWORD)).unwrap().format,
            format
        );
        let text = String::from_utf8_lossy(&written(target)).into_owned();
        let in_the_clear = !target.is_encrypted() && target != Target::GoogleMigration;
        assert_eq!(
            text.contains("JBSWY3DPEHPK3PXP"),
            in_the_clear,
            "{target:?}"
        );
    }
}

#[test]
fn losses_are_named_with_account_and_field() {
    let losses = export::losses(Target::Aegis, &accounts());
    let loss = |account, field, whole| Loss {
        account,
        field,
        whole,
    };
    assert_eq!(
        losses,
        [loss(1, "sites", false), loss(6, "algorithm", true)]
    );
    let google = export::losses(Target::GoogleMigration, &accounts());
    let whole: Vec<_> = google.iter().filter(|loss| loss.whole).collect();
    let whole: Vec<_> = whole
        .iter()
        .map(|loss| (loss.account, loss.field))
        .collect();
    assert_eq!(
        whole,
        [
            (1, "period"),
            (2, "digits"),
            (3, "type"),
            (4, "type"),
            (5, "type"),
            (6, "algorithm"),
            (7, "digits"),
        ]
    );
    let losses = export::losses(Target::OtpauthLines, &accounts());
    assert_eq!(
        losses,
        [
            loss(0, "note", false),
            loss(0, "groups", false),
            loss(1, "groups", false),
            loss(1, "sites", false),
        ]
    );
}

/// Aegis and 2FAS for Android read nothing of a file with one entry that is beyond what they know,
/// and 2FAS for iOS makes another period of one that it does not offer.
#[test]
fn what_would_spoil_the_whole_file_is_left_out() {
    let period = Some("period");
    let counter = Some("counter");
    for (uri, aegis, two_fas) in [
        ("totp/a?digits=9", None, Some("digits")),
        ("hotp/a?counter=1&digits=8", None, None),
        ("totp/a?period=10", None, None),
        ("totp/a?period=30", None, None),
        ("totp/a?period=60", None, None),
        ("totp/a?period=90", None, None),
        ("totp/a?period=20", None, period),
        ("totp/a?period=2147483", None, period),
        ("totp/a?period=2147484", period, period),
        ("steam/a?issuer=Steam", None, None),
        ("hotp/a?counter=2147483647", None, None),
        ("hotp/a?counter=2147483648", None, counter),
        ("hotp/a?counter=9223372036854775808", counter, counter),
    ] {
        let account = otpauth::parse(&format!("otpauth://{uri}&secret=MFRGGZDF")).unwrap();
        for (target, expected) in [
            (Target::Aegis, aegis),
            (Target::AegisEncrypted, aegis),
            (Target::TwoFas, two_fas),
        ] {
            let losses = export::losses(target, std::slice::from_ref(&account));
            let whole: Vec<_> = losses.iter().map(|loss| (loss.field, loss.whole)).collect();
            let expected: Vec<_> = expected.into_iter().map(|field| (field, true)).collect();
            assert_eq!(whole, expected, "{target:?} {uri}");
        }
    }
}

/// Its app for iOS passes over a service with such a secret.
#[test]
fn two_fas_takes_no_secret_that_is_too_short_or_too_long() {
    for (kind, secret, taken) in [
        ("totp", "MY".to_owned(), false),
        ("steam", "MY".to_owned(), false),
        ("totp", "MFRA".to_owned(), true),
        ("totp", "A".repeat(512), true),
        ("totp", "A".repeat(514), false),
    ] {
        let account = otpauth::parse(&format!("otpauth://{kind}/a?secret={secret}")).unwrap();
        let losses = export::losses(Target::TwoFas, std::slice::from_ref(&account));
        let whole: Vec<_> = losses.iter().map(|loss| (loss.field, loss.whole)).collect();
        let expected: &[_] = if taken { &[] } else { &[("secret", true)] };
        assert_eq!(whole, expected, "{kind} {secret}");
        assert_eq!(export::losses(Target::Aegis, &[account]), []);
    }
}

/// Its app for iOS reads nothing of a file with one service that has none.
#[test]
fn every_service_of_two_fas_has_an_icon() {
    let accounts: Vec<NewAccount> = ["GitHub", "1 & 1", "ß", ""]
        .into_iter()
        .zip(["MFRGGZDA", "MFRGGZDB", "MFRGGZDC", "MFRGGZDD"])
        .map(|(issuer, secret)| {
            let mut account = otpauth::parse(&format!("otpauth://totp/a?secret={secret}")).unwrap();
            account.issuer = issuer.to_owned();
            account
        })
        .collect();
    let mut options = Options {
        password: None,
        random: &mut |_| (),
        now: 0,
    };
    let written = export::write(Target::TwoFas, &accounts, &mut options).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
    let services = written["services"].as_array().unwrap();
    let icons: Vec<_> = services.iter().map(|service| &service["icon"]).collect();
    let expected = ["GI", "11", "SS", ""].map(|letters| {
        serde_json::json!({
            "selected": "Label",
            "label": {"text": letters, "backgroundColor": "LightBlue"},
            "iconCollection": {"id": "A5B3FB65-4EC5-43E6-8EC1-49E24CA9E7AD"},
        })
    });
    assert_eq!(icons, expected.iter().collect::<Vec<_>>());
}

#[test]
fn two_fas_has_one_account_for_each_secret() {
    let accounts: Vec<NewAccount> = [
        "totp/a?secret=MFRA",
        "yaotp/y?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=G42TQNQ",
        "totp/b?secret=MFRA&period=60",
        "totp/c?secret=MFRGGZDF",
    ]
    .map(|uri| otpauth::parse(&format!("otpauth://{uri}")).unwrap())
    .into();
    let whole = |target| -> Vec<(usize, &str)> {
        let losses = export::losses(target, &accounts);
        let whole = losses.iter().filter(|loss| loss.whole);
        whole.map(|loss| (loss.account, loss.field)).collect()
    };
    assert_eq!(whole(Target::TwoFas), [(1, "type"), (2, "secret")]);
    assert_eq!(whole(Target::Aegis), []);
    let mut options = Options {
        password: None,
        random: &mut |_| (),
        now: 0,
    };
    let written = export::write(Target::TwoFas, &accounts, &mut options).unwrap();
    let back = read(&written, None).unwrap();
    let labels: Vec<_> = back.accounts.iter().map(|account| &account.label).collect();
    assert_eq!(labels, ["a", "c"]);
}

#[test]
fn nothing_and_no_password_are_errors() {
    let mut random = |_: &mut [u8]| ();
    let mut options = Options {
        password: None,
        random: &mut random,
        now: 0,
    };
    let none = export::write(Target::Aegis, &[], &mut options);
    assert_eq!(none.unwrap_err(), ExportError::Nothing);
    let open = export::write(Target::AegisEncrypted, &accounts(), &mut options).unwrap_err();
    assert_eq!(open, ExportError::NeedsPassword);
    assert_eq!(
        (open.code(), open.field()),
        ("export_needs_password", Some("password"))
    );
}

#[test]
fn what_no_qr_code_holds_is_left_out_alone() {
    let uri = "otpauth://totp/Bank:jane?secret=JBSWY3DPEHPK3PXP&issuer=Bank";
    let mut accounts = vec![otpauth::parse(uri).unwrap(); 12];
    // Each letter is six characters of a Key URI.
    accounts[1].label = "я".repeat(500);
    accounts[2].label = "я".repeat(512);
    accounts[2].issuer = "ю".repeat(512);
    let whole = |target| -> Vec<(usize, &str)> {
        let losses = export::losses(target, &accounts);
        let whole = losses.iter().filter(|loss| loss.whole);
        whole.map(|loss| (loss.account, loss.field)).collect()
    };
    assert_eq!(whole(Target::GoogleMigration), [(2, "link")]);
    assert_eq!(whole(Target::OtpauthLines), []);
    let fit: Vec<bool> = accounts.iter().map(export::fits_code).collect();
    assert_eq!(fit[..4], [true, false, false, true]);
    // Bytes whose base64 is nothing but slashes, which are three characters each in a link.
    let slashes = "7".repeat(640);
    for account in &mut accounts[4..8] {
        let uri = format!("otpauth://totp/{slashes}?secret={slashes}");
        *account = otpauth::parse(&uri).unwrap();
    }
    let mut random = |bytes: &mut [u8]| bytes.fill(0xff);
    let mut options = Options {
        password: None,
        random: &mut random,
        now: 0,
    };
    let text = export::write(Target::GoogleMigration, &accounts, &mut options).unwrap();
    let text = std::str::from_utf8(&text).unwrap();
    for line in text.lines() {
        assert!(line.len() <= export::MAX_LINK_BYTES, "{}", line.len());
    }
    assert_eq!(read(text.as_bytes(), None).unwrap().accounts.len(), 11);
}

#[test]
fn many_accounts_make_many_codes() {
    let uri = "otpauth://hotp/Bank:jane?secret=JBSWY3DPEHPK3PXP&issuer=Bank&counter=9";
    let mut accounts = vec![otpauth::parse(uri).unwrap(); 25];
    accounts[3].label = "x".repeat(900);
    let mut random = |bytes: &mut [u8]| bytes.fill(0xff);
    let mut options = Options {
        password: None,
        random: &mut random,
        now: 0,
    };
    let text = export::write(Target::GoogleMigration, &accounts, &mut options).unwrap();
    let text = std::str::from_utf8(&text).unwrap();
    assert_eq!(text.lines().count(), 4);
    let import = read(text.as_bytes(), None).unwrap();
    assert_eq!(import.accounts, accounts);
    assert_eq!(import.missing(), []);
    // Without the second code, its number is named.
    let some: Vec<&str> = text
        .lines()
        .enumerate()
        .filter(|(i, _)| *i != 1)
        .map(|(_, l)| l)
        .collect();
    let import = read(some.join("\n").as_bytes(), None).unwrap();
    assert_eq!(import.missing()[0].numbers, [2]);
}
