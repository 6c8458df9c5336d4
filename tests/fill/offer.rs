//! The offer beside a code's box: only where a person asked for it, and only for their own clicks on
//! what they can see.

use std::time::Duration;

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Answer, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, pages};

in_both_browsers!(
    an_offer_is_there_only_where_it_was_asked_for,
    an_offer_obeys_nobody_but_a_person_who_sees_it,
);

const PAGE: &str = "http://localhost/offer.html";
const VALUE: &str = "return document.querySelector('#code').value";
/// Whether our sign is there, as far as a page can tell.
const SIGN: &str = "return !!window.sign()";
/// More than the time that the sign must have been seen.
const STEADY: Duration = Duration::from_millis(1200);

async fn an_offer_is_there_only_where_it_was_asked_for(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://localhost", "http://127.0.0.1"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites)]).await?;
    nothing_is_drawn(&stage, PAGE).await?;

    offer_on(&stage, "http://localhost", true).await?;
    nothing_is_drawn(&stage, "http://127.0.0.1/offer.html").await?;
    shown(&stage).await?;
    let readable = stage.browser.js("return window.readable()", &[]).await?;
    let readable = readable.as_str().unwrap_or_default().to_lowercase();
    for word in ["harbour", "jane", "holdfast", "code", "extension"] {
        ensure!(!readable.contains(word), "the page can read {readable}");
    }
    press(&stage).await?;
    stage.wait_code("Harbour", VALUE).await?;

    // A locked vault makes no difference to what is drawn: a press asks for it to be unlocked.
    let person = Person::at(&stage.browser);
    person.lock().await?;
    shown(&stage).await?;
    press(&stage).await?;
    let popup = stage.browser.popup_that_opens().await?;
    popup.wait("#view-locked:not([hidden])").await?;
    popup.close().await?;
    person.unlock(PASSPHRASE).await?;

    // Switched off, it is gone.
    offer_on(&stage, "", false).await?;
    nothing_is_drawn(&stage, PAGE).await
}

async fn an_offer_obeys_nobody_but_a_person_who_sees_it(kind: Kind) -> Result<()> {
    let stage = Stage::set(kind, pages(), &[("Harbour", &["http://localhost"])]).await?;
    offer_on(&stage, "http://localhost", true).await?;
    for attack in [
        "synthetic",
        "unseen",
        "faded",
        "decoy",
        "shadowed",
        "moved",
        "carried",
    ] {
        shown(&stage).await?;
        tokio::time::sleep(STEADY).await;
        let place = place(&stage).await?;
        stage
            .browser
            .js("window.attack(args[0])", &[json!(attack)])
            .await?;
        if attack != "synthetic" {
            click(&stage, place).await?;
        }
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let value = stage.browser.js(VALUE, &[]).await?;
        ensure!(value == "", "{attack} got {value}");
        ensure!(
            !stage.browser.has_popup().await?,
            "{attack} opened the popup"
        );
    }
    // The tests above could not fail if nothing were filled at all.
    shown(&stage).await?;
    tokio::time::sleep(STEADY).await;
    press(&stage).await?;
    stage.wait_code("Harbour", VALUE).await
}

/// Chooses the sites in the settings, and says yes to the browser where it asks.
async fn offer_on(stage: &Stage, sites: &str, asks: bool) -> Result<()> {
    stage.browser.open("options.html#autofill").await?;
    let field = "#autofill-offer-sites";
    stage.browser.wait_visible(field).await?;
    stage.browser.fill(field, sites).await?;
    let save = stage.browser.click("#autofill-offer-save");
    if asks {
        stage.browser.answering(Answer::Grant, save).await?;
    } else {
        save.await?;
    }
    stage
        .browser
        .wait_text("#autofill-offer-done", "Saved")
        .await
        .map(drop)
}

async fn shown(stage: &Stage) -> Result<()> {
    stage.goto(PAGE).await?;
    eventually("the sign is beside the box", async || {
        Ok((stage.browser.js(SIGN, &[]).await? == true).then_some(()))
    })
    .await
}

async fn nothing_is_drawn(stage: &Stage, page: &str) -> Result<()> {
    stage.goto(page).await?;
    stage.browser.click("#code").await?;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let drawn = stage.browser.js(SIGN, &[]).await?;
    ensure!(drawn == false, "something is drawn into {page}");
    Ok(())
}

/// The middle of the sign.
async fn place(stage: &Stage) -> Result<(i64, i64)> {
    let script = "const { x, y, width, height } = window.sign().getBoundingClientRect(); \
        return [Math.round(x + width / 2), Math.round(y + height / 2)]";
    let place = stage.browser.js(script, &[]).await?;
    let at = |index| place.pointer(index).and_then(Value::as_i64).unwrap_or(-1);
    let (x, y) = (at("/0"), at("/1"));
    ensure!(x > 14 && y > 14, "the sign is at {place}");
    Ok((x, y))
}

async fn press(stage: &Stage) -> Result<()> {
    tokio::time::sleep(STEADY).await;
    click(stage, place(stage).await?).await
}

/// A real click, by the driver's mouse.
async fn click(stage: &Stage, (x, y): (i64, i64)) -> Result<()> {
    let actions = stage.browser.driver.action_chain().move_to(x, y).click();
    Ok(actions.perform().await?)
}
