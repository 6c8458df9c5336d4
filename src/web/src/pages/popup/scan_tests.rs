use super::*;
use crate::message::{Request, VaultRequest};
use crate::pages::popup::model::Asked;

fn adding() -> Model {
    Model {
        screen: Screen::Add,
        ..Model::default()
    }
}

fn texts(texts: &[&str]) -> Seen {
    Seen::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
}

/// What is asked to be added.
fn added(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask(Asked::Form(Form::Uri), Request::Vault(VaultRequest::AddUris { text })) => {
            Some(text.as_str())
        }
        _ => None,
    })
}

#[test]
fn one_code_is_taken_at_once() {
    let mut model = adding();
    press(&mut model, Press::Page);
    assert_eq!(model.forms.busy, Some(Form::Uri));
    let effects = seen_page(&mut model, texts(&["otpauth://one"]));
    assert_eq!(added(&effects), Some("otpauth://one"));
    assert_eq!(model.scan, None);
}

#[test]
fn several_codes_are_taken_when_that_is_wanted() {
    let mut model = adding();
    let effects = seen_page(&mut model, texts(&["otpauth://one", "otpauth://two"]));
    assert_eq!(added(&effects), None);
    assert_eq!(model.forms.busy, None);
    let effects = press(&mut model, Press::All);
    assert_eq!(added(&effects), Some("otpauth://one\notpauth://two"));
    assert_eq!(model.scan, None);
}

#[test]
fn a_box_is_drawn_and_only_that_is_read() {
    for seen in [texts(&["otpauth://one", "otpauth://two"]), Seen::Nothing] {
        let mut model = adding();
        seen_page(&mut model, seen);
        let effects = press(&mut model, Press::Open);
        assert!(matches!(effects[0], Effect::ShowPage));
        assert_eq!(model.screen, Screen::Region);
        assert!(model.scan.as_ref().unwrap().texts.is_empty());
        let drawn = Region::between((0.1, 0.1), (0.4, 0.5)).unwrap();
        press(&mut model, Press::Draw(drawn));
        let effects = press(&mut model, Press::Read);
        assert!(matches!(effects[0], Effect::ScanRegion(region) if region == drawn));
        // Nothing in it: the box stays, to be drawn better.
        seen_region(&mut model, Seen::Nothing);
        let scan = model.scan.as_ref().unwrap();
        assert!(scan.empty && scan.region == drawn);
        let effects = seen_region(&mut model, texts(&["otpauth://one"]));
        assert_eq!(added(&effects), Some("otpauth://one"));
        assert_eq!((model.screen, &model.scan), (Screen::Add, &None));
    }
}

#[test]
fn a_page_without_a_code_offers_the_box() {
    let mut model = adding();
    seen_page(&mut model, Seen::Nothing);
    let failure = model.forms.failure_of(&Form::Uri).unwrap();
    assert_eq!(failure.code, "no_qr_on_page");
    assert!(model.scan.is_some());
    // A page that can't be looked at has no picture to draw in.
    press(&mut model, Press::Page);
    seen_page(&mut model, Seen::Failed("page_not_visible"));
    assert_eq!(model.scan, None);
}
