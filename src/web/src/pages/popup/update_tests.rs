//! What the popup does, played through without a browser.

use super::*;
use crate::message::{Request, Settings, VaultRequest};
use crate::pages::form::Fields;
use crate::pages::text::tests::Messages;
use holdfast_core::otpauth;
use holdfast_core::vault::{Clock, DeviceId, Duplicates, EditContext, Vault};

/// RFC 6238's secret: at 59 s the code of 8 digits is 94287082.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn vault(uris: &[&str]) -> (Vault, Vec<Id>) {
    let mut vault = Vault::default();
    let mut next = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(29).wrapping_add(7);
            *byte = next;
        }
    };
    let device = DeviceId::from_bytes([1; 16]);
    let mut clock = Clock::default();
    let mut context = EditContext {
        device,
        now: 1_000,
        clock: &mut clock,
        random: &mut random,
    };
    let ids = uris
        .iter()
        .map(|uri| {
            vault
                .add(otpauth::parse(uri).unwrap(), Duplicates::Keep, &mut context)
                .unwrap()
        })
        .collect();
    (vault, ids)
}

fn uri(kind: &str, name: &str, more: &str) -> String {
    format!("otpauth://{kind}/{name}:jane?secret={SECRET}&issuer={name}{more}")
}

fn opened(names: &[&str]) -> (Model, Vec<Id>) {
    let uris: Vec<String> = names
        .iter()
        .map(|name| uri("totp", name, "&digits=8"))
        .collect();
    let (vault, ids) = vault(&uris.iter().map(String::as_str).collect::<Vec<_>>());
    let mut model = Model::default();
    update(&mut model, world(VaultState::Open(Box::new(vault))), 0);
    (model, ids)
}

fn world(vault: VaultState) -> Msg {
    Msg::Vault(Box::new(vault), Settings::default())
}

fn asked(effects: &[Effect]) -> Vec<&Request> {
    let requests = effects.iter().filter_map(|effect| match effect {
        Effect::Ask(_, request) => Some(request),
        _ => None,
    });
    requests.collect()
}

fn copied(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Copy(_, text) => Some(text.as_str()),
        _ => None,
    })
}

fn typed(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in pairs {
        fields.insert(name, (*text).to_owned());
    }
    fields
}

#[test]
fn the_first_screen_follows_from_storage() {
    for (vault, screen) in [
        (VaultState::Nothing, Screen::Welcome),
        (VaultState::Locked, Screen::Locked),
        (VaultState::Damaged, Screen::Damaged),
        (VaultState::Newer, Screen::Newer),
        (VaultState::Open(Box::default()), Screen::List),
    ] {
        let mut model = Model::default();
        update(&mut model, world(vault), 0);
        assert_eq!(model.screen, screen);
    }
}

#[test]
fn nothing_of_the_vault_outlives_its_lock() {
    let (mut model, ids) = opened(&["One"]);
    update(&mut model, Msg::Search("one".into()), 0);
    update(&mut model, Msg::Act(Action::Menu(ids[0])), 0);
    model.hotp.insert(ids[0], "123456".into());
    update(&mut model, Msg::Act(Action::Edit(ids[0])), 0);
    update(&mut model, world(VaultState::Locked), 0);
    assert_eq!(model.screen, Screen::Locked);
    assert!(
        model.vault.is_none()
            && model.hotp.is_empty()
            && model.query.is_empty()
            && model.menu.is_none()
    );
}

#[test]
fn a_change_elsewhere_does_not_interrupt_typing() {
    let (mut model, ids) = opened(&["One", "Two"]);
    let vault = model.vault.clone().unwrap();
    update(&mut model, Msg::Act(Action::Edit(ids[1])), 0);
    let effects = update(&mut model, world(VaultState::Open(Box::new(vault))), 0);
    assert_eq!((model.screen, effects.len()), (Screen::Edit(ids[1]), 0));
    // Unless the account itself is gone.
    update(&mut model, world(VaultState::Open(Box::default())), 0);
    assert_eq!(model.screen, Screen::List);
}

