//! Full disks.

use anyhow::{Result, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::status::State;

use crate::at_every_server;
use crate::server::{Kind, Scene};

at_every_server!(a_full_disk_loses_nothing_and_is_told);

async fn a_full_disk_loses_nothing_and_is_told(kind: Kind) -> Result<()> {
    let scene = Scene::on_small_disk(kind).await?;
    scene.connect().await?;
    scene.device.add_account("First")?;
    scene.run().await;
    scene.is_stored().await?;
    scene.folder().fill()?;
    scene.device.add_account("Second")?;
    scene.run().await;
    let said = scene.status().await?;
    ensure!(said.state == State::NotStored, "{said:?}");
    let cause = said.trouble.map(|trouble| trouble.cause);
    // Who says what it is, who lies and is found out, and who only says that it failed.
    let expected = match kind {
        Kind::Apache => Cause::StorageFull,
        Kind::Sabre => Cause::Damaged,
        Kind::Rclone | Kind::Seaweed | Kind::S3s => Cause::ServerFault,
    };
    ensure!(cause == Some(expected), "{kind:?}: {said:?}");
    // What was there is there.
    ensure!(scene.restored().await? == ["First"]);
    scene.folder().free()?;
    scene.run().await;
    scene.is_stored().await
}
