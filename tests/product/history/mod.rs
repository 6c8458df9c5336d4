//! What is stored: looked into, brought back, rehearsed, and said about in plain words.

mod keeping;
mod rehearsal;
mod rolled_back;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

use crate::in_both_browsers;
use crate::security::ask;
use crate::stage::{PASSPHRASE, Stage};

in_both_browsers!(accounts_come_back_from_an_old_snapshot);

const GONE: &str =
    "otpauth://totp/Gone%20Harbour:jane?secret=MFRGGZDFMZTWQ2LK&issuer=Gone%20Harbour";
const RENAMED: &str = "otpauth://totp/Old%20Name:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Old%20Name";
const ADDED: &str = "otpauth://totp/Newcomer:jane?secret=JBSWY3DPEHPK3PXP&issuer=Newcomer";

async fn accounts_come_back_from_an_old_snapshot(kind: Kind) -> Result<()> {
    let (mut stage, browser) = Stage::stored(kind, &[GONE, RENAMED]).await?;
    let person = Person::at(&browser);
    let before = stage.snapshots()?.len();

    // One is deleted, one renamed, one added.
    let ids = ids(&browser).await?;
    let (gone, renamed) = (of(&ids, "Gone Harbour")?, of(&ids, "Old Name")?);
    done(
        ask(
            &browser,
            json!({ "vault": { "delete": { "ids": [gone] } } }),
        )
        .await?,
    )?;
    let edit = json!({ "id": renamed, "edit": { "issuer": "New Name" } });
    done(ask(&browser, json!({ "vault": { "edit": edit } })).await?)?;
    person.import(&[ADDED]).await?;
    stored_anew(&stage, &person, before).await?;

    // The first snapshot says what was different then.
    person.go_to("history").await?;
    browser.wait_visible("#history-rows .past").await?;
    browser
        .wait_text(
            "#history-rows .past:first-child .past-mark",
            "holds what is here now",
        )
        .await?;
    open_oldest(&browser).await?;
    browser
        .wait_text("#past-summary", "1 deleted since, 1 changed, 1 added")
        .await?;
    browser.wait_text("#past-deleted", "Gone Harbour").await?;
    browser
        .wait_text("#past-changed", "the site or service")
        .await?;
    browser.wait_text("#past-added", "Newcomer").await?;

    // One comes back, after it was said what that means.
    browser
        .click("#past-deleted [data-action=ask-restore]")
        .await?;
    browser
        .wait_text(
            "#confirm-restore-text",
            "“Gone Harbour” comes back, on all your devices.",
        )
        .await?;
    browser.click("#cancel-restore").await?;
    ensure!(
        names(&browser).await? == ["New Name", "Newcomer"],
        "nothing yet"
    );
    person.go_to("history").await?;
    open_oldest(&browser).await?;
    browser
        .click("#past-deleted [data-action=ask-restore]")
        .await?;
    browser.click("#restore-past").await?;
    browser
        .wait_text("#toast", "1 account was brought back")
        .await?;
    ensure!(names(&browser).await? == ["Gone Harbour", "New Name", "Newcomer"]);

    // Then all of it: what was added since stays.
    person.go_to("history").await?;
    open_oldest(&browser).await?;
    browser.click("#ask-restore-all").await?;
    let said = browser.text("#confirm-restore-text").await?;
    ensure!(
        said.contains("1 account becomes what it was then"),
        "{said}"
    );
    ensure!(
        said.contains("1 account that was added since stays"),
        "{said}"
    );
    browser.click("#restore-past").await?;
    browser
        .wait_text("#toast", "1 account was brought back")
        .await?;
    ensure!(names(&browser).await? == ["Gone Harbour", "Newcomer", "Old Name"]);
    // It is an edit like any other: it is stored, and another reader sees it.
    person.go_to("backup").await?;
    eventually("what was brought back is stored", async || {
        Ok(stage
            .newest_opened()?
            .to_string()
            .contains("Old Name")
            .then_some(()))
    })
    .await?;
    person.wait_status("stored").await?;
    person.go_to("history").await?;
    browser
        .wait_text(
            "#history-rows .past:has(.past-mark):first-child",
            "3 accounts",
        )
        .await?;

    // A snapshot that was damaged at the server says so, and changes nothing.
    person.go_to("history").await?;
    let oldest = oldest(&stage)?;
    std::fs::write(
        stage.apache.folder().path().join(&oldest),
        b"not a snapshot at all",
    )?;
    open_row(&browser, "last-child").await?;
    browser
        .wait_text("#past-error", "differs from what was sent")
        .await?;
    ensure!(names(&browser).await? == ["Gone Harbour", "Newcomer", "Old Name"]);

    // Offline: it says so, and what to look at.
    stage.apache.stop()?;
    person.go_to("history").await?;
    browser
        .wait_text("#history-notes", "does not answer")
        .await?;

    // Locked: nothing of it is shown.
    person.lock().await?;
    browser.open("options.html#history").await?;
    browser.wait_visible("#unlock-form").await?;
    ensure!(
        browser
            .js("return document.querySelectorAll('.past').length", &[])
            .await?
            == 0
    );
    stage.apache.resume().await?;
    browser.fill("#unlock-passphrase", PASSPHRASE).await?;
    browser.click("#unlock-submit").await?;
    browser.wait_visible("#history-rows .past").await?;
    browser.quit().await.map(drop)
}