#[test]
fn copying_takes_the_code_of_that_moment() {
    let (mut model, ids) = opened(&["One"]);
    let effects = update(&mut model, Msg::Act(Action::Copy(ids[0], None)), 59_000);
    assert_eq!(copied(&effects), Some("94287082"));
    let effects = update(
        &mut model,
        Msg::Act(Action::Copy(ids[0], None)),
        1_111_111_109_000,
    );
    assert_eq!(copied(&effects), Some("07081804"));
}

#[test]
fn where_the_clock_is_wrong_the_corrected_code_is_copied() {
    let (mut model, ids) = opened(&["One"]);
    let copy = Msg::Act(Action::Copy(ids[0], None));
    for (ahead, now) in [(60_000, 1_111_111_049_000), (-60_000, 1_111_111_169_000)] {
        model.settings.ahead = ahead;
        let effects = update(&mut model, copy.clone(), now);
        assert_eq!(copied(&effects), Some("07081804"), "{ahead}");
    }
}

#[test]
fn enter_copies_the_first_match_and_nothing_without_a_search() {
    let (mut model, _) = opened(&["Alpha", "Beta"]);
    assert!(update(&mut model, Msg::Act(Action::Enter), 59_000).is_empty());
    update(&mut model, Msg::Search("beta".into()), 0);
    assert_eq!(
        copied(&update(&mut model, Msg::Act(Action::Enter), 59_000)),
        Some("94287082")
    );
    update(&mut model, Msg::Search("gamma".into()), 0);
    assert!(update(&mut model, Msg::Act(Action::Enter), 0).is_empty());
}

#[test]
fn a_counter_moves_only_when_asked() {
    let (vault, ids) = vault(&[&uri("hotp", "Counted", "&counter=1")]);
    let credential = *vault
        .get(ids[0])
        .unwrap()
        .credentials
        .keys()
        .next()
        .unwrap();
    let mut model = Model::default();
    update(&mut model, world(VaultState::Open(Box::new(vault))), 0);
    let effects = update(&mut model, Msg::Act(Action::Copy(ids[0], None)), 0);
    assert!(asked(&effects).is_empty() && copied(&effects).is_none());
    let effects = update(&mut model, Msg::Act(Action::NextHotp(ids[0], None)), 0);
    assert!(matches!(
        asked(&effects)[..],
        [Request::Vault(VaultRequest::NextHotp { .. })]
    ));
    let again = update(&mut model, Msg::Act(Action::NextHotp(ids[0], None)), 0);
    assert!(asked(&again).is_empty(), "moved past a code nobody saw");
    let answer = Ok(Reply::Code {
        text: "287082".into(),
    });
    update(
        &mut model,
        Msg::Answered(Asked::NextHotp(ids[0], credential), answer),
        0,
    );
    let effects = update(&mut model, Msg::Act(Action::Copy(ids[0], None)), 0);
    assert_eq!(copied(&effects), Some("287082"));
    let effects = update(&mut model, Msg::Act(Action::NextHotp(ids[0], None)), 0);
    assert_eq!(asked(&effects).len(), 1, "never again");
}

#[test]
fn moving_names_the_account_to_stand_before() {
    let (mut model, ids) = opened(&["One", "Two", "Three"]);
    let mut before = |action| match asked(&update(&mut model, Msg::Act(action), 0))[..] {
        [Request::Vault(VaultRequest::Move { before, .. })] => Some(*before),
        _ => None,
    };
    assert_eq!(before(Action::MoveUp(ids[1])), Some(Some(ids[0])));
    assert_eq!(before(Action::MoveDown(ids[0])), Some(Some(ids[2])));
    assert_eq!(before(Action::MoveDown(ids[1])), Some(None));
    assert_eq!(before(Action::MoveUp(ids[0])), None);
    assert_eq!(before(Action::MoveDown(ids[2])), None);
}

