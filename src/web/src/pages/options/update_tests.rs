//! What the settings page does, played through without a browser.

use super::*;
use crate::message::{
    BackupRequest, ChainStep, DestinationRequest, FoundVault, MergeQuestion, Request, Restored,
    Settings, VaultRequest,
};
use crate::pages::form::Fields;
use crate::pages::status::Place;
use crate::pages::text::tests::Messages;
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::config::{Kind, Label};
use holdfast_backup::status::{AtRisk, State, Status, Trouble};

const LONG: &str = "ropes and tides and lanterns";

fn world(vault: VaultState) -> World {
    World {
        vault,
        settings: Settings::default(),
        status: None,
        places: Vec::new(),
        info: None,
        recovery_confirmed: false,
        ways_in: Default::default(),
        past: Default::default(),
    }
}

fn open() -> World {
    world(VaultState::Open(Box::default()))
}

fn place(id: &str, cause: Cause) -> Place {
    let trouble = Trouble {
        cause,
        remedy: cause.remedy(),
        since: 0,
        next_try: None,
        hint: None,
        status: None,
    };
    Place {
        id: id.into(),
        label: Label {
            kind: Kind::WebDav,
            host: "nas.example".into(),
            address: "https://nas.example/dav/".into(),
            user: "jane".into(),
        },
        fields: Vec::new(),
        patterns: vec!["https://nas.example/*".into()],
        can: None,
        status: Status {
            state: State::NotStored,
            last_stored: None,
            at_risk: AtRisk::default(),
            trouble: Some(trouble),
            warnings: Vec::new(),
        },
    }
}

fn started(world: World) -> Model {
    let mut model = Model::default();
    update(&mut model, Msg::World(Box::new(world)), 0);
    model
}

fn typed(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in pairs {
        fields.insert(name, (*text).to_owned());
    }
    fields
}

fn submitted(model: &mut Model, form: Form, pairs: &[(&str, &str)]) -> Option<Request> {
    let effects = update(model, Msg::Submit(form, typed(pairs)), 0);
    effects.into_iter().find_map(|effect| match effect {
        Effect::Ask(_, request) | Effect::AskWithPermission(_, _, request) => Some(request),
        _ => None,
    })
}

#[test]
fn a_profile_without_a_vault_can_begin_or_restore() {
    let mut model = started(world(VaultState::Nothing));
    for (place, section) in [
        ("backup", Section::Welcome),
        ("security", Section::Welcome),
        ("transfer", Section::Welcome),
        ("restore", Section::Restore),
        ("about", Section::About),
    ] {
        update(&mut model, Msg::Go(place.into()), 0);
        assert_eq!(shown(&model), Some(section), "{place}");
    }
}

#[test]
fn a_damaged_vault_says_so_wherever_one_looks() {
    let mut model = started(world(VaultState::Damaged));
    update(&mut model, Msg::Go("security".into()), 0);
    assert_eq!(shown(&model), Some(Section::Damaged));
    update(&mut model, Msg::Go("restore".into()), 0);
    assert_eq!(shown(&model), Some(Section::Restore));
}

#[test]
fn a_newer_versions_vault_is_not_offered_to_be_replaced() {
    let mut model = started(world(VaultState::Newer));
    for place in ["security", "restore", "welcome", "backup"] {
        update(&mut model, Msg::Go(place.into()), 0);
        assert_eq!(shown(&model), Some(Section::Newer), "{place}");
    }
    update(&mut model, Msg::Go("about".into()), 0);
    assert_eq!(shown(&model), Some(Section::About));
}

#[test]
fn connecting_asks_for_exactly_that_host() {
    let mut model = started(open());
    let fields = [
        ("address", " https://cloud.example:8443/dav "),
        ("user", "jane"),
        ("password", "x"),
    ];
    let effects = update(&mut model, Msg::Submit(Form::Connect, typed(&fields)), 0);
    let [
        Effect::AskWithPermission(
            _,
            patterns,
            Request::Destination(DestinationRequest::Connect { .. }),
        ),
    ] = &effects[..]
    else {
        panic!("no permission asked")
    };
    assert_eq!(*patterns, ["https://cloud.example/*"]);
    // A form that is wrong is refused here: nobody is asked for a permission in vain.
    model.forms = Default::default();
    let effects = update(
        &mut model,
        Msg::Submit(Form::Connect, typed(&[("address", "cloud")])),
        0,
    );
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(..) | Effect::AskWithPermission(..)))
    );
}

