//! The vault is kept twice here. What becomes of accounts that only a damaged generation held, and
//! that a backup still has.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::json;

use crate::in_both_browsers;
use crate::quick;
use crate::stage::{PASSPHRASE, Stage, live_accounts, open_elsewhere};

in_both_browsers!(
    an_edit_on_an_older_generation_costs_no_account,
    a_restore_over_damage_finds_what_was_stored_later,
);

const FIRST: &str = "otpauth://totp/Harbour:jane?secret=JBSWY3DPEHPK3PXP&issuer=Harbour";

/// Damages the newest generation, or both. The current page must be one of the extension's.
async fn damage(browser: &Browser, both: bool) -> Result<()> {
    let script = "const storage = (globalThis.browser ?? chrome).storage.local; \
        const kept = await storage.get(['vault.a', 'vault.b']); \
        const places = Object.keys(kept).sort((a, b) => kept[b].generation - kept[a].generation); \
        for (const place of args[0] ? places : places.slice(0, 1)) \
          kept[place].sealed = kept[place].sealed.replace(/^...../, 'AAAAA'); \
        await storage.set(kept); \
        return places.length";
    let places = browser.js(script, &[json!(both)]).await?;
    ensure!(places == json!(2), "{places} generations");
    Ok(())
}

/// Waits until a snapshot on the server's disk holds so many accounts.
async fn wait_stored(stage: &Stage, accounts: usize) -> Result<()> {
    let mut most = 0;
    eventually("all accounts are stored", async || {
        for (_, bytes) in stage.snapshots()? {
            most = most.max(live_accounts(&open_elsewhere(&bytes)?).len());
        }
        Ok((most == accounts).then_some(()))
    })
    .await
    .with_context(|| format!("{most} accounts are stored"))
}

/// It is not the older content that goes on as if nothing had been lost.
async fn an_edit_on_an_older_generation_costs_no_account(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);
    quick::add(&browser, 1).await?;
    quick::back_up_now(&browser).await?;
    wait_stored(&stage, 2).await?;
    person.wait_status("stored").await?;

    damage(&browser, false).await?;
    quick::add(&browser, 2).await?;
    quick::back_up_now(&browser).await?;
    wait_stored(&stage, 3).await?;
    person.wait_status("stored").await?;
    let shown = person.read_codes().await?;
    ensure!(shown.len() == 3, "{} accounts", shown.len());
    Ok(())
}

/// The file that a person finds is an old one; what the connected destination holds is not.
async fn a_restore_over_damage_finds_what_was_stored_later(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);
    let (_, old) = stage.snapshots()?.pop().context("no snapshot")?;
    let mut file = tempfile::Builder::new().suffix(".holdfast").tempfile()?;
    file.write_all(&old)?;
    quick::add(&browser, 1).await?;
    quick::back_up_now(&browser).await?;
    wait_stored(&stage, 2).await?;
    person.wait_status("stored").await?;

    damage(&browser, true).await?;
    person.restore_file(file.path(), PASSPHRASE).await?;
    quick::back_up_now(&browser).await?;
    wait_stored(&stage, 2).await?;
    person.wait_status("stored").await?;
    let shown = person.read_codes().await?;
    ensure!(shown.len() == 2, "{} accounts", shown.len());
    Ok(())
}
