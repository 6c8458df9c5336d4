//! Devices, the log, and how long snapshots are kept.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;

use super::stored_anew;
use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage};

in_both_browsers!(
    devices_are_seen_named_and_retired,
    what_happened_is_told_and_old_snapshots_go,
);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";

async fn devices_are_seen_named_and_retired(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);
    // Nobody has named it: browser and system say enough.
    let own = match kind {
        Kind::Chromium => "Chrome on Linux",
        Kind::Firefox => "Firefox on Linux",
    };
    browser
        .wait_text("#devices .device[data-own] .device-name", own)
        .await?;
    browser.fill("#device-name", "Desk").await?;
    browser.click("#device-submit").await?;
    browser
        .wait_text("#devices .device[data-own] .device-name", "Desk")
        .await?;
    let before = stage.snapshots()?.len();
    stored_anew(&stage, &person, before.saturating_sub(1)).await?;

    // A second computer sees it.
    let second = Browser::start(kind, Options::new()?).await?;
    let other = Person::at(&second);
    other.restore(&stage.place(), PASSPHRASE).await?;
    other.go_to("backup").await?;
    other.wait_status("stored").await?;
    let desk = "#devices .device:not([data-own])";
    second
        .wait_text(&format!("{desk} .device-name"), "Desk")
        .await?;

    // Retiring says what it means; it can be taken back.
    second
        .click(&format!("{desk} [data-action=ask-retire]"))
        .await?;
    second
        .wait_text(&format!("{desk} .retire-question"), "it still has the key")
        .await?;
    second
        .click(&format!("{desk} [data-action=retire]"))
        .await?;
    second
        .wait_text(&format!("{desk}[data-retired] .device-detail"), "Retired")
        .await?;
    second
        .click(&format!("{desk} [data-action=unretire]"))
        .await?;
    second
        .wait_visible(&format!("{desk}:not([data-retired])"))
        .await?;
    second.quit().await?;
    browser.quit().await.map(drop)
}

async fn what_happened_is_told_and_old_snapshots_go(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);

    // Out of bounds: said at the field, nothing changed.
    browser.click("#retention > summary").await?;
    browser.fill("#retention-recent", "0").await?;
    browser.click("#retention-submit").await?;
    browser
        .wait_text("#retention-recent-error", "from 1 to 200")
        .await?;
    for (name, number) in [("recent", "1"), ("days", "0"), ("months", "0")] {
        browser.fill(&format!("#retention-{name}"), number).await?;
    }
    browser.click("#retention-submit").await?;
    browser
        .wait_text("#retention-now", "up to 1 of the last day")
        .await?;

    // From then on few are left, and always some.
    for letter in ["A", "B", "C", "D", "E"] {
        let before = newest(&stage)?;
        let link = format!("otpauth://totp/{letter}:jane?secret=GEZDGNBVGY3TQOJ{letter}");
        person.import(&[&link]).await?;
        person.go_to("backup").await?;
        holdfast_tests::process::eventually("a newer snapshot is there", async || {
            Ok((newest(&stage)? > before).then_some(()))
        })
        .await?;
        person.wait_status("stored").await?;
    }
    holdfast_tests::process::eventually("the older ones are gone", async || {
        let left = stage.snapshots()?.len();
        Ok((left == 3).then_some(()))
    })
    .await
    .with_context(|| format!("{:?} are left", stage.snapshots().map(|all| all.len())))?;

    // The log says so in words, on the page and as a file that can be given away.
    person.go_to("backup").await?;
    browser.click("#log > summary").await?;
    for words in [
        "Connected, after a test file",
        "was stored and read back",
        "was deleted, as newer",
    ] {
        browser.wait_text("#log-rows", words).await?;
    }
    let saved = "const made = URL.createObjectURL; let blob; \
        URL.createObjectURL = (it) => { blob = it; return made.call(URL, it); }; \
        document.querySelector('#save-log').click(); URL.createObjectURL = made; \
        return await blob.text();";
    if kind == Kind::Chromium {
        // Firefox keeps a driver's scripts apart from the page's own functions.
        let text = browser.js(saved, &[]).await?;
        let text = text.as_str().unwrap_or_default();
        ensure!(text.contains("destination 1 (WebDAV"), "{text}");
        for secret in ["127.0.0.1", "First", "MFRGGZDFMZTWQ2LK", "jane"] {
            ensure!(!text.contains(secret), "{secret} stands in {text}");
        }
    }
    browser.quit().await.map(drop)
}

fn newest(stage: &Stage) -> Result<u64> {
    let files = stage.snapshots()?;
    let sequences = files.iter().map(|(path, _)| super::sequence(path));
    Ok(sequences.max().unwrap_or(0))
}
