//! Texts for a person: which message of `_locales`, and what is put into it.
//!
//! Models and update functions deal in [`Text`]; only the view turns one into a string. So what a
//! page says is tested without a browser, against the real messages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A message with its substitutions, in the order of its placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The message's key.
    pub key: Cow<'static, str>,
    /// What is put into it.
    pub args: Vec<Arg>,
}

/// What is put into a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// As it is: a name, a number, a host.
    Plain(String),
    /// Another message.
    Text(Text),
    /// The time of day, of milliseconds since the Unix epoch.
    Clock(u64),
    /// Day and time, of milliseconds since the Unix epoch.
    Moment(u64),
    /// The day, of milliseconds since the Unix epoch.
    Day(u64),
}

/// What the browser knows and a text needs.
pub trait Translate {
    /// The message in the person's language, with its substitutions.
    fn message(&self, key: &str, args: &[&str]) -> String;
    /// A time argument as people write it there.
    fn time(&self, arg: &Arg) -> String;
}

impl Text {
    /// A message without substitutions.
    #[must_use]
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self {
            key: key.into(),
            args: Vec::new(),
        }
    }

    /// Adds a substitution.
    #[must_use]
    pub fn with(mut self, arg: impl Into<Arg>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// The message `<stem>_one` or `<stem>_other`, with the number put into it.
    #[must_use]
    pub fn plural(stem: &str, count: u64) -> Self {
        let form = if count == 1 { "one" } else { "other" };
        Self::new(format!("{stem}_{form}")).with(count.to_string())
    }

    /// The text in the person's language.
    #[must_use]
    pub fn resolve(&self, translate: &dyn Translate) -> String {
        let args: Vec<String> = self
            .args
            .iter()
            .map(|arg| match arg {
                Arg::Plain(text) => text.clone(),
                Arg::Text(text) => text.resolve(translate),
                time => translate.time(time),
            })
            .collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        translate.message(&self.key, &args)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long ago something was: "2 min ago", and the day itself after a week. What lies in the
/// future, as after a clock was set back, gets its date rather than a wrong "just now".
#[must_use]
pub fn ago(now: u64, then: u64) -> Arg {
    if then > now + MINUTE {
        return Arg::Moment(then);
    }
    let age = now.saturating_sub(then);
    match age {
        0..MINUTE => Text::new("time_now").into(),
        MINUTE..HOUR => Text::plural("time_minutes", age / MINUTE).into(),
        HOUR..DAY => Text::plural("time_hours", age / HOUR).into(),
        _ if age < 7 * DAY => Text::plural("time_days", age / DAY).into(),
        _ => Arg::Day(then),
    }
}

/// A point in time to be read after "since" or "at": the time of day if it is within half a day,
/// else day and time.
#[must_use]
pub fn point(now: u64, then: u64) -> Arg {
    if now.abs_diff(then) < DAY / 2 {
        Arg::Clock(then)
    } else {
        Arg::Moment(then)
    }
}

/// A size in bytes, in the unit that suits it, with a decimal point.
#[must_use]
pub fn size(bytes: f64) -> String {
    if bytes < 1000.0 {
        format!("{bytes:.0} B")
    } else if bytes < 1_000_000.0 {
        format!("{:.1} kB", bytes / 1000.0)
    } else if bytes < 1_000_000_000.0 {
        format!("{:.1} MB", bytes / 1_000_000.0)
    } else {
        format!("{:.1} GB", bytes / 1_000_000_000.0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The real messages, with times as plain UTC numbers.
    pub(crate) struct Messages(BTreeMap<String, serde_json::Value>);

    impl Messages {
        pub(crate) fn read(language: &str) -> Self {
            let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../extension/_locales");
            let json = std::fs::read(format!("{root}/{language}/messages.json")).unwrap();
            Self(serde_json::from_slice(&json).unwrap())
        }

        pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
            self.0.keys().map(String::as_str)
        }

        pub(crate) fn raw(&self, key: &str) -> Option<&str> {
            self.0.get(key)?["message"].as_str()
        }

        pub(crate) fn placeholders(&self, key: &str) -> BTreeMap<String, String> {
            let Some(list) = self.0[key].get("placeholders") else {
                return BTreeMap::new();
            };
            let list = list.as_object().unwrap().iter();
            list.map(|(name, value)| (name.clone(), value["content"].as_str().unwrap().to_owned()))
                .collect()
        }
    }

    impl Translate for Messages {
        fn message(&self, key: &str, args: &[&str]) -> String {
            let mut text = self
                .raw(key)
                .unwrap_or_else(|| panic!("no message {key}"))
                .to_owned();
            for (name, content) in self.placeholders(key) {
                let index: usize = content.trim_start_matches('$').parse().unwrap();
                let value = args
                    .get(index - 1)
                    .unwrap_or_else(|| panic!("{key} lacks ${name}$"));
                text = text.replace(&format!("${}$", name.to_uppercase()), value);
            }
            text
        }

        fn time(&self, arg: &Arg) -> String {
            match arg {
                Arg::Clock(at) => format!("{:02}:{:02}", at % DAY / HOUR, at % HOUR / MINUTE),
                other => format!("{other:?}"),
            }
        }
    }

    fn english(arg: Arg) -> String {
        match arg {
            Arg::Text(text) => text.resolve(&Messages::read("en")),
            time => Messages::read("en").time(&time),
        }
    }

    #[test]
    fn ages_are_in_the_unit_that_suits_them() {
        let now = 1_000 * DAY;
        for (age, expected) in [
            (0, "just now"),
            (59_999, "just now"),
            (MINUTE, "1 min ago"),
            (2 * MINUTE + 1, "2 min ago"),
            (HOUR, "1 h ago"),
            (DAY - 1, "23 h ago"),
            (DAY, "yesterday"),
            (3 * DAY, "3 days ago"),
        ] {
            assert_eq!(english(ago(now, now - age)), expected, "{age}");
        }
        assert_eq!(ago(now, now - 7 * DAY), Arg::Day(now - 7 * DAY));
    }

    #[test]
    fn the_future_is_never_just_now() {
        assert_eq!(ago(DAY, DAY + HOUR), Arg::Moment(DAY + HOUR));
        assert_eq!(english(ago(DAY, DAY + 10)), "just now");
    }

    #[test]
    fn german_plurals_are_german() {
        let german = Messages::read("de");
        assert_eq!(Text::plural("accounts", 1).resolve(&german), "1 Konto");
        assert_eq!(Text::plural("accounts", 0).resolve(&german), "0 Konten");
    }

    #[test]
    fn both_languages_have_the_same_messages_with_the_same_placeholders() {
        let (english, german) = (Messages::read("en"), Messages::read("de"));
        assert!(english.keys().eq(german.keys()));
        for key in english.keys() {
            assert_eq!(english.placeholders(key), german.placeholders(key), "{key}");
            for messages in [&english, &german] {
                let text = messages.raw(key).unwrap();
                assert!(!text.trim().is_empty(), "{key} is empty");
                for name in messages.placeholders(key).keys() {
                    assert!(
                        text.contains(&format!("${}$", name.to_uppercase())),
                        "{key} leaves out {name}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_html_holds_the_english_messages() {
        let english = Messages::read("en");
        let www = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www");
        let parts = std::fs::read_dir(format!("{www}/options")).unwrap();
        let parts = parts.map(|part| part.unwrap().path());
        let pages = ["popup", "options"].map(|page| format!("{www}/{page}.html").into());
        for path in pages.into_iter().chain(parts) {
            let page = path.file_stem().unwrap().to_string_lossy();
            let html = std::fs::read_to_string(&path).unwrap();
            let mut seen = 0;
            for tag in html.split('<').filter(|tag| tag.contains(" data-i18n")) {
                let (attributes, content) = tag.split_once('>').unwrap();
                for (name, key) in attributes.match_indices("data-i18n").map(|(at, _)| {
                    let (name, rest) = attributes[at + "data-i18n".len()..]
                        .split_once("=\"")
                        .unwrap();
                    (
                        name.trim_start_matches('-'),
                        rest.split('"').next().unwrap(),
                    )
                }) {
                    let expected = english
                        .raw(key)
                        .unwrap_or_else(|| panic!("{page}: no message {key}"));
                    let found = if name.is_empty() {
                        content
                    } else {
                        let (_, value) = attributes.split_once(&format!(" {name}=\"")).unwrap();
                        value.split('"').next().unwrap()
                    };
                    assert_eq!(found, expected, "{page}: {key}");
                    seen += 1;
                }
            }
            assert!(seen > 3, "{page}: {seen}");
        }
    }
}
