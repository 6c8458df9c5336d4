use super::*;
use crate::fill::page::{Form, Item};

/// A page of one form: text before the field, and the field.
fn page(text: &str, change: impl FnOnce(&mut Field)) -> Frame {
    let mut field = Field {
        kind: "input".into(),
        r#type: "text".into(),
        x: 100.0,
        y: 200.0,
        w: 240.0,
        h: 32.0,
        opacity: 1.0,
        rendered: true,
        ..Field::default()
    };
    change(&mut field);
    let item = |kind: &str, words: &str, field| Item {
        kind: kind.into(),
        words: words.into(),
        form: 0,
        field,
        ..Item::default()
    };
    Frame {
        forms: vec![Form::default()],
        stream: vec![
            item("text", text, None),
            item("field", "", Some(0)),
            item("button", "Continue", None),
        ],
        fields: vec![field],
        ..Frame::default()
    }
}

fn found(frame: &Frame) -> bool {
    detect(std::slice::from_ref(frame)).is_some()
}

fn why(frame: &Frame) -> Option<Veto> {
    explain(frame)
        .into_iter()
        .find_map(|(_, verdict)| verdict.err())
}

#[test]
fn what_a_field_is_called_or_what_surrounds_it_is_enough() {
    assert!(found(&page("", |f| f.autocomplete = "one-time-code".into())));
    assert!(found(&page("", |f| f.name = "otpCode".into())));
    assert!(found(&page("", |f| f.label = "Bestätigungscode".into())));
    assert!(found(&page("We sent a code to your phone", |f| {
        f.label = "Code".into();
        f.max = Some(6);
    })));
    assert!(!found(&page("", |f| f.label = "Code".into())));
    assert!(!found(&page("Welcome", |f| f.label = "Comment".into())));
}

#[test]
fn a_declared_code_that_nobody_sees_stays_empty() {
    let hidden: [fn(&mut Field); 7] = [
        |f| f.rendered = false,
        |f| f.opacity = 0.0,
        |f| f.w = 1.0,
        |f| f.beyond = true,
        |f| f.covered = true,
        |f| f.readonly = true,
        |f| f.disabled = true,
    ];
    for hide in hidden {
        let frame = page("Enter your code", |f| {
            f.autocomplete = "one-time-code".into();
            hide(f);
        });
        assert!(!found(&frame), "{:?}", frame.fields);
    }
    let mut frame = page("", |f| f.autocomplete = "one-time-code".into());
    frame.frame.opacity = 0.1;
    assert!(!found(&frame), "in a transparent frame");
}

#[test]
fn other_meanings_hold_against_a_declaration() {
    for (label, meaning) in [
        ("Recovery code", Concept::Recovery),
        ("Gutscheincode", Concept::Promo),
        ("Invite code", Concept::Invite),
        ("Card security code", Concept::Card),
        ("TOTP secret", Concept::Secret),
        ("Captcha code", Concept::Captcha),
    ] {
        let frame = page("", |f| {
            f.autocomplete = "one-time-code".into();
            f.label = label.into();
        });
        assert!(!found(&frame), "{label}");
        assert!(
            matches!(why(&frame), Some(Veto::Card)) || why(&frame) == Some(Veto::Meaning(meaning)),
            "{label}: {:?}",
            why(&frame)
        );
    }
    assert!(found(&page("", |f| f.label = "OTP or recovery code".into())));
}

#[test]
fn a_password_field_is_one_for_codes_if_it_says_so() {
    assert!(found(&page("Enter your RSA SecurID passcode.", |f| {
        f.r#type = "password".into();
        f.name = "Passcode".into();
    })));
    assert!(!found(&page("Sign in", |f| {
        f.r#type = "password".into();
        f.name = "pin".into();
        f.label = "PIN".into();
    })));
}

#[test]
fn a_person_may_choose_what_no_rule_would() {
    let frame = page("", |f| f.label = "Anything".into());
    assert_eq!(chosen(&frame, 0), Some(vec![0]));
    assert_eq!(chosen(&frame, 1), None);
    assert_eq!(chosen(&page("", |f| f.readonly = true), 0), None);
}
