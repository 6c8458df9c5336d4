//! Translations: complete, consistent, and there for every key that is used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Complaints;
use crate::files;
use crate::project::Project;

/// The language whose texts are the reference, and which browsers fall back to.
const REFERENCE: &str = "en";

/// A text of one language: which placeholders it speaks of.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// Compares all languages with English, and the keys in use with those that exist.
pub fn check(project: &Project) -> Result<Complaints> {
    let folder = project.root.join("extension/_locales");
    let mut languages = BTreeMap::new();
    let mut complaints = Vec::new();
    for file in files::walk(&folder)? {
        if let Some(language) = language_of(&folder, &file) {
            let text = files::read(&file)?;
            complaints.extend(repeated_keys(&language, &text));
            let messages = parse(&text).with_context(|| project.relative(&file).to_string())?;
            languages.insert(language, messages);
        }
    }
    let Some(reference) = languages.get(REFERENCE) else {
        complaints.push(format!(
            "extension/_locales/{REFERENCE}/messages.json is missing"
        ));
        return Ok(complaints);
    };
    for (language, messages) in languages.iter().filter(|(name, _)| *name != REFERENCE) {
        complaints.extend(compare(reference, language, messages));
    }
    for folder in ["www", "extension", "src/web/src", "src/modules"] {
        for file in files::walk(&project.root.join(folder))? {
            let name = project.relative(&file).to_string();
            let keys = if files::has_extension(&file, &["html"]) {
                keys_in_html(&files::read(&file)?)
            } else if files::has_extension(&file, &["rs"]) {
                keys_in_rust(&files::read(&file)?)
            } else if file.ends_with("manifest.json") {
                keys_in_manifest(&files::read(&file)?)
            } else {
                BTreeSet::new()
            };
            for key in keys.iter().filter(|key| !reference.contains_key(*key)) {
                complaints.push(format!(
                    "{name} uses the text `{key}`, which no language has"
                ));
            }
        }
    }
    Ok(complaints)
}

fn language_of(folder: &Path, file: &Path) -> Option<String> {
    let mut parts = file.strip_prefix(folder).ok()?.iter();
    let language = parts.next()?.to_str()?.to_owned();
    (parts.next()? == "messages.json").then_some(language)
}

fn parse(text: &str) -> Result<Messages> {
    let json: Value = serde_json::from_str(text)?;
    let mut messages = Messages::new();
    for (key, entry) in json.as_object().context("must be an object")? {
        let message = entry["message"]
            .as_str()
            .with_context(|| format!("{key} has no message"))?;
        let mut used = placeholders(message);
        for name in entry["placeholders"]
            .as_object()
            .into_iter()
            .flat_map(|map| map.keys())
        {
            let name = name.to_uppercase();
            // Declared but not said counts as different from not declared at all.
            if !used.contains(&name) {
                used.insert(format!("{name} (declared, never used)"));
            }
        }
        messages.insert(key.clone(), used);
    }
    Ok(messages)
}

/// The `$NAME$` and `$1` of a message; `$$` is a dollar sign.
fn placeholders(message: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = message;
    while let Some((_, after)) = rest.split_once('$') {
        let length = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '@'))
            .unwrap_or(after.len());
        let (name, tail) = after.split_at(length);
        if name.is_empty() {
            rest = tail.strip_prefix('$').unwrap_or(tail);
        } else if let Some(tail) = tail.strip_prefix('$') {
            found.insert(name.to_uppercase());
            rest = tail;
        } else {
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                found.insert(name.chars().take(1).collect());
            }
            rest = tail;
        }
    }
    found
}

