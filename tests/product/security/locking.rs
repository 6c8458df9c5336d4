//! Unlocking in the background, and locking in every way; afterwards nothing is left to be found.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

use super::{Printed, ask, change_passphrase, fill_by_paste};
use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, with_vault};

in_both_browsers!(
    nothing_secret_is_left_after_locking,
    every_way_of_locking_locks,
    a_deadline_that_has_passed_counts_before_the_alarm,
    unlocking_goes_on_when_the_popup_closes,
    an_umlaut_opens_the_vault_however_it_is_typed,
);

/// The secret of the account, and one that is only being typed.
const SECRET: &str = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU";
const TYPED: &str = "ONSWG4TFOQQHI33PEBUGKIDUPFYGKZA";
const LINK: &str =
    "otpauth://totp/Canary:jane?secret=KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU&issuer=Canary";
/// Half a passphrase that is being typed while the vault is locked from elsewhere.
const HALF: &str = "half of another passphrase";

async fn nothing_secret_is_left_after_locking(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(&[LINK]).await?;
    // The settings page shows a recovery key, an export, and half a passphrase.
    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    browser.click("#sheet-close").await?;
    browser.fill("#export-passphrase", PASSPHRASE).await.ok();
    fill_by_paste(&browser, "#passphrase-new", HALF).await?;
    let settings = browser.driver.window().await?;
    // Another tab shows the codes, and somebody is typing a secret and a link.
    let tab = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(tab.clone()).await?;
    let code = person.read_codes().await?.remove(0).code;
    browser.click("#open-add").await?;
    browser.fill("#uri", LINK).await?;
    browser.fill("#add-secret", TYPED).await?;
    // A third one shows exported lines and a new sheet.
    let third = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(third.clone()).await?;
    person.go_to("transfer").await?;
    browser.fill("#export-passphrase", PASSPHRASE).await?;
    browser.click("#export-submit").await?;
    browser.wait_visible("#export-text").await?;
    let shown = browser.everything_on_the_page().await?;
    ensure!(shown.contains(SECRET), "the export shows no secret");
    let newer = Printed::make(&browser, PASSPHRASE).await?;
    let key = browser.everything_on_the_page().await?;
    ensure!(newer.groups().iter().all(|group| key.contains(group)));

    let answer = ask(&browser, json!({ "vault": "lock" })).await?;
    ensure!(answer.get("Ok").is_some(), "{answer}");
    let mut canaries = vec![SECRET, TYPED, HALF, PASSPHRASE, "otpauth://totp/Canary"];
    let (groups, newer) = (sheet.groups(), newer.groups());
    canaries.extend(groups.iter().map(String::as_str));
    canaries.extend(newer.iter().map(String::as_str));
    for window in [settings, tab, third] {
        browser.driver.switch_to_window(window).await?;
        browser.wait_visible("#unlock-form").await?;
        let left = browser.everything_on_the_page().await?;
        for canary in canaries.iter().copied().chain([code.as_str()]) {
            ensure!(!left.contains(canary), "a page still holds {canary:?}");
        }
    }
    for area in ["local", "session", "sync"] {
        let left = browser.storage(area).await?.to_string();
        for canary in &canaries {
            ensure!(!left.contains(canary), "{area} still holds {canary:?}");
        }
    }
    ensure!(is_locked(&browser).await?);
    Ok(())
}

