//! Each cause, made by a server (or a network) that really behaves so, in one session: the status
//! names it, and what it offers leads back to *stored*.
//!
//! Others need more than one server or more than a day, and have files of their own:
//! `docs/destinations.md` has a table of where each is made and healed.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Answer, Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Fault, PASSWORD, Rule};
use sha2::{Digest as _, Sha256};

use crate::in_both_browsers;
use crate::quick::{self, wait_cause};
use crate::stage::{PASSPHRASE, Stage, live_accounts, with_vault};

in_both_browsers!(every_cause_is_named_and_its_remedy_cures_it);

/// What a server does, what is said about it, and what the button is called that tries again once it
/// is over.
fn passing() -> Vec<(Rule, &'static str, &'static str)> {
    vec![
        (Rule::new(Fault::Cut), "does not answer", "Try now"),
        (Rule::status(500), "a fault of its own", "Try now"),
        (Rule::busy(503, "600"), "asks to wait", "Try now"),
        (
            Rule::status(507),
            "no space left",
            "I have freed space: try again",
        ),
        (Rule::status(451), "administrator’s rule", "Try again"),
        (Rule::status(403), "A permission is missing", "Try again"),
        (
            Rule::new(Fault::KeepNothing).method("PUT"),
            "differs from what was sent",
            "Try now",
        ),
    ]
}

/// One person, one server, one destination, and the accounts so far.
struct Session<'a> {
    stage: &'a Stage,
    browser: &'a Browser,
    person: Person<'a>,
    kind: Kind,
    accounts: usize,
}

impl Session<'_> {
    /// An edit that has to be stored now.
    async fn edit(&mut self) -> Result<()> {
        quick::add(self.browser, self.accounts).await?;
        self.accounts += 1;
        quick::back_up_now(self.browser).await
    }

    async fn press(&self) -> Result<()> {
        self.browser.click("#remedy").await
    }

    /// The status says so, and the server's disk too.
    async fn is_stored(&self) -> Result<()> {
        self.person.wait_status("stored").await?;
        let there = live_accounts(&self.stage.newest_opened()?).len();
        ensure!(
            there == self.accounts,
            "{there} of {} accounts",
            self.accounts
        );
        Ok(())
    }

    /// The form that the button opens, filled in and sent.
    async fn send_form(&self) -> Result<()> {
        self.press().await?;
        self.browser.wait_visible("#connect-password").await?;
        self.browser.fill("#connect-password", PASSWORD).await?;
        self.person.send_connect_unasked().await?;
        self.is_stored().await
    }
}

async fn every_cause_is_named_and_its_remedy_cures_it(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let mut session = Session {
        stage: &stage,
        browser: &browser,
        person: Person::at(&browser),
        kind,
        accounts: 0,
    };
    session.edit().await?;
    wait_cause(&browser, "No place for backups", "Choose a destination").await?;
    session.press().await?;
    browser.wait_visible("#connect-form").await?;
    session.person.connect(&stage.place()).await?;
    session.is_stored().await.context("the first time")?;

    for (rule, cause, button) in passing() {
        stage.proxy.inject(rule);
        session.edit().await?;
        wait_cause(&browser, cause, button).await?;
        stage.proxy.heal();
        session.press().await?;
        session.is_stored().await.context(cause)?;
    }
    sign_in_and_address(&mut session).await?;
    folder_and_permission(&mut session).await?;
    lost_and_damaged(&mut session).await?;
    newer_and_locked(&mut session).await?;
    browser.quit().await.map(drop)
}

async fn sign_in_and_address(session: &mut Session<'_>) -> Result<()> {
    let (stage, browser) = (session.stage, session.browser);
    for (rule, cause, button) in [
        (
            Rule::status(401),
            "refuses the user name or password",
            "Sign in again",
        ),
        (
            Rule::web_page(),
            "not a storage server",
            "Check the address",
        ),
    ] {
        stage.proxy.inject(rule);
        session.edit().await?;
        wait_cause(browser, cause, button).await?;
        stage.proxy.heal();
        session.send_form().await.context(cause)?;
    }
    Ok(())
}

