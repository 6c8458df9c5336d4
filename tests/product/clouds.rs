//! Clouds, with the vendors' real addresses: connect, back up, lose the sign-in, cure it, and
//! restore elsewhere.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::cloud_journey::{CloudPerson, browser};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::clouds::{Cloud, Clouds, Setup};
use holdfast_tests::servers::{Fault, Rule};

use crate::in_both_browsers;
use crate::quick::{self, wait_cause};
use crate::stage::{PASSPHRASE, comes_by_itself, live_accounts, open_elsewhere};

in_both_browsers!(
    dropbox_from_connecting_to_a_second_computer,
    one_drive_from_connecting_to_a_second_computer,
    google_drive_from_connecting_to_a_second_computer,
    a_window_that_is_refused_or_closed_is_no_sign_in
);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";
const SECOND: &str = "otpauth://totp/Second:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Second";

async fn dropbox_from_connecting_to_a_second_computer(kind: Kind) -> Result<()> {
    journey(kind, Cloud::Dropbox).await
}

async fn one_drive_from_connecting_to_a_second_computer(kind: Kind) -> Result<()> {
    journey(kind, Cloud::OneDrive).await
}

async fn google_drive_from_connecting_to_a_second_computer(kind: Kind) -> Result<()> {
    journey(kind, Cloud::GoogleDrive).await
}

async fn journey(kind: Kind, cloud: Cloud) -> Result<()> {
    let clouds = Clouds::start(real()).await?;
    let browser = with_vault(kind, &clouds).await?;
    let (person, there) = (Person::at(&browser), CloudPerson::at(&browser, cloud));
    person.import(&[FIRST]).await?;
    there.connect("jane", true).await?;
    person.wait_status("stored").await?;
    ensure!(accounts(&clouds, cloud)? == 1);
    let name = "return document.querySelector('.destination-user').textContent";
    let shown = browser.js(name, &[]).await?;
    ensure!(
        shown
            .as_str()
            .is_some_and(|text| text.contains("jane@example.org")),
        "{shown}"
    );

    let edits = everyday_causes(&clouds, &browser, &person, &there).await?;
    ensure!(accounts(&clouds, cloud)? == 1 + edits);

    // Everything is forgotten at the provider: tokens, sessions, consent.
    clouds.control(cloud, "forget-all").await?;
    person.import(&[SECOND]).await?;
    let said = comes_by_itself(&browser, "not_stored").await?;
    ensure!(said.contains("The sign-in there has ended."), "{said}");
    ensure!(said.contains("1 account"), "what is at risk: {said}");

    // Somebody else signs in: said, and not mixed.
    there.sign_in("#remedy", "john", false).await?;
    eventually("it says that this is another account", async || {
        let script = "return document.querySelector('#toast-text')?.textContent ?? ''";
        let toast = browser.js(script, &[]).await?;
        let said = toast.as_str().unwrap_or_default();
        Ok(said.contains("another account").then_some(()))
    })
    .await?;
    // He is signed in there now: that is what the next try finds. The one button cures it, and
    // asks who it is although he is there.
    quick::back_up_now(&browser).await?;
    let button = "Sign in to the other account";
    wait_cause(&browser, "another account than the one", button).await?;
    there.sign_in("#remedy", "jane", false).await?;
    person.wait_status("stored").await?;
    ensure!(accounts(&clouds, cloud)? == 2 + edits);

    // A second computer.
    let second = self::browser(kind, &clouds).await?;
    CloudPerson::at(&second, cloud).find("jane").await?;
    second
        .wait_visible("#found")
        .await
        .context("nothing was found")?;
    second.fill("#restore-secret", PASSPHRASE).await?;
    second.click("#restore-submit").await?;
    second.wait_visible("#restored").await?;
    let heading = second.text("#restored-heading").await?;
    ensure!(heading.contains(&(2 + edits).to_string()), "{heading}");
    ensure!(clouds.state().graph.offences.is_empty());
    Ok(())
}

