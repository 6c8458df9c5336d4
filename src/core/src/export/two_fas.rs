//! 2FAS' backup, schema 4, in the clear.

use zeroize::Zeroizing;

use super::Options;
use super::id::{id_of, uuid};
use super::object::object;
use crate::account::{Credential, Kind, NewAccount};
use crate::json::Json;

/// The icons that both apps show where they know no better ones.
const ICONS: &str = "A5B3FB65-4EC5-43E6-8EC1-49E24CA9E7AD";

/// Its app for Android reads nothing of a file with one service that it does not take: it knows five
/// to eight digits, and its numbers have 32 bits. The one for iOS makes 30 of every period that it
/// does not offer, and drops a service whose secret is too short or too long for its form.
pub(super) fn takes(credential: &Credential) -> Result<(), &'static str> {
    match credential.kind() {
        Kind::Motp | Kind::Yandex => return Err("type"),
        Kind::Totp { digits, .. } | Kind::Hotp { digits, .. } if digits > 8 => {
            return Err("digits");
        }
        Kind::Totp { period, .. } if !matches!(period, 10 | 30 | 60 | 90) => return Err("period"),
        Kind::Hotp { counter, .. } if i32::try_from(counter).is_err() => return Err("counter"),
        Kind::Totp { .. } | Kind::Hotp { .. } | Kind::Steam => {}
    }
    match credential.secret().to_base32().len() {
        4..=512 => Ok(()),
        _ => Err("secret"),
    }
}

pub(super) fn write(accounts: &[&NewAccount], options: &mut Options<'_>) -> Zeroizing<Vec<u8>> {
    let mut names: Vec<&str> = accounts
        .iter()
        .filter_map(|account| account.groups.first().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    let groups: Vec<(&str, String)> = names
        .into_iter()
        .map(|name| (name, uuid(options.random)))
        .collect();
    let services = accounts.iter().zip(0..).map(|(account, position)| {
        let found = account
            .groups
            .first()
            .and_then(|group| id_of(&groups, group));
        service(account, position, found, options.now)
    });
    let services = services.collect();
    let group = |(name, id): &(&str, String)| {
        object([
            ("id", Json::from(id.as_str())),
            ("name", Json::from(*name)),
            ("isExpanded", Json::from(true)),
        ])
    };
    object([
        ("services", Json::Array(services)),
        ("groups", Json::Array(groups.iter().map(group).collect())),
        ("updatedAt", Json::from(options.now)),
        ("schemaVersion", Json::from(4)),
        ("appVersionCode", Json::from(5_000_000)),
        ("appVersionName", Json::from("5.0.0")),
        ("appOrigin", Json::from("android")),
    ])
    .to_bytes()
}

fn service(account: &NewAccount, position: u64, group: Option<&str>, now: u64) -> Json {
    let mut fields = vec![
        ("name", Json::from(account.issuer.as_str())),
        (
            "secret",
            Json::from(account.credential.secret().to_base32().as_str()),
        ),
        ("updatedAt", Json::from(now)),
        ("otp", otp(account)),
        ("order", object([("position", Json::from(position))])),
        ("icon", icon(&account.issuer)),
    ];
    if let Some(group) = group {
        fields.push(("groupId", Json::from(group)));
    }
    object(fields)
}

/// The first letters on a coloured ground. The app for iOS reads nothing of a file with one service
/// that has no icon.
fn icon(name: &str) -> Json {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).take(2);
    let letters: String = letters.flat_map(char::to_uppercase).take(2).collect();
    let label = object([
        ("text", Json::from(letters)),
        ("backgroundColor", Json::from("LightBlue")),
    ]);
    object([
        ("selected", Json::from("Label")),
        ("label", label),
        ("iconCollection", object([("id", Json::from(ICONS))])),
    ])
}

fn otp(account: &NewAccount) -> Json {
    let (kind, algorithm, digits, last) = match account.credential.kind() {
        Kind::Totp {
            algorithm,
            digits,
            period,
        } => (
            "TOTP",
            algorithm.name(),
            digits,
            ("period", u64::from(period)),
        ),
        Kind::Hotp {
            algorithm,
            digits,
            counter,
        } => ("HOTP", algorithm.name(), digits, ("counter", counter)),
        // The others are not taken.
        Kind::Steam | Kind::Motp | Kind::Yandex => ("STEAM", "SHA1", 5, ("period", 30)),
    };
    object([
        ("label", Json::from(account.label.as_str())),
        ("account", Json::from(account.label.as_str())),
        ("issuer", Json::from(account.issuer.as_str())),
        ("digits", Json::from(u64::from(digits))),
        ("algorithm", Json::from(algorithm)),
        ("tokenType", Json::from(kind)),
        ("source", Json::from("Manual")),
        (last.0, Json::from(last.1)),
    ])
}
