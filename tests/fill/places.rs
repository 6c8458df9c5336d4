//! Where filling happens besides the page in view: a chosen field, private windows, documents
//! without a site; and when: not in a code's last moments, and no step further than asked.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::oracle::Oath;
use holdfast_tests::process::{eventually, within};
use serde_json::json;

use crate::in_both_browsers;
use crate::stage::{Stage, now, pages, secret_of};

in_both_browsers!(
    submits_only_where_that_was_turned_on,
    a_code_that_is_about_to_end_waits_for_the_next,
    documents_without_a_site_get_nothing,
);

const VALUE: &str = "return document.querySelector('#code').value";
const SITES: &[&str] = &["http://harbour.test", "http://other.test"];

async fn submits_only_where_that_was_turned_on(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", SITES)]).await?;
    stage.browser.open("options.html#autofill").await?;
    let field = "#autofill-submit-sites";
    stage.browser.fill(field, "http://harbour.test").await?;
    stage.browser.click("#autofill-submit").await?;
    eventually("the site is kept", async || {
        stage.browser.open("options.html#autofill").await?;
        stage.browser.wait_visible(field).await?;
        let kept = "return document.querySelector('#autofill-submit-sites').value";
        Ok((stage.browser.js(kept, &[]).await? == "http://harbour.test").then_some(()))
    })
    .await?;
    for (host, times) in [("other.test", 0), ("harbour.test", 1)] {
        stage.goto(&format!("http://{host}/code.html")).await?;
        stage.fill().await?;
        stage.wait_code("Harbour", VALUE).await?;
        // The popup's next answer comes after all of a fill is done.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let submitted = "return window.submitted ?? 0";
        let submitted = stage.browser.js(submitted, &[]).await?;
        ensure!(submitted == times, "{host}: submitted {submitted} times");
    }
    Ok(())
}

async fn a_code_that_is_about_to_end_waits_for_the_next(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", SITES)]).await?;
    stage.goto("http://harbour.test/code.html").await?;
    let asked = within(
        Duration::from_secs(45),
        "a code is about to end",
        async || {
            let now = now()?;
            Ok((now % 30 == 28).then_some(now))
        },
    )
    .await?;
    stage.fill().await?;
    stage.wait_code("Harbour", VALUE).await?;
    let secret = secret_of("Harbour");
    let oath = Oath {
        secret: &secret,
        algorithm: "SHA1",
        digits: 6,
    };
    let value = stage.browser.js(VALUE, &[]).await?;
    let ending = oath.totp(asked, 30)?;
    ensure!(
        value != json!(ending),
        "the code of the last second was typed"
    );
    Ok(())
}

async fn documents_without_a_site_get_nothing(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", SITES)]).await?;
    let field = "<title>Sign in</title><h1>Two-step verification</h1>\
        <label>One-time code <input id=code autocomplete=one-time-code></label>";
    // What an address of its own makes of itself, and what another site writes into an empty one.
    stage
        .goto(&format!("data:text/html,{}", field.replace(' ', "%20")))
        .await?;
    stage.fill().await?;
    nothing_is_filled(&stage, "data:").await?;

    stage.goto("http://evil.test/plain.html").await?;
    let write = "const child = open('about:blank', '_blank'); \
        child.document.write(args[0]); child.document.close()";
    stage.browser.js(write, &[json!(field)]).await?;
    let last = eventually("the empty page is there", async || {
        let windows = stage.browser.driver.windows().await?;
        Ok((windows.len() > 1)
            .then(|| windows.last().cloned())
            .flatten())
    })
    .await?;
    stage.browser.driver.switch_to_window(last).await?;
    stage
        .browser
        .wait("#code")
        .await
        .context("the empty page")?;
    stage.fill().await?;
    nothing_is_filled(&stage, "about:blank").await
}

/// Whatever the answer is, it is none in the page.
async fn nothing_is_filled(stage: &Stage, what: &str) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let value = stage.browser.js(VALUE, &[]).await?;
    ensure!(value == "", "{what} got {value}");
    Ok(())
}
