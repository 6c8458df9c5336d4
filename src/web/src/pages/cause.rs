//! What stands in the way of a backup, in words, and the button that mends it.

use holdfast_backup::cause::{Cause, Remedy};
use holdfast_backup::destination::Hint;
use holdfast_backup::destination::config::Kind;
use holdfast_backup::status::{State, Status, Trouble};

use super::status::{Button, Place, Press, WarningView};
use super::text::Text;

/// The sentence for a cause.
#[must_use]
pub fn cause(cause: Cause) -> Text {
    Text::new(format!("cause_{}", cause.code()))
}

/// The sentence for a cause at a place.
pub(super) fn cause_at(at: Cause, place: Option<&Place>) -> Text {
    Text::new(format!("cause_{}{}", at.code(), variant(at, place)))
}

/// Where a provider signs people in, there is no password and no address to be wrong; a bucket is
/// reached with a pair of keys.
fn variant(cause: Cause, place: Option<&Place>) -> &'static str {
    match cause {
        Cause::SignedOut | Cause::NotAStorageServer if is_cloud(place) => "_cloud",
        Cause::SignedOut if place.is_some_and(|place| place.label.kind == Kind::S3) => "_s3",
        _ => "",
    }
}

fn is_cloud(place: Option<&Place>) -> bool {
    place.is_some_and(|place| place.label.kind.provider().is_some())
}

pub(super) fn advice(trouble: &Trouble, place: Option<&Place>) -> Text {
    match trouble.hint {
        Some(Hint::UseAppPassword) => Text::new("hint_use_app_password"),
        Some(Hint::GrantInBrowser) => Text::new("hint_grant_in_browser"),
        Some(Hint::Maintenance) => Text::new("hint_maintenance"),
        Some(Hint::OtherRegion) => Text::new("hint_other_region"),
        None => {
            let variant = match trouble.cause {
                Cause::PermissionMissing if is_cloud(place) => "_cloud",
                cause => variant(cause, place),
            };
            Text::new(format!("rec_{}{variant}", trouble.cause.code()))
        }
    }
}

pub(super) fn button(trouble: &Trouble, place: Option<&Place>) -> Button {
    let change = || {
        Press::Open(place.map_or_else(|| "connect".into(), |place| format!("change/{}", place.id)))
    };
    let (name, press) = match trouble.remedy {
        Remedy::ChooseDestination => ("choose_destination", Press::Open("connect".into())),
        Remedy::SignIn => ("sign_in", sign_in(place).unwrap_or_else(change)),
        // What the sign-in does not allow, another one may.
        Remedy::AskAdministrator
            if trouble.cause == Cause::PermissionMissing && is_cloud(place) =>
        {
            ("sign_in", sign_in(place).unwrap_or_else(change))
        }
        Remedy::SignInOther => ("sign_in_other", sign_in(place).unwrap_or_else(change)),
        Remedy::CheckAddress if is_cloud(place) => ("automatic", Press::Retry),
        Remedy::CheckAddress => ("check_address", change()),
        Remedy::GrantPermission => ("grant_permission", place.map_or_else(change, grant)),
        Remedy::CreateFolder => ("create_folder", Press::Retry),
        Remedy::FreeSpace => ("free_space", Press::Retry),
        Remedy::FreeSpaceHere => ("free_space_here", Press::Retry),
        Remedy::Automatic => ("automatic", Press::Retry),
        Remedy::AskAdministrator => ("ask_administrator", Press::Retry),
        Remedy::CorrectClock => ("correct_clock", Press::Retry),
        Remedy::EnterPassphrase => ("enter_passphrase", Press::Open("key".into())),
        Remedy::Unlock => ("unlock", Press::Open("backup".into())),
        Remedy::Update if has_own_app(place) => ("check_app", change()),
        Remedy::Update => ("update", Press::Open("about".into())),
    };
    Button {
        label: Text::new(format!("remedy_{name}")),
        press,
    }
}

/// What signs in there is an application that this person has registered: no update changes it.
fn has_own_app(place: Option<&Place>) -> bool {
    let mut fields = place.into_iter().flat_map(|place| &place.fields);
    fields.any(|(name, value)| *name == "client_id" && !value.is_empty())
}

/// Where a provider asks for the password, there is no form to fill.
fn sign_in(place: Option<&Place>) -> Option<Press> {
    let place = place.filter(|place| is_cloud(Some(place)))?;
    Some(Press::SignIn {
        id: place.id.clone(),
        patterns: place.patterns.clone(),
    })
}

/// How the permission that a place needs is asked for.
fn grant(place: &Place) -> Press {
    let field = |name: &str| place.fields.iter().find(|(field, _)| *field == name);
    match (place.label.kind, field("key")) {
        (Kind::Folder, Some((_, key))) => Press::GrantFolder(key.clone()),
        _ if place.patterns.is_empty() => Press::Open(format!("change/{}", place.id)),
        _ => Press::Grant(place.patterns.clone()),
    }
}

/// A file that is older than the vault: only the person can fetch a newer one.
pub(super) fn reminder(status: &Status, place: &Place) -> Option<WarningView> {
    let outdated = matches!(status.state, State::KeptUncheckable { current: false, .. });
    if !outdated || place.label.kind != Kind::Download {
        return None;
    }
    let text = match status.at_risk.accounts {
        0 => Text::new("warning_download_changes"),
        accounts => Text::plural("warning_download", accounts.into()),
    };
    Some(WarningView {
        text,
        press: Some((Text::new("download_again"), Press::Download)),
    })
}

pub(super) fn trouble_warning(trouble: &Trouble, place: &Place) -> WarningView {
    let button = button(trouble, Some(place));
    WarningView {
        text: Text::new("warning_other")
            .with(place.name())
            .with(cause_at(trouble.cause, Some(place))),
        press: Some((button.label, button.press)),
    }
}

/// A length of time in the unit that suits it.
pub(super) fn duration(millis: u64) -> Text {
    let seconds = millis.div_ceil(1000);
    match seconds {
        0..90 => Text::plural("duration_seconds", seconds),
        90..5_400 => Text::plural("duration_minutes", (seconds + 30) / 60),
        5_400..172_800 => Text::plural("duration_hours", (seconds + 1_800) / 3_600),
        _ => Text::plural("duration_days", (seconds + 43_200) / 86_400),
    }
}
