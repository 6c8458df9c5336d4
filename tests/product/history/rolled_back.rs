//! A server that shows older data than it did: said once, until a person has seen it; and nobody is
//! missed who is out of use.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;

use crate::in_both_browsers;
use crate::quick;
use crate::stage::{PASSPHRASE, Stage};

in_both_browsers!(a_rollback_is_told_until_it_was_seen);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";
const TOLD: &str = "shows older backups of another device";
const LOGGED: &str = "The destination showed older data of";

async fn a_rollback_is_told_until_it_was_seen(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);
    let ours = paths(&stage)?;
    let second = Browser::start(kind, Options::new()?).await?;
    let other = Person::at(&second);
    other.restore(&stage.place(), PASSPHRASE).await?;
    stores(&second, 1).await?;
    check(&browser).await?;
    ensure!(!warnings(&browser).await?.contains(TOLD));

    // Its snapshots go, and no newer ones are there.
    lose_all_but(&stage, &ours)?;
    check(&browser).await?;
    browser.wait_text("#warnings", TOLD).await?;
    person.wait_status("stored").await?;
    let warning = "#warnings .notice:has(button:not([hidden]))";
    browser.wait_text(warning, TOLD).await?;
    browser.click(&format!("{warning} button")).await?;
    // There it says whose, and that it was seen can be said.
    browser.wait_visible("#section-history").await?;
    browser
        .wait_text("#history-notes", "before and is not there now")
        .await?;
    browser.click("#history-notes [data-action=note]").await?;
    eventually("it is told no more", async || {
        let notes = browser.text("#history-notes").await?;
        Ok((!notes.contains(TOLD)).then_some(()))
    })
    .await?;
    person.go_to("backup").await?;
    check(&browser).await?;
    ensure!(!warnings(&browser).await?.contains(TOLD));
    ensure!(logged(&browser).await? == 1);

    // What it stores anew is news, and so is the loss of that; but not of who is out of use.
    stores(&second, 2).await?;
    second.quit().await?;
    check(&browser).await?;
    let device = "#devices .device:not([data-own])";
    for action in ["ask-retire", "retire"] {
        browser
            .click(&format!("{device} [data-action={action}]"))
            .await?;
    }
    browser
        .wait_visible(&format!("{device}[data-retired]"))
        .await?;
    check(&browser).await?;
    person.wait_status("stored").await?;
    lose_all_but(&stage, &ours)?;
    check(&browser).await?;
    person.wait_status("stored").await?;
    ensure!(!warnings(&browser).await?.contains(TOLD));
    ensure!(
        logged(&browser).await? == 2,
        "it is in the log all the same"
    );
    browser.quit().await.map(drop)
}

/// An edit, stored.
async fn stores(browser: &Browser, number: usize) -> Result<()> {
    let person = Person::at(browser);
    person.go_to("backup").await?;
    quick::add(browser, number).await?;
    quick::backed_up(browser).await?;
    person.wait_status("stored").await.map(drop)
}

/// Looks at the destination now, on the backup page.
async fn check(browser: &Browser) -> Result<()> {
    Person::at(browser).go_to("backup").await?;
    quick::backed_up(browser).await
}

async fn warnings(browser: &Browser) -> Result<String> {
    // What is shown follows what is stored by a moment: a page that is loaded now reads it. The one
    // before it may still be there, so all of this is asked of one and the same.
    browser.open("options.html?again#backup").await?;
    let read = "const status = document.querySelector('#status'); \
        return location.search === '?again' && status?.dataset.state === 'stored' \
          ? document.querySelector('#warnings').textContent : null";
    eventually("the status says stored anew", async || {
        let read = browser.js(read, &[]).await?;
        Ok(read.as_str().map(str::to_owned))
    })
    .await
}

/// How many rollbacks the log has.
async fn logged(browser: &Browser) -> Result<usize> {
    browser.open("options.html?log#backup").await?;
    browser.click("#log > summary").await?;
    browser.wait_text("#log-rows", LOGGED).await?;
    Ok(browser.text("#log-rows").await?.matches(LOGGED).count())
}

fn paths(stage: &Stage) -> Result<Vec<PathBuf>> {
    let files = stage.snapshots()?.into_iter();
    Ok(files.map(|(path, _)| path).collect())
}

/// Loses every snapshot of another device than the one that has stored these.
fn lose_all_but(stage: &Stage, ours: &[PathBuf]) -> Result<()> {
    let mut theirs = paths(stage)?;
    theirs.retain(|path| !is_ours(path, ours));
    ensure!(!theirs.is_empty(), "the other device has stored nothing");
    theirs
        .iter()
        .try_for_each(|path| stage.apache.folder().lose(path))
}

fn is_ours(path: &std::path::Path, ours: &[PathBuf]) -> bool {
    let device = |path: &std::path::Path| {
        let name = path.file_name()?.to_str()?;
        Some(name.split('-').next()?.to_owned())
    };
    ours.iter().any(|own| device(own) == device(path))
}