fn compare(reference: &Messages, language: &str, messages: &Messages) -> Complaints {
    let mut complaints = Vec::new();
    for (key, wanted) in reference {
        match messages.get(key) {
            None => complaints.push(format!("`{key}` is missing in {language}")),
            Some(has) if has != wanted => complaints.push(format!(
                "`{key}` has the placeholders {has:?} in {language} but {wanted:?} in {REFERENCE}"
            )),
            Some(_) => {}
        }
    }
    for key in messages.keys().filter(|key| !reference.contains_key(*key)) {
        complaints.push(format!(
            "`{key}` exists in {language} but not in {REFERENCE}"
        ));
    }
    complaints
}

/// JSON readers keep the last of two equal keys without a word. Keys of messages stand alone at the
/// second level, which the formatting of the files makes visible.
fn repeated_keys(language: &str, text: &str) -> Complaints {
    let mut seen = BTreeSet::new();
    text.lines()
        .filter_map(|line| line.strip_prefix("  \"")?.split_once('"'))
        .filter(|(key, _)| !seen.insert(key.to_owned()))
        .map(|(key, _)| format!("`{key}` stands twice in {language}"))
        .collect()
}

/// Values of `data-i18n` and `data-i18n-…` attributes.
pub fn keys_in_html(text: &str) -> BTreeSet<String> {
    text.split("data-i18n")
        .skip(1)
        .filter_map(|after| {
            let (name, value) = after.split_once("=\"")?;
            let is_attribute = name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            is_attribute.then(|| value.split('"').next())?
        })
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Literal keys: `Text::new("key")`, and the two forms of `Text::plural("stem", …)`. Tests, at the
/// bottom of a file, may use keys that do not exist.
fn keys_in_rust(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let literals = |call: &str| -> Vec<String> {
        text.split(call)
            .skip(1)
            .filter_map(|after| after.trim_start().strip_prefix('"')?.split_once('"'))
            .map(|(key, _)| key.to_owned())
            .collect()
    };
    let plurals = literals("Text::plural(");
    let forms = plurals
        .iter()
        .flat_map(|stem| ["one", "other"].map(|form| format!("{stem}_{form}")));
    literals("Text::new(").into_iter().chain(forms).collect()
}

fn keys_in_manifest(text: &str) -> BTreeSet<String> {
    text.split("__MSG_")
        .skip(1)
        .filter_map(|after| after.split_once("__"))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(json: &str) -> Messages {
        parse(json).unwrap()
    }

    #[test]
    fn a_missing_text_and_a_lost_placeholder_are_found() {
        let en = messages(
            r#"{"a":{"message":"A"},"b":{"message":"$COUNT$ left","placeholders":{"count":{"content":"$1"}}}}"#,
        );
        let de = messages(
            r#"{"b":{"message":"übrig","placeholders":{"count":{"content":"$1"}}},"c":{"message":"C"}}"#,
        );
        let found = compare(&en, "de", &de);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(compare(&en, "de", &en).is_empty());
    }

    #[test]
    fn placeholders_are_named_or_numbered_and_dollars_can_be_plain() {
        assert_eq!(
            placeholders("$Who$ pays $1 and $$5"),
            ["1", "WHO"].map(String::from).into()
        );
        assert!(placeholders("costs $$").is_empty());
    }

    #[test]
    fn keys_are_found_where_they_are_used() {
        let html = r#"<b data-i18n="title"></b><input data-i18n-placeholder="hint" class="x">"#;
        assert_eq!(
            keys_in_html(html),
            ["hint", "title"].map(String::from).into()
        );
        let rust = "Text::new(\"a\"); Text::plural(\n \"b\", 2); Text::new(key) #[cfg(test)] Text::new(\"no\")";
        assert_eq!(
            keys_in_rust(rust),
            ["a", "b_one", "b_other"].map(String::from).into()
        );
        assert_eq!(
            keys_in_manifest(r#""name":"__MSG_app_name__""#),
            ["app_name".into()].into()
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_found() {
        let text = "{\n  \"a\": {\n    \"message\": \"x\"\n  },\n  \"a\": {\n    \"message\": \"y\"\n  }\n}";
        assert_eq!(repeated_keys("en", text), ["`a` stands twice in en"]);
    }
}