/// Waits until a newer snapshot than those is there and proven.
pub async fn stored_anew(stage: &Stage, person: &Person<'_>, before: usize) -> Result<()> {
    person.go_to("backup").await?;
    eventually("there is a new snapshot", async || {
        Ok((stage.snapshots()?.len() > before).then_some(()))
    })
    .await?;
    person.wait_status("stored").await.map(drop)
}

/// Opens the snapshot at the end of the list, once all are listed.
pub async fn open_oldest(browser: &Browser) -> Result<()> {
    open_row(browser, "last-child").await?;
    browser.wait_visible("#past-compared").await.map(drop)
}

async fn open_row(browser: &Browser, which: &str) -> Result<()> {
    browser
        .wait_visible("#history-list:not([aria-busy])")
        .await?;
    browser
        .click(&format!("#history-rows .past:{which} .past-row"))
        .await
}

/// The snapshot with the lowest sequence on the server's disk.
fn oldest(stage: &Stage) -> Result<PathBuf> {
    let mut files = stage.snapshots()?;
    files.sort_by_key(|(path, _)| sequence(path));
    let (path, _) = files.into_iter().next().context("no snapshot")?;
    Ok(path)
}

/// The number that a snapshot's name carries.
pub fn sequence(path: &std::path::Path) -> u64 {
    let name = path.file_name().and_then(|name| name.to_str());
    let number = name.and_then(|name| name.split('-').nth(1)?.parse().ok());
    number.unwrap_or(0)
}

/// Issuers and ids, as the popup lists them.
pub async fn ids(browser: &Browser) -> Result<Vec<(String, String)>> {
    browser.open("popup.html").await?;
    browser.wait_visible("#accounts .account").await?;
    let read = "return [...document.querySelectorAll('#accounts .account')] \
                .map((row) => [row.querySelector('.issuer').textContent, row.dataset.id])";
    let rows: Vec<(String, String)> = serde_json::from_value(browser.js(read, &[]).await?)?;
    Ok(rows)
}

fn of<'a>(ids: &'a [(String, String)], issuer: &str) -> Result<&'a str> {
    let found = ids.iter().find(|(own, _)| own == issuer);
    Ok(&found
        .with_context(|| format!("{issuer} is not among {ids:?}"))?
        .1)
}

async fn names(browser: &Browser) -> Result<Vec<String>> {
    let mut names: Vec<String> = ids(browser)
        .await?
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    names.sort();
    Ok(names)
}

/// Fails unless the background has answered well.
pub fn done(answer: Value) -> Result<()> {
    ensure!(answer.get("Ok").is_some(), "{answer}");
    Ok(())
}
