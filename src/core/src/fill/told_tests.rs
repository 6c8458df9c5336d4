//! What people are told of a field outweighs what programs call it, and what stands around it.

use super::*;
use crate::fill::page::{Form, Item};

/// Texts, then fields one below the other with their labels, then a button.
pub fn page(texts: &[&str], labels: &[&str], change: impl Fn(usize, &mut Field)) -> Frame {
    let item = |kind: &str, words: &str, field| Item {
        kind: kind.into(),
        words: words.into(),
        form: 0,
        field,
        ..Item::default()
    };
    let mut frame = Frame {
        forms: vec![Form::default()],
        stream: texts.iter().map(|text| item("text", text, None)).collect(),
        ..Frame::default()
    };
    for (index, label) in labels.iter().enumerate() {
        let mut field = Field {
            kind: "input".into(),
            r#type: "text".into(),
            label: (*label).into(),
            x: 100.0,
            y: 200.0 + 60.0 * index as f64,
            w: 240.0,
            h: 32.0,
            opacity: 1.0,
            rendered: true,
            ..Field::default()
        };
        change(index, &mut field);
        if !label.is_empty() {
            frame.stream.push(item("text", label, None));
        }
        frame.stream.push(item("field", "", Some(index)));
        frame.fields.push(field);
    }
    frame.stream.push(item("button", "OK", None));
    frame
}

/// One field of this name and label.
fn one(texts: &[&str], name: &str, label: &str) -> Frame {
    page(texts, &[label], |_, field| field.name = name.into())
}

pub fn found(frame: &Frame) -> bool {
    detect(std::slice::from_ref(frame)).is_some()
}

const NONE: [usize; 0] = [];

/// The fields that are filled.
fn fields(frame: &Frame) -> Vec<usize> {
    detect(std::slice::from_ref(frame)).map_or_else(Vec::new, |target| target.fields)
}

#[test]
fn a_label_outweighs_a_name() {
    let sent = ["Sign in with a one-time code"];
    for (name, label) in [
        ("otp_phone", "Phone number"),
        ("otp_identifier", "Email or phone"),
        ("otp_device_name", "Device name"),
        ("otp_phone", "Số điện thoại"),
    ] {
        assert!(!found(&one(&sent, name, label)), "{label}");
    }
    assert!(found(&one(&sent, "otp_phone", "Code from your phone")));
    assert!(found(&one(
        &["We sent you a password by text message"],
        "otp",
        "Password"
    )));
}

#[test]
fn a_name_that_says_nothing_to_people_rules_nothing_out() {
    let sent = "We have just e-mailed you a one-off number. Please type it here:";
    let verdict = |text: &str| explain(&one(&[text], "q2", "")).remove(0).1;
    assert!(verdict(sent).is_ok());
    assert_eq!(
        verdict("Find a sample"),
        Err(Veto::Meaning(Concept::Search))
    );
}

#[test]
fn a_phrase_ends_where_an_attribute_does() {
    let frame = |id: &str| {
        page(
            &["From your authenticator app"],
            &["6-digit code"],
            |_, field| {
                field.id = id.into();
                field.names = "digits".into();
            },
        )
    };
    assert!(
        found(&frame("input-3")),
        "these are not the 3 digits of a card"
    );
    assert!(!found(&frame("card-3-digits")));
}

#[test]
fn a_setting_about_codes_takes_none() {
    let about = ["Two-factor authentication"];
    for label in [
        "Verification code length",
        "Longueur du code de vérification",
        "Länge des Bestätigungscodes",
        "认证码位数",
    ] {
        assert!(!found(&one(&about, "code", label)), "{label}");
    }
    assert!(!found(&one(&about, "otp_ttl", "One-time code")));
    assert!(found(&one(&about, "code", "Verification code")));
}

