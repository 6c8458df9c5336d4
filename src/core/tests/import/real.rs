//! Real exports that other apps made, where they are present: next to the project as
//! `shared/fixtures/import`, or where `HOLDFAST_REAL_EXPORTS` says. They are not the project's.

use std::collections::BTreeMap;
use std::path::PathBuf;

use holdfast_core::account::{Algorithm, Kind, NewAccount};
use holdfast_core::import::{Format, ImportError, read};

const TOTP: &str = "totp";
const HOTP: &str = "hotp";
const STEAM: &str = "steam";

/// Issuer, label, type, secret, algorithm, digits, period or counter.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Algorithm,
    u8,
    u64,
);

/// The accounts that all of the files were made from.
const ROWS: [Row; 8] = [
    (
        "Deno",
        "Mason",
        TOTP,
        "4SJHB4GSD43FZBAI7C2HLRJGPQ",
        Algorithm::Sha1,
        6,
        30,
    ),
    (
        "SPDX",
        "James",
        TOTP,
        "5OM4WOOGPLQEF6UGN3CPEOOLWU",
        Algorithm::Sha256,
        7,
        20,
    ),
    (
        "Airbnb",
        "Elijah",
        TOTP,
        "7ELGJSGXNCCTV3O6LKJWYFV2RA",
        Algorithm::Sha512,
        8,
        50,
    ),
    (
        "Issuu",
        "James",
        HOTP,
        "YOOMIXWS5GN6RTBPUFFWKTW5M4",
        Algorithm::Sha1,
        6,
        1,
    ),
    (
        "Air Canada",
        "Benjamin",
        HOTP,
        "KUVJJOM753IHTNDSZVCNKL7GII",
        Algorithm::Sha256,
        7,
        50,
    ),
    (
        "WWE",
        "Mason",
        HOTP,
        "5VAML3X35THCEBVRLV24CGBKOY",
        Algorithm::Sha512,
        8,
        10_300,
    ),
    (
        "Boeing",
        "Sophia",
        STEAM,
        "JRZCL47CMXVOQMNPZR2F7J4RGI",
        Algorithm::Sha1,
        5,
        30,
    ),
    (
        "Battle.net",
        "US-2211-2050-3346",
        TOTP,
        "BMGRXPGFARQQF4GMT25JATL2VYLAHDBI",
        Algorithm::Sha1,
        8,
        30,
    ),
];

/// What a file's app can't express, as a change to the row.
type Differs = fn(&mut Row);

const AS_IT_IS: Differs = |_| ();
const ONLY_DEFAULTS: Differs = |row| {
    let number = if row.2 == HOTP { row.6 } else { 30 };
    (row.4, row.5, row.6) = (Algorithm::Sha1, 6, number);
};

