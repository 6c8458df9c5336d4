//! The recovery sheet: asked for, checked, and what is printed on it besides the key.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::servers::PASSWORD;

use super::{Printed, wait_hidden, wait_without};
use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, with_vault};

in_both_browsers!(
    the_first_run_asks_for_a_sheet_until_it_is_checked,
    a_way_in_a_circle_is_named_and_printed,
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
