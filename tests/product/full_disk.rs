//! *Could not save here*: the browser's own storage is full, for real.
//!
//! What the browser keeps for `storage.local` lies on a small disk of its own, which is then full. So
//! Chromium's LevelDB and Firefox's SQLite get the system's own error at the write that matters, and
//! the browser itself goes on: on a profile that is full everywhere it would fail with whatever it
//! happens to write first, and a quota holds nobody who has `unlimitedStorage`.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options, Profile};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;

use crate::in_both_browsers;
use crate::quick::{self, wait_cause};
use crate::stage::{PASSPHRASE, Stage, live_accounts};

in_both_browsers!(a_full_disk_is_named_and_freeing_it_cures_it);

/// Room for the databases of a small vault, several times over.
const ROOM: u64 = 8 << 20;

const CAUSE: &str = "could not save the vault";
const BUTTON: &str = "I have freed space: try again";

async fn a_full_disk_is_named_and_freeing_it_cures_it(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let options = Options::new()?;
    let profile = Profile::with_small_storage(kind, &options, ROOM)?;
    let browser = Browser::start(kind, options.profile(profile)).await?;
    let person = Person::at(&browser);
    person.create_vault(PASSPHRASE).await?;
    quick::add(&browser, 0).await?;
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;

    // Who adds an account is told that it is not there, and keeps what was typed.
    browser.profile().disk()?.fill()?;
    type_account(&browser).await?;
    browser.click("#add-submit").await?;
    browser.wait_text("#add-error", "could not save").await?;
    let typed = browser.js("return document.querySelector('#add-issuer').value", &[]);
    ensure!(typed.await? == "Reef");

    person.go_to("backup").await?;
    wait_cause(&browser, CAUSE, BUTTON).await?;
    let risk = browser.text("#status-risk").await?;
    ensure!(
        risk.contains("refused is kept nowhere"),
        "what is at risk: {risk}"
    );
    // Pressing it too early changes nothing.
    browser.click("#remedy").await?;
    quick::backed_up(&browser).await?;
    wait_cause(&browser, CAUSE, BUTTON).await?;

    browser.profile().disk()?.free()?;
    browser.click("#remedy").await?;
    person.wait_status("stored").await?;
    ensure!(holds(&stage)? == 1, "nobody has added the other one yet");

    // Now it is taken, and stored.
    type_account(&browser).await?;
    browser.click("#add-submit").await?;
    browser.wait_text("#accounts", "Reef").await?;
    person.go_to("backup").await?;
    quick::back_up_now(&browser).await?;
    person.wait_status("stored").await?;
    ensure!(holds(&stage)? == 2);

    // The browser reads anew what it has written. LevelDB goes on in a file that the failure has cut in
    // the middle of a record, and passes over what follows there when it is opened again: then this
    // browser is one that was set back, and merges what it had stored.
    let profile = browser.quit().await?;
    let browser = Browser::start(kind, Options::new()?.profile(profile)).await?;
    let person = Person::at(&browser);
    person.unlock(PASSPHRASE).await?;
    eventually("both accounts are there", async || {
        Ok((person.read_codes().await?.len() == 2).then_some(()))
    })
    .await?;
    browser.open("options.html#backup").await?;
    person.wait_status("stored").await?;
    browser.quit().await.map(drop)
}

/// Opens the popup's form and fills it.
async fn type_account(browser: &Browser) -> Result<()> {
    browser.open("popup.html").await?;
    browser.wait_visible("#accounts .account").await?;
    browser.click("#open-add").await?;
    browser.fill("#add-issuer", "Reef").await?;
    browser.fill("#add-label", "jane").await?;
    browser.fill("#add-secret", "GEZDGNBVGY3TQOJQ").await
}

/// How many accounts the newest snapshot on the server's disk has.
fn holds(stage: &Stage) -> Result<usize> {
    Ok(live_accounts(&stage.newest_opened()?).len())
}
