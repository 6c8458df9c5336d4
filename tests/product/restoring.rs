//! What a restore says: what it has kept, what it could not find, and that nothing is stored there
//! from now on.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::Rule;
use serde_json::json;

use crate::history::ids;
use crate::in_both_browsers;
use crate::quick;
use crate::security::{ask, wait_hidden};
use crate::stage::{PASSPHRASE, Stage, live_accounts};

in_both_browsers!(a_restore_says_what_it_kept_and_what_it_did_not_find);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";
const ALL: usize = 10;
const DELETED: usize = 6;

async fn a_restore_says_what_it_kept_and_what_it_did_not_find(kind: Kind) -> Result<()> {
    // One device has ten accounts, and is lost before it hears of what another one does.
    let (stage, lost) = Stage::stored(kind, &[FIRST]).await?;
    for number in 1..ALL {
        quick::add(&lost, number).await?;
    }
    quick::back_up_now(&lost).await?;
    is_stored(&lost, &stage, ALL).await?;
    lost.quit().await?;
    let of_the_lost: Vec<_> = stage
        .snapshots()?
        .into_iter()
        .map(|(path, _)| path)
        .collect();

    let other = Browser::start(kind, Options::new()?).await?;
    let person = Person::at(&other);
    person.restore(&stage.place(), PASSPHRASE).await?;
    for part in [
        "#restored-kept",
        "#restored-missing",
        "#restored-unconnected",
    ] {
        wait_hidden(&other, part).await?;
    }
    person.go_to("backup").await?;
    person.wait_status("stored").await?;
    delete_six(&other).await?;
    quick::back_up_now(&other).await?;
    is_stored(&other, &stage, ALL - DELETED).await?;
    other.quit().await?;

    // A third one, which may read there and not write.
    stage.proxy.inject(Rule::status(507).method("PUT"));
    let third = Browser::start(kind, Options::new()?).await?;
    let person = Person::at(&third);
    let heading = person.restore(&stage.place(), PASSPHRASE).await?;
    ensure!(heading.contains("10 accounts"), "{heading}");
    let kept = third.text("#restored-kept").await?;
    ensure!(kept.contains("6 accounts are kept"), "{kept}");
    let unconnected = third.text("#restored-unconnected").await?;
    ensure!(
        unconnected.contains("could not be connected"),
        "{unconnected}"
    );
    ensure!(unconnected.contains("no space left"), "{unconnected}");
    wait_hidden(&third, "#restored-missing").await?;
    ensure!(person.read_codes().await?.len() == ALL);

    // What the lost one stored disappears: the other one has known it.
    for path in of_the_lost {
        stage.apache.folder().lose(&path)?;
    }
    restore_again(&third, &stage).await?;
    third.wait_text("#restored-missing", "are gone").await?;
    let count = "return document.querySelectorAll('#restored-missing-list li').length";
    ensure!(third.js(count, &[]).await? == 1);
    third.quit().await.map(drop)
}

/// The newest snapshot there holds so many accounts.
async fn is_stored(browser: &Browser, stage: &Stage, accounts: usize) -> Result<()> {
    eventually(&format!("{accounts} accounts are stored"), async || {
        let all = stage.snapshots()?.into_iter();
        let mut counts = all.filter_map(|(_, bytes)| crate::stage::open_elsewhere(&bytes).ok());
        let there = counts.any(|payload| live_accounts(&payload).len() == accounts);
        Ok(there.then_some(()))
    })
    .await?;
    Person::at(browser).go_to("backup").await?;
    Person::at(browser).wait_status("stored").await.map(drop)
}

async fn delete_six(browser: &Browser) -> Result<()> {
    let ids = ids(browser).await?.into_iter();
    let ids: Vec<String> = ids.map(|(_, id)| id).take(DELETED).collect();
    let deleted = ask(browser, json!({ "vault": { "delete": { "ids": ids } } })).await?;
    ensure!(deleted.get("Ok").is_some(), "{deleted}");
    Ok(())
}

/// Restores from there once more: the browser has nothing to ask.
async fn restore_again(browser: &Browser, stage: &Stage) -> Result<()> {
    let person = Person::at(browser);
    person.go_to("restore").await?;
    browser.click(".kind:has(#find-kind-web_dav)").await?;
    let place = stage.place();
    for (name, value) in [
        ("address", &place.address),
        ("user", &place.user),
        ("password", &place.password),
    ] {
        browser
            .fill(&format!("#find-form [name={name}]"), value)
            .await?;
    }
    browser.click("#find-submit").await?;
    person.sent("#find-form", "visible('#found')").await?;
    browser.fill("#restore-secret", PASSPHRASE).await?;
    browser.click("#restore-submit").await?;
    person
        .sent("#restore-form", "visible('#restored-heading')")
        .await
}
