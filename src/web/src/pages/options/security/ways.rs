//! What one needs to get back to a place without this device, and whether that may lead through this
//! very vault.

use holdfast_backup::destination::config::Kind;
use holdfast_core::vault::Vault;

use crate::message::keys::{Route, Way};
use crate::pages::status::Place;
use crate::pages::text::Text;

/// Nobody signs in there: the person holds it, or another program carries it on.
#[must_use]
pub fn is_kept(kind: Kind) -> bool {
    matches!(kind, Kind::Folder | Kind::Download)
}

/// The answers that a place can have. One does not know a folder by heart.
pub fn routes(kind: Kind) -> impl Iterator<Item = (Route, &'static str)> {
    let kept = is_kept(kind);
    Route::ALL
        .into_iter()
        .filter(move |(route, _)| !kept || *route != Route::Memory)
}

/// A text about ways, in the form that suits what the place is.
#[must_use]
pub fn text(kind: Kind, about: &str) -> Text {
    match is_kept(kind) {
        true => Text::new(format!("way_kept_{about}")),
        false => Text::new(format!("way_{about}")),
    }
}

/// What one needs there, in a sentence: what stands on the sheet besides, and what does not.
#[must_use]
pub fn need(place: &Place) -> Text {
    let visible = place.fields.contains(&("space", "visible".to_owned()));
    match place.label.kind {
        Kind::GoogleDrive if visible => Text::new("need_google_drive_visible"),
        kind => Text::new(format!("need_{}", kind.code())),
    }
}

/// What has to be entered there besides address and user, by the labels of the form's fields.
pub fn details(place: &Place) -> impl Iterator<Item = (&'static str, &str)> {
    let label = |field: &str| match (place.label.kind, field) {
        (Kind::S3, "address") => Some("s3_endpoint"),
        (Kind::S3, "region") => Some("s3_region"),
        (Kind::S3, "bucket") => Some("s3_bucket"),
        (Kind::S3, "prefix") => Some("s3_prefix"),
        (Kind::S3, "access_key") => Some("s3_access_key"),
        (_, "client_id") => Some("client_id"),
        (_, "login_address") => Some("login_address"),
        (_, "api_address") => Some("api_address"),
        _ => None,
    };
    let fields = place.fields.iter().filter(|(_, value)| !value.is_empty());
    fields.filter_map(move |(field, value)| Some((label(field)?, value.as_str())))
}

/// The account of this vault whose code signing in at the place may ask for, where the answer given
/// leaves that open: none was given, or one that the account speaks against.
#[must_use]
pub fn suspect(place: &Place, way: &Way, vault: &Vault) -> Option<String> {
    if !matches!(way.route, Route::Unknown | Route::Memory) {
        return None;
    }
    let words = words(place);
    let accounts = vault.list();
    let (_, account) = accounts.into_iter().find(|(_, account)| {
        let sites = account.sites.value.iter();
        let texts = [&account.issuer.value, &account.label.value];
        texts.into_iter().chain(sites).any(|text| {
            let text = text.to_lowercase();
            words.iter().any(|word| text.contains(word.as_str()))
        })
    })?;
    let (issuer, label) = (&account.issuer.value, &account.label.value);
    Some(match (issuer.is_empty(), label.is_empty()) {
        (true, _) => label.clone(),
        (false, true) => issuer.clone(),
        (false, false) => format!("{issuer} ({label})"),
    })
}

/// Under what an account for that place is likely to stand in a vault.
fn words(place: &Place) -> Vec<String> {
    let known: &[&str] = match place.label.kind {
        Kind::OneDrive => &["microsoft", "live.com", "outlook", "office 365"],
        Kind::GoogleDrive => &["google", "gmail"],
        Kind::Dropbox => &["dropbox"],
        // Whose browser this is decides whose account it is.
        Kind::BrowserSync => &["google", "mozilla", "firefox", "microsoft"],
        Kind::S3 | Kind::WebDav => return of_host(&place.label.host),
        Kind::Folder | Kind::Download => &[],
    };
    known.iter().map(|word| (*word).to_owned()).collect()
}

/// A host, its owner's name in it, and what services of that host call themselves.
fn of_host(host: &str) -> Vec<String> {
    let host = host.to_lowercase();
    let mut words = Vec::new();
    for (end, word) in [
        ("amazonaws.com", "aws"),
        ("amazonaws.com", "amazon"),
        ("backblazeb2.com", "backblaze"),
        ("cloudflarestorage.com", "cloudflare"),
    ] {
        if host.ends_with(end) {
            words.push(word.to_owned());
        }
    }
    let is_name = host.chars().any(char::is_alphabetic) && !host.contains(':');
    if words.is_empty() && is_name {
        // `cloud.example.org`: the label before the last says whose it is, where it says enough.
        let owner = host.rsplit('.').nth(1);
        words.extend(owner.filter(|owner| owner.len() > 3).map(str::to_owned));
    }
    if is_name {
        words.push(host);
    }
    words
}

#[cfg(test)]
#[path = "ways_tests.rs"]
mod tests;
