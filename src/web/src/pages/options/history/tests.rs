//! What the page does about what is stored, played through without a browser.

use holdfast_backup::cause::Cause;
use holdfast_backup::destination::config::{Kind, Label};
use holdfast_backup::log::{Event, What};
use holdfast_backup::policy::Retention;
use holdfast_backup::status::{AtRisk, State, Status};

use super::update::{checkable, listable};
use super::*;
use crate::message::history::{HistoryReply, HistoryRequest, Known};
use crate::message::{Reply, Request, Settings};
use crate::pages::form::{Fields, Form as AnyForm};
use crate::pages::options::model::{self, Effect, Model as PageModel, Msg as PageMsg};
use crate::pages::options::update as page;
use crate::pages::past::{Past, PlacePast};
use crate::pages::status::Place;
use crate::pages::text::tests::Messages;
use crate::pages::world::{VaultState, World};

fn place(id: &str, kind: Kind) -> Place {
    Place {
        id: id.into(),
        label: Label {
            kind,
            host: "nas.example".into(),
            address: "https://nas.example/dav/".into(),
            user: "jane".into(),
        },
        fields: Vec::new(),
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

fn world(vault: VaultState) -> World {
    World {
        vault,
        settings: Settings::default(),
        status: None,
        places: vec![
            place("dav", Kind::WebDav),
            place("file", Kind::Download),
            place("sync", Kind::BrowserSync),
        ],
        info: None,
        recovery_confirmed: false,
        ways_in: Default::default(),
        past: Past::default(),
    }
}

fn open() -> World {
    world(VaultState::Open(Box::default()))
}

fn at_history(world: World) -> (PageModel, Vec<HistoryRequest>) {
    let mut model = PageModel::default();
    page::update(&mut model, PageMsg::World(Box::new(world)), 0);
    let effects = page::update(&mut model, PageMsg::Go("history".into()), 0);
    (model, requests(effects))
}

fn requests(effects: Vec<Effect>) -> Vec<HistoryRequest> {
    let asked = effects.into_iter().filter_map(|effect| match effect {
        Effect::Ask(_, Request::History(request)) => Some(request),
        _ => None,
    });
    asked.collect()
}

fn snapshot(name: &str) -> Snapshot {
    Snapshot {
        name: name.into(),
        device: Id::from_bytes([7; 16]),
        sequence: 1,
        stored_at: Some(1),
        size: None,
        accounts: None,
        newest_of_device: false,
        known: Known::Listed,
    }
}

fn listed(model: &mut PageModel, names: &[&str]) {
    let list = Listed {
        snapshots: names.iter().map(|name| snapshot(name)).collect(),
        missing: Vec::new(),
    };
    let answer = Ok(Reply::History(HistoryReply::Listed(list)));
    let asked = model::Asked::History(Asked::List("dav".into()));
    page::update(model, PageMsg::Answered(asked, answer), 0);
}

fn press(model: &mut PageModel, action: Action) -> Vec<HistoryRequest> {
    let action = model::Action::History(action);
    requests(page::update(model, PageMsg::Act(action), 0))
}

fn at(name: &str) -> At {
    At {
        destination: "dav".into(),
        snapshot: name.into(),
    }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in pairs {
        fields.insert(name, (*text).to_owned());
    }
    fields
}

#[test]
fn every_place_that_can_be_read_is_asked_once() {
    let (mut model, asked) = at_history(open());
    let places: Vec<_> = asked
        .iter()
        .map(|request| match request {
            HistoryRequest::List { destination } => destination.as_str(),
            _ => "",
        })
        .collect();
    assert_eq!(places, ["dav", "sync"]);
    // Storage is read again meanwhile: nobody is asked twice.
    let effects = page::update(&mut model, PageMsg::World(Box::new(open())), 0);
    assert!(requests(effects).is_empty());
    let places = open().places;
    assert_eq!(listable(&places).count(), 2);
    assert_eq!(checkable(&places).count(), 1);
}

#[test]
fn a_locked_page_asks_nobody_and_takes_no_answer() {
    let (_, asked) = at_history(world(VaultState::Locked));
    assert!(asked.is_empty());
    let (mut model, _) = at_history(open());
    let locked = world(VaultState::Locked);
    page::update(&mut model, PageMsg::World(Box::new(locked)), 0);
    listed(&mut model, &["old"]);
    assert!(model.history.lists.is_empty());
}

#[test]
fn nothing_is_brought_back_before_it_was_said_what_that_means() {
    let (mut model, _) = at_history(open());
    listed(&mut model, &["old"]);
    assert!(press(&mut model, Action::Restore).is_empty());
    assert!(matches!(
        press(&mut model, Action::Look(at("old"))).as_slice(),
        [HistoryRequest::Look(looked)] if *looked == at("old")
    ));
    assert!(press(&mut model, Action::Restore).is_empty());
    press(&mut model, Action::Ask(Wanted::All));
    press(&mut model, Action::Cancel);
    assert!(press(&mut model, Action::Restore).is_empty());
    press(
        &mut model,
        Action::Ask(Wanted::One(Id::from_bytes([1; 16]))),
    );
    assert!(matches!(
        press(&mut model, Action::Restore).as_slice(),
        [HistoryRequest::Restore {
            account: Some(_),
            ..
        }]
    ));
    // Pressed twice, it is done once.
    assert!(press(&mut model, Action::Restore).is_empty());
    let answer = Ok(Reply::History(HistoryReply::Restored { accounts: 1 }));
    let asked = model::Asked::History(Asked::Restore);
    let effects = page::update(&mut model, PageMsg::Answered(asked, answer), 0);
    assert!(model.history.open.is_none());
    assert!(!requests(effects).is_empty(), "the list is read anew");
}

#[test]
fn an_answer_about_another_snapshot_is_no_answer() {
    let (mut model, _) = at_history(open());
    listed(&mut model, &["old", "older"]);
    press(&mut model, Action::Look(at("old")));
    press(&mut model, Action::Look(at("older")));
    let answer = Ok(Reply::History(
        HistoryReply::Compared(Comparison::default()),
    ));
    let asked = model::Asked::History(Asked::Look(at("old")));
    page::update(&mut model, PageMsg::Answered(asked, answer), 0);
    assert!(model.history.open.as_ref().unwrap().compared.is_none());
    // What is not in the list can't be opened.
    press(&mut model, Action::Back);
    assert!(press(&mut model, Action::Look(at("unheard of"))).is_empty());
}

#[test]
fn what_is_kept_has_bounds() {
    let (mut model, _) = at_history(open());
    let mut sent = |recent: &str, days: &str, months: &str| {
        let typed = fields(&[("recent", recent), ("days", days), ("months", months)]);
        let form = AnyForm::History(Form::Retention);
        let effects = page::update(&mut model, PageMsg::Submit(form, typed), 0);
        let refused = model.forms.refused.take();
        model.forms = Default::default();
        (
            requests(effects).pop(),
            refused.map(|(_, failure)| failure.code),
        )
    };
    let usual = Retention::default();
    let (sent_usual, _) = sent("20", " 30 ", "12");
    assert!(matches!(sent_usual, Some(HistoryRequest::Keep(kept)) if kept == usual));
    for (numbers, code) in [
        (("0", "30", "12"), "retention_recent"),
        (("201", "30", "12"), "retention_recent"),
        (("20", "-1", "12"), "retention_days"),
        (("20", "30", "1.5"), "retention_months"),
        (("20", "30", ""), "retention_months"),
    ] {
        let (request, refused) = sent(numbers.0, numbers.1, numbers.2);
        assert!(request.is_none());
        assert_eq!(refused.as_deref(), Some(code));
    }
}

#[test]
fn a_rehearsal_needs_something_typed_and_goes_where_it_can_be_checked() {
    let (mut model, _) = at_history(open());
    let mut sent = |secret: &str| {
        let typed = fields(&[("secret", secret), ("destination", "")]);
        let form = AnyForm::History(Form::Rehearse);
        let effects = page::update(&mut model, PageMsg::Submit(form, typed), 0);
        model.forms = Default::default();
        requests(effects).pop()
    };
    assert!(sent("  ").is_none());
    assert!(matches!(
        sent(" typed "),
        Some(HistoryRequest::Rehearse { destination, secret })
            if destination == "dav" && secret == " typed "
    ));
}

#[test]
fn every_event_has_its_words_in_both_languages() {
    let device: holdfast_backup::name::DeviceTag = "device00".parse().unwrap();
    let (sequence, accounts) = (3, 2);
    let all = [
        What::Connected,
        What::Disconnected,
        What::ReadBack { sequence, accounts },
        What::Opened { sequence, accounts },
        What::Failed {
            cause: Cause::Unreachable,
            status: None,
        },
        What::Failed {
            cause: Cause::StorageFull,
            status: Some(507),
        },
        What::Recovered,
        What::Lost {
            sequence,
            cause: Cause::Gone,
        },
        What::Resealed,
        What::Merged {
            device: device.clone(),
            sequence,
        },
        What::NotMerged {
            device: device.clone(),
            sequence,
        },
        What::Pruned { sequence },
        What::Copied,
        What::StartedAnew,
        What::RolledBack { device },
        What::Rehearsed { agreed: 2, of: 2 },
    ];
    let mut world = open();
    for language in ["en", "de"] {
        let messages = Messages::read(language);
        for what in &all {
            let said = draw_log::words(what, &world).resolve(&messages);
            assert!(said.ends_with(['.', ')']), "{what:?}: {said}");
        }
    }
    // In the file a destination has a number, and no address.
    let events = all.into_iter().enumerate();
    let log = events.map(|(at, what)| Event {
        at: at as u64,
        what,
    });
    world.past.places.push(PlacePast {
        id: "dav".into(),
        log: log.collect(),
        rehearsal: None,
        suggestion: None,
    });
    let lines = draw_log::lines(&world);
    assert_eq!(lines.len(), 16);
    assert!(!format!("{lines:?}").contains("nas.example"));
}

#[test]
fn a_device_that_nobody_has_named_is_named_once() {
    let unnamed = |model: &mut PageModel, world: World| {
        let effects = page::update(model, PageMsg::World(Box::new(world)), 0);
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::NameDevice))
    };
    let mut world = open();
    let mut model = PageModel::default();
    assert!(
        !unnamed(&mut model, world.clone()),
        "nobody knows who this is"
    );
    world.info = Some(holdfast_backup::vault::VaultInfo {
        tag: "vaultvault".parse().unwrap(),
        device: "device00".parse().unwrap(),
        version: 1,
        content: holdfast_backup::digest::Digest::of(&[]),
        accounts: 0,
        changed_at: 0,
        changes: Vec::new(),
        unlocked: true,
        saved: true,
        fell_back: None,
    });
    world.vault = VaultState::Open(Box::default());
    assert!(unnamed(&mut model, world.clone()));
    assert!(!unnamed(&mut model, world));
}
