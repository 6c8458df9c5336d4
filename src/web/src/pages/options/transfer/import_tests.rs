use super::*;
use crate::message::Refused;

fn content(secret: &str) -> FileOutcome {
    let mut draft = AccountDraft::default();
    draft.issuer = format!("of {secret}");
    draft.secret = secret.to_owned();
    FileOutcome::Read(FileContent {
        title: "Aegis".into(),
        accounts: vec![draft],
        refused: Vec::new(),
        missing: Vec::new(),
    })
}

fn opened(model: &mut Model, names: &[&str]) -> Vec<Outer> {
    let files = names
        .iter()
        .map(|name| Source::file((*name).to_owned(), name.as_bytes().to_vec()));
    update(model, Msg::Opened(files.collect()), Some(&vault()))
}

fn vault() -> Vault {
    Vault::default()
}

fn reads(effects: &[Outer]) -> Vec<(String, String)> {
    let [Outer::Import(Effect::Read(files))] = effects else {
        panic!("files to read")
    };
    files
        .iter()
        .map(|(bytes, password)| {
            (
                String::from_utf8(bytes.to_vec()).unwrap(),
                password.to_string(),
            )
        })
        .collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
    owned.collect()
}

#[test]
fn each_encrypted_file_is_asked_for_its_own_password() {
    let mut model = Model::default();
    let effects = opened(&mut model, &["a", "b", "c"]);
    assert_eq!(reads(&effects), pairs(&[("a", ""), ("b", ""), ("c", "")]));
    let answer = |outcomes: [FileOutcome; 3]| Msg::Read(Ok(outcomes.to_vec()));
    let closed = || failed("import_needs_password");
    let effects = update(
        &mut model,
        answer([content("MY"), closed(), closed()]),
        None,
    );
    assert!(matches!(effects[..], [Outer::Focus("transfer-password")]));
    assert_eq!(waiting(&model), Some(1));
    let effects = update(&mut model, Msg::Password("x".into()), None);
    assert_eq!(reads(&effects), pairs(&[("a", ""), ("b", "x"), ("c", "")]));
    let wrong = answer([content("MY"), failed("import_wrong_password"), closed()]);
    update(&mut model, wrong, None);
    assert_eq!(waiting(&model), Some(1), "still the same");
    update(&mut model, Msg::Password("y".into()), None);
    update(
        &mut model,
        answer([content("MY"), content("MZ"), closed()]),
        None,
    );
    assert_eq!(waiting(&model), Some(2));
    // The third stays closed: it is left out, and the others are shown.
    let effects = update(&mut model, Msg::Skip, Some(&vault()));
    assert!(matches!(
        effects[..],
        [Outer::Focus("transfer-preview-heading")]
    ));
    assert_eq!((model.planned.len(), model.files.len()), (2, 2));
}

#[test]
fn what_could_not_be_opened_is_not_read_and_keeps_its_reason() {
    let mut model = Model::default();
    let files = vec![
        Source::unopened("big".into(), "import_too_large"),
        Source::codes("p.png".into(), &["BEGIN\nEND".into(), "x".into()]),
    ];
    let effects = update(&mut model, Msg::Opened(files), None);
    assert_eq!(reads(&effects), pairs(&[("BEGIN END\nx", "")]));
    let read = Msg::Read(Ok(vec![failed("import_not_recognised")]));
    update(&mut model, read, Some(&vault()));
    let codes: Vec<&str> = model
        .files
        .iter()
        .map(|file| match &file.outcome {
            Some(FileOutcome::Failed(failure)) => failure.code.as_str(),
            _ => "",
        })
        .collect();
    assert_eq!(codes, ["import_too_large", "qr_no_account"]);
}

#[test]
fn further_files_come_to_those_that_are_there() {
    let mut model = Model::default();
    opened(&mut model, &["a"]);
    // While one is read, others wait in the list and are read with it afterwards.
    assert!(opened(&mut model, &["b"]).is_empty());
    let effects = update(&mut model, Msg::Read(Ok(vec![content("MY")])), None);
    assert_eq!(reads(&effects), pairs(&[("a", ""), ("b", "")]));
    let both = vec![content("MY"), content("MZ")];
    update(&mut model, Msg::Read(Ok(both)), Some(&vault()));
    assert_eq!(model.planned.len(), 2);
    // What was dropped while it is read does not come back.
    opened(&mut model, &["c"]);
    update(&mut model, Msg::Cancel, None);
    update(
        &mut model,
        Msg::Read(Ok(vec![content("MY")])),
        Some(&vault()),
    );
    assert!(model.files.is_empty() && model.planned.is_empty());
}

