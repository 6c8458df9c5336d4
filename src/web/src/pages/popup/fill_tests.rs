use super::*;
use crate::message::Failure;

fn model(bound: &[Id], host: Option<&str>) -> Model {
    let mut model = Model::default();
    model.fill.tab = TabView {
        host: host.map(str::to_owned),
        bound: bound.to_vec(),
        ..TabView::default()
    };
    model
}

fn id(byte: u8) -> Id {
    Id::from_bytes([byte; 16])
}

fn question(elsewhere: bool) -> Question {
    Question {
        account: id(1),
        elsewhere,
        keeps: true,
        host: "example.com".into(),
        frame: None,
        sites: Vec::new(),
        warnings: Vec::new(),
    }
}

fn asked(effects: &[PopupEffect]) -> Option<&FillRequest> {
    effects.iter().find_map(|effect| match effect {
        PopupEffect::Fill(Effect::Ask(request)) => Some(request),
        _ => None,
    })
}

fn answer(outcome: Outcome) -> Answer {
    Ok(Reply::Fill(FillReply::Outcome(outcome)))
}

#[test]
fn what_is_agreed_to_names_the_host_that_was_shown() {
    let mut model = model(&[], Some("example.com"));
    answered(&mut model, answer(Outcome::Confirm(question(false))), 0);
    let effects = press(&mut model, Press::Remember, 0);
    let Some(FillRequest::Fill {
        account,
        consent: Some(consent),
    }) = asked(&effects)
    else {
        panic!("nothing asked")
    };
    assert_eq!(*account, id(1));
    assert_eq!(
        (consent.host.as_str(), consent.remember),
        ("example.com", true)
    );
    // A second click while the first is under way does nothing.
    assert!(press(&mut model, Press::Remember, 0).is_empty());
}

#[test]
fn enter_never_answers_where_a_code_may_go() {
    let focus = "fill-heading";
    for elsewhere in [false, true] {
        let mut model = model(&[], Some("example.com"));
        let effects = answered(&mut model, answer(Outcome::Confirm(question(elsewhere))), 0);
        assert!(
            effects.iter().any(
                |effect| matches!(effect, PopupEffect::Focus(Focus::Element(to)) if *to == focus)
            ),
            "{elsewhere}"
        );
    }
}

#[test]
fn enter_fills_where_something_can_be_filled() {
    assert_eq!(
        entered(&model(&[id(1)], Some("example.com"))),
        Some(Action::Fill(Press::Account(id(1))))
    );
    assert_eq!(
        entered(&model(&[id(1), id(2)], Some("example.com"))),
        None,
        "never a silent choice"
    );
    assert_eq!(entered(&model(&[], None)), None);
}

#[test]
fn a_spent_code_is_offered_and_an_open_connection_gets_none() {
    let not_filled = |why: &str| Outcome::NotFilled {
        why: why.into(),
        account: Some(id(1)),
        code: Some("123456".into()),
    };
    let copied = |effects: &[PopupEffect]| {
        effects
            .iter()
            .any(|effect| matches!(effect, PopupEffect::Copy(_, text) if text == "123456"))
    };
    let mut model = model(&[], Some("example.com"));
    assert!(copied(&answered(
        &mut model,
        answer(not_filled("no_field")),
        0
    )));
    assert!(!copied(&answered(
        &mut model,
        answer(not_filled("insecure")),
        0
    )));
}

#[test]
fn a_failure_frees_the_buttons() {
    let mut model = model(&[], Some("example.com"));
    press(&mut model, Press::Account(id(1)), 0);
    assert!(model.fill.busy);
    answered(&mut model, Err(Failure::new("vault_locked")), 0);
    assert!(!model.fill.busy && model.toast.is_some());
}