#[test]
fn real_exports_give_what_they_were_made_from() {
    let plain = |name, format, count, differs| (name, format, None, count, differs);
    let sealed = |name, format, password, count, differs| {
        let password: Option<&str> = Some(password);
        (name, format, password, count, differs)
    };
    let files: Vec<(&str, Format, Option<&str>, usize, Differs)> = vec![
        plain("plain.txt", Format::OtpauthLines, 7, AS_IT_IS),
        plain("ente_auth.txt", Format::Ente, 7, AS_IT_IS),
        plain("aegis_plain.json", Format::Aegis, 7, AS_IT_IS),
        sealed("aegis_encrypted.json", Format::Aegis, "test", 7, AS_IT_IS),
        plain(
            "2fas_authenticator_plain_v4.2fas",
            Format::TwoFas,
            5,
            AS_IT_IS,
        ),
        sealed(
            "2fas_authenticator_encrypted_v4.2fas",
            Format::TwoFas,
            "test",
            5,
            AS_IT_IS,
        ),
        plain("andotp_plain.json", Format::AndOtp, 7, AS_IT_IS),
        sealed("andotp_encrypted.bin", Format::AndOtp, "test", 7, AS_IT_IS),
        sealed(
            "authenticator_plus.zip",
            Format::AuthenticatorPlus,
            "testtesttest",
            7,
            AS_IT_IS,
        ),
        plain("authy_plain.xml", Format::Authy, 3, SHA1_AND_30),
        sealed(
            "authy_encrypted.xml",
            Format::Authy,
            "testtest",
            3,
            SHA1_AND_30,
        ),
        plain(
            "battle_net_authenticator.xml",
            Format::BattleNet,
            1,
            AS_IT_IS,
        ),
        plain("bitwarden.csv", Format::Bitwarden, 4, |row| {
            steam_is(row, "Test 4")
        }),
        plain("bitwarden.json", Format::Bitwarden, 4, |row| {
            steam_is(row, "Test Steam")
        }),
        plain("duo.json", Format::Duo, 2, |row| {
            (row.0, row.6) = ("", if row.2 == HOTP { 3 } else { 30 });
        }),
        plain("freeotp_plus.json", Format::FreeOtpPlus, 6, |row| {
            row.6 -= u64::from(row.2 == HOTP);
        }),
        sealed("freeotp_v2_api27.xml", Format::FreeOtp, "test", 6, AS_IT_IS),
        plain(
            "google_authenticator.sqlite",
            Format::GoogleDatabase,
            6,
            // The app counts up before it makes a code, so the number in it is that of the last one.
            |row| {
                ONLY_DEFAULTS(row);
                row.6 += u64::from(row.2 == HOTP);
            },
        ),
        plain(
            "microsoft_authenticator.sqlite",
            Format::MicrosoftDatabase,
            7,
            |row| {
                (row.2, row.6) = (TOTP, 30);
                (row.4, row.5) = (Algorithm::Sha1, 6);
            },
        ),
        plain(
            "proton_authenticator.json",
            Format::ProtonAuthenticator,
            3,
            AS_IT_IS,
        ),
        plain("steam.json", Format::Steam, 1, |row| row.0 = "Steam"),
        plain("stratum_plain.json", Format::Stratum, 7, AS_IT_IS),
        sealed(
            "stratum_encrypted.bin",
            Format::Stratum,
            "test",
            7,
            AS_IT_IS,
        ),
        sealed(
            "totp_authenticator.bin",
            Format::TotpAuthenticator,
            "Testtest1",
            3,
            |row| {
                row.4 = Algorithm::Sha1;
                row.1 = String::leak(row.1.to_lowercase());
            },
        ),
    ];
    let Some(folder) = folder() else { return };
    for (name, format, password, count, differs) in files {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        if password.is_some() {
            assert_eq!(
                read(&bytes, None),
                Err(ImportError::NeedsPassword(format)),
                "{name}"
            );
            let wrong = read(&bytes, Some("wrong"));
            assert_eq!(wrong, Err(ImportError::WrongPassword(format)), "{name}");
        }
        let import = read(&bytes, password).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(import.format, format, "{name}");
        assert_eq!(import.refused, [], "{name}");
        assert_eq!(import.accounts.len(), count, "{name}");
        let rows: BTreeMap<&str, Row> = ROWS.iter().map(|row| (row.3, *row)).collect();
        for account in &import.accounts {
            let secret = account.credential.secret().to_base32();
            let mut row = rows[secret.as_str()];
            differs(&mut row);
            assert_eq!(fields(account, row.3), row, "{name}");
        }
    }
}

const SHA1_AND_30: Differs = |row| (row.4, row.6) = (Algorithm::Sha1, 30);

/// Bitwarden writes `steam://`, which has no names: the entry's counts.
fn steam_is(row: &mut Row, name: &'static str) {
    if row.2 == STEAM {
        (row.0, row.1) = ("Steam", name);
    }
}

fn fields(account: &NewAccount, secret: &'static str) -> Row {
    let kind = account.credential.kind();
    let (algorithm, digits, number) = match kind {
        Kind::Totp {
            algorithm,
            digits,
            period,
        } => (algorithm, digits, u64::from(period)),
        Kind::Hotp {
            algorithm,
            digits,
            counter,
        } => (algorithm, digits, counter),
        Kind::Steam => (Algorithm::Sha1, 5, 30),
        Kind::Motp | Kind::Yandex => panic!("none of these is among them"),
    };
    let leak = |text: &str| -> &'static str { String::leak(text.to_owned()) };
    (
        leak(&account.issuer),
        leak(&account.label),
        kind.name(),
        secret,
        algorithm,
        digits,
        number,
    )
}

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("HOLDFAST_REAL_EXPORTS").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/import");
    let above =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures/import");
    [named, Some(beside), Some(above)]
        .into_iter()
        .flatten()
        .find(|folder| folder.is_dir())
}