#[test]
fn a_deleted_account_can_be_brought_back_by_the_toast() {
    let (mut model, ids) = opened(&["One"]);
    update(
        &mut model,
        Msg::Answered(Asked::Delete(ids[0]), Ok(Reply::Done)),
        0,
    );
    let toast = model.toast.clone().unwrap();
    assert_eq!(toast.text[0].resolve(&Messages::read("en")), "One deleted");
    // An older timer does not take it away.
    update(&mut model, Msg::ToastGone(toast.number.wrapping_add(1)), 0);
    let effects = update(&mut model, Msg::Act(Action::Toast), 0);
    assert!(
        matches!(asked(&effects)[..], [Request::Vault(VaultRequest::Undelete { ids: back })] if *back == ids)
    );
    assert!(model.toast.is_none());
}

#[test]
fn only_what_was_changed_is_sent() {
    let (mut model, ids) = opened(&["One"]);
    update(&mut model, Msg::Act(Action::Edit(ids[0])), 0);
    let same = [
        ("issuer", "One"),
        ("label", "jane"),
        ("note", ""),
        ("secret", ""),
        ("type", "totp"),
        ("algorithm", "SHA1"),
        ("digits", "8"),
        ("period", "30"),
        ("counter", "0"),
    ];
    let effects = update(&mut model, Msg::Submit(Form::Edit, typed(&same)), 0);
    assert!(asked(&effects).is_empty());
    assert_eq!(model.screen, Screen::List);

    let sent = |changes: &[(&str, &str)]| {
        let (mut model, ids) = opened(&["One"]);
        update(&mut model, Msg::Act(Action::Edit(ids[0])), 0);
        let mut fields = typed(&same);
        for (name, text) in changes {
            fields.insert(name, (*text).to_owned());
        }
        match asked(&update(&mut model, Msg::Submit(Form::Edit, fields), 0))[..] {
            [Request::Vault(VaultRequest::Edit { edit, .. })] => edit.clone(),
            _ => panic!("nothing sent for {changes:?}"),
        }
    };
    let edit = sent(&[("issuer", "Uno")]);
    assert_eq!(
        (edit.issuer.as_deref(), edit.label, edit.credential),
        (Some("Uno"), None, None)
    );
    assert!(sent(&[("secret", SECRET)]).credential.is_some());
    // Parameters without a secret are answered, not ignored.
    assert!(sent(&[("digits", "6")]).credential.is_some());
    assert!(sent(&[("type", "hotp")]).credential.is_some());
}

#[test]
fn a_passphrase_below_the_floor_is_refused_before_it_is_sent() {
    let mut model = Model::default();
    update(&mut model, world(VaultState::Nothing), 0);
    let fields = typed(&[("passphrase", "short"), ("repeat", "short")]);
    assert!(asked(&update(&mut model, Msg::Submit(Form::Create, fields), 0)).is_empty());
    assert_eq!(
        model.forms.failure_of(&Form::Create).unwrap().code,
        "passphrase_too_short"
    );
    let long = "ropes and tides and lanterns";
    let fields = typed(&[("passphrase", long), ("repeat", long)]);
    assert!(matches!(
        asked(&update(
            &mut model,
            Msg::Submit(Form::Create, fields.clone()),
            0
        ))[..],
        [Request::Create(_)]
    ));
    // A second click while it is under way does nothing.
    assert!(update(&mut model, Msg::Submit(Form::Create, fields), 0).is_empty());
}

#[test]
fn a_wrong_passphrase_says_so_at_the_form() {
    let mut model = Model::default();
    update(&mut model, world(VaultState::Locked), 0);
    update(
        &mut model,
        Msg::Submit(Form::Unlock, typed(&[("passphrase", "wrong one")])),
        0,
    );
    update(
        &mut model,
        Msg::Answered(
            Asked::Form(Form::Unlock),
            Err(Failure::new("wrong_passphrase")),
        ),
        0,
    );
    assert_eq!(
        model.forms.failure_of(&Form::Unlock).unwrap().code,
        "wrong_passphrase"
    );
    assert_eq!(
        (model.screen, model.forms.busy.clone()),
        (Screen::Locked, None)
    );
}

