//! The recovery sheet: asked for, checked, and what is printed on it besides the key.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::paths;
use holdfast_tests::servers::PASSWORD;

use serde_json::json;

use super::{Printed, ask, wait_hidden, wait_without};
use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, with_vault};

in_both_browsers!(
    the_first_run_asks_for_a_sheet_until_it_is_checked,
    a_sheet_that_was_renewed_meanwhile_is_not_taken_for_checked,
    a_way_in_a_circle_is_named_and_printed,
    every_place_is_printed_with_what_it_takes,
);

async fn the_first_run_asks_for_a_sheet_until_it_is_checked(kind: Kind) -> Result<()> {
    let browser = Browser::start(kind, Options::new()?).await?;
    Person::at(&browser).choose_passphrase(PASSPHRASE).await?;
    let first = Printed::read(&browser).await?;
    ensure!(first.groups().len() == 14, "{}", first.text);
    browser.wait_visible("#sheet-qr").await?;
    browser.click("#sheet-close").await?;
    browser.wait_visible("#connect-address").await?;
    // Put off: both pages say what that means.
    browser
        .wait_text("#warnings", "Only the passphrase opens the backup")
        .await?;
    let popup = browser.open_popup().await?;
    popup
        .wait_text("#warnings", "Only the passphrase opens the backup")
        .await?;
    popup.close().await?;

    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    ensure!(sheet.groups() != first.groups(), "the key is not a new one");
    for field in ["#confirm-first", "#confirm-second"] {
        browser.fill(field, "00000").await?;
    }
    browser.click("#confirm-submit").await?;
    browser.wait_visible("#confirm-error").await?;
    sheet.confirm(&browser).await?;
    browser.wait_text("#recovery-state", "checked on").await?;
    browser.open("options.html#backup").await?;
    browser.wait_visible("#status").await?;
    wait_without(&browser, "#warnings", "Only the passphrase").await?;

    // The sheet that was replaced opens nothing here any more; the one in hand does.
    let person = Person::at(&browser);
    person.lock().await?;
    ensure!(person.unlock(&first.groups().join("-")).await.is_err());
    person
        .unlock(&sheet.groups().join(" ").to_lowercase())
        .await
}

async fn a_sheet_that_was_renewed_meanwhile_is_not_taken_for_checked(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let shown = Printed::make(&browser, PASSPHRASE).await?;
    // In another tab, or on a device whose snapshot was merged.
    let renewed = json!({ "keys": { "renew_recovery_key": { "passphrase": PASSPHRASE } } });
    let answer = ask(&browser, renewed).await?;
    ensure!(answer.get("Ok").is_some(), "{answer}");
    ensure!(shown.confirm(&browser).await.is_err());
    browser
        .wait_text("#confirm-error", "not a recovery key of this vault")
        .await?;
    Person::at(&browser).go_to("backup").await?;
    browser
        .wait_text("#warnings", "Only the passphrase opens the backup")
        .await?;
    Ok(())
}

async fn a_way_in_a_circle_is_named_and_printed(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.connect(&stage.place()).await?;
    // The Backup section asks, and leads there.
    browser.wait_visible("#way-question").await?;
    browser.click("#way-question-answer").await?;
    browser.click("[data-action=ask-way]").await?;
    browser.click(".way-form [type=submit]").await?;
    browser.wait_visible(".way-form .form-error").await?;
    browser.click(".way-form [value=this_vault]").await?;
    browser.click(".way-form [type=submit]").await?;
    browser.wait_visible(".way-circle").await?;
    person.go_to("backup").await?;
    browser
        .wait_text("#warnings", "needs a code from this very vault")
        .await?;
    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    ensure!(sheet.text.contains("Caution"), "{}", sheet.text);
    ensure!(
        !sheet.text.contains(PASSWORD),
        "the sheet names the password"
    );
    browser.click("#sheet-close").await?;

    // A second route ends the circle, and is printed.
    browser.click("[data-action=ask-way]").await?;
    let second = "eight backup codes in the tin box";
    browser.fill(".way-form [name=second]", second).await?;
    browser.click(".way-form [type=submit]").await?;
    browser.wait_text(".way-summary", second).await?;
    wait_hidden(&browser, ".way-circle").await?;
    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    ensure!(sheet.text.contains(second) && !sheet.text.contains("Caution"));
    person.go_to("backup").await?;
    browser.wait_visible("#status").await?;
    wait_without(&browser, "#warnings", "very vault").await
}

