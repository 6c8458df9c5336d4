//! What these tests have in common.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::Browser;
use holdfast_tests::journey::Person;
use holdfast_tests::oracle::Oath;
use holdfast_tests::paths;
use serde_json::Value;

/// What the encrypted exports among the fixtures open with.
pub const PASSWORD: &str = "correct horse";

/// An account whose codes an independent implementation knows.
pub struct Known {
    pub issuer: &'static str,
    pub secret: &'static str,
    pub algorithm: &'static str,
    pub digits: u32,
    pub period: u32,
}

/// What Aegis's and 2FAS's fixtures have in common with oathtool.
pub const GITHUB: Known = Known {
    issuer: "GitHub",
    secret: "JBSWY3DPEHPK3PXP",
    algorithm: "SHA1",
    digits: 6,
    period: 30,
};
pub const ACME: Known = Known {
    issuer: "Acme",
    secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    algorithm: "SHA512",
    digits: 8,
    period: 60,
};

/// An export of another app, or a picture.
pub fn export(name: &str) -> PathBuf {
    paths::fixture("import").join(name)
}

/// A picture.
pub fn picture(name: &str) -> PathBuf {
    paths::fixture("pictures").join(name)
}

/// Opens the section and chooses these files.
pub async fn choose(browser: &Browser, files: &[&Path]) -> Result<()> {
    Person::at(browser).go_to("transfer").await?;
    add(browser, files).await
}

/// Chooses further files.
pub async fn add(browser: &Browser, files: &[&Path]) -> Result<()> {
    browser.upload_all("#import-file", files).await
}

/// The rows of the preview, each as name, user and state.
pub async fn rows(browser: &Browser) -> Result<Vec<(String, String, String)>> {
    browser.wait_visible("#transfer-preview").await?;
    let rows = browser
        .js(
            "return [...document.querySelectorAll('#transfer-rows > li')].map((row) => \
               ['.transfer-name', '.transfer-label', '.transfer-state'] \
                 .map((css) => row.querySelector(css).textContent.trim()))",
            &[],
        )
        .await?;
    Ok(serde_json::from_value(rows)?)
}

/// What the preview says of the files.
pub async fn notes(browser: &Browser) -> Result<String> {
    browser.wait_visible("#transfer-preview").await?;
    browser.text("#transfer-notes").await
}

/// Waits until the preview's notes contain these words.
pub async fn wait_notes(browser: &Browser, words: &str) -> Result<String> {
    browser.wait_visible("#transfer-preview").await?;
    browser.wait_text("#transfer-notes", words).await
}

/// The rows that tell why an entry is not taken.
pub fn refused(rows: &[(String, String, String)]) -> Vec<(&str, &str)> {
    let known = ["New", "Already there", "Twice in the import"];
    rows.iter()
        .filter(|(_, _, state)| !known.contains(&state.as_str()))
        .map(|(name, _, state)| (name.as_str(), state.as_str()))
        .collect()
}

/// The sealed vault as it lies in storage: changes with every write.
pub async fn stored_vault(browser: &Browser) -> Result<Value> {
    let mut all = browser.storage("local").await?;
    let all = all.as_object_mut().context("no storage")?;
    all.retain(|key, _| key.starts_with("vault"));
    ensure!(!all.is_empty(), "no vault in storage");
    Ok(Value::Object(std::mem::take(all)))
}

/// Compares an account's code in the popup with the independent implementation's.
pub async fn same_code(browser: &Browser, known: &Known) -> Result<()> {
    let oath = Oath {
        secret: known.secret,
        algorithm: known.algorithm,
        digits: known.digits,
    };
    let before = oath.totp(now()?, known.period)?;
    let shown = Person::at(browser).read_codes().await?;
    let after = oath.totp(now()?, known.period)?;
    let row = shown.iter().find(|row| row.issuer == known.issuer);
    let code = &row.with_context(|| format!("no {}", known.issuer))?.code;
    ensure!(
        *code == before || *code == after,
        "{}: {code} instead of {before} or {after}",
        known.issuer
    );
    Ok(())
}

/// Seconds since 1970.
#[allow(clippy::disallowed_methods, reason = "the tests' own clock, natively")]
fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
