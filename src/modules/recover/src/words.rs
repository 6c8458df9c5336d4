//! Texts in the person's language, out of the page itself.

use serde_json::Value;

/// A message and what is put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The message's key in `_locales`.
    pub key: String,
    /// What is put into its placeholders, in their order.
    pub args: Vec<String>,
}

/// All messages of the page, by language.
pub struct Words {
    messages: Value,
    /// The language in use: one of [`LANGUAGES`].
    pub language: &'static str,
}

/// The languages that the page speaks.
pub const LANGUAGES: [&str; 2] = ["en", "de"];

impl Text {
    /// A message without placeholders.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: Vec::new(),
        }
    }

    /// Fills the next placeholder.
    #[must_use]
    pub fn with(mut self, arg: impl ToString) -> Self {
        self.args.push(arg.to_string());
        self
    }

    /// The message `<stem>_one` or `<stem>_other`, with the number put into it.
    #[must_use]
    pub fn plural(stem: &str, count: usize) -> Self {
        let form = if count == 1 { "one" } else { "other" };
        Self::new(&format!("{stem}_{form}")).with(count)
    }
}

impl Words {
    /// Messages as the page holds them: `{"en": {key: text}, "de": …}`, where `$1` is the first
    /// placeholder. `preferred` is the browser's language, as `de-AT`.
    #[must_use]
    pub fn new(messages: &str, preferred: &str) -> Self {
        Self {
            messages: serde_json::from_str(messages).unwrap_or_default(),
            language: language(preferred),
        }
    }

    /// Whether there is such a message.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// The message in the language in use. What is missing shows its key, which says more than
    /// nothing.
    #[must_use]
    pub fn say(&self, text: &Text) -> String {
        let mut said = self.raw(&text.key).unwrap_or(&text.key).to_owned();
        for (index, arg) in text.args.iter().enumerate() {
            said = said.replace(&format!("${}", index + 1), arg);
        }
        said
    }

    fn raw(&self, key: &str) -> Option<&str> {
        self.messages.get(self.language)?.get(key)?.as_str()
    }
}

/// The page's language for a browser's.
#[must_use]
pub fn language(preferred: &str) -> &'static str {
    let base = preferred.split('-').next().unwrap_or_default();
    let known = LANGUAGES.into_iter();
    known
        .into_iter()
        .find(|known| base.eq_ignore_ascii_case(known))
        .unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled_in_and_missing_ones_show() {
        let messages =
            r#"{"en":{"a_one":"$1 account","a_other":"$1 accounts"},"de":{"a_one":"$1 Konto"}}"#;
        let words = Words::new(messages, "de-AT");
        assert_eq!(words.say(&Text::plural("a", 1)), "1 Konto");
        assert_eq!(words.say(&Text::new("gone")), "gone");
        let words = Words::new(messages, "fr");
        assert_eq!(words.say(&Text::plural("a", 3)), "3 accounts");
    }
}
