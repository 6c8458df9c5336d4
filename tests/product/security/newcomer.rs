//! Somebody who has nothing but the printed sheet, and the password of the place in their head.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::{DEMO_ACCOUNTS, Person, Place};
use holdfast_tests::oracle::Oath;
use holdfast_tests::servers::PASSWORD;

use super::{Printed, wait_without};
use crate::in_both_browsers;
use crate::journey::now;
use crate::stage::{PASSPHRASE, Stage, with_vault};

in_both_browsers!(from_the_printed_sheet_to_a_correct_code);

async fn from_the_printed_sheet_to_a_correct_code(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let sheet = {
        let browser = with_vault(kind).await?;
        let person = Person::at(&browser);
        person.import(DEMO_ACCOUNTS).await?;
        person.connect(&stage.place()).await?;
        person.wait_status("stored").await?;
        let sheet = Printed::make(&browser, PASSPHRASE).await?;
        sheet.confirm(&browser).await?;
        // The sheet's key is in a snapshot only once that is stored.
        person.go_to("backup").await?;
        browser.click("[data-action=check-now]").await?;
        browser
            .wait_visible(".chain-step[data-step=open][data-result=ok]")
            .await?;
        sheet
        // The browser and its profile are gone from here on.
    };
    ensure!(sheet.groups().len() == 14, "{}", sheet.text);
    ensure!(!sheet.text.contains(PASSWORD) && !sheet.text.contains(PASSPHRASE));

    let browser = Browser::start(kind, Options::new()?).await?;
    let person = Person::at(&browser);
    let place = Place {
        address: sheet.address()?,
        user: sheet.user()?,
        password: PASSWORD.to_owned(),
    };
    person.look_for_backups(&place).await?;

    // A slip of the pen is located.
    let mut groups = sheet.groups();
    let good = groups.get(4).cloned().context("a fifth group")?;
    let other = if good.starts_with('7') { '4' } else { '7' };
    let slipped = format!("{other}{}", good.get(1..).unwrap_or_default());
    if let Some(group) = groups.get_mut(4) {
        *group = slipped;
    }
    browser.fill("#restore-secret", &groups.join("-")).await?;
    browser.click("#restore-submit").await?;
    browser
        .wait_text("#restore-secret-error", "group 5")
        .await?;

    let typed = sheet.groups().join(" ").to_lowercase();
    browser.fill("#restore-secret", &typed).await?;
    browser.click("#restore-submit").await?;
    person.sent("#restore-form", "visible('#restored')").await?;

    let before = now()?;
    let rows = person.read_codes().await?;
    let row = rows
        .iter()
        .find(|row| row.issuer == "Demo Harbour")
        .context("the account is missing")?;
    let oath = Oath {
        secret: "JBSWY3DPEHPK3PXP",
        algorithm: "SHA1",
        digits: 6,
    };
    let right = [oath.totp(before, 30)?, oath.totp(now()?, 30)?];
    ensure!(right.contains(&row.code), "{row:?}");

    // The sheet has just proven itself: nobody asks for another.
    browser.open("options.html#backup").await?;
    browser.wait_visible("#status").await?;
    wait_without(&browser, "#warnings", "Only the passphrase").await
}
