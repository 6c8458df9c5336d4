//! From the shortcut to the filled box: on a page with 5,000 elements and 20 frames, against a page
//! with little but the box, in the same browser and the same run. And how long it takes to find the
//! accounts for a page.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::paths;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::Site;
use serde_json::{Value, json};

use crate::native;

const ROUNDS: usize = 9;

/// Measures and prints.
pub async fn run() -> Result<()> {
    println!("\nFilling, from the shortcut to the whole code in the box; median of {ROUNDS}");
    println!(
        "{:<10} {:>12} {:>34} {:>10}",
        "", "plain page", "5,000 elements and 20 frames", "of plain"
    );
    for kind in [Kind::Chromium, Kind::Firefox] {
        let site = Site::serve(paths::root().join("tests/fill/pages")).await?;
        let browser = Browser::start(kind, Options::new()?).await?;
        prepare(&browser, site.url()).await?;
        let plain = fill(&browser, &format!("{}/code.html", site.url())).await?;
        let large = fill(&browser, &format!("{}/large.html", site.url())).await?;
        println!(
            "{:<10} {plain:>9.0} ms {large:>31.0} ms {:>9.2}x",
            format!("{kind:?}"),
            large / plain
        );
        browser.quit().await?;
    }
    let choosing = native("nfc", "measure_choose", &[])?;
    let number = |name: &str| {
        choosing
            .get(name)
            .and_then(Value::as_f64)
            .unwrap_or_default()
    };
    println!(
        "Finding those for a page among {} accounts, natively: {:.1} ms with sites, {:.1} ms by their issuers",
        number("accounts"),
        number("sites"),
        number("issuers")
    );
    Ok(())
}

/// A vault with one account, bound to the site.
async fn prepare(browser: &Browser, site: &str) -> Result<()> {
    let person = Person::at(browser);
    person.create_vault("gravel lantern otter nineteen").await?;
    person
        .import(&["otpauth://totp/Bench:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bench"])
        .await?;
    browser.open("popup.html").await?;
    let find = "return document.querySelector('#accounts .account')?.dataset.id ?? null";
    let id = eventually("the account is in the list", async || {
        Ok(browser.js(find, &[]).await?.as_str().map(str::to_owned))
    })
    .await?;
    let edit = json!({ "vault": { "edit": { "id": id, "edit": { "sites": [site] } } } });
    let ask = "return (globalThis.browser ?? chrome).runtime.sendMessage(args[0])";
    let answer = browser.js(ask, &[edit]).await?;
    ensure!(answer.get("Err").is_none(), "{answer}");
    Ok(())
}

/// Milliseconds. The page notes when the last character came; both clocks are this machine's.
async fn fill(browser: &Browser, page: &str) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        browser.goto(page).await?;
        let watch = "window.filledAt = null; const box = document.querySelector('#code'); \
            box.addEventListener('input', () => { \
              if (box.value.length === 6) window.filledAt = performance.timeOrigin + performance.now(); \
            }); \
            await new Promise((done) => setTimeout(done, 300))";
        browser.js(watch, &[]).await?;
        unhurried().await?;
        let pressed = now()?.as_secs_f64() * 1000.0;
        browser.shortcut('f').await?;
        let filled = eventually("the box is filled", async || {
            let at = browser.js("return window.filledAt", &[]).await?;
            Ok(at.as_f64())
        })
        .await?;
        times.push(filled - pressed);
    }
    times.sort_by(f64::total_cmp);
    times.get(ROUNDS / 2).copied().context("no rounds")
}

/// A code in its last seconds would be waited for.
async fn unhurried() -> Result<()> {
    let second = now()?.as_secs() % 30;
    if second >= 25 {
        tokio::time::sleep(Duration::from_secs(31 - second)).await;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bench on a real computer has a real clock"
)]
fn now() -> Result<Duration> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}
