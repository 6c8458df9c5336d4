//! What the section does, played through without a browser.

use super::*;
use crate::message::keys::{KeysAtDestinations, KeysRequest, Route};
use crate::message::{DestinationRequest, Reply, Request, Settings};
use crate::pages::form::{Fields, Form as AnyForm, Sentence};
use crate::pages::options::model::{self, Asked, Model as Page, Msg as AnyMsg};
use crate::pages::options::update::{gated, update};
use crate::pages::text::tests::Messages;
use crate::pages::world::{VaultState, World};

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

fn started() -> Page {
    let mut model = Page::default();
    let open = world(VaultState::Open(Box::default()));
    update(&mut model, AnyMsg::World(Box::new(open)), 0);
    model
}

fn submitted(page: &mut Page, form: Form, pairs: &[(&str, &str)]) -> Option<Request> {
    page.forms = Default::default();
    let mut fields = Fields::default();
    for (name, text) in pairs {
        fields.insert(name, (*text).to_owned());
    }
    asked(update(
        page,
        AnyMsg::Submit(AnyForm::Security(form), fields),
        0,
    ))
}

fn asked(effects: Vec<model::Effect>) -> Option<Request> {
    effects.into_iter().find_map(|effect| match effect {
        model::Effect::Ask(_, request) => Some(request),
        _ => None,
    })
}

fn answer(page: &mut Page, form: Form, reply: Reply) -> Vec<model::Effect> {
    let asked = Asked::Form(AnyForm::Security(form));
    update(page, AnyMsg::Answered(asked, Ok(reply)), 7)
}

fn key() -> Reply {
    Reply::RecoveryKey {
        text: "AC2DE-DE3FE-GH4JE-KA5ME-NP6QE-RS7TE".into(),
    }
}

#[test]
fn the_recovery_sheet_is_confirmed_by_two_of_its_groups() {
    let mut page = started();
    let effects = answer(&mut page, Form::Recovery, key());
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, model::Effect::Security(Effect::MakeQr(_))))
    );
    let sheet = page.security.sheet.clone().unwrap();
    assert_eq!(sheet.groups.len(), 6);
    assert!(sheet.ask.0 < sheet.ask.1);
    let group = |index: usize| sheet.groups[index].to_string();
    let (first, second) = (group(sheet.ask.0), group(sheet.ask.1));
    let wrong = [("first", first.as_str()), ("second", "WRONG")];
    assert!(submitted(&mut page, Form::Confirm, &wrong).is_none());
    let typed = (first.to_lowercase(), format!(" {second} "));
    let right = [("first", typed.0.as_str()), ("second", typed.1.as_str())];
    let Some(Request::Keys(KeysRequest::CheckSheet { key: shown })) =
        submitted(&mut page, Form::Confirm, &right)
    else {
        panic!("the vault is not asked whether the sheet opens it");
    };
    assert_eq!(shown, "AC2DE-DE3FE-GH4JE-KA5ME-NP6QE-RS7TE");
    answer(&mut page, Form::Confirm, Reply::Done);
    assert!(page.security.sheet.is_none());
}

#[test]
fn the_first_run_shows_the_sheet_and_then_asks_for_a_destination() {
    let mut page = Page::default();
    update(
        &mut page,
        AnyMsg::World(Box::new(world(VaultState::Nothing))),
        0,
    );
    let mut fields = Fields::default();
    for name in ["passphrase", "repeat"] {
        fields.insert(name, LONG.to_owned());
    }
    let request = asked(update(
        &mut page,
        AnyMsg::Submit(AnyForm::Create, fields),
        0,
    ));
    assert!(matches!(
        request,
        Some(Request::Keys(KeysRequest::Begin { .. }))
    ));
    let created = Asked::Form(AnyForm::Create);
    update(&mut page, AnyMsg::Answered(created, Ok(key())), 0);
    assert!(page.security.sheet.as_ref().unwrap().first_run);
    // Put off or confirmed: a destination comes next.
    let later = model::Action::Security(Action::CloseSheet);
    let effects = update(&mut page, AnyMsg::Act(later), 0);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, model::Effect::Go(place) if place == "connect"))
    );
}