#[test]
fn a_destination_that_is_signed_out_is_changed_in_place() {
    let mut world = open();
    world.places.push(place("k7", Cause::SignedOut));
    let mut model = started(world);
    let effects = update(&mut model, Msg::Act(Action::RemedyAt("k7".into())), 0);
    assert!(
        model.connecting
            && effects
                .iter()
                .any(|effect| matches!(effect, Effect::FillConnect(Some(id)) if id == "k7"))
    );
    let request = submitted(
        &mut model,
        Form::Connect,
        &[
            ("address", "https://nas.example/dav/"),
            ("user", "jane"),
            ("password", "x"),
        ],
    );
    assert!(
        matches!(request, Some(Request::Destination(DestinationRequest::Reconnect { destination, .. })) if destination == "k7")
    );
    // What became a place of its own is said: the old one is still there.
    update(
        &mut model,
        Msg::Answered(Asked::Form(Form::Connect), Ok(Reply::Beside)),
        0,
    );
    let said = model.toast.as_ref().map(|(_, text)| text.clone());
    assert_eq!(said, Some(Text::new("connected_beside")));
    // Closing the form forgets which one it was.
    model.forms = Default::default();
    update(&mut model, Msg::Act(Action::ConnectToggled(false)), 0);
    assert_eq!(model.changing, None);
}

#[test]
fn a_missing_permission_is_asked_for_in_the_click() {
    let mut world = open();
    world.places.push(place("k7", Cause::PermissionMissing));
    let mut model = started(world);
    let effects = update(&mut model, Msg::Act(Action::RemedyAt("k7".into())), 0);
    assert!(
        matches!(&effects[..], [Effect::AskWithPermission(_, patterns, Request::Backup(BackupRequest::BackUpNow))] if *patterns == ["https://nas.example/*"])
    );
}

#[test]
fn restoring_takes_what_was_found_and_chosen() {
    let mut model = started(world(VaultState::Nothing));
    let fields = [
        ("address", "https://nas.example/dav/"),
        ("user", "jane"),
        ("password", "x"),
    ];
    assert!(matches!(
        submitted(&mut model, Form::Find, &fields),
        Some(Request::Destination(DestinationRequest::FindBackups { .. }))
    ));
    let found = vec![FoundVault {
        vault: "tag".into(),
        snapshots: Vec::new(),
    }];
    update(
        &mut model,
        Msg::Answered(Asked::Form(Form::Find), Ok(Reply::Backups { found })),
        0,
    );

    assert!(submitted(&mut model, Form::Restore, &[("secret", LONG)]).is_none());
    assert_eq!(
        model.forms.failure_of(&Form::Restore).unwrap().code,
        "nothing_chosen"
    );
    let request = submitted(
        &mut model,
        Form::Restore,
        &[("choice", "tag"), ("secret", LONG)],
    );
    assert!(
        matches!(request, Some(Request::Destination(DestinationRequest::Restore { vault, snapshot: None, .. })) if vault == "tag")
    );
    model.forms = Default::default();
    let request = submitted(
        &mut model,
        Form::Restore,
        &[("choice", "tag|tag/one"), ("secret", LONG)],
    );
    assert!(
        matches!(request, Some(Request::Destination(DestinationRequest::Restore { snapshot: Some(name), .. })) if name == "tag/one")
    );

    let restored = Restored {
        accounts: 12,
        ..Restored::default()
    };
    let reply = Reply::Restored(restored.clone());
    update(
        &mut model,
        Msg::Answered(Asked::Form(Form::Restore), Ok(reply)),
        0,
    );
    // The password of the destination is not kept any longer than needed.
    assert!(model.found.is_none() && model.restored == Some(restored));
}

#[test]
fn an_empty_folder_is_said_to_be_one() {
    let mut model = started(world(VaultState::Nothing));
    submitted(
        &mut model,
        Form::Find,
        &[("address", "https://nas.example/")],
    );
    update(
        &mut model,
        Msg::Answered(
            Asked::Form(Form::Find),
            Ok(Reply::Backups { found: Vec::new() }),
        ),
        0,
    );
    assert_eq!(
        model.forms.failure_of(&Form::Find).unwrap().code,
        "found_none"
    );
    assert!(model.found.is_none());
}

