//! Drawing the preview of an import, and what an export would lose.

use holdfast_core::handover::{FileContent, FileOutcome, RefusedEntry};
use holdfast_core::vault::{Choice, Planned, Vault};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{Model, planned, wants_password};
use crate::message::Failure;
use crate::pages::form::account_name;
use crate::pages::text::Text;
use crate::pages::words::{say, say_all, say_arg};
use crate::pages::{dom, draw_forms};

/// More rows than this are counted instead of shown.
const MOST_ROWS: usize = 200;

/// Draws the section's own part.
pub fn draw(model: &Model, vault: Option<&Vault>) {
    for (id, busy) in [
        ("transfer-busy", model.busy),
        ("transfer-password-form", wants_password(model).is_some()),
    ] {
        if let Some(element) = dom::by_id(id) {
            dom::show(&element, busy);
        }
    }
    let asked = wants_password(model).map(|failure| {
        Text::new("import_password_of").with(failure.title.clone().unwrap_or_default())
    });
    dom::show_text(
        "transfer-password-title",
        asked.as_ref().map(say).as_deref(),
    );
    let wrong = wants_password(model).filter(|failure| failure.code == "import_wrong_password");
    let wrong = wrong.map(|failure| say(&Text::new(format!("err_{}", failure.code))));
    dom::show_text("transfer-password-error", wrong.as_deref());
    draw_preview(model, vault);
    draw_done(model);
    draw_lost(model, vault);
}

fn draw_preview(model: &Model, vault: Option<&Vault>) {
    let Some(preview) = dom::by_id("transfer-preview") else {
        return;
    };
    let waiting = model.outcomes.is_empty() || wants_password(model).is_some();
    dom::show(&preview, !waiting);
    let (Some(rows), Some(notes)) = (dom::by_id("transfer-rows"), dom::by_id("transfer-notes"))
    else {
        return;
    };
    dom::clear(&rows);
    dom::clear(&notes);
    let (false, Some(vault)) = (waiting, vault) else {
        return;
    };
    let accounts = planned(model, vault);
    let new = accounts.iter().filter(|(_, p)| *p == Planned::New).count();
    let known = accounts.len() - new;
    for outcome in &model.outcomes {
        draw_outcome(&notes, outcome);
    }
    for (draft, planned) in accounts.iter().take(MOST_ROWS) {
        let state = match planned {
            Planned::New => "import_row_new",
            Planned::InVault(_) => "import_row_known",
            Planned::Repeated(_) => "import_row_repeated",
        };
        let name = say_arg(&account_name(&draft.issuer, &draft.label));
        row(&rows, &name, &say(&Text::new(state)), state);
    }
    let refused: Vec<&RefusedEntry> = contents(model).flat_map(|c| &c.refused).collect();
    // Logins without codes are many, and nothing is wrong with them.
    let (silent, said): (Vec<_>, Vec<_>) = refused
        .into_iter()
        .partition(|entry| entry.code == "entry_without_code");
    for entry in said.iter().take(MOST_ROWS) {
        let name = match entry.name.as_str() {
            "" => say(&Text::new("import_entry").with(entry.position.to_string())),
            name => name.to_owned(),
        };
        row(&rows, &name, &reason(entry), "import_row_refused");
    }
    let hidden = accounts.len().saturating_sub(MOST_ROWS) + said.len().saturating_sub(MOST_ROWS);
    if hidden > 0 {
        note(&notes, &Text::plural("import_more", hidden as u64));
    }
    if !silent.is_empty() {
        note(
            &notes,
            &Text::plural("import_without_code", silent.len() as u64),
        );
    }
    if let Some(choice) = dom::by_id("transfer-duplicates") {
        dom::show(&choice, known > 0);
    }
    for input in dom::all("#transfer-duplicates input") {
        if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
            input.set_checked((input.value() == "keep_both") == (model.choice == Choice::KeepBoth));
        }
    }
    if let Some(button) = dom::by_id("transfer-import") {
        dom::set_text(
            &button,
            &say(&Text::plural("import_take", accounts.len() as u64)),
        );
        dom::show(&button, !accounts.is_empty());
        dom::mark(&button, "disabled", model.busy);
    }
}

