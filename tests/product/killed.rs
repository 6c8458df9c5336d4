//! The worker dies in the middle of an upload, again and again, wherever it happens to be.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Fault, Rule};

use crate::in_both_browsers;
use crate::quick;
use crate::stage::{Stage, live_accounts, open_elsewhere, with_vault};

in_both_browsers!(a_worker_that_dies_twenty_times_loses_nothing);

/// How often it is killed.
const DEATHS: usize = 20;

/// What is sent takes this long to the server, and each other answer as long back: an upload, its
/// list and its reading back have many moments to die in.
const SLOW: Duration = Duration::from_millis(60);

/// By then they are over: the last of the moments lie after the end.
const SPAN: u64 = 260;

async fn a_worker_that_dies_twenty_times_loses_nothing(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.connect(&stage.place()).await?;
    quick::add(&browser, 0).await?;
    quick::back_up_now(&browser).await?;
    person.wait_status("stored").await?;

    let mut chance = 0x9E37_79B9_7F4A_7C15_u64;
    for death in 1..=DEATHS {
        stage
            .proxy
            .inject(Rule::new(Fault::Delay(SLOW)).method("PUT"));
        stage.proxy.inject(Rule::new(Fault::DelayReply(SLOW)));
        let before = stage.proxy.seen().len();
        quick::add(&browser, death).await?;
        quick::back_up_now(&browser).await?;
        // Every fourth time already before anything is sent.
        if death % 4 != 0 {
            eventually("the upload begins", async || {
                Ok((stage.proxy.seen().len() > before).then_some(()))
            })
            .await?;
        }
        // xorshift: the same moments in every run.
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        tokio::time::sleep(Duration::from_millis(chance % SPAN)).await;
        browser.kill_background().await?;
        stage.proxy.heal();
        stage.proxy.wait_quiet().await?;
        browser.wake_background().await?;
        person
            .wait_status("stored")
            .await
            .with_context(|| format!("after death {death}"))?;
    }

    // Everything is on the server, and every content once.
    let mut contents: Vec<usize> = Vec::new();
    for (path, bytes) in stage.snapshots()? {
        let opened = open_elsewhere(&bytes);
        let opened = opened.with_context(|| format!("{} does not open", path.display()))?;
        contents.push(live_accounts(&opened).len());
    }
    contents.sort_unstable();
    ensure!(contents.last() == Some(&(DEATHS + 1)), "{contents:?}");
    let all = contents.len();
    contents.dedup();
    ensure!(contents.len() == all, "stored twice: {contents:?}");
    browser.quit().await.map(drop)
}
