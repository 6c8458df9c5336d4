//! When nothing goes wrong.

use anyhow::{Result, ensure};
use holdfast_backup::check::StepResult;
use holdfast_backup::engine::Trigger;

use crate::at_every_server;
use crate::server::{Kind, Scene};

at_every_server!(
    what_it_can_do_is_found_out,
    each_version_is_stored_under_its_own_name,
    disconnecting_leaves_everything,
);

async fn what_it_can_do_is_found_out(kind: Kind) -> Result<()> {
    let scene = Scene::set(kind).await?;
    let can = scene.connect().await?;
    ensure!(can.refuses_overwrite == kind.refuses_overwrite(), "{can:?}");
    ensure!(can.deletes && can.dated, "{can:?}");
    // SabreDAV tells what its disk has left.
    ensure!(can.available.is_some() == (kind == Kind::Sabre), "{can:?}");
    ensure!(can.server_time.is_some(), "{can:?}");
    // Nothing stays of it.
    ensure!(scene.restored().await?.is_empty());
    Ok(())
}

async fn each_version_is_stored_under_its_own_name(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    scene.device.add_account("Second")?;
    scene.run().await;
    scene.is_stored().await?;
    ensure!(scene.evidence().await?.records.len() == 2);
    // One request to store, one to list, one to read; nothing when nothing has changed.
    let before = scene.proxy.seen().len();
    let id = scene.config.id();
    let again = scene
        .engine
        .run(&id, &scene.destination()?, Trigger::Due)
        .await;
    ensure!(again.failure.is_none() && scene.proxy.seen().len() == before);
    let chain = scene.engine.check_now(&id, &scene.destination()?).await;
    ensure!(
        chain
            .iter()
            .all(|(_, result)| *result == StepResult::Passed),
        "{chain:?}"
    );
    Ok(())
}

async fn disconnecting_leaves_everything(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    let disconnected = scene.engine.disconnect(&scene.config.id()).await;
    ensure!(disconnected.is_ok());
    ensure!(scene.restored().await? == ["First"]);
    scene.connect().await?;
    scene.run().await;
    scene.is_stored().await?;
    // What was there was found again: nothing had to be stored anew.
    ensure!(scene.evidence().await?.records.len() == 1);
    Ok(())
}