fn contents(model: &Model) -> impl Iterator<Item = &FileContent> {
    model.outcomes.iter().filter_map(|outcome| match outcome {
        FileOutcome::Read(content) => Some(content),
        FileOutcome::Failed(_) => None,
    })
}

/// Whose file it is and how many accounts it has, or why it gave none.
fn draw_outcome(notes: &HtmlElement, outcome: &FileOutcome) {
    match outcome {
        FileOutcome::Read(content) => {
            let count = Text::plural("accounts", content.accounts.len() as u64);
            note(
                notes,
                &Text::new("import_recognised")
                    .with(content.title.clone())
                    .with(count),
            );
            if !content.missing.is_empty() {
                let numbers: Vec<String> = content.missing.iter().map(u32::to_string).collect();
                note(notes, &Text::new("import_missing").with(numbers.join(", ")));
            }
        }
        FileOutcome::Failed(failure) => {
            let failure = Failure {
                code: failure.code.clone(),
                field: None,
                detail: failure.detail.clone(),
            };
            if let Ok(item) = dom::document().create_element("li") {
                dom::set_text(&item, &draw_forms::sentence(&failure, false));
                dom::set_attribute(&item, "data-tone", Some("bad"));
                dom::append(notes, &item);
            }
        }
    }
}

fn reason(entry: &RefusedEntry) -> String {
    let failure = Failure {
        code: entry.code.clone(),
        field: entry.field.clone(),
        detail: None,
    };
    draw_forms::sentence(&failure, true)
}

fn note(notes: &HtmlElement, text: &Text) {
    if let Ok(item) = dom::document().create_element("li") {
        dom::set_text(&item, &say(text));
        dom::append(notes, &item);
    }
}

fn row(rows: &HtmlElement, name: &str, state: &str, kind: &str) {
    let Some(element) = dom::instantiate("t-transfer-row") else {
        return;
    };
    dom::set_text_in(&element, ".transfer-name", name);
    dom::set_text_in(&element, ".transfer-state", state);
    dom::set_attribute(&element, "data-kind", Some(kind));
    dom::append(rows, &element);
}

fn draw_done(model: &Model) {
    let summary = model.done.as_ref().map(|(summary, _)| say_all(summary));
    let summary = summary.filter(|summary| !summary.is_empty());
    dom::show_text("transfer-done", summary.as_deref());
    let failed = model.done.as_ref().and_then(|(_, refused)| refused.first());
    let failed = failed.map(|refused| draw_forms::sentence(&refused.why, true));
    dom::show_text("transfer-failed", failed.as_deref());
}

/// What the chosen format can't carry, before anything is written.
fn draw_lost(model: &Model, vault: Option<&Vault>) {
    let encrypted = model.target == "aegis_encrypted";
    if let Some(field) = dom::by_id("export-password-field") {
        dom::show(&field, encrypted);
    }
    if let Some(warning) = dom::by_id("export-warning") {
        dom::show(&warning, !encrypted);
    }
    let Some(list) = dom::by_id("export-lost") else {
        return;
    };
    dom::clear(&list);
    let accounts = vault.map(Vault::to_new_accounts).unwrap_or_default();
    for lost in model.lost.iter().take(MOST_ROWS) {
        let Some(account) = accounts.get(lost.account) else {
            continue;
        };
        let key = if lost.whole {
            "export_lost_account"
        } else {
            "export_lost_field"
        };
        let text = Text::new(key)
            .with(account_name(&account.issuer, &account.label))
            .with(Text::new(format!("field_{}", lost.field)));
        note(&list, &text);
    }
    dom::show(&list, !model.lost.is_empty());
    if let Some(heading) = dom::by_id("export-lost-heading") {
        dom::show(&heading, !model.lost.is_empty());
    }
}
