//! Leaving an app that has no export: a list that ticks itself.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use serde_json::{Value, json};

use crate::in_both_browsers;
use crate::stage::with_vault;

in_both_browsers!(a_list_is_made_and_ticks_itself);

async fn a_list_is_made_and_ticks_itself(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.go_to("transfer").await?;
    browser.click("#checklist > summary").await?;
    browser
        .fill(
            "#checklist-text",
            "GitHub (jane)\nContoso\njane@contoso.example\n",
        )
        .await?;
    browser
        .click("#checklist-sites label:has([value=Dropbox])")
        .await?;
    browser.click("#checklist-add").await?;
    browser.wait_text("#checklist-progress", "0 of 3").await?;
    let rows = rows(&browser).await?;
    ensure!(
        rows == json!([
            ["Dropbox", "", "Still to come", true],
            ["GitHub", "jane", "Still to come", true],
            ["Contoso", "jane@contoso.example", "Still to come", false],
        ]),
        "{rows}"
    );
    // Links lead out of the extension, by a click, and to nobody else.
    let links = "return [...document.querySelectorAll('#checklist-rows a[href]')].every((a) => \
                 a.href.startsWith('https://') && a.rel.includes('noreferrer') && a.target === '_blank')";
    ensure!(browser.js(links, &[]).await? == true);
    // It is remembered, and not in the clear.
    let stored = browser.storage("local").await?.to_string();
    ensure!(!stored.contains("Contoso"), "the list lies open in storage");
    // Another account of that site ticks nothing; the right one does.
    person
        .import(&["otpauth://totp/GitHub:joe?secret=JBSWY3DPEHPK3PXP&issuer=GitHub"])
        .await?;
    browser.wait_text("#checklist-progress", "0 of 3").await?;
    person
        .import(&["otpauth://totp/GitHub:jane?secret=GEZDGNBVGY3TQOJQ&issuer=GitHub"])
        .await?;
    browser.wait_text("#checklist-progress", "1 of 3").await?;
    ensure!(state(&browser, 1).await? == "Arrived");
    // One that is not wanted any more is ticked by hand, one is taken off.
    browser
        .click("#checklist-rows li:nth-child(3) label")
        .await?;
    browser.wait_text("#checklist-progress", "2 of 3").await?;
    browser
        .click("#checklist-rows li:nth-child(1) [data-action=checklist-drop]")
        .await?;
    browser.wait_text("#checklist-progress", "2 of 2").await?;
    person.go_to("backup").await?;
    browser.driver.refresh().await?;
    person.go_to("transfer").await?;
    browser.wait_text("#checklist-progress", "2 of 2").await?;
    browser.click("#checklist-finish").await?;
    browser
        .wait_text("#checklist-gone", "2 entries were removed")
        .await?;
    let focus = "return document.activeElement.id";
    ensure!(browser.js(focus, &[]).await? == "checklist-undo");
    browser.click("#checklist-undo").await?;
    browser.wait_text("#checklist-progress", "2 of 2").await?;
    browser.click("#checklist-finish").await?;
    holdfast_tests::process::eventually("the list is gone", async || {
        let stored = browser.storage("local").await?;
        Ok(stored.get("device.checklist").is_none().then_some(()))
    })
    .await
}

async fn rows(browser: &Browser) -> Result<Value> {
    browser
        .js(
            "return [...document.querySelectorAll('#checklist-rows > li')].map((row) => \
               [...['.checklist-site', '.checklist-user', '.checklist-state'] \
                 .map((css) => row.querySelector(css).textContent), \
                row.querySelector('a').checkVisibility()])",
            &[],
        )
        .await
}

async fn state(browser: &Browser, place: usize) -> Result<String> {
    let rows = rows(browser).await?;
    let state = rows.pointer(&format!("/{place}/2"));
    Ok(state.and_then(Value::as_str).unwrap_or_default().to_owned())
}