#[test]
fn what_cannot_be_typed_into_asks_for_nothing() {
    let frame = |readonly| {
        page(
            &["Enter the digits from your app"],
            &["Customer", ""],
            |index, field| field.readonly = readonly && index == 0,
        )
    };
    assert_eq!(Facts::others(&frame(true), &frame(true).fields[1], &[1]), 0);
    assert_eq!(
        Facts::others(&frame(false), &frame(false).fields[1], &[1]),
        1
    );
}

#[test]
fn a_button_that_looks_something_up_has_no_code_sent() {
    let frame = |button: &str| {
        let mut frame = one(&["ICD-10-Code"], "icd", "Code eingeben");
        frame.fields[0].max = Some(6);
        if let Some(last) = frame.stream.last_mut() {
            last.words = button.into();
        }
        explain(&frame).remove(0).1
    };
    assert_eq!(frame("Suchen"), Err(Veto::Meaning(Concept::Search)));
    assert!(frame("Weiter").is_ok());
}

#[test]
fn an_issuer_of_cards_asks_for_what_it_sent() {
    let verdict = |texts: &[&str]| explain(&one(texts, "challenge", "Passcode")).remove(0).1;
    let card = "Card number: XXXX XXXX XXXX 9071";
    assert!(verdict(&["Merchant: Pedalworks", card]).is_ok());
    assert_eq!(verdict(&[card]), Err(Veto::Meaning(Concept::Card)));
}

#[test]
fn a_shop_may_ask_for_the_code_of_the_bank_beside_the_card() {
    let asked = |label: &str| {
        let mut frame = page(&[], &["Card number"], |_, field| {
            field.name = "ccnum".into()
        });
        let sent = ["Your bank sent a one-time passcode to your phone"];
        let code = page(&sent, &[label], |_, field| field.name = "otp".into());
        frame.fields.extend(code.fields);
        frame
            .stream
            .extend(code.stream.into_iter().map(|item| Item {
                field: item.field.map(|_| 1),
                ..item
            }));
        found(&frame)
    };
    assert!(asked("One-time passcode"));
    assert!(!asked("Security code"));
}

#[test]
fn what_is_counted_is_set_and_not_typed_off_a_phone() {
    let about = ["One-time passwords"];
    for label in [
        "Maximum OTP requests",
        "OTP validity (minutes)",
        "Nombre de codes OTP par jour",
        "OTP 有效 分钟",
    ] {
        assert!(!found(&one(&about, "otp", label)), "{label}");
    }
    assert!(found(&one(&about, "otp", "OTP (valid for 5 minutes)")));
}

#[test]
fn where_settings_are_made_no_code_is_asked_for_by_a_name() {
    let frame = |heading: &str, label: &str| {
        let labels = ["Host", "Port", "Account", label];
        let mut frame = page(&[], &labels, |index, field| {
            field.name = ["host", "port", "account", "otp_id"][index].into();
        });
        let heading = Item {
            kind: "heading".into(),
            words: heading.into(),
            ..Item::default()
        };
        frame.stream.insert(0, heading);
        explain(&frame).remove(3).1
    };
    let setting = Err(Veto::Meaning(Concept::Setting));
    assert_eq!(frame("SMS settings", "Value"), setting);
    assert_eq!(frame("SMS-Einstellungen", "Value"), setting);
    assert!(frame("SMS settings", "One-time code").is_ok());
    assert!(frame("Register", "Value").is_ok());
}

#[test]
fn a_pin_that_is_typed_twice_is_chosen() {
    let frame = |names: [&'static str; 2]| {
        page(
            &["Your token"],
            &["OTP PIN", "Again"],
            move |index, field| {
                field.r#type = "password".into();
                field.name = names[index].into();
            },
        )
    };
    assert_eq!(
        explain(&frame(["pin1", "pin2"])).remove(0).1,
        Err(Veto::Part)
    );
    assert!(explain(&frame(["passwd1", "passwd"])).remove(0).1.is_ok());
}

