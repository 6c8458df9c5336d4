use holdfast_backup::destination::cloud::{Account, CloudConfig, Provider};
use holdfast_backup::destination::config::{DestinationConfig, Label};
use holdfast_backup::status::{AtRisk, State, Status};
use holdfast_core::otpauth;
use holdfast_core::vault::{Clock, DeviceId, Duplicates, EditContext};

use super::*;
use crate::pages::text::tests::Messages;

fn place(label: Label, fields: Vec<(&'static str, String)>) -> Place {
    Place {
        id: "k7".into(),
        label,
        fields,
        patterns: Vec::new(),
        can: None,
        status: Status {
            state: State::NotStored,
            last_stored: None,
            at_risk: AtRisk::default(),
            trouble: None,
            warnings: Vec::new(),
        },
    }
}

fn of_kind(kind: Kind) -> Place {
    let label = Label {
        kind,
        host: String::new(),
        address: String::new(),
        user: String::new(),
    };
    place(label, Vec::new())
}

fn at(kind: Kind, host: &str) -> Place {
    let mut place = of_kind(kind);
    place.label.host = host.into();
    place
}

/// A vault with one account of that name.
fn vault(name: &str) -> Vault {
    let mut vault = Vault::default();
    let mut clock = Clock::default();
    let mut context = EditContext {
        device: DeviceId::from_bytes([1; 16]),
        now: 1_000,
        clock: &mut clock,
        random: &mut |bytes: &mut [u8]| bytes.fill(7),
    };
    let uri = format!("otpauth://totp/{name}:jane?secret=GEZDGNBVGY3TQOJQ&issuer={name}");
    let account = otpauth::parse(&uri).unwrap();
    vault.add(account, Duplicates::Keep, &mut context).unwrap();
    vault
}

#[test]
fn every_kind_of_place_is_told_in_both_languages() {
    for language in ["en", "de"] {
        let messages = Messages::read(language);
        for kind in Kind::ALL {
            assert!(!need(&of_kind(kind)).resolve(&messages).is_empty());
            for about in ["legend", "note", "second"] {
                assert!(!text(kind, about).resolve(&messages).is_empty());
            }
            let question = text(kind, "question").with("the place").resolve(&messages);
            assert!(question.contains("the place"), "{question}");
            for (_, route) in routes(kind) {
                assert!(!text(kind, route).resolve(&messages).is_empty());
            }
        }
    }
}

#[test]
fn what_is_to_be_typed_stands_there_and_no_secret() {
    let mut config = CloudConfig {
        provider: Provider::GoogleDrive,
        visible: true,
        client_id: "own client".into(),
        client_secret: None,
        login: None,
        api: None,
        account: Account::default(),
    };
    config.client_secret = serde_json::from_str("\"hush\"").unwrap();
    let config = DestinationConfig::Cloud(config);
    let place = place(config.label(), config.fields());
    let told: Vec<_> = details(&place).collect();
    assert_eq!(told, [("client_id", "own client")]);
    assert_eq!(need(&place), Text::new("need_google_drive_visible"));
}

#[test]
fn an_account_that_may_be_the_places_own_is_named() {
    let open = Way::default();
    for (place, name) in [
        (of_kind(Kind::OneDrive), "Microsoft"),
        (of_kind(Kind::GoogleDrive), "Google"),
        (of_kind(Kind::Dropbox), "Dropbox"),
        (of_kind(Kind::BrowserSync), "Mozilla"),
        (at(Kind::WebDav, "cloud.harbour.example"), "Harbour"),
        (at(Kind::WebDav, "dav.example"), "dav.example"),
        (at(Kind::S3, "b.s3.eu-central-1.amazonaws.com"), "Amazon"),
    ] {
        let told = suspect(&place, &open, &vault(name));
        assert_eq!(told, Some(format!("{name} (jane)")));
        assert_eq!(suspect(&place, &open, &vault("Forum")), None, "{name}");
    }
    for kind in [Kind::Folder, Kind::Download] {
        assert_eq!(suspect(&at(kind, "Google"), &open, &vault("Google")), None);
    }
}

#[test]
fn an_answer_ends_the_suspicion_unless_the_account_speaks_against_it() {
    let told = |route| {
        let way = Way {
            route,
            ..Way::default()
        };
        suspect(&of_kind(Kind::Dropbox), &way, &vault("Dropbox")).is_some()
    };
    assert!(told(Route::Unknown));
    // "The password is all that is asked for", and here is the code for it.
    assert!(told(Route::Memory));
    assert!(!told(Route::Written) && !told(Route::OtherFactor));
    // That is the circle itself, of which more is said.
    assert!(!told(Route::ThisVault));
}
