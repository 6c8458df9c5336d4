//! What the extension asks of the browser, and of the person who installs it.
#![allow(
    clippy::indexing_slicing,
    reason = "a JSON value gives null where there is nothing"
)]

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Complaints;
use crate::files;
use crate::project::Project;

/// Keys whose presence alone would give the extension power over pages before anyone was asked.
const BANNED_KEYS: &[(&str, &str)] = &[
    (
        "host_permissions",
        "an origin is asked for when a person connects it",
    ),
    (
        "content_scripts",
        "nothing may run in pages from the moment of installation",
    ),
    (
        "web_accessible_resources",
        "pages must not be able to tell that Holdfast is here",
    ),
    (
        "externally_connectable",
        "pages and other extensions have nothing to say to the vault",
    ),
    ("update_url", "updates come from the browser's store"),
];

const BANNED_PERMISSIONS: &[&str] = &[
    "tabs",
    "history",
    "cookies",
    "webRequest",
    "debugger",
    "nativeMessaging",
    "management",
    "<all_urls>",
    "clipboardRead",
    "clipboardWrite",
];

/// The page policy must say these words …
const POLICY_NEEDS: &[&str] = &[
    "script-src 'self' 'wasm-unsafe-eval'",
    "require-trusted-types-for 'script'",
    "object-src 'none'",
];
/// … and none of these.
const POLICY_BANS: &[&str] = &["'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*"];

/// Reads the manifest and the pages.
pub fn check(project: &Project) -> Result<Complaints> {
    let path = project.root.join("extension/manifest.json");
    if !path.exists() {
        return Ok(vec!["extension/manifest.json is missing".to_owned()]);
    }
    let manifest: Value =
        serde_json::from_str(&files::read(&path)?).context("extension/manifest.json")?;
    let mut complaints = permissions(&manifest);
    complaints.extend(background(&manifest));
    complaints.extend(policy(&manifest));
    complaints.extend(versions(&manifest));
    for file in named_files(&manifest) {
        let known = ["extension", "www"]
            .iter()
            .any(|dir| project.root.join(dir).join(&file).exists());
        if !known && !file.starts_with("wasm/") {
            complaints.push(format!("the manifest names {file}, which is not there"));
        }
    }
    for page in files::walk(&project.root.join("www"))? {
        if files::has_extension(&page, &["html"]) && !is_demo(project, &page) {
            complaints.extend(inline_code(
                &project.relative(&page).to_string(),
                &files::read(&page)?,
            ));
        }
    }
    Ok(complaints)
}

fn is_demo(project: &Project, page: &Path) -> bool {
    project.relative(page).to_string().starts_with("www/demo")
}

fn permissions(manifest: &Value) -> Complaints {
    let mut complaints = Vec::new();
    for (key, reason) in BANNED_KEYS {
        if manifest.get(key).is_some() {
            complaints.push(format!("the manifest has `{key}`: {reason}"));
        }
    }
    for permission in strings(&manifest["permissions"]) {
        if BANNED_PERMISSIONS.contains(&permission) || permission.contains("://") {
            complaints.push(format!(
                "the manifest asks for `{permission}` at installation"
            ));
        }
    }
    complaints
}

fn background(manifest: &Value) -> Complaints {
    let background = &manifest["background"];
    let mut complaints = Vec::new();
    if background["type"] != "module" {
        complaints.push("the background must be of type `module`".to_owned());
    }
    let worker = background["service_worker"].as_str();
    let scripts: Vec<&str> = strings(&background["scripts"]).collect();
    if worker.is_none() || scripts != worker.into_iter().collect::<Vec<_>>() {
        complaints.push(
            "the background must name one file twice: `service_worker` for Chromium, `scripts` for \
             Firefox"
                .to_owned(),
        );
    }
    complaints
}

fn policy(manifest: &Value) -> Complaints {
    let policy = manifest["content_security_policy"]["extension_pages"]
        .as_str()
        .unwrap_or_default();
    let needs = POLICY_NEEDS
        .iter()
        .filter(|words| !policy.contains(*words))
        .map(|words| format!("the pages' content policy must say {words}"));
    let scripts = policy
        .split(';')
        .find(|part| part.trim().starts_with("script-src"))
        .unwrap_or_default();
    let bans = POLICY_BANS
        .iter()
        .filter(|word| scripts.split_whitespace().any(|source| source == **word))
        .map(|word| format!("the pages' content policy must not allow scripts from {word}"));
    needs.chain(bans).collect()
}

