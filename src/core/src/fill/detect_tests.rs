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

/// A field with this label, in a form of its own, under this text.
fn labelled(text: &str, label: &str) -> Frame {
    page(text, |f| {
        f.label = label.into();
        f.inputmode = "numeric".into();
        f.max = Some(8);
    })
}

#[test]
fn a_label_is_evidence_once() {
    // It stands before its field, too: that does not make it what surrounds the field.
    let frame = labelled("Access code", "Access code");
    assert!(!found(&frame));
    assert!(found(&labelled("Two-factor authentication", "Access code")));
}

#[test]
fn a_printed_code_and_one_known_by_heart_are_left_alone() {
    for (text, label) in [
        ("Certificate verification", "Verification code"),
        ("Activate your license", "Activation code"),
        ("Guest Wi-Fi", "Access code"),
        ("Prüfcode auf dem Etikett", "Code eingeben"),
        ("Enter your PIN", "Code"),
        ("Choose a 6-digit passcode", "Passcode"),
    ] {
        assert!(!found(&labelled(text, label)), "{text}: {label}");
    }
    // The same words, where a code was sent.
    assert!(found(&labelled(
        "We sent a code to your phone to show your certificate",
        "Verification code"
    )));
}

#[test]
fn a_passcode_hidden_like_a_password_needs_a_word_about_signing_in() {
    let hidden = |text: &str| {
        page(text, |f| {
            f.r#type = "password".into();
            f.label = "Passcode".into();
        })
    };
    assert!(!found(&hidden("Enter passcode to continue.")));
    assert!(found(&hidden("Two-Factor Authentication")));
}

#[test]
fn where_a_code_is_sent_to_is_no_place_for_it() {
    let frame = |button: &str| {
        let mut frame = page(
            "Sign in with a one-time code instead of your password",
            |f| {
                f.name = "identifier".into();
                f.inputmode = "numeric".into();
                f.max = Some(10);
            },
        );
        frame.stream[2].words = button.into();
        frame
    };
    assert_eq!(
        why(&frame("Send me a code")),
        Some(Veto::Meaning(Concept::Send))
    );
    assert_eq!(why(&frame("Continue")), None);
}

#[test]
fn a_button_that_sends_a_code_speaks_for_a_field_that_names_one() {
    let frame = |button: &str| {
        let mut frame = page("", |f| f.label = "验证码".into());
        frame.stream[2].words = button.into();
        frame.fields.push(Field {
            label: "手机号".into(),
            ..frame.fields[0].clone()
        });
        frame
    };
    assert!(found(&frame("获取验证码")));
    assert!(!found(&frame("OK")));
}

#[test]
fn a_field_that_says_nothing_is_found_if_it_is_the_only_one_under_what_was_sent() {
    let text = "We sent a code to your e-mail address";
    assert!(found(&page(text, |f| f.name = "x".into())));
    let mut frame = page(text, |f| f.name = "x".into());
    frame.fields.push(Field {
        name: "y".into(),
        ..frame.fields[0].clone()
    });
    assert!(!found(&frame), "two of them");
}

#[test]
fn a_label_may_tell_the_whole_story() {
    assert!(found(&page("", |f| {
        f.label = "Enter the digits we texted to your mobile number".into();
        f.inputmode = "numeric".into();
    })));
}

#[test]
fn some_call_the_code_a_secret_key() {
    let joomla = |title: &str| {
        page("", |f| {
            f.autocomplete = "one-time-code".into();
            f.label = "Secret Key".into();
            f.title = title.into();
        })
    };
    assert!(found(&joomla("If you use two factor authentication")));
    assert!(!found(&joomla("")));
}

#[test]
fn a_recovery_code_is_none_whatever_programs_call_its_field() {
    for name in ["backup-otp_token", "otp"] {
        let frame = page("Use this form for entering backup tokens", |f| {
            f.name = name.into();
            f.label = "Token".into();
        });
        assert!(!found(&frame), "{name}");
    }
}
