//! From the first run to a second computer.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::{DEMO_ACCOUNTS, Person, Shown};
use holdfast_tests::oracle::Oath;
use holdfast_tests::servers::{Fault, Rule};
use serde_json::Value;

use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, comes_by_itself, live_accounts, open_elsewhere, with_vault};

in_both_browsers!(
    from_first_run_to_a_second_computer,
    the_real_popup_shows_codes_and_status
);

/// Issuer, secret, algorithm, digits, period: of the demo accounts that go by time.
const TIMED: [(&str, &str, &str, u32, u32); 3] = [
    ("Demo Harbour", "JBSWY3DPEHPK3PXP", "SHA1", 6, 30),
    (
        "Lighthouse Mail",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "SHA1",
        6,
        30,
    ),
    (
        "Northern Bank",
        "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
        "SHA256",
        8,
        60,
    ),
];
const HOTP: &str = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU";

async fn from_first_run_to_a_second_computer(kind: Kind) -> Result<()> {
    let mut stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(DEMO_ACCOUNTS).await?;
    codes_are_right(&person).await.context("the first codes")?;
    let (shown, right) = (next_hotp(&browser).await?, oath(HOTP).hotp(0)?);
    ensure!(shown == right, "the first HOTP code: {shown}, not {right}");

    // Stored, and really on the server's disk: another implementation opens it.
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;
    let opened = stage.newest_opened()?;
    ensure!(live_accounts(&opened).len() == DEMO_ACCOUNTS.len());
    ensure!(opened.to_string().contains("JBSWY3DPEHPK3PXP"));

    // The server goes away: the status says so, and why, and what is at risk.
    stage.apache.stop()?;
    person
        .import(&["otpauth://totp/Island:jane?secret=MFRGGZDFMZTWQ2LK&issuer=Island"])
        .await?;
    let said = comes_by_itself(&browser, "not_stored").await?;
    ensure!(said.contains("Your backup is not stored"), "{said}");
    ensure!(said.contains("1 account"), "what is at risk: {said}");

    // It comes back: stored again with no click.
    stage.apache.resume().await?;
    comes_by_itself(&browser, "stored").await?;
    ensure!(live_accounts(&stage.newest_opened()?).len() == 5);

    // The worker dies in the middle of an upload: nothing is lost, and the next wake stores it.
    stage.proxy.inject(Rule::new(Fault::Hold).method("PUT"));
    person
        .import(&["otpauth://totp/Reef:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Reef"])
        .await?;
    stage.proxy.wait_held().await?;
    browser.kill_background().await?;
    stage.proxy.heal();
    stage.proxy.release();
    browser.wake_background().await?;
    comes_by_itself(&browser, "stored").await?;
    ensure!(live_accounts(&stage.newest_opened()?).len() == 6);
    for (path, bytes) in stage.snapshots()? {
        open_elsewhere(&bytes).with_context(|| format!("{} does not open", path.display()))?;
    }

    // A second computer: address, password, passphrase.
    let second = Browser::start(kind, Options::new()?).await?;
    let other = Person::at(&second);
    let heading = other.restore(&stage.place(), PASSPHRASE).await?;
    ensure!(heading.contains('6'), "{heading}");
    codes_are_right(&other)
        .await
        .context("the codes after restoring")?;
    ensure!(
        next_hotp(&second).await? == oath(HOTP).hotp(1)?,
        "the counter came along"
    );
    Ok(())
}

async fn the_real_popup_shows_codes_and_status(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(DEMO_ACCOUNTS).await?;
    browser.open("options.html#about").await?;
    let popup = browser.open_popup().await?;
    popup.wait("#accounts .account .code").await?;
    let before = now()?;
    let code = popup
        .text("#accounts .account .code")
        .await?
        .replace(char::is_whitespace, "");
    ensure!(is_right(&code, TIMED[0], before)?, "the popup shows {code}");
    popup.wait_text("#status", "not stored").await?;
    // The background plays no part in it: it may be dead.
    popup.close().await?;
    browser.kill_background().await?;
    let popup = browser.open_popup().await?;
    popup.wait("#accounts .account .code").await?;
    popup.close().await?;

    // Locked: the popup asks, and shows nothing; a wrong passphrase says so and changes nothing.
    person.lock().await?;
    let popup = browser.open_popup().await?;
    popup.wait("#unlock-form").await?;
    ensure!(
        popup
            .js("return w.document.querySelectorAll('#accounts .account').length")
            .await?
            == 0
    );
    popup
        .fill("#unlock-passphrase", "not the passphrase at all")
        .await?;
    popup.click("#unlock-submit").await?;
    popup.wait("#unlock-error:not([hidden])").await?;
    popup.fill("#unlock-passphrase", PASSPHRASE).await?;
    popup.click("#unlock-submit").await?;
    popup.wait("#accounts .account .code").await?;
    popup.close().await
}

/// Compares every time-based code with oathtool's, at the time before or after reading.
async fn codes_are_right(person: &Person<'_>) -> Result<()> {
    let before = now()?;
    let rows = person.read_codes().await?;
    for account in TIMED {
        let row: &Shown = rows
            .iter()
            .find(|row| row.issuer == account.0)
            .with_context(|| format!("{} is missing among {rows:?}", account.0))?;
        ensure!(is_right(&row.code, account, before)?, "{row:?}");
    }
    Ok(())
}

fn is_right(code: &str, account: (&str, &str, &str, u32, u32), before: u64) -> Result<bool> {
    let (_, secret, algorithm, digits, period) = account;
    let oath = Oath {
        secret,
        algorithm,
        digits,
    };
    // The code was read at some moment from then to now.
    for seconds in [before, now()?] {
        if oath.totp(seconds, period)? == code {
            return Ok(true);
        }
    }
    Ok(false)
}

fn oath(secret: &str) -> Oath<'_> {
    Oath {
        secret,
        algorithm: "SHA1",
        digits: 6,
    }
}

/// Asks for the next code of the one HOTP account, in the popup's page.
async fn next_hotp(browser: &Browser) -> Result<String> {
    browser.open("popup.html").await?;
    let button = ".account:has(.next-hotp:not([hidden])) .next-hotp";
    browser.wait_visible(button).await?;
    browser.click(button).await?;
    let read = "const row = document.querySelector('.account:has(.next-hotp:not([hidden]))'); \
                return row.querySelector('.code').textContent.replace(/\\s/g, '')";
    holdfast_tests::process::eventually("the next code is shown", async || {
        let shown = browser.js(read, &[]).await?;
        let code = shown
            .as_str()
            .filter(|code| code.chars().all(|digit| digit.is_ascii_digit()));
        Ok(code.filter(|code| !code.is_empty()).map(str::to_owned))
    })
    .await
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test on a real computer has a real clock"
)]
pub fn now() -> Result<u64> {
    Ok(std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs())
}

/// A value that a page gave, as a whole number.
pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}
