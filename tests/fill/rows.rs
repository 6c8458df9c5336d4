//! The status is read after everything else, when a pointer may already be on its way to a row.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use serde_json::Value;

use crate::in_both_browsers;
use crate::stage::{Stage, pages};

in_both_browsers!(no_row_moves_when_the_status_comes);

/// What each script begins with.
const PARTS: &str = "const [status, more, row] = \
      [document.getElementById('status'), document.getElementById('status-more'), \
       document.querySelector('#accounts .account')]; \
    const place = () => row.getBoundingClientRect().top + scrollY; \
    const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));";

async fn no_row_moves_when_the_status_comes(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("harbour", &[])]).await?;
    let browser = &stage.browser;
    // The first time tells how much place it takes; the second one keeps it.
    for _ in 0..2 {
        browser.open("popup.html").await?;
        browser.wait_visible("#accounts .account").await?;
        browser
            .wait_visible("#status[data-state=not_stored]")
            .await?;
        // The mouse may still be where it clicked last.
        let search = browser.wait_visible("#search").await?;
        let pointer = browser.driver.action_chain();
        pointer.move_to_element_center(&search).perform().await?;
        browser.wait_visible("#status-more").await?;
    }
    let late = moved(
        browser,
        "const late = place(); status.dataset.state = 'reading'; more.hidden = true; \
         await drawn(); return place() - late",
    )
    .await?;
    ensure!(late.abs() < 2.0, "the row was moved by {late} pixels");

    // More than last time, while the pointer is on the row: it waits.
    let row = browser.wait_visible("#accounts .account").await?;
    let pointer = browser.driver.action_chain();
    pointer.move_to_element_center(&row).perform().await?;
    let pushed = moved(
        browser,
        "await drawn(); const before = place(); more.hidden = false; \
         more.append(...[1, 2, 3].map(() => document.createElement('hr'))); \
         status.dataset.state = 'not_stored'; await drawn(); return place() - before",
    )
    .await?;
    ensure!(pushed.abs() < 2.0, "the row was pushed by {pushed} pixels");
    // Then it comes.
    let search = browser.wait_visible("#search").await?;
    let pointer = browser.driver.action_chain();
    pointer.move_to_element_center(&search).perform().await?;
    browser.wait_visible("#status-more hr").await.map(drop)
}

async fn moved(browser: &Browser, script: &str) -> Result<f64> {
    let by = browser.js(&format!("{PARTS} {script}"), &[]).await?;
    Value::as_f64(&by).context("no number")
}
