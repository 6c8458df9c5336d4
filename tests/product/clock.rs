//! A clock that is wrong, as a server's `Date` shows it: named in the popup, and the codes corrected
//! while a person wants that.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::oracle::Oath;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Fault, Rule};

use crate::in_both_browsers;
use crate::journey::now;
use crate::quick;
use crate::stage::{Stage, with_vault};

in_both_browsers!(a_wrong_clock_is_named_and_codes_are_corrected_while_that_is_wanted);

/// What `quick::add` makes of the number 0.
const OATH: Oath<'_> = Oath {
    secret: "NZ2W2YTFOIQDAMBQ",
    algorithm: "SHA1",
    digits: 6,
};
/// How far the server's clock is ahead, in seconds: many codes.
const AHEAD: u64 = 7 * 60;

async fn a_wrong_clock_is_named_and_codes_are_corrected_while_that_is_wanted(
    kind: Kind,
) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    quick::add(&browser, 0).await?;
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;

    stage.proxy.inject(Rule::new(Fault::DateAhead(AHEAD)));
    quick::back_up_now(&browser).await?;
    browser.open("popup.html").await?;
    browser.wait_text("#warnings", "off by 7 minutes").await?;
    browser.wait_text("#warnings", "may be refused").await?;
    codes_are_of(&browser, 0).await.context("uncorrected")?;

    press(&browser, "Correct the codes").await?;
    browser.wait_text("#warnings", "are corrected").await?;
    codes_are_of(&browser, AHEAD).await.context("corrected")?;

    press(&browser, "Stop correcting").await?;
    browser.wait_text("#warnings", "may be refused").await?;
    codes_are_of(&browser, 0).await.context("given up")?;

    // Once both agree, there is nothing to say.
    stage.proxy.heal();
    quick::back_up_now(&browser).await?;
    let warnings = "return document.querySelector('#warnings').innerText";
    eventually("the clock is no topic any more", async || {
        let said = browser.js(warnings, &[]).await?;
        let said = said.as_str().unwrap_or_default();
        Ok((!said.contains("clock")).then_some(()))
    })
    .await?;
    browser.quit().await.map(drop)
}

/// Presses the button of those words among the warnings.
async fn press(browser: &Browser, words: &str) -> Result<()> {
    // While the pointer rests among the accounts, nothing appears above them.
    browser.click("#search").await?;
    let script = "const buttons = [...document.querySelectorAll('#warnings button')]; \
        return buttons.find((button) => button.textContent === args[0])?.dataset.number";
    let number = eventually(&format!("“{words}” is offered"), async || {
        let number = browser.js(script, &[words.into()]).await?;
        Ok(number.as_str().map(str::to_owned))
    })
    .await?;
    let button = format!("#warnings button[data-number=\"{number}\"]");
    browser.click(&button).await
}

/// The code is of the time so many seconds from now, and marked if that is not now.
async fn codes_are_of(browser: &Browser, ahead: u64) -> Result<()> {
    let script = "const code = document.querySelector('#accounts .account .code'); \
        return [code?.textContent.replace(/\\s/g, '') ?? '', \
          document.querySelector('[data-corrected]') !== null]";
    let mut last = serde_json::Value::Null;
    let what = format!("the code is of {ahead} s from now");
    let outcome = eventually(&what, async || {
        let before = now()?;
        last = browser.js(script, &[]).await?;
        let code = last.pointer("/0").and_then(|code| code.as_str());
        let mut right = false;
        // It was read at some moment from then to now.
        for seconds in [before, now()?] {
            right |= code == Some(OATH.totp(seconds + ahead, 30)?.as_str());
        }
        let marked = last.pointer("/1").and_then(|marked| marked.as_bool());
        Ok((right && marked == Some(ahead != 0)).then_some(()))
    });
    outcome.await.with_context(|| format!("it shows {last}"))?;
    ensure!(!last.is_null());
    Ok(())
}
