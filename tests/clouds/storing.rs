//! Storing, reading back and restoring, where nothing goes wrong.

use anyhow::{Result, ensure};
use holdfast_backup::destination::cloud::{CloudConfig, sign_in as flow};
use holdfast_backup::destination::{Destination, Put};
use holdfast_backup::restore::{fetch_newest_of_all_devices, restore_list};
use holdfast_tests::native::{Device, REFRESH, config, sign_in};
use holdfast_tests::servers::clouds::{Cloud, Setup};

use crate::stage::{Stage, destination};

#[tokio::test]
async fn each_cloud_stores_reads_back_and_restores() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        // Enough snapshots for lists of several pages.
        for _ in 0..5 {
            stage.device.change(300);
            stage.stores().await?;
        }
        restores_elsewhere(&stage).await?;
        ensure!(stage.clouds.state().graph.offences.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn google_drive_stores_in_a_folder_that_a_person_sees() -> Result<()> {
    let setup = Setup::default();
    let stage = Stage::with(Cloud::GoogleDrive, setup, |config| config.visible = true).await?;
    stage.stores().await?;
    // Another device made the folders at the same moment: what is in either is found.
    stage.clouds.state().drive.double_folders("jane");
    stage.device.change(300);
    stage.stores().await?;
    restores_elsewhere(&stage).await
}

/// A new device signs in, finds the vault and gets the newest snapshot.
async fn restores_elsewhere(stage: &Stage) -> Result<()> {
    let other = Device::new(99)?;
    let mut blank = config(&stage.clouds, stage.cloud);
    blank.visible = stage.config.visible;
    let signed = sign_in(&other, &blank).await?;
    ensure!(signed.account == stage.config.account);
    let place = destination(&other, &signed)?;
    let found = restore_list(&place)
        .await
        .map_err(|f| anyhow::anyhow!("{f:?}"))?;
    let [vault] = found.as_slice() else {
        anyhow::bail!("{} vaults", found.len());
    };
    let fetched = fetch_newest_of_all_devices(&place, &vault.tag, async |_, _| true).await;
    let fetched = fetched.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let sealed = stage.device.sealed_bytes();
    ensure!(fetched.iter().any(|(_, bytes)| *bytes == sealed));
    Ok(())
}

#[tokio::test]
async fn a_long_vault_goes_up_in_pieces() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.device.change(9 << 20);
        stage.stores().await?;
        let place = stage.destination()?;
        let listed = place.list("6f6e657661756c74").await;
        let listed = listed.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
        let name = listed
            .value
            .files
            .iter()
            .find(|file| file.size > Some(9 << 20));
        let name = name.map(|file| file.name.clone());
        let name = name.ok_or_else(|| anyhow::anyhow!("{:?}", listed.value))?;
        // In pieces too, nothing is overwritten.
        let path = format!("6f6e657661756c74/{name}");
        let again = place.put(&path, &vec![1; 9 << 20]).await;
        let again = again.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
        ensure!(again.value == Put::AlreadyThere, "{cloud:?}");
        ensure!(stage.holds() && stage.clouds.state().graph.offences.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn quota_is_told_where_it_is_known() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.clouds.state().service(cloud).room(50_000);
        stage.clouds.state().graph.tells_quota = true;
        let listed = stage.destination()?.list("").await;
        let available = listed.map(|answer| answer.value.available);
        ensure!(available == Ok(Some(50_000)), "{cloud:?}: {available:?}");
    }
    // OneDrive may not tell an application that sees only its own folder: that is no failure.
    let stage = Stage::set(Cloud::OneDrive).await?;
    let listed = stage.destination()?.list("").await;
    ensure!(listed.map(|answer| answer.value.available) == Ok(None));
    Ok(())
}

#[tokio::test]
async fn tokens_are_renewed_in_time_one_at_a_time_and_rotated() -> Result<()> {
    for cloud in Cloud::ALL {
        // Shorter than the margin: each request renews.
        let setup = Setup {
            lifetime: 60,
            ..Setup::default()
        };
        let stage = Stage::with(cloud, setup, |_| {}).await?;
        stage.stores().await?;
        let place = stage.destination()?;
        let other = stage.destination()?;
        let (one, two) = tokio::join!(place.list(""), other.list(""));
        ensure!(one.is_ok() && two.is_ok(), "{cloud:?}: {one:?} {two:?}");
    }
    Ok(())
}

#[tokio::test]
async fn signing_out_gives_the_tokens_back() -> Result<()> {
    for cloud in [Cloud::GoogleDrive, Cloud::Dropbox] {
        // Google's would take the hidden folder with it.
        let visible = |config: &mut CloudConfig| config.visible = cloud == Cloud::GoogleDrive;
        let stage = Stage::with(cloud, Setup::default(), visible).await?;
        stage.device.take_exchanges();
        let done = flow::forget(&stage.device, &stage.config).await;
        ensure!(done.is_ok(), "{done:?}");
        let revoked = stage.device.take_exchanges();
        let status = revoked.last().and_then(|last| last.response.as_ref());
        ensure!(
            status.is_some_and(|response| response.status == 200),
            "{cloud:?}"
        );
        ensure!(stage.destination()?.list("").await.is_err());
    }
    // And here it is forgotten only: other devices stay signed in.
    let stage = Stage::set(Cloud::GoogleDrive).await?;
    ensure!(stage.device.remembers(REFRESH));
    let other = Device::new(5)?;
    let elsewhere = sign_in(&other, &config(&stage.clouds, Cloud::GoogleDrive)).await?;
    let done = flow::forget(&stage.device, &stage.config).await;
    ensure!(done.is_ok() && !stage.device.remembers(REFRESH));
    let listed = destination(&other, &elsewhere)?.list("").await;
    ensure!(listed.is_ok(), "{listed:?}");
    Ok(())
}
