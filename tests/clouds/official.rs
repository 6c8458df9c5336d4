//! The vendors' own Python clients take the stand-ins for the real thing.

use std::process::Command;

use anyhow::{Result, ensure};
use holdfast_tests::native::{Device, access_token};
use holdfast_tests::paths;
use holdfast_tests::servers::clouds::{Cloud, Clouds, Setup};

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_own_clients_take_the_stand_ins_for_their_services() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    for cloud in [Cloud::Dropbox, Cloud::GoogleDrive] {
        let device = Device::new(3)?;
        let token = access_token(&device, &clouds, cloud).await?;
        let (script, address) = (
            paths::root().join("tests/servers/official.py"),
            clouds.url(),
        );
        let output = tokio::task::spawn_blocking(move || {
            Command::new(paths::python())
                .arg(script)
                .args([cloud.vendor(), &address, &token])
                .output()
        })
        .await??;
        ensure!(
            output.status.success(),
            "{cloud:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
