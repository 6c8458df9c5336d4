//! Drawing what would come in.

use holdfast_core::account::AccountDraft;
use holdfast_core::handover::{FileContent, FileOutcome, RefusedEntry};
use holdfast_core::vault::{Choice, Planned};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::import::{Model, Source, contents, waiting};
use crate::message::Failure;
use crate::pages::form::account_name;
use crate::pages::text::Text;
use crate::pages::words::{say, say_all, say_arg};
use crate::pages::{dom, draw_forms};

/// More rows than this are counted instead of shown.
const MOST_ROWS: usize = 200;

/// Draws the import.
pub fn draw(model: &Model) {
    for (id, shown) in [("transfer-busy", model.busy), ("camera", model.camera)] {
        if let Some(element) = dom::by_id(id) {
            dom::show(&element, shown);
        }
    }
    let no_camera = model.no_camera.as_deref();
    let no_camera = no_camera.map(|code| draw_forms::sentence(&Failure::new(code), false));
    dom::show_text("camera-error", no_camera.as_deref());
    let asked = waiting(model).and_then(|place| model.files.get(place));
    draw_password(asked);
    let shown = !model.files.is_empty() && asked.is_none() && !model.busy
        || !model.planned.is_empty() && asked.is_none();
    if let Some(preview) = dom::by_id("transfer-preview") {
        dom::show(&preview, shown);
        let revision = model.revision.to_string();
        // The list keeps its place while something else on the page changes.
        if preview.get_attribute("data-revision").as_ref() != Some(&revision) {
            dom::set_attribute(&preview, "data-revision", Some(&revision));
            draw_preview(model);
        }
    }
    draw_choice(model);
    draw_done(model);
}

fn draw_password(asked: Option<&Source>) {
    if let Some(form) = dom::by_id("transfer-password-form") {
        dom::show(&form, asked.is_some());
    }
    let failure = asked.and_then(|file| match &file.outcome {
        Some(FileOutcome::Failed(failure)) => Some((file, failure)),
        _ => None,
    });
    let title = failure.map(|(file, failure)| {
        let app = failure.title.clone().unwrap_or_default();
        let whose = match file.name.is_empty() {
            true => app,
            false => format!("{}, {app}", file.name),
        };
        say(&Text::new("import_password_of").with(whose))
    });
    dom::show_text("transfer-password-title", title.as_deref());
    let wrong = failure.filter(|(_, failure)| failure.code == "import_wrong_password");
    let wrong = wrong.map(|_| draw_forms::sentence(&Failure::new("import_wrong_password"), false));
    dom::show_text("transfer-password-error", wrong.as_deref());
    if let Some(input) = dom::by_id("transfer-password") {
        dom::set_attribute(&input, "aria-invalid", wrong.is_some().then_some("true"));
    }
}

fn draw_preview(model: &Model) {
    let (Some(rows), Some(notes)) = (dom::by_id("transfer-rows"), dom::by_id("transfer-notes"))
    else {
        return;
    };
    dom::clear(&rows);
    dom::clear(&notes);
    for file in &model.files {
        draw_source(&notes, file);
    }
    for (draft, planned) in model.planned.iter().take(MOST_ROWS) {
        let state = match planned {
            Planned::New => "import_row_new",
            Planned::InVault(_) => "import_row_known",
            Planned::Repeated(_) => "import_row_repeated",
        };
        row(&rows, names(draft), &say(&Text::new(state)), state);
    }
    let refused: Vec<&RefusedEntry> = contents(model).flat_map(|(_, c)| &c.refused).collect();
    // Logins without codes are many, and nothing is wrong with them.
    let (silent, said): (Vec<_>, Vec<_>) = refused
        .into_iter()
        .partition(|entry| entry.code == "entry_without_code");
    for entry in said.iter().take(MOST_ROWS) {
        let name = match entry.name.as_str() {
            "" => say(&Text::new("import_entry").with(entry.position.to_string())),
            name => name.to_owned(),
        };
        row(
            &rows,
            (name, String::new()),
            &reason(entry),
            "import_row_refused",
        );
    }
    if !said.is_empty() {
        note(&notes, &Text::plural("import_refused", said.len() as u64));
    }
    let hidden =
        model.planned.len().saturating_sub(MOST_ROWS) + said.len().saturating_sub(MOST_ROWS);
    if hidden > 0 {
        note(&notes, &Text::plural("import_more", hidden as u64));
    }
    if !silent.is_empty() {
        note(
            &notes,
            &Text::plural("import_without_code", silent.len() as u64),
        );
    }
    let heading = match model.planned.is_empty() {
        true => "transfer_nothing",
        false => "transfer_preview",
    };
    dom::show_text("transfer-preview-heading", Some(&say(&Text::new(heading))));
}