/// What happens every day, in each cloud's own words: said, and cured by what is offered. The other
/// causes are in `tests/clouds`. Gives the number of edits.
async fn everyday_causes(
    clouds: &Clouds,
    browser: &Browser,
    person: &Person<'_>,
    there: &CloudPerson<'_>,
) -> Result<usize> {
    let cloud = there.cloud();
    // An unstable connection, and a fault of the service: tried again.
    for (number, (rule, cause)) in [
        (Rule::new(Fault::Cut), "does not answer"),
        (words(cloud, Everyday::Fault), "a fault of its own"),
    ]
    .into_iter()
    .enumerate()
    {
        clouds.inject(rule);
        quick::add(browser, number).await?;
        quick::back_up_now(browser).await?;
        wait_cause(browser, cause, "Try now").await?;
        clouds.heal();
        browser.click("#remedy").await?;
        person.wait_status("stored").await.context(cause)?;
    }

    // A permission that the sign-in does not have: signed in again.
    clouds.inject(words(cloud, Everyday::Permission));
    quick::add(browser, 2).await?;
    quick::back_up_now(browser).await?;
    wait_cause(browser, "A permission is missing", "Sign in again").await?;
    clouds.heal();
    clouds.control(cloud, "forget-sessions").await?;
    there.sign_in("#remedy", "jane", false).await?;
    person.wait_status("stored").await.context("permission")?;

    // The app is not known any more: it is this person's own, and the form is where it stands.
    clouds.control(cloud, "withdraw").await?;
    clouds.control(cloud, "forget-access").await?;
    quick::add(browser, 3).await?;
    quick::back_up_now(browser).await?;
    wait_cause(browser, "no longer knows its app", "Check the app").await?;
    clouds.control(cloud, "admit").await?;
    clouds.control(cloud, "forget-sessions").await?;
    browser.click("#remedy").await?;
    browser.wait_visible("#connect-submit").await?;
    there.sign_in("#connect-submit", "jane", false).await?;
    person.wait_status("stored").await.context("the app")?;
    Ok(4)
}

#[derive(Clone, Copy)]
enum Everyday {
    Fault,
    Permission,
}

fn words(cloud: Cloud, what: Everyday) -> Rule {
    let (status, body) = match (cloud, what) {
        (Cloud::OneDrive, Everyday::Fault) => (
            503,
            r#"{"error":{"code":"serviceNotAvailable","message":"…"}}"#,
        ),
        (Cloud::OneDrive, Everyday::Permission) => {
            (403, r#"{"error":{"code":"accessDenied","message":"…"}}"#)
        }
        (Cloud::GoogleDrive, Everyday::Fault) => (
            500,
            r#"{"error":{"code":500,"errors":[{"reason":"backendError"}]}}"#,
        ),
        (Cloud::GoogleDrive, Everyday::Permission) => (
            403,
            r#"{"error":{"code":403,"errors":[{"reason":"insufficientPermissions"}]}}"#,
        ),
        (Cloud::Dropbox, Everyday::Fault) => (500, ""),
        (Cloud::Dropbox, Everyday::Permission) => (
            403,
            r#"{"error_summary":"no_permission/..","error":{".tag":"no_permission"}}"#,
        ),
    };
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Rule::new(Fault::Answer(status, headers, body.as_bytes().to_vec()))
}

async fn a_window_that_is_refused_or_closed_is_no_sign_in(kind: Kind) -> Result<()> {
    let clouds = Clouds::start(real()).await?;
    let browser = with_vault(kind, &clouds).await?;
    let there = CloudPerson::at(&browser, Cloud::Dropbox);
    there.connect("nobody", true).await?;
    let said = eventually("the form says what is wrong", async || {
        let script = "return document.querySelector('#connect-error')?.textContent ?? ''";
        let said = browser.js(script, &[]).await?;
        Ok(said
            .as_str()
            .filter(|said| !said.is_empty())
            .map(str::to_owned))
    })
    .await?;
    ensure!(said.contains("refused in the window"), "{said}");
    let count = "return document.querySelectorAll('.destination').length";
    ensure!(browser.js(count, &[]).await? == 0);
    Ok(())
}

fn real() -> Setup {
    Setup {
        real_addresses: true,
        ..Setup::default()
    }
}

async fn with_vault(kind: Kind, clouds: &Clouds) -> Result<Browser> {
    let browser = browser(kind, clouds).await?;
    Person::at(&browser).create_vault(PASSPHRASE).await?;
    Ok(browser)
}

/// How many accounts the fullest snapshot there holds, opened by another implementation.
fn accounts(clouds: &Clouds, cloud: Cloud) -> Result<usize> {
    let mut state = clouds.state();
    let files = state.service(cloud).tampering("jane").files;
    let snapshots = files
        .into_iter()
        .filter(|(path, _)| !path.starts_with("probe/"));
    let mut most = 0;
    for (path, bytes) in snapshots {
        let opened = open_elsewhere(bytes).with_context(|| format!("{path} does not open"))?;
        most = most.max(live_accounts(&opened).len());
    }
    Ok(most)
}
