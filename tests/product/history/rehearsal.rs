//! Would it really restore? And the walk that finds out why not.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::{DEMO_ACCOUNTS, Person};
use holdfast_tests::servers::Rule;

use crate::in_both_browsers;
use crate::quick;
use crate::stage::{PASSPHRASE, Stage};

in_both_browsers!(a_restore_is_rehearsed);

const NEW_PASSPHRASE: &str = "seven lanterns beneath the pier";

async fn a_restore_is_rehearsed(kind: Kind) -> Result<()> {
    let mut stage = Stage::set().await?;
    let browser = Browser::start(kind, Options::new()?).await?;
    let person = Person::at(&browser);
    person.choose_passphrase(PASSPHRASE).await?;
    let groups = "return [...document.querySelectorAll('#sheet-groups li')] \
                  .map((group) => group.textContent).join(' ')";
    let key = browser.js(groups, &[]).await?;
    let key = key.as_str().unwrap_or_default();
    browser.click("#sheet-close").await?;
    person.import(DEMO_ACCOUNTS).await?;
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;

    // A wrong passphrase is no evidence of anything.
    rehearse(&browser, "not the passphrase at all").await?;
    browser.wait_visible("#rehearse-secret-error").await?;
    ensure!(
        !browser
            .wait("#rehearsal-last")
            .await?
            .is_displayed()
            .await?
    );

    // The right one: every code is compared, counter-based ones too.
    rehearse(&browser, PASSPHRASE).await?;
    let all = format!("{0} of {0} accounts would be back", DEMO_ACCOUNTS.len());
    browser.wait_text("#rehearsal-result", &all).await?;
    browser.wait_text("#rehearsal-last", "just now").await?;
    let secret = browser
        .js(
            "return document.querySelector('#rehearse-secret').value",
            &[],
        )
        .await?;
    ensure!(secret == "", "what was typed stays: {secret}");

    // The recovery key does as well; it counts as a sheet that can be read.
    rehearse(&browser, key).await?;
    browser.wait_text("#rehearsal-result", &all).await?;

    // It is fetched anew: with the server gone there is nothing to show for it.
    stage.apache.stop()?;
    rehearse(&browser, PASSPHRASE).await?;
    browser
        .wait_text("#rehearse-error", "does not answer")
        .await?;
    stage.apache.resume().await?;

    // After the passphrase has changed, another one is suggested, until it was done.
    stage.proxy.inject(Rule::status(507).method("PUT"));
    person.go_to("security").await?;
    browser.fill("#passphrase-current", PASSPHRASE).await?;
    browser.fill("#passphrase-new", NEW_PASSPHRASE).await?;
    browser.fill("#passphrase-repeat", NEW_PASSPHRASE).await?;
    browser.click("#passphrase-submit").await?;
    person.sent("#passphrase-form", "visible('#older')").await?;
    person.go_to("backup").await?;
    browser
        .wait_text("#rehearsal-suggestion", "have changed since")
        .await?;
    // With what is stored so far, the old one would do: that shows nothing of the new one.
    rehearse(&browser, PASSPHRASE).await?;
    browser.wait_text("#rehearsal-result", &all).await?;
    browser.open("options.html?again#backup").await?;
    browser
        .wait_text("#rehearsal-suggestion", "have changed since")
        .await?;
    stage.proxy.heal();
    quick::back_up_now(&browser).await?;
    person.wait_status("stored").await?;
    rehearse(&browser, NEW_PASSPHRASE).await?;
    browser.wait_text("#rehearsal-result", &all).await?;
    let still = browser.wait("#rehearsal-suggestion").await?;
    holdfast_tests::process::eventually("nothing is suggested any more", async || {
        Ok((!still.is_displayed().await?).then_some(()))
    })
    .await?;
    browser.quit().await.map(drop)
}

async fn rehearse(browser: &Browser, secret: &str) -> Result<()> {
    browser.fill("#rehearse-secret", secret).await?;
    browser.click("#rehearse-submit").await?;
    let rehearsing = "return document.querySelector('#rehearse-form').ariaBusy";
    holdfast_tests::process::eventually("the rehearsal has ended", async || {
        Ok((browser.js(rehearsing, &[]).await?).is_null().then_some(()))
    })
    .await
}