async fn every_way_of_locking_locks(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    // By the button.
    person.lock().await?;
    ensure!(is_locked(&browser).await?);
    // By the shortcut, wherever one is.
    person.unlock(PASSPHRASE).await?;
    browser.press_shortcut('l').await?;
    browser.wait_visible("#unlock-form").await?;
    ensure!(is_locked(&browser).await?);
    // With the system, where the browser tells; and not, where the person doesn't want it.
    if kind == Kind::Chromium {
        person.unlock(PASSPHRASE).await?;
        browser.lock_system().await?;
        browser.wait_visible("#unlock-form").await?;
        ensure!(is_locked(&browser).await?);
        person.unlock(PASSPHRASE).await?;
        person.go_to("security").await?;
        browser.click("#lock-with-system").await?;
        eventually("the setting is saved", async || {
            let settings = browser.storage("local").await?;
            Ok(
                (settings.pointer("/settings/lock_with_system") == Some(&json!(false)))
                    .then_some(()),
            )
        })
        .await?;
        browser.lock_system().await?;
        // What the background answers now, it answers after that event.
        ask(&browser, json!({ "vault": "touch" })).await?;
        ensure!(!is_locked(&browser).await?);
    } else {
        person.unlock(PASSPHRASE).await?;
    }
    // When the browser closes.
    let profile = browser.quit().await?;
    let browser = Browser::start(kind, Options::new()?.profile(profile)).await?;
    browser.open("popup.html").await?;
    browser.wait_visible("#unlock-form").await?;
    ensure!(is_locked(&browser).await?);
    Person::at(&browser).unlock(PASSPHRASE).await
}

/// After sleep the alarm comes late: the deadline alone has to do.
async fn a_deadline_that_has_passed_counts_before_the_alarm(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(&[LINK]).await?;
    person.read_codes().await?;
    let expire = "const { session } = await chrome.storage.session.get('session'); \
        await chrome.storage.session.set({ session: { ...session, deadline: Date.now() - 1 } });";
    browser.js(expire, &[]).await?;
    // The page that is open drops what it shows; the key itself is still there, and no alarm rang.
    browser.wait_visible("#unlock-form").await?;
    let left = browser.everything_on_the_page().await?;
    ensure!(!left.contains(SECRET));
    // The background refuses, and forgets the key at the first occasion.
    let answer = ask(
        &browser,
        json!({ "vault": { "add_uris": { "text": LINK } } }),
    )
    .await?;
    ensure!(
        answer.pointer("/Err/code") == Some(&json!("vault_locked")),
        "{answer}"
    );
    ensure!(is_locked(&browser).await?);
    Ok(())
}

async fn unlocking_goes_on_when_the_popup_closes(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    Person::at(&browser).lock().await?;
    let popup = browser.open_popup().await?;
    popup.wait("#view-locked:not([hidden])").await?;
    popup.fill("#unlock-passphrase", PASSPHRASE).await?;
    // The press and the progress are seen before the derivation can have ended; then it is closed.
    let press = "const form = w.document.querySelector('#unlock-form'); form.requestSubmit(); \
        return form.getAttribute('aria-busy')";
    ensure!(popup.js(press).await? == "true", "no progress is shown");
    popup.close().await?;
    eventually("the vault is unlocked all the same", async || {
        Ok((!is_locked(&browser).await?).then_some(()))
    })
    .await
}

async fn an_umlaut_opens_the_vault_however_it_is_typed(kind: Kind) -> Result<()> {
    // One character, and a letter with a mark of its own.
    let (composed, decomposed) = (
        "gr\u{fc}ne B\u{e4}che \u{fc}berall",
        "gru\u{308}ne Ba\u{308}che u\u{308}berall",
    );
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    for (set, typed) in [(composed, decomposed), (decomposed, composed)] {
        let present = if set == composed {
            PASSPHRASE
        } else {
            composed
        };
        change_passphrase(&browser, present, set).await?;
        person.lock().await?;
        fill_by_paste(&browser, "#unlock-passphrase", typed).await?;
        browser.click("#unlock-submit").await?;
        person
            .sent("#unlock-form", "!visible('#unlock-form')")
            .await?;
    }
    Ok(())
}

/// Whether the session key is gone.
async fn is_locked(browser: &Browser) -> Result<bool> {
    let session = browser.storage("session").await?;
    let entries = session.as_object().context("no session storage")?;
    Ok(entries.get("session").is_none_or(Value::is_null))
}
