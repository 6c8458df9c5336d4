//! Signing in to Nextcloud on its own page.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::nextcloud::{begin, poll, server};
use holdfast_tests::device::{Device, Network};
use holdfast_tests::servers::{Apache, Nextcloud};

use crate::server::reach;

#[tokio::test(flavor = "multi_thread")]
async fn the_password_that_is_handed_out_connects() -> Result<()> {
    let apache = Apache::start().await?;
    let nextcloud = Nextcloud::before(apache.port()).await?;
    let network = Network::new(Duration::from_secs(25))?;
    let typed = format!("{}apps/files/?dir=/", nextcloud.url());
    let server = server(&typed).map_err(|error| anyhow!("{error}"))?;
    let failure = |failure| anyhow!("{failure:?}");
    let login = begin(&network, &server).await.map_err(failure)?;
    ensure!(login.page.starts_with(&nextcloud.url()), "{}", login.page);
    ensure!(poll(&network, &login).await.map_err(failure)?.is_none());
    nextcloud.confirm();
    let granted = poll(&network, &login).await.map_err(failure)?;
    let draft = granted.context("confirmed, and no password")?;
    // It is given once.
    ensure!(poll(&network, &login).await.map_err(failure)?.is_none());
    let device = Device::new()?;
    let config = draft.parse().map_err(|error| anyhow!("{error}"))?;
    let connected = device
        .engine()
        .connect(&config.id(), &reach(&device, &config)?)
        .await;
    connected.map_err(failure)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_it_is_called_so() -> Result<()> {
    let apache = Apache::start().await?;
    let network = Network::new(Duration::from_secs(25))?;
    let server = server(&apache.url()).map_err(|error| anyhow!("{error}"))?;
    let failed = begin(&network, &server).await.err().context("it begins")?;
    // Apache asks for a password first.
    ensure!(failed.cause == Cause::NotAStorageServer || failed.cause == Cause::SignedOut);
    Ok(())
}
