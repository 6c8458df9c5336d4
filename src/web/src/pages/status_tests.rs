//! The status in words, in both languages.

use super::*;
use crate::pages::text::tests::Messages;
use holdfast_backup::destination::Hint;
use holdfast_backup::destination::config::Kind;
use holdfast_backup::name::SnapshotName;
use holdfast_backup::status::{AtRisk, LastStored, Trouble};

const NOW: u64 = 20_000 * 86_400_000 + 14 * 3_600_000;
const MINUTE: u64 = 60_000;

fn english(text: &Text) -> String {
    text.resolve(&Messages::read("en"))
}

fn status(state: State) -> Status {
    Status {
        state,
        last_stored: None,
        at_risk: AtRisk::default(),
        trouble: None,
        warnings: Vec::new(),
    }
}

fn place(status: Status) -> Place {
    Place {
        id: "k7".into(),
        label: Label {
            kind: Kind::WebDav,
            host: "cloud.example".into(),
            address: "https://cloud.example/dav/".into(),
            user: "jane".into(),
        },
        fields: Vec::new(),
        patterns: vec!["https://cloud.example/*".into()],
        can: None,
        status,
    }
}

fn not_stored(cause: Cause, next_try: Option<u64>) -> Status {
    let remedy = cause.remedy();
    Status {
        last_stored: Some(LastStored {
            at: NOW - 120 * MINUTE,
            accounts: 9,
            version: 4,
        }),
        at_risk: AtRisk {
            accounts: 3,
            since: Some(NOW - 30 * MINUTE),
        },
        trouble: Some(Trouble {
            cause,
            remedy,
            since: NOW - 5 * MINUTE,
            next_try,
            hint: None,
            status: None,
        }),
        ..status(State::NotStored)
    }
}

#[test]
fn stored_says_how_many_where_and_when() {
    let status = status(State::Stored {
        at: NOW - 2 * MINUTE,
        accounts: 12,
    });
    let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
    assert_eq!(view.state, "stored");
    assert_eq!(
        english(&view.detail.unwrap()),
        "12 accounts · cloud.example · 2 min ago"
    );
    assert_eq!((view.risk, view.remedy), (None, None));
}

#[test]
fn what_could_not_be_saved_is_not_said_to_be_here() {
    let mut full = not_stored(Cause::CouldNotSaveHere, None);
    full.at_risk = AtRisk::default();
    let view = StatusView::of(&full, Some(&place(full.clone())), NOW);
    let risk = english(&view.risk.unwrap());
    assert!(risk.contains("kept nowhere"), "{risk}");
    // What is here and nowhere else is counted all the same.
    let full = not_stored(Cause::CouldNotSaveHere, None);
    let view = StatusView::of(&full, Some(&place(full.clone())), NOW);
    assert!(english(&view.risk.unwrap()).contains("3 accounts"));
}

#[test]
fn not_stored_answers_since_when_why_what_is_at_risk_and_which_button() {
    let status = not_stored(Cause::SignedOut, Some(NOW + 60 * MINUTE));
    let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
    assert_eq!(english(&view.title), "Your backup is not stored");
    assert_eq!(english(&view.detail.unwrap()), "since 13:30");
    assert_eq!(
        english(&view.risk.unwrap()),
        "3 accounts exist only on this device."
    );
    assert_eq!(
        english(&view.cause.unwrap()),
        "The destination refuses the user name or password."
    );
    let remedy = view.remedy.unwrap();
    assert_eq!(
        (english(&remedy.label).as_str(), remedy.press),
        ("Sign in again", Press::Open("change/k7".into()))
    );
    // A retry does not cure a wrong password: none is promised.
    assert_eq!(
        view.repair.iter().map(english).collect::<Vec<_>>(),
        ["Last stored 2 h ago."]
    );
}

#[test]
fn where_a_provider_signs_people_in_there_is_no_form_to_fill() {
    let status = not_stored(Cause::SignedOut, None);
    let mut cloud = place(status.clone());
    cloud.label.kind = Kind::Dropbox;
    let view = StatusView::of(&status, Some(&cloud), NOW);
    assert_eq!(
        english(&view.cause.unwrap()),
        "The sign-in there has ended."
    );
    let (id, patterns) = (cloud.id, cloud.patterns);
    let press = view.remedy.unwrap().press;
    assert_eq!(press, Press::SignIn { id, patterns });
}

#[test]
fn what_repairs_itself_says_when() {
    let repair = |next| {
        let status = not_stored(Cause::Unreachable, Some(next));
        english(
            StatusView::of(&status, Some(&place(status.clone())), NOW)
                .repair
                .last()
                .unwrap(),
        )
    };
    assert_eq!(
        repair(NOW + 20 * MINUTE),
        "Holdfast tries again by itself at 14:20."
    );
    assert_eq!(
        repair(NOW + 10_000),
        "Holdfast is about to try again by itself."
    );
}

