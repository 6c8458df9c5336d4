use super::*;
use holdfast_core::otpauth;
use holdfast_core::vault::{Clock, DeviceId, Duplicates, EditContext};

#[test]
fn every_choice_of_the_page_is_known() {
    let page = include_str!("../../../../../../www/options/transfer.html");
    for choice in Choice::ALL {
        assert_eq!(Choice::of(choice.name()), Some(choice));
        let option = format!("<option value=\"{}\"", choice.name());
        assert!(page.contains(&option), "{option}");
    }
}

#[test]
fn a_sheet_names_each_account_and_a_batch_its_parts() {
    let mut draft = AccountDraft::default();
    draft.issuer = "GitHub".into();
    draft.label = "jane".into();
    draft.secret = "MFRGG".into();
    let drafts = [draft.clone(), draft];
    let paths = || vec![(Zeroizing::new("M0 0h1v1h-1z".to_owned()), 21); 2];
    let sheet = codes(Choice::Sheet, &drafts, paths());
    assert_eq!(sheet[1].kind.as_ref().unwrap().key, "kind_totp");
    assert_eq!(
        (sheet[1].label.as_str(), sheet[1].secret.as_str()),
        ("jane", "MFRGG")
    );
    let parts = codes(Choice::Google, &drafts, paths());
    let part = Text::new("codes_part").with("2").with("2");
    assert_eq!(parts[1].name, part.into());
    assert!(parts[1].secret.is_empty());
}

#[test]
fn one_account_leaves_alone_and_a_wrong_one_not_at_all() {
    let mut model = Model {
        only: Some(Id::from_bytes([7; 16])),
        ..Model::default()
    };
    weigh(&mut model, Some(&Vault::default()));
    assert_eq!(model.offered(), Choice::Lines);
    model.name = Some("GitHub".into());
    let effect = write(&mut model, &Vault::default());
    assert!(
        matches!(effect, Outer::Export(Effect::Draw(Choice::One, drafts)) if drafts.is_empty())
    );
}

#[test]
fn codes_that_come_after_locking_are_not_shown() {
    let mut model = Model::default();
    let drawn = || Msg::Drawn(Choice::Google, Vec::new(), Ok(Vec::new()));
    update(&mut model, drawn(), None);
    assert!(model.codes.is_none());
    update(&mut model, drawn(), Some(&Vault::default()));
    assert!(model.codes.is_some());
    forget(&mut model);
    assert!(model.codes.is_none());
}

#[test]
fn a_link_that_no_code_holds_is_said_before_and_spoils_no_other() {
    let mut vault = Vault::default();
    let long = "%D1%8F".repeat(512);
    let uris = [
        "otpauth://totp/Acme:jane?secret=MY".to_owned(),
        format!("otpauth://totp/Long:{long}?secret=MZ"),
    ];
    let (mut clock, mut next) = (Clock::default(), 0_u8);
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(29).wrapping_add(7);
            *byte = next;
        }
    };
    let mut context = EditContext {
        device: DeviceId::from_bytes([1; 16]),
        now: 1_000,
        clock: &mut clock,
        random: &mut random,
    };
    for uri in uris {
        let account = otpauth::parse(&uri).unwrap();
        vault.add(account, Duplicates::Keep, &mut context).unwrap();
    }
    let mut model = Model {
        choice: Choice::Sheet,
        ..Model::default()
    };
    weigh(&mut model, Some(&vault));
    let name = full_name("Long", &"я".repeat(512));
    assert_eq!(model.lost, [Text::new("export_lost_link").with(name)]);
    let drawn = write(&mut model, &vault);
    assert!(
        matches!(drawn, Outer::Export(Effect::Draw(Choice::Sheet, drafts)) if drafts.len() == 1)
    );
    // A text holds it, and so does Google's form of it.
    for choice in [Choice::Lines, Choice::Google] {
        update(&mut model, Msg::Choose(choice), Some(&vault));
        assert_eq!(model.lost, [], "{choice:?}");
    }
}
