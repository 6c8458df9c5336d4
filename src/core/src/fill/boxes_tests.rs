//! Rows of boxes: which are for a code, by what is said around them.

use super::told::{found, page};
use super::*;
use crate::fill::page::Item;

const ROW: [usize; 6] = [0, 1, 2, 3, 4, 5];

/// A row of six boxes for a character each, or rows of them under each other.
fn boxes(texts: &[&str], rows: usize) -> Frame {
    page(texts, &vec![""; 6 * rows], |index, field| {
        field.x = 100.0 + 50.0 * (index % 6) as f64;
        field.y = 200.0 + 50.0 * (index / 6) as f64;
        (field.w, field.h, field.max) = (40.0, 44.0, Some(1));
        field.aria = "Please enter your pin code".into();
    })
}

/// The fields that are filled where six wide ones without a name lie beside each other.
fn wide_boxes(text: &str, change: impl Fn(usize, &mut Field)) -> Option<Vec<usize>> {
    let frame = page(&[text], &[""; 6], |index, field| {
        field.x = 100.0 + 200.0 * index as f64;
        (field.y, field.w) = (200.0, 190.0);
        field.path = vec![7, 1];
        change(index, field);
    });
    detect(std::slice::from_ref(&frame)).map(|target| target.fields)
}

#[test]
fn wide_boxes_that_all_declare_a_code_are_its_row() {
    let declare = |_, field: &mut Field| field.autocomplete = "one-time-code".into();
    assert_eq!(wide_boxes("Welcome", declare), Some(ROW.to_vec()));
    assert_eq!(wide_boxes("Welcome", |_, _| ()), None);
}

#[test]
fn what_lies_before_a_row_that_declares_a_code_is_not_of_it() {
    let fields = wide_boxes("Sign in by phone", |index, field| {
        if index == 0 {
            field.label = "Phone number".into();
        } else {
            field.autocomplete = "one-time-code".into();
        }
    });
    assert_eq!(fields, Some(vec![1, 2, 3, 4, 5]));
}

#[test]
fn boxes_without_a_name_are_a_row_where_a_code_is_asked_for() {
    let asked = "Enter the 6-digit code from your authenticator app";
    assert_eq!(wide_boxes(asked, |_, _| ()), Some(ROW.to_vec()));
    assert_eq!(wide_boxes("Your answers", |_, _| ()), None);
    let names = ["first", "last", "street", "city", "country", "note"];
    let named = |index: usize, field: &mut Field| field.name = names[index].into();
    assert_eq!(wide_boxes(asked, named), None);
    // Each in an element of its own, with words of its own.
    let mut settings = page(
        &["Enter the code of two-factor authentication"],
        &[
            "Valid for",
            "Tries",
            "Length",
            "Resend after",
            "Lock after",
            "Drift",
        ],
        |index, field| {
            field.label = String::new();
            field.r#type = "number".into();
            field.path = vec![10 + index as u32, 1];
            (field.x, field.y) = (100.0 + 200.0 * index as f64, 200.0);
        },
    );
    assert_eq!(detect(std::slice::from_ref(&settings)), None);
    settings
        .stream
        .retain(|item| item.kind != "text" || item.words.starts_with("Enter"));
    assert_ne!(detect(std::slice::from_ref(&settings)), None);
}

#[test]
fn a_row_goes_on_in_the_next_line_and_a_grid_does_not() {
    let lines = |count: usize| {
        let frame = page(&["We sent a code"], &vec![""; count], |index, field| {
            (field.x, field.y) = (
                100.0 + 60.0 * (index % 4) as f64,
                200.0 + 50.0 * (index / 4) as f64,
            );
            (field.w, field.h, field.max) = (40.0, 44.0, Some(1));
        });
        detect(std::slice::from_ref(&frame)).map(|target| target.fields)
    };
    assert_eq!(lines(6), Some(ROW.to_vec()));
    assert_eq!(lines(16), None);
}

#[test]
fn boxes_for_a_character_may_lie_under_each_other_where_a_code_is_asked_for() {
    let stacked = |index: usize, field: &mut Field| {
        (field.x, field.y) = (20.0, 80.0 + 30.0 * index as f64);
        field.max = Some(1);
    };
    let asked = "Enter the code that we sent you";
    assert_eq!(wide_boxes(asked, stacked), Some(ROW.to_vec()));
    assert_eq!(wide_boxes("Mark each from 0 to 9", stacked), None);
}

#[test]
fn where_a_code_was_sent_to_may_stand_before_its_boxes() {
    let page = |heading: &str| {
        let mut frame = boxes(&[heading, "jo@example.com Change e-mail address"], 1);
        for field in &mut frame.fields {
            field.aria = String::new();
        }
        frame
    };
    assert!(found(&page("We have sent a one-time password")));
    assert!(!found(&page("Who are you?")));
}

#[test]
fn a_widget_for_codes_may_take_another_number() {
    let asked = |text: &str| found(&boxes(&["Let's verify it's you", text], 1));
    assert!(asked("Enter the code from your app"));
    assert!(asked("We sent it to your e-mail address"));
    assert!(!asked("Enter your Social Security number"));
}

#[test]
fn rows_without_a_word_between_them_are_a_grid() {
    let text = ["Enter the code from your app"];
    assert!(found(&boxes(&text, 1)));
    assert!(!found(&boxes(&text, 2)));
    let mut twice = boxes(&text, 2);
    let again = Item {
        kind: "text".into(),
        words: "Once more".into(),
        ..Item::default()
    };
    twice.stream.insert(7, again);
    assert!(found(&twice));
}

#[test]
fn a_row_is_complete_with_a_first_box_that_takes_a_whole_code() {
    let frame = |first: &str| {
        let mut frame = boxes(&["We sent a confirmation code"], 1);
        for (index, field) in frame.fields.iter_mut().enumerate() {
            field.aria = String::new();
            field.id = format!("otc-{}", index + 1);
        }
        let field = &mut frame.fields[0];
        (field.w, field.max, field.id) = (170.0, None, first.into());
        detect(std::slice::from_ref(&frame)).map(|target| target.fields)
    };
    assert_eq!(frame("otc-1"), Some(vec![0, 1, 2, 3, 4, 5]));
    assert_eq!(frame("city"), Some(vec![1, 2, 3, 4, 5]));
}
