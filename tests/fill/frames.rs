//! A code box in a frame of another origin, into which the browser lets nobody look unasked: the
//! person is asked in the popup, and then by the browser.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Answer, Kind};

use crate::in_both_browsers;
use crate::stage::{Stage, pages};

in_both_browsers!(
    a_frame_is_filled_once_it_is_allowed,
    a_frame_that_is_refused_gets_nothing,
);

/// Two origins that a browser can be asked for here: others must be encrypted.
const SITES: &[&str] = &["http://localhost", "http://127.0.0.1"];
const PAGE: &str = "http://localhost/elsewhere.html?host=127.0.0.1";
/// What the frame says it got.
const GOT: &str = "return window.leaked.at(-1) ?? ''";

async fn a_frame_is_filled_once_it_is_allowed(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", SITES)]).await?;
    stage.goto(PAGE).await?;
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    popup.wait_text("#fill-heading", "127.0.0.1").await?;
    ensure!(stage.browser.js(GOT, &[]).await? == "", "filled unasked");
    stage
        .browser
        .answering(Answer::Grant, popup.click_and_let_go("#fill-permit"))
        .await?;
    stage.wait_code("Harbour", GOT).await?;
    // From now on nothing is asked.
    stage.goto(PAGE).await?;
    stage.fill().await?;
    stage.wait_code("Harbour", GOT).await
}

async fn a_frame_that_is_refused_gets_nothing(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", SITES)]).await?;
    stage.goto(PAGE).await?;
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    popup.wait_text("#fill-heading", "127.0.0.1").await?;
    stage
        .browser
        .answering(Answer::Deny, popup.click_and_let_go("#fill-permit"))
        .await?;
    // Chromium has closed the popup over its question, and tells nobody of a no.
    let popup = if kind == Kind::Chromium {
        ensure!(
            !stage.browser.has_popup().await?,
            "the popup is open: nothing is tested"
        );
        stage.browser.press_shortcut('h').await?;
        stage.browser.popup_that_opens().await?
    } else {
        stage.browser.popup_that_opens().await?
    };
    popup.wait_text("#fill-text", "not allowed").await?;
    popup.wait_text("#fill-text", "clipboard").await?;
    popup.close().await?;
    ensure!(
        stage.browser.js(GOT, &[]).await? == "",
        "filled although it was refused"
    );
    // What the words say is so.
    stage.goto("http://harbour.test/code.html").await?;
    let code = stage.browser.wait_visible("#code").await?;
    // Control is held until the end of what is sent.
    code.send_keys("\u{e009}v").await?;
    stage
        .wait_code("Harbour", "return document.querySelector('#code').value")
        .await
}