#[test]
fn nothing_secret_stays_when_the_vault_is_locked() {
    let mut page = started();
    page.exported = Some("otpauth://…".into());
    answer(&mut page, Form::VaultKey, key());
    assert!(page.security.sheet.is_some());
    let effects = update(
        &mut page,
        AnyMsg::World(Box::new(world(VaultState::Locked))),
        0,
    );
    assert!(page.security.sheet.is_none() && page.exported.is_none());
    assert!(gated(&page));
    // What was being typed goes too, but not what is typed into a page that is locked already.
    let cleared = |effects: &[model::Effect]| {
        let clears = effects
            .iter()
            .filter(|effect| matches!(effect, model::Effect::Clear(_)));
        clears.count()
    };
    assert_eq!(cleared(&effects), AnyForm::all().count());
    let again = AnyMsg::World(Box::new(world(VaultState::Locked)));
    assert_eq!(cleared(&update(&mut page, again, 0)), 0);
}

#[test]
fn a_new_passphrase_needs_the_present_one() {
    let mut page = started();
    for form in [Form::Passphrase, Form::VaultKey] {
        let without = [("new", LONG), ("repeat", LONG)];
        assert!(submitted(&mut page, form.clone(), &without).is_none());
        let failure = page.forms.failure_of(&AnyForm::Security(form.clone()));
        assert_eq!(failure.unwrap().field.as_deref(), Some("current"));
        let with = [("current", "old"), ("new", LONG), ("repeat", LONG)];
        assert!(submitted(&mut page, form, &with).is_some());
    }
}

#[test]
fn a_passkey_is_made_only_after_the_passphrase_was_right() {
    let mut page = started();
    let fields = [("label", "laptop"), ("passphrase", LONG)];
    assert!(matches!(
        submitted(&mut page, Form::Passkey, &fields),
        Some(Request::Keys(KeysRequest::Prove { .. }))
    ));
    let effects = answer(&mut page, Form::Passkey, Reply::Done);
    assert!(matches!(
        &effects[0],
        model::Effect::Security(Effect::MakePasskey(label)) if label == "laptop"
    ));
    let made = NewPasskey {
        credential: "AA==".into(),
        salt: "BB==".into(),
        output: "CC==".into(),
    };
    let request = asked(update(&mut page, AnyMsg::Security(Msg::Made(Ok(made))), 0));
    assert!(matches!(
        request,
        Some(Request::Keys(KeysRequest::AddPasskey { passphrase, .. })) if passphrase == LONG
    ));
    assert!(page.security.pending.is_none());
}

#[test]
fn what_was_learnt_and_replaced_goes_to_the_engine() {
    let mut page = started();
    let learn = submitted(&mut page, Form::Learn, &[("secret", LONG)]);
    assert!(matches!(
        learn,
        Some(Request::Destination(DestinationRequest::Keys(
            KeysAtDestinations::Learn { .. }
        )))
    ));
    let press = || AnyMsg::Act(model::Action::Security(Action::ReplaceOlder));
    assert!(asked(update(&mut page, press(), 0)).is_some());
    // Once at a time.
    assert!(asked(update(&mut page, press(), 0)).is_none());
    let outcome = ReplacedOlder {
        deleted: 2,
        ..ReplacedOlder::default()
    };
    let answered = AnyMsg::Answered(Asked::Replaced, Ok(Reply::Replaced(outcome.clone())));
    update(&mut page, answered, 0);
    assert_eq!(page.security.replaced, Some(outcome));
}

#[test]
fn a_way_has_to_be_chosen() {
    let mut page = started();
    let form = Form::Way("k7".into());
    assert!(submitted(&mut page, form.clone(), &[("note", "the safe")]).is_none());
    let request = submitted(
        &mut page,
        form,
        &[("route", "this_vault"), ("second", "  ")],
    );
    let Some(Request::Keys(KeysRequest::SetWay { way, .. })) = request else {
        panic!("nothing asked")
    };
    assert_eq!(way.route, Route::ThisVault);
    assert!(way.is_circle());
}

#[test]
fn a_mistyped_recovery_key_names_the_group() {
    for (language, words) in [("en", "group 4"), ("de", "Gruppe 4")] {
        for code in ["recovery_key_groups", "recovery_key_length"] {
            let failure = Failure::of_field(code, "passphrase").detailed("4");
            let sentence = Sentence::of(&failure);
            let said = sentence.error.resolve(&Messages::read(language));
            assert!(said.contains(words), "{said}");
            assert_eq!(sentence.detail, None);
        }
    }
}