#[test]
fn a_missing_permission_is_granted_in_the_click() {
    let status = not_stored(Cause::PermissionMissing, None);
    let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
    assert_eq!(
        view.remedy.unwrap().press,
        Press::Grant(vec!["https://cloud.example/*".into()])
    );
}

#[test]
fn a_second_destination_in_trouble_is_a_warning_not_an_alarm() {
    let good = place(status(State::Stored {
        at: NOW,
        accounts: 2,
    }));
    let bad = Place {
        id: "b".into(),
        label: Label {
            host: "nas.local".into(),
            ..place(status(State::NotStored)).label
        },
        ..place(not_stored(Cause::StorageFull, None))
    };
    let both = Overall {
        best: good.status.clone(),
        worst: bad.status.clone(),
        places: Some((0, 1)),
    };
    let view = StatusView::overall(&both, &[good, bad], NOW);
    assert_eq!((view.state.as_ref(), view.warnings.len()), ("stored", 1));
    assert_eq!(
        english(&view.warnings[0].text),
        "nas.local: The destination has no space left."
    );
}

#[test]
fn a_rehearsal_is_suggested_with_its_button_and_no_alarm() {
    let status = status(State::Stored {
        at: NOW,
        accounts: 2,
    });
    let mut view = StatusView::of(&status, Some(&place(status.clone())), NOW);
    view.suggest_rehearsal(None, NOW);
    assert_eq!(view.warnings, []);
    let last = NOW - 100 * 86_400_000;
    for suggestion in [
        Suggestion::Never,
        Suggestion::Old { last },
        Suggestion::KeysChanged { last },
    ] {
        let mut view = view.clone();
        view.suggest_rehearsal(Some(suggestion), NOW);
        let [warning] = view.warnings.as_slice() else {
            panic!("{:?}", view.warnings);
        };
        assert!(!english(&warning.text).is_empty());
        let (label, press) = warning.press.clone().unwrap();
        assert_eq!(english(&label), "Rehearse a restore");
        assert_eq!(press, Press::Open("backup/rehearse".into()));
        assert_eq!(view.state, "stored");
    }
}

#[test]
fn no_destination_by_choice_is_calm_and_otherwise_alarming() {
    let chosen = StatusView::of(&status(State::NoDestinationByChoice), None, NOW);
    assert_eq!(
        (chosen.state.as_ref(), chosen.remedy, chosen.risk),
        ("none", None, None)
    );
    let mut missing = not_stored(Cause::NoDestination, None);
    missing.last_stored = None;
    let view = StatusView::of(&missing, None, NOW);
    assert_eq!(view.remedy.unwrap().press, Press::Open("connect".into()));
}

