//! Accounts typed by hand, of the kinds that make their codes with a PIN.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::oracle;

use crate::in_both_browsers;
use crate::journey::now;
use crate::stage::with_vault;

in_both_browsers!(accounts_with_a_pin_make_the_codes_that_others_make);

/// Kind, how the secret is typed, how the oracle takes it, and the PIN.
const ACCOUNTS: [(&str, &str, &str, &str); 3] = [
    ("motp", "e315 2afe e625 99c8", "e3152afee62599c8", "1234"),
    (
        "yandex",
        "6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY",
        "6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY",
        "5239",
    ),
    // The 16 bytes alone, as some sites show them.
    (
        "yandex",
        "jbgs au4g 7iez g6oy 4uax x62j u4",
        "JBGSAU4G7IEZG6OY4UAXX62JU4",
        "5210481216086702",
    ),
];

async fn accounts_with_a_pin_make_the_codes_that_others_make(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    for (number, (code, typed, _, pin)) in ACCOUNTS.into_iter().enumerate() {
        browser.open("popup.html").await?;
        browser.wait_visible("#view-list").await?;
        browser.click("#open-add").await?;
        let issuer = format!("Account {number}");
        browser.fill("#add-issuer", &issuer).await?;
        browser.fill("#add-secret", typed).await?;
        browser.click("#add-advanced summary").await?;
        choose(&browser, "#add-type", code).await?;
        // Without its PIN it is not an account, and the field that lacks it is named.
        if number == 0 {
            browser.click("#add-submit").await?;
            browser.wait_visible("#add-pin-error").await?;
        }
        browser.fill("#add-pin", pin).await?;
        browser.click("#add-submit").await?;
        browser
            .wait_text(
                &format!("#accounts .account:nth-child({})", number + 1),
                &issuer,
            )
            .await?;
    }
    let person = Person::at(&browser);
    let before = now()?;
    let rows = person.read_codes().await?;
    let after = now()?;
    ensure!(rows.len() == ACCOUNTS.len(), "{rows:?}");
    for (row, (kind, _, secret, pin)) in rows.iter().zip(ACCOUNTS) {
        let shown: String = row.code.split_whitespace().collect();
        // A step may end while the page is read; what is shown is of one of the seconds between.
        let mut right = Vec::new();
        for seconds in (before - 1)..=after {
            right.push(oracle::with_pin(kind, secret, pin, seconds)?);
        }
        ensure!(right.contains(&shown), "{row:?} is none of {right:?}");
    }
    Ok(())
}

async fn choose(browser: &Browser, css: &str, value: &str) -> Result<()> {
    let script = "const [css, value] = args; const list = document.querySelector(css); \
        list.value = value; list.dispatchEvent(new Event('change', { bubbles: true }))";
    browser
        .js(script, &[css.into(), value.into()])
        .await
        .map(drop)
}