fn versions(manifest: &Value) -> Complaints {
    let mut complaints = Vec::new();
    if manifest["manifest_version"] != 3 {
        complaints.push("the manifest must be of version 3".to_owned());
    }
    let gecko = &manifest["browser_specific_settings"]["gecko"];
    for (browser, value, least) in [
        ("Chrome", &manifest["minimum_chrome_version"], 127),
        ("Firefox", &gecko["strict_min_version"], 153),
    ] {
        let major = value
            .as_str()
            .and_then(|text| text.split('.').next()?.parse::<u32>().ok());
        if major.is_none_or(|major| major < least) {
            complaints.push(format!(
                "the manifest must ask for {browser} {least} or newer"
            ));
        }
    }
    if gecko["id"].as_str().is_none() {
        complaints.push("Firefox needs an id of the extension".to_owned());
    }
    complaints
}

/// Files the browser will look for when it loads the extension.
fn named_files(manifest: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |value: &Value| found.extend(value.as_str().map(|name| name.to_owned()));
    add(&manifest["background"]["service_worker"]);
    add(&manifest["action"]["default_popup"]);
    add(&manifest["options_ui"]["page"]);
    add(&manifest["options_page"]);
    for icons in [&manifest["icons"], &manifest["action"]["default_icon"]] {
        icons
            .as_object()
            .into_iter()
            .flat_map(|map| map.values())
            .for_each(&mut add);
    }
    found
        .iter()
        .map(|name| name.trim_start_matches('/').to_owned())
        .collect()
}

/// The browser silently drops scripts and handlers that are written into a page.
fn inline_code(page: &str, text: &str) -> Complaints {
    let mut complaints = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let at = format!("{page}:{}", number + 1);
        if line.contains("<script") && !line.contains(" src=") {
            complaints.push(format!(
                "{at} has a script without src, which will never run"
            ));
        }
        let handler = line.split(' ').find(|word| {
            word.strip_prefix("on")
                .and_then(|rest| rest.split_once("=\""))
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase()))
        });
        if let Some(handler) = handler {
            complaints.push(format!(
                "{at} has the handler {handler} …, which will never run"
            ));
        }
    }
    complaints
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn power_before_anyone_was_asked_is_refused() {
        let manifest = json!({ "host_permissions": [], "permissions": ["storage", "https://x/*"] });
        assert_eq!(permissions(&manifest).len(), 2);
        assert!(permissions(&json!({ "permissions": ["storage", "alarms"] })).is_empty());
    }

    #[test]
    fn a_policy_that_lets_foreign_scripts_in_is_refused() {
        let good = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; \
                    connect-src https: http://127.0.0.1:*; require-trusted-types-for 'script'";
        let of =
            |text: &str| policy(&json!({ "content_security_policy": { "extension_pages": text } }));
        assert!(of(good).is_empty());
        assert_eq!(
            of(&good.replace("'wasm-unsafe-eval'", "'wasm-unsafe-eval' https:")).len(),
            1
        );
        assert_eq!(of("").len(), POLICY_NEEDS.len());
    }

    #[test]
    fn old_browsers_are_refused_as_numbers_not_as_text() {
        let manifest = |chrome: &str, firefox: &str| {
            json!({ "manifest_version": 3, "minimum_chrome_version": chrome,
                "browser_specific_settings": { "gecko": { "id": "x", "strict_min_version": firefox } } })
        };
        assert!(versions(&manifest("127", "153.0")).is_empty());
        assert_eq!(versions(&manifest("99", "99.0")).len(), 2);
    }

    #[test]
    fn code_inside_a_page_is_found() {
        assert_eq!(
            inline_code("p", "<script>1</script>\n<b onclick=\"x()\">").len(),
            2
        );
        assert!(inline_code("p", "<script type=\"module\" src=\"p.js\"></script>").is_empty());
    }
}
