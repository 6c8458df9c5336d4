//! What a label means, in some forty languages.

use super::{Field, Frame, Lexicon, in_frame};
use crate::fill::page::{Form, Item};

const LABELS: &str = include_str!("labels.txt");

/// A form of one field, with its label before it.
fn page(label: &str, change: impl FnOnce(&mut Field)) -> Frame {
    let mut field = Field {
        kind: "input".into(),
        r#type: "text".into(),
        label: label.into(),
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
        field,
        ..Item::default()
    };
    Frame {
        forms: vec![Form::default()],
        stream: vec![
            item("text", label, None),
            item("field", "", Some(0)),
            item("button", "OK", None),
        ],
        fields: vec![field],
        ..Frame::default()
    }
}

#[test]
fn labels_are_told_apart_in_every_language() {
    let lexicon = Lexicon::load();
    let mut wrong = Vec::new();
    let (mut codes, mut others, mut language) = (0, 0, "");
    for line in LABELS.lines() {
        if let Some(name) = line.strip_prefix('[') {
            language = name;
        }
        let Some((kind, list)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        for label in list.split(" | ") {
            let is_code = kind == "code";
            let frame = page(label, |field| {
                if !is_code {
                    field.name = "code".into();
                    field.inputmode = "numeric".into();
                    field.max = Some(8);
                }
            });
            if in_frame(&lexicon, &frame).is_empty() == is_code {
                wrong.push(format!("{language} {kind}: {label}"));
            }
            codes += usize::from(is_code);
            others += usize::from(!is_code);
        }
    }
    assert!(codes >= 350 && others >= 850, "{codes} and {others} labels");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
