//! The ways to fill: the shortcut first.

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, pages};

in_both_browsers!(
    the_shortcut_fills_where_an_account_is_bound,
    a_first_use_asks_and_is_remembered,
    the_status_pushes_no_answer_away,
    unlocking_goes_on_with_what_was_asked,
    a_counter_moves_once,
    five_thousand_elements_and_twenty_frames,
);

const VALUE: &str = "return document.querySelector('#code').value";

async fn the_shortcut_fills_where_an_account_is_bound(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites), ("Other", &[])]).await?;
    stage.goto("http://login.harbour.test/code.html").await?;
    // Nothing of ours is there before somebody asks.
    ensure!(stage.browser.js(VALUE, &[]).await? == "");
    stage.fill().await?;
    stage.wait_code("Harbour", VALUE).await?;
    ensure!(
        !stage.browser.has_popup().await?,
        "there was nothing to ask"
    );
    ensure!(
        stage
            .browser
            .js("return window.submitted ?? 0", &[])
            .await?
            == 0,
        "nobody asked for submitting"
    );

    // In a frame of the same origin.
    stage.goto("http://harbour.test/framed.html").await?;
    stage.fill().await?;
    let inner =
        "return document.querySelector('iframe').contentDocument.querySelector('#code').value";
    stage.wait_code("Harbour", inner).await?;

    // A field that comes a moment later.
    stage.goto("http://harbour.test/later.html").await?;
    stage.browser.click("#next").await?;
    stage.fill().await?;
    stage
        .wait_code(
            "Harbour",
            "return document.querySelector('#code')?.value ?? ''",
        )
        .await
}

async fn a_first_use_asks_and_is_remembered(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("harbour", &[])]).await?;
    // The issuer is at home there, so it is suggested; it is asked about all the same.
    stage.goto("http://harbour.test/code.html").await?;
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    ensure!(
        stage.browser.js(VALUE, &[]).await? == "",
        "filled before anybody agreed"
    );
    let text = popup.wait_text("#fill-heading", "harbour.test").await?;
    ensure!(text.contains("harbour on harbour.test"), "{text}");
    // The connection is not encrypted, so that there is something to read before saying yes.
    popup.wait("#fill-warnings li").await?;
    popup.click("#fill-remember").await?;
    stage.wait_code("harbour", VALUE).await?;
    drop(popup);
    ensure!(stage.sites_of("harbour").await? == "http://harbour.test");
    // Now it is known.
    stage.goto("http://www.harbour.test/code.html").await?;
    stage.fill().await?;
    stage.wait_code("harbour", VALUE).await
}

/// The status is read after everything else, when a person may already be about to answer.
async fn the_status_pushes_no_answer_away(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("harbour", &[])]).await?;
    stage.goto("http://harbour.test/code.html").await?;
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    popup.wait("#fill-warnings li").await?;
    popup.wait("#status[data-state=not_stored]").await?;
    let moved = popup
        .js(
            "const [status, more, warnings, title, detail, answer] = \
               ['status', 'status-more', 'warnings', 'status-title', 'status-detail', 'fill-remember'] \
                 .map((id) => w.document.getElementById(id)); \
             const place = () => answer.getBoundingClientRect().top + w.scrollY; \
             const late = place(); \
             const had = more.textContent.trim() !== '' && warnings.childElementCount > 0; \
             status.dataset.state = 'reading'; more.hidden = true; \
             warnings.replaceChildren(); title.textContent = ''; detail.textContent = ''; \
             return [had, late - place()];",
        )
        .await?;
    let by = moved
        .pointer("/1")
        .and_then(Value::as_f64)
        .unwrap_or(f64::MAX);
    ensure!(
        moved.pointer("/0") == Some(&json!(true)),
        "nothing came late"
    );
    ensure!(by.abs() < 6.0, "the answer was moved by {by} pixels");
    popup.close().await
}

async fn unlocking_goes_on_with_what_was_asked(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites)]).await?;
    Person::at(&stage.browser).lock().await?;
    stage.goto("http://harbour.test/code.html").await?;
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    popup.wait("#view-locked:not([hidden])").await?;
    popup.fill("#unlock-passphrase", PASSPHRASE).await?;
    popup.click("#unlock-submit").await?;
    stage.wait_code("Harbour", VALUE).await
}

async fn a_counter_moves_once(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Counter", sites)]).await?;
    let secret = crate::stage::secret_of("Counter");
    let oath = holdfast_tests::oracle::Oath {
        secret: &secret,
        algorithm: "SHA1",
        digits: 6,
    };
    for counter in 0..2 {
        stage.goto("http://harbour.test/code.html").await?;
        stage.fill().await?;
        let right = oath.hotp(counter)?;
        eventually("the next code is there", async || {
            Ok((stage.browser.js(VALUE, &[]).await? == json!(right)).then_some(()))
        })
        .await?;
    }
    Ok(())
}

async fn five_thousand_elements_and_twenty_frames(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites)]).await?;
    stage.goto("http://harbour.test/large.html").await?;
    let begun = std::time::Instant::now();
    stage.fill().await?;
    stage.wait_code("Harbour", VALUE).await?;
    // Printed, not asserted: it is the machine's business.
    println!(
        "{kind:?}: shortcut to filled in {} ms",
        begun.elapsed().as_millis()
    );
    Ok(())
}
