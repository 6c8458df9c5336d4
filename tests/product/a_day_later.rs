//! What is an alarm only once it lasts: *vault locked*, where what was stored can't be opened and checked
//! for longer than a day, and *interrupted*, where nothing has taken up again what was cut off.
//!
//! No test waits for a day, and no browser's clock can be set without the whole machine's. So the day
//! passes in the other direction: while the background is dead, every time that this browser has
//! noted about its vault and its backups becomes a day and an hour older. What is noted is sealed
//! with the device key, which only the extension's own pages can use; one of them does.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Fault, Rule};

use crate::in_both_browsers;
use crate::quick::{self, said, wait_cause};
use crate::stage::{PASSPHRASE, Stage, live_accounts, with_vault};

in_both_browsers!(
    a_vault_that_stays_locked_is_named_and_unlocking_cures_it,
    what_was_cut_off_is_named_and_trying_again_cures_it,
);

const CAUSE: &str = "The vault is locked";

/// A new account is on its way to the server, which holds it up.
async fn while_storing(kind: Kind) -> Result<(Stage, Browser)> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;
    stage.proxy.inject(Rule::new(Fault::Hold).method("PUT"));
    quick::add(&browser, 0).await?;
    quick::back_up_now(&browser).await?;
    stage.proxy.wait_held().await?;
    Ok((stage, browser))
}

async fn a_vault_that_stays_locked_is_named_and_unlocking_cures_it(kind: Kind) -> Result<()> {
    let (stage, browser) = while_storing(kind).await?;
    let person = Person::at(&browser);
    let lock = "await (globalThis.browser ?? chrome).runtime.sendMessage({ vault: 'lock' })";
    browser.js(lock, &[]).await?;
    stage.proxy.heal();

    // It is there; opening it needs the key. On the first day that is no alarm.
    eventually("the snapshot is on the server", async || {
        Ok(holds(&stage).is_ok_and(|held| held == 1).then_some(()))
    })
    .await?;
    browser.open("options.html#backup").await?;
    quick::backed_up(&browser).await?;
    person.wait_status("storing").await?;

    browser.kill_background().await?;
    a_day_passes(&browser).await?;
    browser.open("options.html?again#backup").await?;
    wait_cause(&browser, CAUSE, "Unlock").await?;
    // Trying again does not help, and is not offered.
    quick::backed_up(&browser).await?;
    ensure!(said(&browser).await?.cause.contains(CAUSE));

    // The popup says so too, and its button leads to where the passphrase is typed.
    // No settings page is open that the button could go back to.
    browser.open("popup.html").await?;
    let popup = browser.open_popup().await?;
    popup.wait_text("#status-cause", CAUSE).await?;
    popup.wait_text("#remedy", "Unlock").await?;
    popup.click("#remedy").await?;
    eventually("the settings page opens", async || {
        let open =
            "return chrome.extension.getViews({ type: 'tab' }).map((tab) => tab.location.href)";
        let open = browser.js(open, &[]).await?.to_string();
        Ok(open.contains("options.html#backup").then_some(()))
    })
    .await?;
    // It is the same page in this tab, which is the one that the driver sees in both browsers.
    person.unlock(PASSPHRASE).await?;
    person.go_to("backup").await?;
    person
        .wait_status("stored")
        .await
        .context("after unlocking")?;
    ensure!(holds(&stage)? == 1);
    browser.quit().await.map(drop)
}

async fn what_was_cut_off_is_named_and_trying_again_cures_it(kind: Kind) -> Result<()> {
    let (stage, browser) = while_storing(kind).await?;
    let person = Person::at(&browser);
    browser.kill_background().await?;
    stage.proxy.heal();
    // Nothing wakes the background: the page that is open tells by itself what it reads.
    a_day_passes(&browser).await?;
    wait_cause(&browser, "Storing was cut off", "Try now").await?;
    browser.click("#remedy").await?;
    person.wait_status("stored").await?;
    ensure!(holds(&stage)? == 1);
    browser.quit().await.map(drop)
}

/// The current page must be one of the extension's, and the background dead.
async fn a_day_passes(browser: &Browser) -> Result<()> {
    let aged = browser.js(AGE_BY_A_DAY, &[]).await?;
    ensure!(aged.as_u64() >= Some(2), "{aged} documents became older");
    Ok(())
}

/// Makes every time in every document of the device-local store a day and an hour older; how many
/// documents it has changed. Times are the only numbers of that size there.
const AGE_BY_A_DAY: &str = "
    const request = indexedDB.open('holdfast');
    const database = await new Promise((done, failed) => {
      request.onsuccess = () => done(request.result); request.onerror = failed; });
    const read = database.transaction('keys').objectStore('keys').get('device');
    const key = await new Promise((done, failed) => {
      read.onsuccess = () => done(read.result); read.onerror = failed; });
    database.close();
    const older = (value) => {
      if (typeof value === 'number') return value > 1e12 ? value - 25 * 3600 * 1000 : value;
      if (Array.isArray(value)) return value.map(older);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(Object.entries(value).map(([name, value]) => [name, older(value)]));
    };
    const storage = (globalThis.browser ?? chrome).storage.local;
    let changed = 0;
    for (const [name, text] of Object.entries(await storage.get(null))) {
      if (!name.startsWith('device.')) continue;
      const sealed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const algorithm = (nonce) => ({ name: 'AES-GCM', iv: nonce });
      const plain = await crypto.subtle.decrypt(
        algorithm(sealed.slice(0, 12)), key, sealed.slice(12));
      const before = new TextDecoder().decode(plain);
      const after = JSON.stringify(older(JSON.parse(before)));
      if (after === JSON.stringify(JSON.parse(before))) continue;
      const nonce = crypto.getRandomValues(new Uint8Array(12));
      const again = await crypto.subtle.encrypt(
        algorithm(nonce), key, new TextEncoder().encode(after));
      const bytes = [...nonce, ...new Uint8Array(again)];
      await storage.set({ [name]: btoa(String.fromCharCode(...bytes)) });
      changed += 1;
    }
    return changed;";

/// How many accounts the newest snapshot on the server's disk has.
fn holds(stage: &Stage) -> Result<usize> {
    Ok(live_accounts(&stage.newest_opened()?).len())
}
