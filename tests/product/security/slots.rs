//! Changing passphrase and vault key, and passkeys.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;

use serde_json::json;

use super::{ask, change_passphrase, wait_hidden, wait_without};
use crate::in_both_browsers;
use crate::stage::{
    PASSPHRASE, Stage, live_accounts, open_elsewhere, open_elsewhere_with, with_vault,
};

in_both_browsers!(
    older_snapshots_are_replaced_after_a_new_passphrase,
    a_changed_vault_key_reaches_the_other_device,
    what_a_new_passphrase_leaves_open_is_noted_before_it_is_set,
);

const NEW: &str = "twelve other granite lanterns";
const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";
const SECOND: &str = "otpauth://totp/Second:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Second";
const THIRD: &str = "otpauth://totp/Third:jane?secret=JBSWY3DPEHPK3PXP&issuer=Third";

async fn older_snapshots_are_replaced_after_a_new_passphrase(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);
    let first = stage.snapshots()?.len();
    person.import(&[SECOND]).await?;
    eventually("a second snapshot", async || {
        Ok((stage.snapshots()?.len() > first).then_some(()))
    })
    .await?;

    change_passphrase(&browser, PASSPHRASE, NEW).await?;
    browser.wait_visible("#older").await?;
    browser.click("#older-replace").await?;
    let said = browser.wait_text("#older-result", "deleted").await?;
    ensure!(!said.starts_with('0'), "{said}");
    let left = stage.snapshots()?;
    ensure!(!left.is_empty());
    for (path, bytes) in &left {
        let opened = open_elsewhere_with(bytes, NEW);
        let opened = opened.map_err(|error| error.context(path.display().to_string()))?;
        ensure!(live_accounts(&opened).len() == 2, "{}", path.display());
        ensure!(
            open_elsewhere(bytes).is_err(),
            "{} still opens with the old passphrase",
            path.display()
        );
    }
    // It is over: the offer is gone, also for whoever comes back.
    person.go_to("security").await?;
    browser.wait_visible("#slots .slot").await?;
    wait_hidden(&browser, "#older-replace").await?;
    browser.open("options.html?again#security").await?;
    browser.wait_visible("#slots .slot").await?;
    wait_hidden(&browser, "#older").await
}

async fn a_changed_vault_key_reaches_the_other_device(kind: Kind) -> Result<()> {
    let (stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);
    let second = Browser::start(kind, Options::new()?).await?;
    let other = Person::at(&second);
    other.restore(&stage.place(), PASSPHRASE).await?;

    // The other device has an edit of its own while the key is changed here.
    other.import(&[SECOND]).await?;
    change_vault_key(&browser).await?;
    person.import(&[THIRD]).await?;
    check_now(&browser).await?;

    // The status says so, and its button leads to where the new passphrase is typed.
    check_now(&second).await?;
    let warning = "#warnings .notice:has(button:not([hidden]))";
    second
        .wait_text(warning, "a key that this device does not have")
        .await?;
    second.click(&format!("{warning} button")).await?;
    second.wait_visible("#key-changed").await?;
    second
        .fill("#learn-secret", "not the passphrase at all")
        .await?;
    second.click("#learn-submit").await?;
    second.wait_visible("#learn-secret-error").await?;
    second.fill("#learn-secret", NEW).await?;
    second.click("#learn-submit").await?;
    other
        .sent("#learn-form", "!visible('#key-changed')")
        .await?;
    has_all(&second).await?;
    other.go_to("backup").await?;
    other.wait_status("stored").await?;
    let warnings = second.text("#warnings").await?;
    ensure!(!warnings.contains("does not have"), "{warnings}");

    // Its edit comes along, under the new key.
    check_now(&browser).await?;
    has_all(&browser).await?;
    let newest = stage.snapshots()?.into_iter().map(|(_, bytes)| bytes);
    let opened = newest
        .filter_map(|bytes| open_elsewhere_with(&bytes, NEW).ok())
        .map(|payload| live_accounts(&payload).len());
    ensure!(opened.max() == Some(3), "no snapshot holds all three");

    // From now on the other device, too, opens with the new passphrase only.
    other.lock().await?;
    ensure!(other.unlock(PASSPHRASE).await.is_err());
    other.unlock(NEW).await
}