fn draw_choice(model: &Model) {
    let known = model
        .planned
        .iter()
        .any(|(_, planned)| *planned != Planned::New);
    if let Some(choice) = dom::by_id("transfer-duplicates") {
        dom::show(&choice, known);
    }
    for input in dom::all("#transfer-duplicates input") {
        if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
            input.set_checked((input.value() == "keep_both") == (model.choice == Choice::KeepBoth));
        }
    }
    if let Some(button) = dom::by_id("transfer-import") {
        let count = model.planned.len() as u64;
        dom::set_text(&button, &say(&Text::plural("import_take", count)));
        dom::show(&button, count > 0);
        draw_forms::enable(&button, !model.busy);
    }
}

/// Whose file it is and how many accounts it has, or why it gave none.
fn draw_source(notes: &HtmlElement, file: &Source) {
    let of = |text: String| match file.name.as_str() {
        "" => text,
        name => say(&Text::new("import_of_file").with(name).with(text)),
    };
    match &file.outcome {
        Some(FileOutcome::Read(content)) => {
            item(notes, &of(recognised(content)), None);
            if !content.missing.is_empty() {
                let numbers: Vec<String> = content.missing.iter().map(u32::to_string).collect();
                let text = Text::new("import_missing").with(numbers.join(", "));
                item(notes, &say(&text), Some("warn"));
            }
        }
        Some(FileOutcome::Failed(failure)) => {
            let failure = Failure {
                code: failure.code.clone(),
                field: None,
                detail: failure.detail.clone(),
            };
            item(
                notes,
                &of(draw_forms::sentence(&failure, false)),
                Some("bad"),
            );
        }
        None => {}
    }
}

fn recognised(content: &FileContent) -> String {
    let count = Text::plural("accounts", content.accounts.len() as u64);
    let text = Text::new("import_recognised").with(content.title.clone());
    say(&text.with(count))
}

fn reason(entry: &RefusedEntry) -> String {
    let failure = Failure {
        code: entry.code.clone(),
        field: entry.field.clone(),
        detail: None,
    };
    draw_forms::sentence(&failure, true)
}

fn names(draft: &AccountDraft) -> (String, String) {
    let name = say_arg(&account_name(&draft.issuer, &draft.label));
    let label = match draft.issuer.trim().is_empty() {
        true => String::new(),
        false => draft.label.trim().to_owned(),
    };
    (name, label)
}

fn note(notes: &HtmlElement, text: &Text) {
    item(notes, &say(text), None);
}

fn item(notes: &HtmlElement, text: &str, tone: Option<&str>) {
    if let Ok(item) = dom::document().create_element("li") {
        dom::set_text(&item, text);
        dom::set_attribute(&item, "data-tone", tone);
        dom::append(notes, &item);
    }
}

fn row(rows: &HtmlElement, (name, label): (String, String), state: &str, kind: &str) {
    let Some(element) = dom::instantiate("t-transfer-row") else {
        return;
    };
    dom::set_text_in(&element, ".transfer-name", &name);
    dom::set_text_in(&element, ".transfer-label", &label);
    dom::set_text_in(&element, ".transfer-state", state);
    dom::set_attribute(&element, "data-kind", Some(kind));
    dom::append(rows, &element);
}

fn draw_done(model: &Model) {
    let done = model.done.clone().unwrap_or_default();
    let summary = Some(say_all(&done.summary)).filter(|summary| !summary.is_empty());
    dom::show_text("transfer-done", summary.as_deref());
    let failure = done.failure.as_ref();
    let failure = failure.map(|failure| draw_forms::sentence(failure, true));
    dom::show_text("transfer-failed", failure.as_deref());
    if let Some(list) = dom::by_id("transfer-refused") {
        dom::clear(&list);
        for (name, why) in &done.refused {
            let text = Text::new("import_of_file").with(name.clone());
            let text = text.with(draw_forms::sentence(why, true));
            item(&list, &say(&text), Some("bad"));
        }
        dom::show(&list, !done.refused.is_empty());
    }
}
