//! Drawing what the popup says about filling.

use holdfast_core::vault::Id;

use super::fill::Fill;
use super::model::{Model, Screen};
use crate::message::fill::{Outcome, Question};
use crate::pages::dom;
use crate::pages::form::account_name;
use crate::pages::look::{hue, initial};
use crate::pages::text::{Arg, Text};
use crate::pages::words::{say, say_arg};

/// What is to be shown.
#[derive(Default)]
struct View {
    state: &'static str,
    heading: Option<Text>,
    text: Option<String>,
    warnings: Vec<Text>,
    accounts: Vec<Id>,
    buttons: &'static [&'static str],
}

/// Makes the strip above the list show the model.
pub fn draw(model: &Model) {
    let Some(strip) = dom::by_id("fill") else {
        return;
    };
    let view = view(model, &model.fill);
    dom::show(
        &strip,
        view.heading.is_some() && model.screen == Screen::List,
    );
    dom::set_attribute(&strip, "data-state", Some(view.state));
    dom::set_attribute(
        &strip,
        "aria-busy",
        Some(if model.fill.busy { "true" } else { "false" }),
    );
    if let (Some(heading), Some(element)) = (&view.heading, dom::by_id("fill-heading")) {
        dom::set_text(&element, &say(heading));
    }
    dom::show_text("fill-text", view.text.as_deref());
    draw_warnings(&view.warnings);
    draw_accounts(model, &view.accounts);
    let mut any = false;
    for button in ["permit", "remember", "once", "copy", "cancel"] {
        let shown = view.buttons.contains(&button);
        any |= shown;
        if let Some(element) = dom::by_id(&format!("fill-{button}")) {
            dom::show(&element, shown);
        }
    }
    if let Some(actions) = dom::by_id("fill-actions") {
        dom::show(&actions, any);
    }
}

fn view(model: &Model, fill: &Fill) -> View {
    let host = fill.tab.host.clone().unwrap_or_default();
    match &fill.outcome {
        None | Some(Outcome::Filled) => {
            let accounts: Vec<Id> = [&fill.tab.bound[..], &fill.tab.suggested[..]].concat();
            let shown = model.query.trim().is_empty() && !accounts.is_empty();
            View {
                state: "offer",
                heading: shown.then(|| Text::new("fill_for").with(host)),
                accounts,
                ..View::default()
            }
        }
        Some(Outcome::Choose) => View {
            state: "choose",
            heading: Some(Text::new("fill_choose").with(host)),
            text: (fill.tab.bound.is_empty() && fill.tab.suggested.is_empty())
                .then(|| say(&Text::new("fill_choose_none"))),
            accounts: [&fill.tab.bound[..], &fill.tab.suggested[..]].concat(),
            buttons: &["cancel"],
            ..View::default()
        },
        Some(Outcome::Confirm(question)) => confirm(model, question),
        Some(Outcome::Permit { host, .. }) => View {
            state: "ask",
            heading: Some(Text::new("fill_permit_heading").with(host.as_str())),
            text: Some(say(&Text::new("fill_permit_text"))),
            buttons: &["permit", "cancel"],
            ..View::default()
        },
        Some(Outcome::NotFilled { why, account, .. }) => {
            let mut text = say(&Text::new(format!("fill_why_{why}")));
            if fill.copied {
                text = format!("{text} {}", say(&Text::new("fill_copied")));
            }
            View {
                state: "failed",
                heading: Some(Text::new("fill_not_filled")),
                text: Some(text),
                buttons: if account.is_some() && why != "insecure" {
                    &["copy", "cancel"]
                } else {
                    &["cancel"]
                },
                ..View::default()
            }
        }
    }
}

fn confirm(model: &Model, question: &Question) -> View {
    let name = name(model, question.account);
    let host = question.host.as_str();
    let mut text = if question.elsewhere {
        let sites = question.sites.join(", ");
        say(&Text::new("fill_elsewhere_text")
            .with(name.clone())
            .with(sites)
            .with(host))
    } else {
        say(&Text::new("fill_first_text").with(host))
    };
    if let Some(frame) = &question.frame {
        text = format!(
            "{text} {}",
            say(&Text::new("fill_frame").with(frame.as_str()))
        );
    }
    let warnings = question
        .warnings
        .iter()
        .map(|(warning, about)| Text::new(format!("fill_warn_{warning}")).with(about.as_str()));
    View {
        state: if question.elsewhere || !question.warnings.is_empty() {
            "warn"
        } else {
            "ask"
        },
        heading: Some(if question.elsewhere {
            Text::new("fill_elsewhere").with(host).with(name)
        } else {
            Text::new("fill_first").with(name).with(host)
        }),
        text: Some(text),
        warnings: warnings.collect(),
        accounts: Vec::new(),
        buttons: if question.keeps {
            &["remember", "once", "cancel"]
        } else {
            &["once", "cancel"]
        },
    }
}

fn draw_warnings(warnings: &[Text]) {
    let Some(list) = dom::by_id("fill-warnings") else {
        return;
    };
    let said: Vec<String> = warnings.iter().map(say).collect();
    let shown: Vec<String> = dom::find_all(&list, "li")
        .iter()
        .filter_map(|item| item.text_content())
        .collect();
    if said != shown {
        dom::clear(&list);
        for text in &said {
            if let Ok(item) = dom::document().create_element("li") {
                dom::set_text(&item, text);
                dom::append(&list, &item);
            }
        }
    }
}

fn draw_accounts(model: &Model, accounts: &[Id]) {
    let Some(list) = dom::by_id("fill-accounts") else {
        return;
    };
    let known = |id: &Id| model.vault.as_ref().and_then(|vault| vault.get(*id));
    let wanted: Vec<String> = accounts
        .iter()
        .filter(|id| known(id).is_some())
        .map(ToString::to_string)
        .collect();
    let shown: Vec<String> = dom::find_all(&list, "li")
        .iter()
        .filter_map(|item| item.get_attribute("data-id"))
        .collect();
    let key = format!("{}-{}", model.revision, wanted.join(" "));
    if wanted == shown && list.get_attribute("data-drawn").as_deref() == Some(&key) {
        return;
    }
    dom::set_attribute(&list, "data-drawn", Some(&key));
    dom::clear(&list);
    for (place, id) in accounts.iter().enumerate() {
        let (Some(account), Some(item)) = (known(id), dom::instantiate("t-fill-account")) else {
            continue;
        };
        let (issuer, label) = (&account.issuer.value, &account.label.value);
        dom::set_attribute(&item, "data-id", Some(&id.to_string()));
        dom::set_text_in(&item, ".avatar", &initial(issuer, label));
        dom::set_text_in(&item, ".issuer", &say_arg(&account_name(issuer, label)));
        dom::set_text_in(
            &item,
            ".label",
            if issuer.trim().is_empty() { "" } else { label },
        );
        if let Some(avatar) = dom::find(&item, ".avatar") {
            let hue = hue(issuer, label).to_string();
            let _ = avatar.style().set_property("--hue", &hue);
        }
        if let Some(button) = dom::find(&item, "button") {
            let names = format!("{issuer} {label}");
            let said = say(&Text::new("fill_into").with(names.trim()));
            dom::set_attribute(&button, "aria-label", Some(&said));
            if place == 0 {
                dom::set_attribute(&button, "id", Some("fill-first"));
            }
        }
        dom::append(&list, &item);
    }
}

fn name(model: &Model, id: Id) -> Arg {
    let account = model.vault.as_ref().and_then(|vault| vault.get(id));
    account.map_or_else(
        || Text::new("unnamed").into(),
        |account| account_name(&account.issuer.value, &account.label.value),
    )
}
