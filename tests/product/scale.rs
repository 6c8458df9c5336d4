//! Many accounts at once, and what is to be seen of them by whoever reads the profile.

use anyhow::{Result, ensure};
use data_encoding::{BASE32_NOPAD, BASE64};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::Value;

use crate::in_both_browsers;
use crate::journey::number;
use crate::stage::{PASSPHRASE, with_vault};

in_both_browsers!(
    an_account_by_hand_is_sealed_at_once,
    many_accounts_then_another_passphrase,
    a_thousand_accounts_leave_the_page_idle,
);

const SECRET: &str = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU";

async fn an_account_by_hand_is_sealed_at_once(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    browser.open("popup.html").await?;
    browser.wait_visible("#empty-add").await?;
    browser.click("#empty-add").await?;
    browser.fill("#add-issuer", "Canary Wharf").await?;
    browser.fill("#add-label", "jane@canary.example").await?;
    browser.fill("#add-secret", SECRET).await?;
    browser.click("#add-submit").await?;
    browser.wait_visible("#accounts .account").await?;

    let stored = browser.storage("local").await?.to_string();
    let raw = BASE32_NOPAD.decode(SECRET.as_bytes())?;
    for canary in [
        SECRET,
        "Canary",
        "canary.example",
        PASSPHRASE,
        &BASE64.encode(&raw),
    ] {
        ensure!(
            !stored.contains(canary),
            "storage.local holds a canary in the clear"
        );
    }
    // After locking nothing is left in memory's storage either.
    let person = Person::at(&browser);
    person.lock().await?;
    for area in ["local", "session"] {
        let left = browser.storage(area).await?.to_string();
        ensure!(
            !left.contains(SECRET) && !left.contains("Canary"),
            "{area} after locking"
        );
    }
    let session = browser.storage("session").await?;
    ensure!(
        session.get("session").is_none_or(Value::is_null),
        "the session key stayed"
    );
    Ok(())
}

async fn many_accounts_then_another_passphrase(kind: Kind) -> Result<()> {
    const NEW: &str = "twelve other granite lanterns";
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    let uris = uris(450);
    person
        .import(&uris.iter().map(String::as_str).collect::<Vec<_>>())
        .await?;
    browser.open("options.html#security").await?;
    browser.wait_visible("#passphrase-current").await?;
    browser.fill("#passphrase-current", PASSPHRASE).await?;
    browser.fill("#passphrase-new", NEW).await?;
    browser.fill("#passphrase-repeat", NEW).await?;
    browser.click("#passphrase-submit").await?;
    browser.wait_visible("#toast").await?;
    person.lock().await?;
    ensure!(
        person.unlock(PASSPHRASE).await.is_err(),
        "the old passphrase still opens the vault"
    );
    person.unlock(NEW).await?;
    all_rows(&browser, 450).await?;
    let rows = person.read_codes().await?;
    ensure!(rows.iter().all(|row| row.issuer.starts_with("Issuer ")));
    Ok(())
}

async fn a_thousand_accounts_leave_the_page_idle(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    let uris = uris(1000);
    person
        .import(&uris.iter().map(String::as_str).collect::<Vec<_>>())
        .await?;
    all_rows(&browser, 1000).await?;
    // Counted, not timed: what a page does to its document while nobody touches it. Two time
    // steps' worth of codes for the rows in view is all there may be to do.
    let seen = browser
        .js(
            "let changes = 0; \
             const observer = new MutationObserver((records) => { changes += records.length; }); \
             observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true }); \
             await new Promise((resolve) => setTimeout(resolve, 5000)); \
             observer.disconnect(); \
             const inView = [...document.querySelectorAll('.account')] \
               .filter((row) => { const box = row.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; }).length; \
             return [changes, inView, document.getAnimations().length]",
            &[],
        )
        .await?;
    let [changes, in_view, animations] =
        [0, 1, 2].map(|index| number(seen.get(index).unwrap_or(&Value::Null)));
    ensure!(in_view > 0 && in_view < 100, "{in_view} rows in view");
    ensure!(
        changes <= 24 * in_view,
        "{changes} changes with {in_view} rows in view"
    );
    ensure!(
        animations <= 8 * in_view,
        "{animations} animations with {in_view} rows in view"
    );
    Ok(())
}

/// Waits until the popup's page has drawn all its rows, which come in portions.
async fn all_rows(browser: &Browser, count: usize) -> Result<()> {
    browser.open("popup.html").await?;
    let script = "return document.querySelectorAll('#accounts .account').length";
    eventually(&format!("{count} rows"), async || {
        let rows = number(&browser.js(script, &[]).await?);
        Ok((rows == count as u64).then_some(()))
    })
    .await
}

fn uris(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let secret = BASE32_NOPAD.encode(format!("secret number {number:06}").as_bytes());
            format!("otpauth://totp/Issuer%20{number}:jane{number}?secret={secret}&issuer=Issuer%20{number}")
        })
        .collect()
}