/// Clouds can't be connected here without their stand-ins; the places that can be are of each other
/// kind: one that is signed in to, one that is kept, and the browser's own.
async fn every_place_is_printed_with_what_it_takes(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    // The account at the very server that keeps the backup is in the vault, and so is the browser's.
    person
        .import(&[
            "otpauth://totp/localhost:jane?secret=GEZDGNBVGY3TQOJQ&issuer=localhost",
            "otpauth://totp/Mozilla:jane?secret=MFRGGZDFMZTWQ2LK&issuer=Mozilla",
        ])
        .await?;
    let mut place = stage.place();
    place.address = place.address.replace("127.0.0.1", "localhost");
    person.connect(&place).await?;
    browser.wait("#connect:not([open])").await?;
    person.open_connect("browser_sync").await?;
    person.send_connect_unasked().await?;
    person.go_to("backup").await?;
    // Nobody has said so, and the vault shows it.
    browser
        .wait_text("#way-question-text", "holds the codes of localhost (jane)")
        .await?;
    person.go_to("security").await?;
    browser.wait_visible("#ways > li:nth-child(2)").await?;
    ensure!(count(&browser, ".way-suspect:not([hidden])").await? == 2);
    // Whoever says how the browser's account is reached is not suspected any more.
    let sync = "#ways > li:nth-child(2)";
    browser
        .click(&format!("{sync} [data-action=ask-way]"))
        .await?;
    browser.click(&format!("{sync} [value=this_vault]")).await?;
    browser.click(&format!("{sync} [type=submit]")).await?;
    browser.wait_visible(&format!("{sync} .way-circle")).await?;
    ensure!(count(&browser, ".way-suspect:not([hidden])").await? == 1);
    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    for words in [
        "localhost",
        "password or an app password",
        "codes of localhost (jane)",
        "same kind of browser",
        "Caution",
    ] {
        ensure!(sheet.text.contains(words), "no {words:?}: {}", sheet.text);
    }
    ensure!(!sheet.text.contains(PASSWORD));
    print(&browser, "circle").await?;
    browser.click("#sheet-close").await?;

    // A file that is kept is a second route for all of them. It is not signed in to: it is asked where
    // it lies.
    person.open_connect("download").await?;
    person.send_connect_unasked().await?;
    person.go_to("security").await?;
    let kept = "#ways > li:nth-child(3)";
    browser.wait_visible(kept).await?;
    ensure!(count(&browser, ":is(.way-suspect, .way-circle):not([hidden])").await? == 0);
    browser
        .click(&format!("{kept} [data-action=ask-way]"))
        .await?;
    browser
        .wait_text(&format!("{kept} legend"), "Where would it be")
        .await?;
    ensure!(count(&browser, &format!("{kept} .check:not([hidden])")).await? == 3);
    browser.click(&format!("{kept} [value=written]")).await?;
    let note = "on the stick in the tin box";
    browser.fill(&format!("{kept} [name=note]"), note).await?;
    browser.click(&format!("{kept} [type=submit]")).await?;
    browser
        .wait_text(&format!("{kept} .way-summary"), note)
        .await?;
    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    for words in ["newest file that was kept", note, "localhost"] {
        ensure!(sheet.text.contains(words), "no {words:?}: {}", sheet.text);
    }
    ensure!(!sheet.text.contains("Caution"), "{}", sheet.text);
    print(&browser, "places").await
}

/// Prints the sheet as on A4, where it has to fit on one page. To be looked at. Only Chromium's driver
/// prints pages of extensions.
async fn print(browser: &Browser, name: &str) -> Result<()> {
    if browser.kind != Kind::Chromium {
        return Ok(());
    }
    let paper = browser.print_pdf(8.27, 11.69).await?;
    let folder = paths::target().join("run");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("sheet-{name}.pdf")), &paper)?;
    let pages = String::from_utf8_lossy(&paper)
        .matches("/Type /Page\n")
        .count();
    ensure!(pages == 1, "{pages} pages");
    Ok(())
}

async fn count(browser: &Browser, css: &str) -> Result<u64> {
    let all = "return document.querySelectorAll(args[0]).length";
    let found = browser.js(all, &[css.into()]).await?;
    found.as_u64().context("no number")
}