#[test]
fn a_popup_opened_again_shows_that_unlocking_goes_on() {
    let mut model = Model::default();
    update(&mut model, world(VaultState::Locked), 0);
    assert!(update(&mut model, Msg::Unlocking(false), 0).is_empty());
    assert!(!update(&mut model, Msg::Unlocking(true), 0).is_empty());
    assert_eq!(model.forms.busy, Some(Form::Unlock));
    // Storage moves meanwhile; nothing else is asked.
    update(&mut model, world(VaultState::Locked), 0);
    assert!(update(&mut model, Msg::Unlocking(true), 0).is_empty());
    assert_eq!(model.forms.busy, Some(Form::Unlock));
    // It ends without the vault being open: the reason went to whoever has asked.
    update(&mut model, Msg::Unlocking(false), 0);
    assert_eq!(model.forms.busy, None);
    let failure = model.forms.failure_of(&Form::Unlock).unwrap();
    assert_eq!(failure.code, "unlock_unfinished");
    // … or with it open.
    update(&mut model, Msg::Unlocking(true), 0);
    let (vault, _) = vault(&[]);
    update(&mut model, world(VaultState::Open(Box::new(vault))), 0);
    assert_eq!(model.forms, Default::default());
    assert!(update(&mut model, Msg::Unlocking(false), 0).is_empty());
}

#[test]
fn what_this_popup_has_asked_for_is_answered_to_it() {
    let mut model = Model::default();
    update(&mut model, world(VaultState::Locked), 0);
    let mut fields = Fields::default();
    fields.insert("passphrase", "four words".to_owned());
    update(&mut model, Msg::Submit(Form::Unlock, fields), 0);
    update(&mut model, Msg::Unlocking(true), 0);
    assert!(update(&mut model, Msg::Unlocking(false), 0).is_empty());
    assert_eq!(model.forms.busy, Some(Form::Unlock));
}

#[test]
fn what_was_added_is_said_and_what_was_not_is_listed() {
    let added = |ids: Vec<Id>, refused: Vec<Refused>, duplicates| {
        let (mut model, _) = opened(&[]);
        update(&mut model, Msg::Act(Action::OpenAdd), 0);
        let reply = Reply::Added {
            ids,
            refused,
            duplicates,
        };
        update(
            &mut model,
            Msg::Answered(Asked::Form(Form::Uri), Ok(reply)),
            0,
        );
        model
    };
    let id = Id::from_bytes([3; 16]);
    let refused = |line| Refused {
        line,
        why: Failure::new("plain_text"),
    };
    let model = added(vec![id], Vec::new(), 2);
    let said: Vec<String> = model
        .toast
        .unwrap()
        .text
        .iter()
        .map(|text| text.resolve(&Messages::read("en")))
        .collect();
    assert_eq!(said, ["1 account added", "2 were there already"]);
    assert_eq!(model.screen, Screen::List);
    let model = added(vec![id], vec![refused(2)], 0);
    assert_eq!((model.screen, model.refused.len()), (Screen::Add, 1));
    let model = added(Vec::new(), vec![refused(1)], 0);
    assert_eq!(
        model.forms.failure_of(&Form::Uri).unwrap().code,
        "plain_text"
    );
}

#[test]
fn an_image_without_a_code_is_explained() {
    let (mut model, _) = opened(&[]);
    update(&mut model, Msg::Act(Action::OpenAdd), 0);
    update(&mut model, Msg::Read(Seen::Nothing), 0);
    assert_eq!(model.forms.failure_of(&Form::Uri).unwrap().code, "no_qr");
    let effects = update(
        &mut model,
        Msg::Read(Seen::Texts(vec!["otpauth://x".into()])),
        0,
    );
    assert!(
        matches!(asked(&effects)[..], [Request::Vault(VaultRequest::AddUris { text })] if text == "otpauth://x")
    );
}
