//! The report holds nothing that it should not.

use super::*;
use crate::message::Settings;
use crate::pages::status::Place;
use crate::pages::world::World;
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::config::{Kind, Label};
use holdfast_backup::status::{AtRisk, LastStored, Trouble};

#[test]
fn the_report_names_states_and_causes_but_no_names() {
    let canary = "canary.example";
    let trouble = Trouble {
        cause: Cause::SignedOut,
        remedy: Cause::SignedOut.remedy(),
        since: 1_000,
        next_try: Some(90_000),
        hint: None,
        status: Some(401),
    };
    let status = Status {
        state: State::NotStored,
        last_stored: Some(LastStored {
            at: 500,
            accounts: 3,
            version: 9,
        }),
        at_risk: AtRisk {
            accounts: 2,
            since: Some(800),
        },
        trouble: Some(trouble),
        warnings: vec![Warning::Clock { ahead: -420_000 }],
    };
    let place = Place {
        id: canary.into(),
        label: Label {
            kind: Kind::WebDav,
            host: canary.into(),
            address: format!("https://{canary}/dav/"),
            user: canary.into(),
        },
        fields: vec![("address", canary.into())],
        patterns: vec![canary.into()],
        can: None,
        status,
    };
    let world = World {
        vault: VaultState::Locked,
        settings: Settings::default(),
        status: None,
        places: vec![place],
        info: None,
        recovery_confirmed: false,
        ways_in: Default::default(),
        past: Default::default(),
    };
    let model = Model {
        world: Some(world),
        ..Model::default()
    };
    let report = report(&model, "1.2.3", "Browser/1", "de", 60_000);
    assert!(!report.contains(canary), "{report}");
    for part in [
        "Holdfast: 1.2.3",
        "vault: locked",
        "cause signed_out",
        "HTTP 401",
        "2 accounts only here",
        "-420 s ahead",
    ] {
        assert!(report.contains(part), "{part} is not in\n{report}");
    }
}
