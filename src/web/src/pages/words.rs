//! The browser's side of texts: its messages, and times as people write them there.

use js_sys::Date;
use wasm_bindgen::JsValue;

use super::dom;
use super::text::{Arg, Text, Translate};
use crate::browser::{runtime, to_js};

/// The browser's messages.
pub struct Browser;

impl Translate for Browser {
    fn message(&self, key: &str, args: &[&str]) -> String {
        runtime::message(key, args)
    }

    fn time(&self, arg: &Arg) -> String {
        #[derive(serde::Serialize, Default)]
        struct Options {
            #[serde(rename = "dateStyle", skip_serializing_if = "Option::is_none")]
            date: Option<&'static str>,
            #[serde(rename = "timeStyle", skip_serializing_if = "Option::is_none")]
            time: Option<&'static str>,
        }
        let (at, date, time) = match arg {
            Arg::Clock(at) => (at, None, Some("short")),
            Arg::Moment(at) => (at, Some("medium"), Some("short")),
            Arg::Day(at) => (at, Some("medium"), None),
            Arg::Plain(_) | Arg::Text(_) => return String::new(),
        };
        let options = to_js(&Options { date, time }).unwrap_or(JsValue::UNDEFINED);
        Date::new(&JsValue::from_f64(*at as f64))
            .to_locale_string(&locale(), &options)
            .into()
    }
}

/// The text in the person's language.
#[must_use]
pub fn say(text: &Text) -> String {
    let said = text.resolve(&Browser);
    match text.key.strip_prefix("err_") {
        // An error that has no words still must not be silent.
        Some(code) if said.is_empty() => Browser.message("err_unknown", &[code]),
        _ => said,
    }
}

/// What stands in a text, by itself.
#[must_use]
pub fn say_arg(arg: &Arg) -> String {
    match arg {
        Arg::Plain(text) => text.clone(),
        Arg::Text(text) => say(text),
        time => Browser.time(time),
    }
}

/// The texts, one after the other.
#[must_use]
pub fn say_all(texts: &[Text]) -> String {
    texts.iter().map(say).collect::<Vec<_>>().join(" · ")
}

/// What stands in texts, one after the other.
#[must_use]
pub fn say_args(args: &[Arg]) -> String {
    args.iter().map(say_arg).collect::<Vec<_>>().join(" · ")
}

/// The text, if there is such a message: recommendations need not exist.
#[must_use]
pub fn say_if_known(text: &Text) -> Option<String> {
    Some(text.resolve(&Browser)).filter(|text| !text.is_empty())
}

/// How times are written: as the browser's language does it, if that is the messages' language
/// too ("en-GB"), else as the messages' language does.
fn locale() -> String {
    let messages = dom::document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .unwrap_or_default();
    let browser = runtime::ui_language();
    if browser.split('-').next() == Some(messages.as_str()) {
        browser
    } else {
        messages
    }
}