async fn folder_and_permission(session: &mut Session<'_>) -> Result<()> {
    let (stage, browser) = (session.stage, session.browser);
    std::fs::remove_dir_all(stage.apache.folder().path().join("Holdfast"))?;
    session.edit().await?;
    wait_cause(browser, "folder does not exist", "Create the folder").await?;
    session.press().await?;
    session.is_stored().await.context("the folder")?;

    let remove = "const all = await (globalThis.browser ?? chrome).permissions.getAll(); \
        await (globalThis.browser ?? chrome).permissions.remove({ origins: all.origins })";
    browser.js(remove, &[]).await?;
    session.edit().await?;
    wait_cause(browser, "A permission is missing", "Grant the permission").await?;
    match session.kind {
        // What it once asked for and was granted, Chromium grants again without asking.
        Kind::Chromium => session.press().await?,
        Kind::Firefox => browser.answering(Answer::Grant, session.press()).await?,
    }
    session.is_stored().await.context("the permission")
}

/// Both are made good at once; only while that is on its way are they to be seen.
async fn lost_and_damaged(session: &mut Session<'_>) -> Result<()> {
    let (stage, browser) = (session.stage, session.browser);
    for (harm, cause) in [
        ("lose", "has disappeared"),
        ("truncate", "differs from what was sent"),
    ] {
        let folder = stage.apache.folder();
        for (path, bytes) in stage.snapshots()? {
            match harm {
                "lose" => folder.lose(&path)?,
                _ => std::fs::write(
                    folder.path().join(path),
                    bytes.get(..40).unwrap_or_default(),
                )?,
            }
        }
        stage.proxy.inject(Rule::new(Fault::Hold).method("PUT"));
        quick::back_up_now(browser).await?;
        wait_cause(browser, cause, "Try now").await?;
        stage.proxy.heal();
        session.is_stored().await.context(cause)?;
    }
    Ok(())
}

async fn newer_and_locked(session: &mut Session<'_>) -> Result<()> {
    let (stage, browser) = (session.stage, session.browser);
    // Another device stores in a format that does not exist yet.
    let (path, bytes) = stage.snapshots()?.pop().context("no snapshot")?;
    let folder = stage.apache.folder().path();
    let newer = folder
        .join(path)
        .with_file_name("00000000deadbeef-1-0000000000000007");
    std::fs::write(&newer, of_a_newer_version(&bytes)?)?;
    quick::back_up_now(browser).await?;
    browser
        .wait_text("#warnings", "newer version of Holdfast")
        .await?;
    session
        .is_stored()
        .await
        .context("beside a newer version")?;

    // Locked in the middle: no alarm, and unlocking ends the wait.
    stage.proxy.inject(Rule::new(Fault::Hold).method("PUT"));
    session.edit().await?;
    stage.proxy.wait_held().await?;
    let lock = "await (globalThis.browser ?? chrome).runtime.sendMessage({ vault: 'lock' })";
    browser.js(lock, &[]).await?;
    stage.proxy.heal();
    session.person.wait_status("storing").await?;
    eventually("it is there, and not opened", async || {
        Ok((stage
            .newest_opened()
            .is_ok_and(|newest| live_accounts(&newest).len() == session.accounts))
        .then_some(()))
    })
    .await?;
    session.person.unlock(PASSPHRASE).await?;
    session.is_stored().await.context("unlocked")
}

/// The same file of the next major version: what holds in every version is right (`docs/format.md`).
fn of_a_newer_version(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut newer = bytes.get(..bytes.len() - 32).context("too short")?.to_vec();
    newer
        .get_mut(8..10)
        .context("too short")?
        .copy_from_slice(&[0, 2]);
    let checksum = Sha256::digest(&newer);
    newer.extend_from_slice(&checksum);
    Ok(newer)
}
