//! A popup that is opened again while the vault is being unlocked.

use anyhow::{Result, anyhow, ensure};
use holdfast_core::contents::Contents;
use holdfast_core::seal::kdf::{KdfParams, derive};
use holdfast_core::seal::{Keyring, NewPassphrase};
use holdfast_core::vault::Vault;
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::json;

use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, with_vault};

in_both_browsers!(
    a_popup_opened_again_shows_what_goes_on,
    a_slow_vault_is_opened_across_two_popups,
);

/// The popup shows what the background says: that it unlocks, and that it no longer does.
async fn a_popup_opened_again_shows_what_goes_on(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    Person::at(&browser).lock().await?;
    let area = "(globalThis.browser ?? chrome).storage.session";
    // As it is a second after the background was asked, by a popup that is closed since.
    let begun = format!("await {area}.set({{ unlocking: Date.now() - 1000 }})");
    browser.js(&begun, &[]).await?;
    let popup = browser.open_popup().await?;
    popup.wait("#unlock-form[aria-busy=true]").await?;
    popup.wait_text("#live", "Unlocking").await?;
    // It was the wrong passphrase: who asked has gone, so this one is told what it can know.
    browser
        .js(&format!("await {area}.remove('unlocking')"), &[])
        .await?;
    popup
        .wait_text("#unlock-error", "did not open the vault")
        .await?;
    popup.wait("#unlock-form:not([aria-busy])").await?;
    popup.close().await?;

    // A worker that died in the middle says nothing more: after its time nothing goes on.
    let died = format!("await {area}.set({{ unlocking: Date.now() - 60000 }})");
    browser.js(&died, &[]).await?;
    let popup = browser.open_popup().await?;
    popup.wait("#view-locked:not([hidden])").await?;
    popup.fill("#unlock-passphrase", PASSPHRASE).await?;
    popup.click("#unlock-submit").await?;
    popup.wait("#view-list:not([hidden])").await?;
    // And what was written down is gone soon after.
    eventually("nothing is being unlocked any more", async || {
        let session = browser.storage("session").await?;
        Ok(session.get("unlocking").is_none().then_some(()))
    })
    .await
}

/// The real thing, with a vault whose key takes seconds.
async fn a_slow_vault_is_opened_across_two_popups(kind: Kind) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("slow.holdfast");
    std::fs::write(&file, slow_vault()?)?;
    let browser = Browser::start(kind, Options::new()?).await?;
    let person = Person::at(&browser);
    person.restore_file(&file, PASSPHRASE).await?;
    person.lock().await?;
    let popup = browser.open_popup().await?;
    popup.wait("#view-locked:not([hidden])").await?;
    popup.fill("#unlock-passphrase", PASSPHRASE).await?;
    let press = "const form = w.document.querySelector('#unlock-form'); form.requestSubmit(); \
        return form.getAttribute('aria-busy')";
    ensure!(popup.js(press).await? == "true", "no progress is shown");
    // The request has left the popup once the background has written down that it unlocks.
    popup
        .js(
            "const area = (w.browser ?? w.chrome).storage.session; \
             while (!(await area.get('unlocking')).unlocking && !(await area.get('session')).session) \
               await new Promise((done) => w.setTimeout(done, 10));",
        )
        .await?;
    popup.close().await?;
    let popup = browser.open_popup().await?;
    // Firefox runs background and popup on one thread: its popup draws when the key is there.
    if kind == Kind::Chromium {
        popup.wait("#unlock-form[aria-busy=true]").await?;
    }
    popup.wait("#view-list:not([hidden])").await?;
    let held = browser.storage("session").await?;
    ensure!(
        held.pointer("/session/key")
            .is_some_and(|key| *key != json!(null))
    );
    Ok(())
}

/// A vault without accounts, at ten times the usual cost of deriving its key.
fn slow_vault() -> Result<Vec<u8>> {
    let params = KdfParams::new(256 * 1024, 8, 1).map_err(|error| anyhow!("{error}"))?;
    let salt = [7; 32];
    let derived = derive(PASSPHRASE, params, &salt).map_err(|error| anyhow!("{error}"))?;
    let passphrase = NewPassphrase {
        params,
        salt,
        derived,
    };
    let mut next = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(29).wrapping_add(7);
            *byte = next;
        }
    };
    let keyring = Keyring::create(&passphrase, 1, &mut random);
    let mut contents = Contents {
        vault: Vault::default(),
        keyring: keyring.map_err(|error| anyhow!("{error}"))?,
    };
    contents.seal(&[9; 32]).map_err(|error| anyhow!("{error}"))
}
