//! Bitwarden's JSON, in the clear: a login for each account, which Bitwarden Authenticator reads
//! too.

use zeroize::Zeroizing;

use super::Options;
use super::id::{id_of, uuid};
use super::object::object;
use crate::account::{Kind, NewAccount};
use crate::json::Json;
use crate::otpauth;

pub(super) fn write(accounts: &[&NewAccount], options: &mut Options<'_>) -> Zeroizing<Vec<u8>> {
    let mut names: Vec<&str> = accounts
        .iter()
        .filter_map(|account| account.groups.first().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    let folders: Vec<(&str, String)> = names
        .into_iter()
        .map(|name| (name, uuid(options.random)))
        .collect();
    let items = accounts.iter().map(|account| {
        let found = account
            .groups
            .first()
            .and_then(|group| id_of(&folders, group));
        let folder = found.map_or(Json::Null, Json::from);
        item(account, folder, uuid(options.random))
    });
    let items = items.collect();
    let folder = |(name, id): &(&str, String)| {
        object([("id", Json::from(id.as_str())), ("name", Json::from(*name))])
    };
    object([
        ("encrypted", Json::from(false)),
        ("folders", Json::Array(folders.iter().map(folder).collect())),
        ("items", Json::Array(items)),
    ])
    .to_bytes()
}

fn item(account: &NewAccount, folder: Json, id: String) -> Json {
    let credential = &account.credential;
    let totp = match credential.kind() {
        // Bitwarden knows Steam only in this form.
        Kind::Steam => {
            let secret = credential.secret().to_base32();
            Zeroizing::new(format!("steam://{}", *secret))
        }
        _ => otpauth::format(&account.issuer, &account.label, credential),
    };
    let name = [&account.issuer, &account.label]
        .into_iter()
        .find(|name| !name.is_empty());
    let text = |text: &str| match text {
        "" => Json::Null,
        text => Json::from(text),
    };
    let uris = account.sites.iter().map(|site| {
        // A host alone means `https`.
        let uri = match site.contains("://") {
            true => site.clone(),
            false => format!("https://{site}"),
        };
        object([("match", Json::Null), ("uri", Json::from(uri))])
    });
    let login = object([
        ("uris", Json::Array(uris.collect())),
        ("username", text(&account.label)),
        ("password", Json::Null),
        ("totp", Json::from(totp.as_str())),
    ]);
    object([
        ("id", Json::from(id)),
        ("organizationId", Json::Null),
        ("folderId", folder),
        ("type", Json::from(1)),
        ("reprompt", Json::from(0)),
        ("name", Json::from(name.map_or("?", String::as_str))),
        ("notes", text(&account.note)),
        ("favorite", Json::from(false)),
        ("login", login),
        ("collectionIds", Json::Null),
    ])
}