#[test]
fn a_form_that_leads_to_backup_codes_takes_one() {
    let frame = |action: &str| {
        let mut frame = one(&["Verify access"], "code", "Verification code");
        frame.fields[0].autocomplete = "one-time-code".into();
        frame.forms[0].action = action.into();
        frame
    };
    assert!(found(&frame("/mfa/totp/verify")));
    assert!(
        found(&frame("/account/recovery")),
        "by a code that was sent"
    );
    assert!(!found(&frame("/mfa/backup_codes/verify")));
}

#[test]
fn words_before_a_field_that_shows_a_sample_are_its_label() {
    let frame = |text: &str| {
        page(&[text], &[""], |_, field| {
            field.placeholder = "Type it here".into();
            field.autocomplete = "new-password".into();
        })
    };
    assert!(found(&frame("Verification code")));
    assert!(!found(&frame("Name")));
    // This one tells a value.
    let phone = page(&["Phone: 79270000000"], &[""], |_, field| {
        field.name = "smsCode".into();
        field.placeholder = "Text".into();
    });
    assert!(found(&phone));
}

#[test]
fn a_long_vowel_is_read_as_a_short_one() {
    let words = Words::spoken;
    assert_eq!(words("セキュリティーコード"), words("セキュリティコード"));
    assert_eq!(
        words("ワンタイム・パスワード"),
        words("ワンタイムパスワード")
    );
}

#[test]
fn a_secret_is_the_code_that_people_are_told_it_is() {
    let called = |aria: &str, shown: &str| {
        page(&[], &[""], |_, field| {
            field.name = "two_factor_secret".into();
            field.aria = aria.into();
            field.placeholder = shown.into();
        })
    };
    // The label repeats what programs call it.
    assert!(found(&called("two_factor_secret", "Two-step code")));
    assert!(!found(&called("", "Two-step secret")));
}

#[test]
fn a_password_alone_that_programs_call_a_code_is_the_code_that_is_asked_for() {
    let asked = "Please enter your authentication code to sign in.";
    let hidden = |text: &str, name: &str, labels: &[&str]| {
        let frame = page(&[text], labels, |index, field| {
            field.r#type = "password".into();
            field.name = if index == 0 { name } else { "other" }.into();
        });
        fields(&frame)
    };
    assert_eq!(hidden(asked, "code", &["Password"]), [0]);
    assert_eq!(hidden(asked, "secret", &["Password"]), NONE);
    assert_eq!(hidden(asked, "code", &["Password", "Repeat it"]), NONE);
    let off = "To stop asking for a one-time code at sign-in, confirm your password.";
    assert_eq!(hidden(off, "passcode", &["Password"]), NONE);
}

#[test]
fn a_label_behind_a_field_says_nothing_of_the_next() {
    // As pages are written whose labels float on their fields.
    let mut frame = page(&[], &["Telephone", "Code"], |index, field| {
        field.name = ["mobile", "code"][index].into();
    });
    let before = frame.clone();
    for word in ["Telephone", "Code"] {
        let is_it = |item: &Item| item.words == word;
        let place = frame.stream.iter().position(is_it).unwrap();
        frame.stream.swap(place, place + 1);
    }
    frame.fields[1].label = String::new();
    let verdict = |frame: &Frame| explain(frame).remove(1).1;
    assert!(verdict(&frame).is_ok());
    frame.fields[0].label = String::new();
    assert_eq!(verdict(&frame), Err(Veto::Meaning(Concept::Phone)));
    // Where labels stand before their fields, the same words twice are two labels.
    let mut twice = before;
    for (field, text) in [(0, 0), (1, 2)] {
        twice.fields[field].label = "Telephone".into();
        twice.stream[text].words = "Telephone".into();
    }
    twice.fields[1].label = String::new();
    assert_eq!(verdict(&twice), Err(Veto::Meaning(Concept::Phone)));
}

