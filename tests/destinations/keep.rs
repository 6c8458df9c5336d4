//! The browser's sync storage: handed over, never stored.

use anyhow::{Context, Result, anyhow, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::engine::Trigger;
use holdfast_backup::env::Env;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::restore::{fetch_newest_of_all_devices, restore_list};
use holdfast_backup::status::{State, Status, status};
use holdfast_backup::vault::VaultPort;
use holdfast_tests::device::Device;

use crate::server::{Native, reach};

#[tokio::test]
async fn what_is_handed_over_is_kept_until_a_newer_one_fits() -> Result<()> {
    let device = Device::new()?;
    let engine = device.engine();
    let config = DestinationConfig::BrowserSync;
    let sync = reach(&device, &config)?;
    device.add_account("First")?;
    let kept = engine.keep(&config.id(), &sync, Trigger::Now).await;
    ensure!(kept.failure.is_none(), "{kept:?}");
    ensure!(is_kept(&said(&device, &config).await?, true));
    ensure!(restored(&device, &sync).await? == ["First"]);

    // The next one takes its place.
    device.add_account("Second")?;
    ensure!(is_kept(&said(&device, &config).await?, false));
    ensure!(said(&device, &config).await?.at_risk.accounts == 1);
    engine.keep(&config.id(), &sync, Trigger::Now).await;
    ensure!(is_kept(&said(&device, &config).await?, true));
    ensure!(restored(&device, &sync).await? == ["First", "Second"]);
    let again = engine.keep(&config.id(), &sync, Trigger::Due).await;
    ensure!(again.failure.is_none(), "{again:?}");

    // What is too large is said, and what was there stays.
    let many: Vec<String> = (0..600).map(|number| format!("Account{number}")).collect();
    device.add_accounts(&many)?;
    let full = engine.keep(&config.id(), &sync, Trigger::Now).await;
    ensure!(full.failure == Some(Cause::StorageFull), "{full:?}");
    let said = said(&device, &config).await?;
    ensure!(is_kept(&said, false), "{said:?}");
    let trouble = said.trouble.context("no trouble")?;
    ensure!(trouble.cause == Cause::StorageFull);
    ensure!(restored(&device, &sync).await? == ["First", "Second"]);
    Ok(())
}

fn is_kept(status: &Status, wanted: bool) -> bool {
    matches!(status.state, State::KeptUncheckable { current, .. } if current == wanted)
}

async fn said(device: &Device, config: &DestinationConfig) -> Result<Status> {
    let evidence = load_evidence(device, &config.id()).await;
    let evidence = evidence.map_err(|error| anyhow!("{error:?}"))?;
    let info = device.info().await.map_err(|error| anyhow!("{error:?}"))?;
    Ok(status(&evidence, &info, true, device.now_millis()))
}

async fn restored(device: &Device, sync: &Native) -> Result<Vec<String>> {
    let found = restore_list(sync).await;
    let found = found.map_err(|failure| anyhow!("{failure:?}"))?;
    let vault = found.first().context("nothing is there")?;
    let opens = async |_: &_, bytes: &[u8]| device.accounts_in(bytes).is_ok();
    let fetched = fetch_newest_of_all_devices(sync, &vault.tag, opens).await;
    let fetched = fetched.map_err(|failure| anyhow!("{failure:?}"))?;
    ensure!(fetched.len() == 1, "{} snapshots", fetched.len());
    let (_, bytes) = fetched.first().context("nothing opens")?;
    device.accounts_in(bytes)
}