#[test]
fn a_wrong_clock_is_named_in_the_unit_that_suits_it() {
    for (ahead, expected) in [
        (-45_000, "45 seconds"),
        (7 * 60_000, "7 minutes"),
        (3_600_000, "60 minutes"),
        (-90_000_000, "25 hours"),
    ] {
        let mut status = status(State::Stored {
            at: NOW,
            accounts: 1,
        });
        status.warnings.push(Warning::Clock { ahead });
        let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
        let text = english(&view.warnings[0].text);
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_wrong_clock_is_offered_to_be_corrected_and_that_to_be_stopped() {
    let mut status = status(State::Stored {
        at: NOW,
        accounts: 1,
    });
    status.warnings.push(Warning::MergeWaitsForKey);
    status.warnings.push(Warning::Clock { ahead: 60_000 });
    let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
    for (corrects, words) in [(false, "may be refused"), (true, "are corrected")] {
        let mut view = view.clone();
        view.offer_correction(corrects, Some(60_000));
        let [other, clock] = view.warnings.as_slice() else {
            panic!("{:?}", view.warnings);
        };
        assert_eq!(other.press, None);
        assert!(english(&clock.text).contains(words));
        let (label, press) = clock.press.clone().unwrap();
        assert_eq!(press, Press::CorrectCodes(!corrects));
        assert!(!english(&label).is_empty());
    }
}

#[test]
fn where_servers_disagree_about_the_clock_it_is_the_servers_that_is_named() {
    let mut status = status(State::Stored {
        at: NOW,
        accounts: 1,
    });
    status.warnings.push(Warning::Clock { ahead: 300_000 });
    let mut view = StatusView::of(&status, Some(&place(status.clone())), NOW);
    view.offer_correction(true, None);
    let [clock] = view.warnings.as_slice() else {
        panic!("{:?}", view.warnings);
    };
    let said = english(&clock.text);
    assert!(
        said.contains("cloud.example") && said.contains("5 minutes"),
        "{said}"
    );
    assert!(!said.contains("corrected"), "{said}");
    assert_eq!(clock.press, None);
}

#[test]
fn two_servers_that_find_the_clock_wrong_say_it_once_and_by_the_least() {
    let mut first = status(State::Stored {
        at: NOW,
        accounts: 1,
    });
    first.warnings.push(Warning::Clock { ahead: 300_000 });
    let mut view = StatusView::of(&first, Some(&place(first.clone())), NOW);
    let mut second = first.clone();
    second.warnings = vec![Warning::Clock { ahead: 120_000 }];
    let other = StatusView::of(&second, Some(&place(second.clone())), NOW);
    view.warnings.extend(other.warnings);
    view.offer_correction(false, Some(120_000));
    let [clock] = view.warnings.as_slice() else {
        panic!("{:?}", view.warnings);
    };
    assert!(english(&clock.text).contains("2 minutes"));
}

#[test]
fn an_app_that_is_not_known_any_more_is_updated_or_checked_by_whoever_registered_it() {
    let status = not_stored(Cause::AppOutdated, Some(NOW + 20 * MINUTE));
    let mut place = place(status.clone());
    place.label.kind = Kind::Dropbox;
    place.fields = vec![("client_id", String::new())];
    let press = |place: &Place| {
        let view = StatusView::of(&status, Some(place), NOW);
        let remedy = view.remedy.unwrap();
        (english(&remedy.label), remedy.press)
    };
    assert_eq!(
        press(&place),
        ("Look for an update".into(), Press::Open("about".into()))
    );
    place.fields = vec![("client_id", "mine".into())];
    assert_eq!(
        press(&place),
        ("Check the app".into(), Press::Open("change/k7".into()))
    );
}

#[test]
fn what_a_sign_in_does_not_allow_another_may() {
    let mut status = not_stored(Cause::PermissionMissing, Some(NOW + 20 * MINUTE));
    status.trouble = status.trouble.map(|trouble| Trouble {
        remedy: Remedy::AskAdministrator,
        ..trouble
    });
    let mut place = place(status.clone());
    let press = |place: &Place| {
        let view = StatusView::of(&status, Some(place), NOW);
        view.remedy.unwrap().press
    };
    assert_eq!(press(&place), Press::Retry);
    place.label.kind = Kind::OneDrive;
    let patterns = place.patterns.clone();
    let id = place.id.clone();
    assert_eq!(press(&place), Press::SignIn { id, patterns });
}

#[test]
fn every_cause_has_its_sentence_advice_and_button_in_both_languages() {
    for language in ["en", "de"] {
        let messages = Messages::read(language);
        for cause in Cause::ALL {
            let status = not_stored(cause, Some(NOW + 20 * MINUTE));
            let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
            for text in [
                view.cause,
                view.advice,
                view.remedy.map(|remedy| remedy.label),
            ] {
                assert!(!text.unwrap().resolve(&messages).is_empty());
            }
        }
        for hint in [
            Hint::UseAppPassword,
            Hint::GrantInBrowser,
            Hint::Maintenance,
        ] {
            let mut status = not_stored(Cause::SignedOut, None);
            status.trouble = status.trouble.map(|trouble| Trouble {
                hint: Some(hint),
                ..trouble
            });
            let view = StatusView::of(&status, Some(&place(status.clone())), NOW);
            assert!(!view.advice.unwrap().resolve(&messages).is_empty());
        }
    }
}

#[test]
fn the_question_is_about_one_device_and_names_what_it_is_about() {
    let name = |text: &str| -> SnapshotName { text.parse().unwrap() };
    let laptop = name("vaultvault/device01-4-0000000000000000");
    let phone = name("vaultvault/device02-9-0000000000000000");
    let again = name("vaultvault/device01-5-0000000000000000");
    let asks = |id: &str, asked: &[(&SnapshotName, u32)]| {
        let mut status = status(State::Stored {
            at: NOW,
            accounts: 99,
        });
        let asked = asked.iter().map(|(name, removals)| Warning::NeedsConsent {
            name: (*name).clone(),
            removals: *removals,
        });
        status.warnings = asked.collect();
        Place {
            id: id.into(),
            ..place(status)
        }
    };
    let places = [
        asks("k7", &[(&laptop, 40), (&phone, 6)]),
        asks("k8", &[(&again, 41)]),
    ];
    let overall = Overall {
        best: places[0].status.clone(),
        worst: places[1].status.clone(),
        places: Some((0, 1)),
    };
    let view = StatusView::overall(&overall, &places, NOW);
    assert_eq!(
        view.question,
        Some(MergeQuestion {
            removals: 41,
            snapshots: vec![("k7".into(), laptop), ("k8".into(), again)],
        })
    );
    assert_eq!(view.warnings.len(), 1);
}