#[test]
fn importing_sends_what_is_shown_and_then_forgets_it() {
    let mut model = Model::default();
    opened(&mut model, &["a", "b", "c"]);
    let outcomes = vec![content("MY"), failed("import_damaged"), content("MZXQ")];
    update(&mut model, Msg::Read(Ok(outcomes)), Some(&vault()));
    update(&mut model, Msg::Choose(Choice::KeepBoth), None);
    let effects = update(&mut model, Msg::Import, None);
    let [Outer::Import(Effect::Ask(TransferRequest::Add { drafts, choice }))] = &effects[..] else {
        panic!("a request")
    };
    assert_eq!((drafts.len(), *choice), (2, Choice::KeepBoth));
    assert!(update(&mut model, Msg::Import, None).is_empty(), "once");
    let reply = Reply::Added {
        ids: Vec::new(),
        refused: vec![Refused {
            line: 2,
            why: Failure::new("too_large"),
        }],
        duplicates: 1,
    };
    update(&mut model, Msg::Imported(Ok(reply)), None);
    assert!(model.files.is_empty() && model.planned.is_empty());
    let done = model.done.unwrap();
    assert_eq!(done.refused.len(), 1);
    assert_eq!(done.refused[0].0, "of MZXQ".into());
}

fn stored() -> Msg {
    Msg::Imported(Ok(Reply::Added {
        ids: Vec::new(),
        refused: Vec::new(),
        duplicates: 0,
    }))
}

#[test]
fn what_comes_while_accounts_are_stored_is_read_afterwards() {
    for well in [true, false] {
        let mut model = Model::default();
        opened(&mut model, &["a"]);
        let read = Msg::Read(Ok(vec![content("MY")]));
        update(&mut model, read, Some(&vault()));
        update(&mut model, Msg::Import, None);
        assert!(opened(&mut model, &["b"]).is_empty());
        let unopened = vec![Source::unopened("big".into(), "import_too_large")];
        update(&mut model, Msg::Opened(unopened), None);
        let answer = match well {
            true => stored(),
            false => Msg::Imported(Err(Failure::new("vault_locked"))),
        };
        let mut effects = update(&mut model, answer, None);
        let reading = effects.split_off(2);
        let (wanted, outcomes) = match well {
            true => (pairs(&[("b", "")]), vec![content("MZ")]),
            // The preview stays, so its file is read once more.
            false => (
                pairs(&[("a", ""), ("b", "")]),
                vec![content("MY"), content("MZ")],
            ),
        };
        assert_eq!(reads(&reading), wanted);
        assert_eq!(model.done.as_ref().unwrap().failure.is_none(), well);
        let planned = outcomes.len();
        update(&mut model, Msg::Read(Ok(outcomes)), Some(&vault()));
        assert_eq!(model.planned.len(), planned);
        assert_eq!(model.files.len(), planned + 1, "and one without accounts");
    }
}

#[test]
fn what_was_dropped_while_accounts_are_stored_stays_dropped() {
    let mut model = Model::default();
    opened(&mut model, &["a"]);
    let read = Msg::Read(Ok(vec![content("MY")]));
    update(&mut model, read, Some(&vault()));
    update(&mut model, Msg::Import, None);
    update(&mut model, Msg::Cancel, None);
    opened(&mut model, &["b"]);
    let mut effects = update(&mut model, stored(), None);
    assert_eq!(reads(&effects.split_off(2)), pairs(&[("b", "")]));
}

#[test]
fn an_error_leaves_the_preview() {
    let mut model = Model::default();
    opened(&mut model, &["a"]);
    update(
        &mut model,
        Msg::Read(Ok(vec![content("MY")])),
        Some(&vault()),
    );
    update(&mut model, Msg::Import, None);
    update(
        &mut model,
        Msg::Imported(Err(Failure::new("vault_locked"))),
        None,
    );
    assert_eq!(model.planned.len(), 1);
    assert!(!model.busy && model.done.unwrap().failure.is_some());
}
