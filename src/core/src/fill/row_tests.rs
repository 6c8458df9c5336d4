use super::*;

fn boxes(count: usize, change: impl Fn(usize, &mut Field)) -> Frame {
    let fields = (0..count).map(|index| {
        let mut field = Field {
            kind: "input".into(),
            r#type: "text".into(),
            max: Some(1),
            x: 100.0 + 50.0 * index as f64,
            y: 80.0,
            w: 40.0,
            h: 44.0,
            opacity: 1.0,
            rendered: true,
            ..Field::default()
        };
        change(index, &mut field);
        field
    });
    Frame {
        fields: fields.collect(),
        ..Frame::default()
    }
}

fn found(frame: &Frame) -> Vec<Row> {
    rows(&Lexicon::load(), frame)
}

#[test]
fn a_row_is_four_to_ten_equal_boxes_beside_each_other() {
    assert_eq!(found(&boxes(6, |_, _| {})).len(), 1);
    assert!(found(&boxes(3, |_, _| {})).is_empty());
    assert!(found(&boxes(11, |_, _| {})).is_empty());
    assert!(found(&boxes(6, |index, field| field.y += 60.0 * index as f64)).is_empty());
    assert!(found(&boxes(6, |index, field| field.w += 9.0 * index as f64)).is_empty());
    assert!(
        found(&boxes(4, |_, field| field.max = Some(3))).is_empty(),
        "parts of an address"
    );
}

#[test]
fn a_hidden_helper_belongs_to_no_row_and_ends_none() {
    let frame = boxes(7, |index, field| {
        if index == 3 {
            field.rendered = false;
        }
    });
    let rows = found(&frame);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].fields, [0, 1, 2, 4, 5, 6]);
}

#[test]
fn a_grid_is_told_from_a_row() {
    let frame = boxes(20, |index, field| {
        field.x = 100.0 + 50.0 * (index % 5) as f64;
        field.y = 80.0 + 50.0 * (index / 5) as f64;
    });
    let rows = found(&frame);
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row.others == 3));
}

#[test]
fn boxes_for_one_character_are_a_row_wherever_they_lie() {
    let wrapped = boxes(6, |index, field| {
        field.w = 170.0;
        field.x = 20.0 + 180.0 * (index % 4) as f64;
        field.y = 80.0 + 30.0 * (index / 4) as f64;
    });
    assert_eq!(found(&wrapped)[0].fields, [0, 1, 2, 3, 4, 5]);
    assert!(
        found(&boxes(30, |index, field| {
            field.w = 170.0;
            field.y = 80.0 + 30.0 * index as f64;
        }))
        .is_empty()
    );
}

#[test]
fn numbered_and_nameless_boxes_are_rows_without_a_limit() {
    let wide = |name: &str| {
        boxes(6, |index, field| {
            field.w = 170.0;
            field.x = 20.0 + 180.0 * index as f64;
            field.max = None;
            field.r#type = "tel".into();
            field.path = vec![7, 1];
            if !name.is_empty() {
                field.name = format!("{name}{}", index + 1);
            }
        })
    };
    assert_eq!(found(&wide("otp")).len(), 1);
    assert_eq!(found(&wide("")).len(), 1);
    assert!(found(&wide("amount")).is_empty());
}

#[test]
fn boxes_that_count_themselves_are_a_row_however_they_lie() {
    let stacked = |count, called: fn(usize, &mut Field)| {
        boxes(count, move |index, field| {
            field.w = 170.0;
            field.x = 20.0;
            field.y = 80.0 + 30.0 * index as f64;
            called(index, field);
        })
    };
    let counted: [fn(usize, &mut Field); 5] = [
        |at, field| field.aria = format!("digit {} of 6", at + 1),
        |at, field| field.aria = format!("{} / 6", at + 1),
        |at, field| field.aria = format!("6 桁中 {} 桁目", at + 1),
        |at, field| field.id = format!("char{at}"),
        |at, field| {
            let whole = if at == 0 {
                "Enter Verification Code "
            } else {
                ""
            };
            field.aria = format!("{whole}Digit {}", at + 1);
        },
    ];
    for called in counted {
        let frame = stacked(6, called);
        assert_eq!(found(&frame).len(), 1, "{:?}", frame.fields[1]);
    }
    let others: [fn(usize, &mut Field); 5] = [
        |_, field| field.id = format!("char{}", usize::MAX),
        |at, field| field.aria = format!("Player {}", at + 1),
        |at, field| field.aria = format!("digit {} of 9", 2 * at + 1),
        |at, field| {
            field.aria = format!("digit {} of 6", at + 1);
            field.max = None;
        },
        |at, field| field.aria = format!("{} of 10", at + 1),
    ];
    for called in others {
        let frame = stacked(6, called);
        assert!(found(&frame).is_empty(), "{:?}", frame.fields[1]);
    }
}