#[test]
fn settings_change_one_at_a_time() {
    let mut model = started(open());
    let mut changed = |name: &str, setting| {
        let effects = update(&mut model, Msg::Set(name.into(), setting), 0);
        effects.into_iter().find_map(|effect| match effect {
            Effect::Ask(_, Request::Vault(VaultRequest::SaveSettings { settings })) => {
                Some(settings)
            }
            _ => None,
        })
    };
    let theme = changed("theme", Setting::Choice("dark".into())).unwrap();
    assert_eq!(
        theme,
        Settings {
            theme: "dark".into(),
            ..Settings::default()
        }
    );
    let minutes = changed("lock_minutes", Setting::Choice("0".into())).unwrap();
    assert_eq!(minutes.lock_minutes, 0);
    assert!(changed("lock_minutes", Setting::Choice("soon".into())).is_none());
    assert!(changed("unheard_of", Setting::On(true)).is_none());
}

#[test]
fn the_chain_of_a_check_stays_with_its_destination() {
    let mut world = open();
    world.places.push(place("k7", Cause::Unreachable));
    let mut model = started(world.clone());
    update(&mut model, Msg::Act(Action::CheckNow("k7".into())), 0);
    // One check at a time.
    assert!(update(&mut model, Msg::Act(Action::CheckNow("k7".into())), 0).is_empty());
    let steps = vec![ChainStep {
        step: "network".into(),
        cause: Some("unreachable".into()),
        reached: true,
    }];
    update(
        &mut model,
        Msg::Answered(Asked::Check("k7".into()), Ok(Reply::Chain { steps })),
        0,
    );
    assert_eq!((model.checking.clone(), model.chains.len()), (None, 1));
    world.places.clear();
    update(&mut model, Msg::World(Box::new(world)), 0);
    assert!(model.chains.is_empty());
}

#[test]
fn every_text_that_the_pages_use_exists() {
    let messages = Messages::read("en");
    let mut seen = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/pages"
    ))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for (call, endings) in [
                ("Text::new(\"", &[""][..]),
                ("Text::plural(\"", &["_one", "_other"]),
            ] {
                for after in source.split(call).skip(1) {
                    let key = after.split('"').next().unwrap();
                    for ending in endings {
                        assert!(
                            messages.raw(&format!("{key}{ending}")).is_some(),
                            "{}: {key}{ending}",
                            path.display()
                        );
                        seen += 1;
                    }
                }
            }
        }
    }
    assert!(seen > 80, "{seen}");
}

#[test]
fn a_cloud_is_signed_in_to_before_it_is_connected() {
    let mut model = Model::default();
    let fields = [("kind", "dropbox"), ("client_id", "own")];
    let effects = update(&mut model, Msg::Submit(Form::Connect, typed(&fields)), 0);
    let [Effect::SignIn(wanted)] = &effects[..] else {
        panic!("no sign-in");
    };
    assert!(
        wanted
            .patterns
            .contains(&"https://content.dropboxapi.com/*".to_owned())
    );
    let draft = typed(&fields).destination();
    let effects = update(&mut model, Msg::SignedIn(Form::Connect, Box::new(draft)), 0);
    assert!(matches!(
        &effects[..],
        [Effect::Ask(
            _,
            Request::Destination(DestinationRequest::Connect { .. })
        )]
    ));
}

#[test]
fn the_answer_about_removed_accounts_goes_with_what_was_shown() {
    let mut model = started(open());
    let answer = |accept| Msg::Act(Action::AnswerMerge(accept));
    assert!(update(&mut model, answer(true), 0).is_empty());
    let shown = MergeQuestion {
        removals: 6,
        snapshots: vec![(
            "k7".into(),
            "vaultvault/device01-4-0000000000000000".parse().unwrap(),
        )],
    };
    let mut world = open();
    let mut status = StatusView::unreadable();
    status.question = Some(shown.clone());
    world.status = Some(status);
    update(&mut model, Msg::World(Box::new(world)), 0);
    for accepted in [true, false] {
        let effects = update(&mut model, answer(accepted), 0);
        let [
            Effect::Ask(
                _,
                Request::Destination(DestinationRequest::AnswerMerge { question, accept }),
            ),
        ] = &effects[..]
        else {
            panic!("no answer");
        };
        assert_eq!((question, *accept), (&shown, accepted));
    }
}
