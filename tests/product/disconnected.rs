//! Disconnecting a destination while a run is under way.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::{Person, Place};
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Fault, Rule};
use serde_json::json;

use crate::in_both_browsers;
use crate::quick;
use crate::security::ask;
use crate::stage::{PASSPHRASE, Stage};

in_both_browsers!(a_run_that_was_under_way_leaves_it_alone);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";

async fn a_run_that_was_under_way_leaves_it_alone(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let second = Stage::set().await?;
    let person = Person::at(&browser);
    connect_unasked(&browser, &second.place()).await?;
    person.wait_status("stored").await?;

    // The run is at the first one; the second is next.
    stage.proxy.inject(Rule::new(Fault::Hold).method("PUT"));
    quick::add(&browser, 1).await?;
    quick::back_up_now(&browser).await?;
    stage.proxy.wait_held().await?;
    let last = "#destinations .destination:last-child";
    browser
        .click(&format!("{last} [data-action=disconnect]"))
        .await?;
    browser
        .fill(
            &format!("{last} .disconnect-form [name=passphrase]"),
            PASSPHRASE,
        )
        .await?;
    browser
        .click(&format!("{last} .disconnect-form [type=submit]"))
        .await?;
    eventually("it is disconnected", async || {
        let count = "return document.querySelectorAll('#destinations .destination').length";
        Ok((browser.js(count, &[]).await? == 1).then_some(()))
    })
    .await?;
    second.proxy.wait_quiet().await?;
    let (asked, there) = (second.proxy.seen().len(), second.snapshots()?.len());

    stage.proxy.heal();
    stage.proxy.release();
    // It answers when a whole run that began after this one is over.
    ask(&browser, json!({ "backup": "back_up_now" })).await?;
    person.wait_status("stored").await?;
    ensure!(second.snapshots()?.len() == there);
    let more = second.proxy.seen().len() - asked;
    ensure!(more == 0, "{more} requests to what is disconnected");
    browser.quit().await.map(drop)
}

/// Connects a place on the same host as one before: the browser has nothing to ask.
async fn connect_unasked(browser: &Browser, place: &Place) -> Result<()> {
    let person = Person::at(browser);
    person.open_connect("web_dav").await?;
    for (name, value) in [
        ("address", &place.address),
        ("user", &place.user),
        ("password", &place.password),
    ] {
        browser
            .fill(&format!("#connect-form [name={name}]"), value)
            .await?;
    }
    person.send_connect_unasked().await?;
    eventually("two are connected", async || {
        let count = "return document.querySelectorAll('#destinations .destination').length";
        Ok((browser.js(count, &[]).await? == 2).then_some(()))
    })
    .await
}