#[test]
fn a_field_without_a_label_under_enter_the_code_takes_it() {
    let asked = "Enter the code that we sent you by e-mail";
    assert_eq!(fields(&one(&[asked], "userKey", "")), [0]);
    assert_eq!(fields(&one(&[asked], "userKey", "User")), NONE);
    for (text, name) in [
        (
            "We will send you a one-time code, with which you sign in",
            "userName",
        ),
        (
            "We will send a text message. Then enter the code on the next page.",
            "phone",
        ),
        (
            "Enter your username. We text you; enter the code on the next page.",
            "username",
        ),
    ] {
        assert_eq!(fields(&one(&[text], name, "")), NONE, "{text}");
    }
}

#[test]
fn what_asks_for_a_code_outweighs_a_button_that_may_send_one() {
    let verdict = |text: &str| {
        let mut frame = one(&[text], "", "");
        frame.stream.last_mut().unwrap().words = "Send code".into();
        explain(&frame).remove(0).1
    };
    assert!(verdict("Please enter the code that we sent you by text message").is_ok());
    let sends = Err(Veto::Meaning(Concept::Send));
    assert_eq!(
        verdict("You will need a phone to receive a one-time code"),
        sends
    );
}

#[test]
fn a_recovery_code_that_was_sent_for_a_new_password_is_one_time() {
    let reset = |text: &str, second: &str, declared: &str| {
        let frame = page(&[text], &["Recovery code", second], |index, field| {
            field.name = ["code", "second"][index].into();
            field.max = Some(6);
            if index == 1 && second == "Password" {
                field.r#type = "password".into();
                field.autocomplete = declared.into();
            }
        });
        fields(&frame)
    };
    let sent = "A validation code was sent to you by e-mail.";
    assert_eq!(reset(sent, "Password", "new-password"), [0]);
    assert_eq!(reset(sent, "Password", "current-password"), NONE);
    assert_eq!(reset(sent, "Comment", ""), NONE);
    let kept = "Instead of the code from your authenticator app, enter one of your recovery codes.";
    assert_eq!(reset(kept, "Password", ""), NONE);
}

#[test]
fn a_field_that_is_called_a_secret_takes_the_code_that_proves_it() {
    let asked =
        "Enter a generated code from the Google Authenticator app, to prove that you scanned it.";
    assert_eq!(fields(&one(&[asked], "secret", "")), [0]);
    let kept = "Or enter the secret key by hand into the Google Authenticator app, and its code.";
    assert_eq!(fields(&one(&[kept], "secret", "")), NONE);
    assert_eq!(fields(&one(&[asked], "secret", "Secret")), NONE);
}

#[test]
fn what_a_field_shows_and_is_called_outweighs_what_stands_over_it() {
    let field = |shown: &str| {
        let frame = page(&[], &["OTP test"], |_, field| {
            field.name = "tel".into();
            field.placeholder = shown.into();
        });
        fields(&frame)
    };
    assert_eq!(field("Phone number"), NONE);
    assert_eq!(field("Code from your phone"), [0]);
}

#[test]
fn a_button_anywhere_in_the_form_may_send_the_code() {
    let form = |button: &str| {
        let labels = ["手机", "密码", "验证码"];
        let mut frame = page(&[], &labels, |index, field| {
            field.name = ["tel", "password", "code"][index].into();
        });
        let mut sends = frame.stream.last().unwrap().clone();
        sends.words = button.into();
        frame.stream.insert(2, sends);
        fields(&frame)
    };
    assert_eq!(form("获取短信"), [2]);
    assert_eq!(form("上传照片"), NONE);
}

#[test]
fn a_digit_is_no_beginning_of_a_code() {
    let digits = |filled, focused| {
        let frame = page(&["Set up the authenticator"], &["Digits"], |_, field| {
            field.name = "digits".into();
            (field.filled, field.focused) = (filled, focused);
        });
        explain(&frame).remove(0).1
    };
    assert_eq!(digits(1, false), Err(Veto::Length));
    assert_ne!(digits(0, false), Err(Veto::Length));
    assert_ne!(digits(2, true), Err(Veto::Length), "somebody began to type");
}
