//! A copied code is taken off the clipboard again, where that is allowed and it is still there.

use std::time::Duration;

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Answer, Kind};
use holdfast_tests::process::{eventually, within};
use serde_json::{Value, json};

use crate::in_both_browsers;
use crate::stage::{Stage, is_code, pages};

in_both_browsers!(a_copied_code_does_not_stay);

/// Half a minute by design, and what a browser adds to an alarm.
const LIMIT: Duration = Duration::from_secs(90);

async fn a_copied_code_does_not_stay(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", &[])]).await?;
    // Nobody allowed anything: nothing of the code is kept.
    copy(&stage).await?;
    ensure!(
        waiting(&stage).await?.is_null(),
        "a code is kept for nothing"
    );

    allow(&stage).await?;
    copy(&stage).await?;
    ensure!(is_code("Harbour", &clipboard(&stage).await?)?);
    within(LIMIT, "the clipboard is cleared", async || {
        Ok(clipboard(&stage).await?.trim().is_empty().then_some(()))
    })
    .await?;

    // Something else was copied meanwhile, which is nobody's to clear.
    copy(&stage).await?;
    let write = "await navigator.clipboard.writeText('a letter to my aunt')";
    stage.browser.js(write, &[]).await?;
    within(LIMIT, "the clipboard was looked at", async || {
        Ok(waiting(&stage).await?.is_null().then_some(()))
    })
    .await?;
    // The look comes right after that.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let kept = clipboard(&stage).await?;
    ensure!(kept == "a letter to my aunt", "the clipboard has {kept:?}");

    // Taken back, it is as before.
    stage.browser.open("options.html#autofill").await?;
    stage.browser.wait("#clipboard-clears:checked").await?;
    stage.browser.click("#clipboard-clears").await?;
    stage
        .browser
        .wait("#clipboard-clears:not(:checked)")
        .await?;
    copy(&stage).await?;
    ensure!(
        waiting(&stage).await?.is_null(),
        "a code is kept for nothing"
    );
    Ok(())
}

async fn allow(stage: &Stage) -> Result<()> {
    stage.browser.open("options.html#autofill").await?;
    stage.browser.wait_visible("#clipboard-clears").await?;
    stage
        .browser
        .answering(Answer::Grant, stage.browser.click("#clipboard-clears"))
        .await?;
    // What the box shows is what the browser says.
    stage.browser.wait("#clipboard-clears:checked").await?;
    stage.browser.driver.refresh().await?;
    stage.browser.wait("#clipboard-clears:checked").await?;
    Ok(())
}

/// Copies the only code as a click on its row does, and waits until that is dealt with.
async fn copy(stage: &Stage) -> Result<()> {
    stage.browser.open("popup.html").await?;
    let id = stage.id_of("Harbour").await?;
    let row = format!("[data-id=\"{id}\"] .account-main");
    stage.browser.click(&row).await?;
    stage.browser.wait_text("#live", "copied").await?;
    // Whatever the background makes of it, it has made once it answers the next message.
    let ask = "return (globalThis.browser ?? chrome).runtime.sendMessage({ fill: 'look' })";
    eventually("the background answers", async || {
        let answer = stage.browser.js(ask, &[]).await?;
        Ok(answer.get("Ok").is_some().then_some(()))
    })
    .await
}

async fn waiting(stage: &Stage) -> Result<Value> {
    let session = stage.browser.storage("session").await?;
    Ok(session.get("copied").cloned().unwrap_or_default())
}

/// What is on the clipboard, as a page that may look sees it.
async fn clipboard(stage: &Stage) -> Result<String> {
    let read = "return navigator.clipboard.readText()";
    let text = stage.browser.js(read, &[json!(null)]).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}
