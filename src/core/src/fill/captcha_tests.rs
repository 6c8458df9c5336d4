//! Which field a picture of characters belongs to, if there is one.

use super::{Field, Frame, explain};
use crate::fill::page::{Form, Item};

/// What stands in a form, from its beginning.
enum Part {
    Text(&'static str),
    /// As wide and low as a line of characters.
    Picture,
    /// A label and a name.
    Field(&'static str, &'static str),
    Button(&'static str),
}
use Part::{Button, Picture, Text};

fn form(parts: &[Part]) -> Frame {
    let mut frame = Frame {
        forms: vec![Form::default()],
        ..Frame::default()
    };
    for part in parts {
        let item = |kind: &str, words: &str| Item {
            kind: kind.into(),
            words: words.into(),
            ..Item::default()
        };
        let item = match part {
            Text(words) => item("text", words),
            Button(words) => item("button", words),
            Picture => Item {
                w: 100.0,
                h: 36.0,
                ..item("image", "")
            },
            Part::Field(label, name) => {
                frame.fields.push(Field {
                    kind: "input".into(),
                    r#type: "text".into(),
                    label: (*label).into(),
                    name: (*name).into(),
                    x: 100.0,
                    y: 60.0 * frame.fields.len() as f64,
                    w: 240.0,
                    h: 32.0,
                    opacity: 1.0,
                    rendered: true,
                    ..Field::default()
                });
                Item {
                    field: Some(frame.fields.len() - 1),
                    ..item("field", "")
                }
            }
        };
        frame.stream.push(item);
    }
    frame
}

/// The fields that take a code.
fn found(parts: &[Part]) -> Vec<usize> {
    taken(&form(parts))
}

fn taken(frame: &Frame) -> Vec<usize> {
    explain(frame)
        .into_iter()
        .filter(|(_, verdict)| verdict.is_ok_and(|score| score >= super::ENOUGH))
        .flat_map(|(fields, _)| fields)
        .collect()
}

#[test]
fn a_picture_of_another_field_says_nothing_about_a_code_that_is_sent() {
    let phone = || Part::Field("手机号", "phone");
    let sent = || Part::Field("手机验证码", "mobileCode");
    let sends = || Button("获取验证码");
    for shown in [
        Part::Field("图形验证码", "authcode"),
        Part::Field("验证码", "authcode"),
    ] {
        let label = match &shown {
            Part::Field(label, _) => label,
            _ => "",
        };
        let form = [
            phone(),
            Text(label),
            shown,
            Picture,
            Text("手机验证码"),
            sent(),
            sends(),
        ];
        assert_eq!(found(&form), [2], "{label}");
    }
    // Beside the field itself it says all.
    assert_eq!(
        found(&[phone(), Picture, Part::Field("验证码", "authcode")]),
        [] as [usize; 0]
    );
}

#[test]
fn a_code_displayed_in_an_image_is_read_off_it_even_if_the_image_is_not_there() {
    let board = |text| {
        found(&[
            Part::Field("Username", "username"),
            Text(text),
            Text("Confirmation code"),
            Part::Field("Confirmation code", "confirm_code"),
            Button("Refresh confirmation code"),
        ])
    };
    assert!(board("The code is displayed in the image you should see below.").is_empty());
    assert_eq!(board("We sent a code to your e-mail address."), [1]);
}

#[test]
fn an_image_at_the_set_up_of_an_authenticator_shows_no_characters() {
    let text = "Scan the image above with your authenticator app and enter the code";
    let field = || Part::Field("Code", "code");
    assert_eq!(found(&[Text(text), field(), Button("Enable")]), [0]);
}

#[test]
fn a_notice_that_names_a_widget_asks_for_nothing() {
    let form = |notice| {
        found(&[
            Text("We sent a code to your e-mail address."),
            Part::Field("Code", "code"),
            Text(notice),
        ])
    };
    assert_eq!(form("This site is protected by reCAPTCHA."), [0]);
    assert!(form("Captcha: enter what you read.").is_empty());
}

#[test]
fn the_code_below_is_shown_there_unless_one_was_sent() {
    let form = |text| {
        found(&[
            Text(text),
            Part::Field("Enter the code below", "challenge"),
            Button("Submit"),
        ])
    };
    assert_eq!(form("We sent a code by text message."), [0]);
    assert!(form("Write a comment").is_empty());
}

#[test]
fn a_picture_that_is_called_so_outweighs_a_name_that_either_may_have() {
    let page = |text, called: &str| {
        let parts = [
            Text(text),
            Picture,
            Part::Field("", "verifycode"),
            Button("OK"),
        ];
        let mut frame = form(&parts);
        frame.stream[1].words = called.into();
        (frame.stream[1].w, frame.stream[1].h) = (200.0, 200.0);
        taken(&frame)
    };
    assert_eq!(page("Code", "captcha img"), [0; 0]);
    assert_eq!(page("Code", "logo"), [0]);
    // It belongs to something else on the page.
    assert_eq!(page("We sent a code to your phone", "captcha img"), [0]);
}

#[test]
fn what_an_app_shows_and_what_a_button_sends_is_no_picture() {
    let label = "Enter the 6-digit security code shown in your authenticator app";
    assert_eq!(
        found(&[Part::Field(label, "code"), Button("Continue")]),
        [0]
    );
    let label = "Enter the security code shown";
    assert_eq!(
        found(&[Part::Field(label, "code"), Button("Continue")]),
        [0; 0]
    );
    // Some programs call any code a captcha.
    let form = |label, button| {
        let fields = [Part::Field(label, "who"), Part::Field("验证码", "captcha")];
        let [who, code] = fields;
        found(&[who, code, Button(button)])
    };
    assert_eq!(form("手机号", "获取验证码"), [1]);
    assert_eq!(form("手机号", "登录"), [0; 0]);
    // Nobody to send it to: the button draws another.
    assert_eq!(form("昵称", "获取验证码"), [0; 0]);
    let label = "Введите код с картинки для отправки SMS";
    assert_eq!(
        found(&[Picture, Part::Field(label, "key"), Button("OK")]),
        [0; 0]
    );
}