async fn what_a_new_passphrase_leaves_open_is_noted_before_it_is_set(kind: Kind) -> Result<()> {
    let (_stage, browser) = Stage::stored(kind, &[FIRST]).await?;
    let person = Person::at(&browser);

    // What fails leaves nothing open.
    let none = json!({ "slot": "0".repeat(32), "passphrase": PASSPHRASE });
    let refused = ask(&browser, json!({ "keys": { "remove_slot": none } })).await?;
    let code = refused.pointer("/Err/code");
    ensure!(code == Some(&json!("slot_not_found")), "{refused}");
    browser.open("options.html?again#security").await?;
    browser.wait_visible("#slots .slot").await?;
    wait_hidden(&browser, "#older").await?;

    // Somebody else has the turn to note it: until then nothing has changed.
    let vault = "const all = await (globalThis.browser ?? chrome).storage.local.get(null); \
        return JSON.stringify([all['vault.a'], all['vault.b']])";
    let before = browser.js(vault, &[]).await?;
    let hold = "await new Promise((held) => navigator.locks.request('keys', () => { held(); \
        return new Promise((release) => document.addEventListener('released', release)); }))";
    browser.js(hold, &[]).await?;
    let change = "(globalThis.browser ?? chrome).runtime.sendMessage(args[0]).catch(() => {})";
    let request = json!({ "change_passphrase": { "current": PASSPHRASE, "new": NEW } });
    browser.js(change, &[json!({ "keys": request })]).await?;
    eventually("it waits for its turn", async || {
        let waits = "const { pending } = await navigator.locks.query(); \
            return pending.some((lock) => lock.name === 'keys')";
        Ok((browser.js(waits, &[]).await? == true).then_some(()))
    })
    .await?;
    ensure!(browser.js(vault, &[]).await? == before);
    browser
        .js("document.dispatchEvent(new Event('released'))", &[])
        .await?;
    eventually("it is set", async || {
        Ok((browser.js(vault, &[]).await? != before).then_some(()))
    })
    .await?;
    person.go_to("security").await?;
    browser.wait_visible("#older").await.map(drop)
}

async fn change_vault_key(browser: &Browser) -> Result<()> {
    Person::at(browser).go_to("security").await?;
    browser.click("#vault-key > summary").await?;
    browser.fill("#vault-key-current", PASSPHRASE).await?;
    browser.fill("#vault-key-new", NEW).await?;
    browser.fill("#vault-key-repeat", NEW).await?;
    browser.click("#vault-key-submit").await?;
    Person::at(browser)
        .sent("#vault-key-form", "visible('#sheet-groups li')")
        .await
}

async fn check_now(browser: &Browser) -> Result<()> {
    Person::at(browser).go_to("backup").await?;
    browser.click("[data-action=check-now]").await?;
    browser
        .wait_visible(".chain-step[data-step=open][data-result=ok]")
        .await
        .map(drop)
}

async fn has_all(browser: &Browser) -> Result<()> {
    eventually("all three accounts are there", async || {
        let rows = Person::at(browser).read_codes().await?;
        Ok((rows.len() == 3).then_some(()))
    })
    .await
}

/// Chromium's virtual authenticator stands for the person's finger.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_opens_the_vault_until_it_is_removed() -> Result<()> {
    let browser = with_vault(Kind::Chromium).await?;
    let person = Person::at(&browser);
    person.import(&[FIRST]).await?;
    browser.add_authenticator().await?;
    person.go_to("security").await?;
    browser.wait_visible("#passkey > summary").await?;
    browser.click("#passkey > summary").await?;
    browser.fill("#passkey-label", "left thumb").await?;
    // Adding a way in asks for the passphrase.
    browser
        .fill("#passkey-passphrase", "not the passphrase")
        .await?;
    browser.click("#passkey-submit").await?;
    browser.wait_visible("#passkey-passphrase-error").await?;
    browser.fill("#passkey-passphrase", PASSPHRASE).await?;
    browser.click("#passkey-submit").await?;
    browser.wait_text("#slots", "left thumb").await?;

    person.lock().await?;
    browser.open("popup.html").await?;
    browser.click("#unlock-passkey").await?;
    browser.wait_visible("#accounts .account").await?;
    person.lock().await?;
    browser.click("#unlock-passkey").await?;
    browser.wait_visible("#slots .slot").await?;

    // The passphrase is still there, and can't be removed; the passkey can.
    let removable = "return [...document.querySelectorAll('#slots .slot')].map((slot) => \
        [slot.dataset.kind, slot.querySelector('[data-action=remove-slot]').checkVisibility()])";
    let slots = browser.js(removable, &[]).await?.to_string();
    ensure!(slots.contains(r#"["passphrase",false]"#), "{slots}");
    let passkey = "#slots .slot[data-kind=passkey]";
    browser
        .click(&format!("{passkey} [data-action=remove-slot]"))
        .await?;
    browser
        .fill(&format!("{passkey} [name=passphrase]"), PASSPHRASE)
        .await?;
    browser
        .click(&format!("{passkey} .remove-form [type=submit]"))
        .await?;
    wait_without(&browser, "#slots", "left thumb").await?;
    person.lock().await?;
    wait_hidden(&browser, "#unlock-passkey").await
}
