//! `recover.html`: a page, its style, its texts and its module in one file that loads nothing.
//!
//! The sources are `www/recover/` and `src/modules/recover`. Its policy names the hash of the one
//! script and the one style in it and forbids everything else, every connection first of all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use data_encoding::BASE64;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::check::keys_in_html;
use crate::files;
use crate::project::Project;

/// The module that lies inside the page and not in `dist/wasm`.
pub const MODULE: &str = "recover";

/// The file in `dist/`.
const PAGE: &str = "recover.html";

/// Texts that are used by name in the module's code, besides those of the page.
const PREFIXES: &[&str] = &["recover_", "err_", "rec_", "copied_live", "export_copied"];

/// The module as it was built, for weighing it.
pub fn built_module(project: &Project) -> PathBuf {
    let folder = project.target.join("wasm-bindgen").join(MODULE);
    folder.join(format!("{MODULE}.wasm"))
}

/// Puts the page together. `bound` is the folder with the module and what binds it.
pub fn assemble(project: &Project, bound: &Path, dist: &Path) -> Result<()> {
    let sources = project.root.join("www/recover");
    let page = files::read(&sources.join(PAGE))?;
    let style = [
        files::read(&project.root.join("www/base.css"))?,
        files::read(&sources.join("recover.css"))?,
    ]
    .join("\n");
    let script = [
        files::read(&bound.join(format!("{MODULE}.js")))?,
        files::read(&sources.join("recover.js"))?,
    ]
    .join("\n");
    ensure!(
        !script.contains("</script") && !style.contains("</style"),
        "the script or the style of {PAGE} ends early"
    );
    let module = fs::read(bound.join(format!("{MODULE}.wasm")))?;
    let mark = fs::read(project.root.join("extension/icons/holdfast.svg"))?;
    let mark = format!("data:image/svg+xml;base64,{}", BASE64.encode(&mark));
    let messages = messages(project, &keys_in_html(&page))?.replace('<', "\\u003c");

    let page = replaced(
        page,
        "<meta charset=\"utf-8\">",
        &format!(
            "<meta charset=\"utf-8\">\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
            policy(&script, &style)
        ),
    )?;
    let page = replaced(
        page,
        "<link rel=\"stylesheet\" href=\"recover.css\">",
        &format!("<style>{style}</style>"),
    )?;
    let page = replaced(
        page,
        "<script type=\"module\" src=\"recover.js\"></script>",
        &format!(
            "<script type=\"application/json\" id=\"messages\">{messages}</script>\n\
             <script type=\"application/wasm\" id=\"module\">{}</script>\n\
             <script type=\"module\">{script}</script>",
            BASE64.encode(&module)
        ),
    )?;
    let page = page.replace("\"holdfast.svg\"", &format!("\"{mark}\""));
    fs::write(dist.join(PAGE), page)?;
    Ok(())
}

/// Nothing is loaded and nothing is sent: only this script and this style run, and the module that
/// the script compiles.
fn policy(script: &str, style: &str) -> String {
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
    format!(
        "default-src 'none'; script-src 'sha256-{}' 'wasm-unsafe-eval'; style-src 'sha256-{}'; \
         img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(script),
        hash(style)
    )
}

/// The texts of the page by language, with numbered placeholders.
fn messages(project: &Project, keys: &BTreeSet<String>) -> Result<String> {
    let mut languages = Map::new();
    for language in ["en", "de"] {
        let path = project.root.join("extension/_locales").join(language);
        let all: Value = serde_json::from_str(&files::read(&path.join("messages.json"))?)?;
        let mut texts = Map::new();
        for (key, entry) in all.as_object().context("messages.json is no object")? {
            let wanted =
                keys.contains(key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix));
            if wanted {
                texts.insert(key.clone(), numbered(entry).into());
            }
        }
        languages.insert(language.to_owned(), texts.into());
    }
    Ok(Value::Object(languages).to_string())
}

/// `$COUNT$` becomes `$1`, as its placeholder says.
fn numbered(entry: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut message = text(entry.get("message"));
    let placeholders = entry.get("placeholders").and_then(Value::as_object);
    for (name, placeholder) in placeholders.into_iter().flatten() {
        let number = text(placeholder.get("content"));
        message = message.replace(&format!("${}$", name.to_uppercase()), &number);
    }
    message
}

fn replaced(page: String, mark: &str, with: &str) -> Result<String> {
    let (before, after) = page
        .split_once(mark)
        .with_context(|| format!("www/recover/{PAGE} lacks {mark}"))?;
    Ok([before, with, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn placeholders_are_numbered() {
        let entry = json!({ "message": "$COUNT$ of $ALL$", "placeholders": {
            "all": { "content": "$2" }, "count": { "content": "$1" } } });
        assert_eq!(numbered(&entry), "$1 of $2");
    }

    #[test]
    fn the_policy_names_what_runs_and_nothing_else() {
        let policy = policy("a", "b");
        // `printf a | openssl dgst -sha256 -binary | base64`
        assert!(policy.contains(
            "script-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=' 'wasm-unsafe-eval'"
        ));
        for banned in ["unsafe-inline", "unsafe-eval' 'self", "http", "'self'", "*"] {
            assert!(!policy.contains(banned), "{banned}");
        }
    }
}
