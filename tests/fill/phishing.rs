//! Sites that a code must never reach: it goes where its account is bound, after a yes that names
//! the real host, or nowhere.

use std::time::Duration;

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;
use serde_json::Value;

use crate::in_both_browsers;
use crate::stage::{Stage, pages};

in_both_browsers!(
    no_code_reaches_a_site_that_only_looks_right,
    no_code_reaches_a_frame_of_another_origin,
    no_code_follows_a_redirect,
);

const VALUE: &str = "return document.querySelector('#code').value";

/// Sites that are none of the account's, which is bound to `http://harbour.test` and to
/// `http://one.github.io`.
const IMPOSTORS: &[&str] = &[
    "http://harbour.test.evil.test",
    "http://evil-harbour.test",
    "http://harbour-test.evil.test",
    "http://harb0ur.test",
    "http://harbour.example",
    "http://xn--harbur-jua.test",
    "http://two.github.io",
    "http://github.io",
    "http://test",
    "http://127.0.0.1",
];

async fn no_code_reaches_a_site_that_only_looks_right(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test", "http://one.github.io"];
    let encrypted: &[&str] = &["secure.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites), ("Secure", encrypted)]).await?;
    for impostor in IMPOSTORS.iter().chain(&["http://secure.test"]) {
        stage.goto(&format!("{impostor}/code.html")).await?;
        stage.fill().await?;
        // The answer is a question: the popup, in which nobody says yes.
        let popup = stage.browser.popup_that_opens().await?;
        if kind == Kind::Chromium {
            popup.wait("#fill:not([hidden])").await?;
            let text = popup.text("#fill").await?;
            let host = impostor.trim_start_matches("http://");
            ensure!(text.contains(host), "{impostor}: the popup says {text:?}");
        }
        popup.close().await?;
        let value = stage.browser.js(VALUE, &[]).await?;
        ensure!(value == "", "{impostor} got {value}");
    }
    // The tests above could not fail on a browser that fills nothing at all.
    stage.goto("http://one.github.io/code.html").await?;
    stage.fill().await?;
    stage.wait_code("Harbour", VALUE).await
}

async fn no_code_reaches_a_frame_of_another_origin(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites)]).await?;
    for page in [
        "http://harbour.test/sandboxed.html",
        "http://harbour.test/elsewhere.html?host=evil.test",
        // The account's own site in somebody else's page.
        "http://evil.test/elsewhere.html?host=harbour.test",
    ] {
        stage.goto(page).await?;
        stage.fill().await?;
        let popup = stage.browser.popup_that_opens().await?;
        popup.close().await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let leaked = stage.browser.js("return window.leaked", &[]).await?;
        ensure!(leaked == Value::Array(Vec::new()), "{page}: {leaked}");
    }
    Ok(())
}

async fn no_code_follows_a_redirect(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites)]).await?;
    for _ in 0..3 {
        stage
            .goto("http://harbour.test/redirects.html?to=evil.test")
            .await?;
        stage.fill().await?;
        tokio::time::sleep(Duration::from_millis(2500)).await;
        let seen = stage
            .browser
            .js(
                "return [location.host, document.querySelector('#code').value, window.got ?? '']",
                &[],
            )
            .await?;
        ensure!(seen == serde_json::json!(["evil.test", "", ""]), "{seen}");
    }
    Ok(())
}
