//! What servers answer, and the cause that it is: first by the servers themselves, then by the
//! proxy where no server can be brought to it.

use anyhow::{Context, Result, anyhow, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::Destination;
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::destination::draft::DestinationDraft;
use holdfast_backup::secret::Secret;
use holdfast_backup::status::{State, Warning};
use holdfast_tests::servers::{Fault, Rule, Site};

use crate::at_every_server;
use crate::server::{Kind, Scene, draft, reach};

at_every_server!(
    a_wrong_password_is_signed_out,
    a_removed_folder_is_missing_until_it_is_made_anew,
    a_web_site_is_no_storage_server,
    a_wrong_clock_is_told,
    each_status_has_its_cause_and_passes,
);

async fn a_wrong_password_is_signed_out(kind: Kind) -> Result<()> {
    let mut scene = Scene::stored(kind).await?;
    let right = scene.config.clone();
    let wrong = || Secret::new("wrong".to_owned());
    match &mut scene.config {
        DestinationConfig::WebDav(config) => config.password = wrong(),
        DestinationConfig::S3(config) => config.secret_key = wrong(),
        _ => {}
    }
    scene.device.add_account("Second")?;
    scene.run().await;
    scene.is_not_stored(Cause::SignedOut).await?;
    scene.config = right;
    scene.run().await;
    scene.is_stored().await
}

async fn a_removed_folder_is_missing_until_it_is_made_anew(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    scene.device.add_account("Second")?;
    let chosen = match kind.is_s3() {
        true => "backups",
        false => "Holdfast",
    };
    if kind == Kind::Seaweed {
        // Its disk is in a format of its own: the bucket is emptied and deleted through itself.
        scene.lose_all().await?;
        ensure!(delete_bucket(&scene).await? < 300);
    } else {
        std::fs::remove_dir_all(scene.folder().path().join(chosen))?;
    }
    scene.run().await;
    if kind.is_s3() {
        // Both make a bucket that is written to.
        return scene.is_stored().await;
    }
    scene.is_not_stored(Cause::FolderMissing).await?;
    let prepared = scene.destination()?.prepare().await;
    prepared.map_err(|failure| anyhow!("{failure:?}"))?;
    scene.run().await;
    scene.is_stored().await
}

/// Deletes the bucket as any S3 program would.
async fn delete_bucket(scene: &Scene) -> Result<u16> {
    let mut config = scene.config.clone();
    if let DestinationConfig::S3(config) = &mut config {
        // `DeleteBucket` is `DELETE /bucket`, which is `DeleteObject` of an empty name.
        config.prefix = String::new();
    }
    let deleted = reach(&scene.device, &config)?.delete("").await;
    match deleted {
        Ok(_) => Ok(204),
        Err(failure) => failure.status.context("no answer"),
    }
}

async fn a_web_site_is_no_storage_server(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("index.html"), "<!doctype html><p>Hello")?;
    let site = Site::serve(folder.path().to_owned()).await?;
    let config = draft(kind, &format!("{}/", site.url())).parse();
    let config = config.map_err(|error| anyhow!("{error}"))?;
    let elsewhere = reach(&scene.device, &config)?;
    let failed = scene.engine.connect(&config.id(), &elsewhere).await;
    let failed = failed.err().context("it connects to a web site")?;
    ensure!(failed.cause == Cause::NotAStorageServer, "{failed:?}");
    // As in a hotel, where every address is answered by a page.
    scene.proxy.inject(Rule::web_page());
    scene.device.add_account("Second")?;
    scene.run().await;
    scene.is_not_stored(Cause::NotAStorageServer).await?;
    scene.proxy.heal();
    scene.run().await;
    scene.is_stored().await
}

async fn a_wrong_clock_is_told(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    scene.device.set_skew(3_600_000);
    scene.device.add_account("Second")?;
    scene.run().await;
    let said = scene.status().await?;
    let warned = said
        .warnings
        .iter()
        .any(|warning| matches!(warning, Warning::Clock { ahead } if *ahead < -3_500_000));
    ensure!(warned, "{said:?}");
    // S3 signs the time, and refuses a wrong one; WebDAV doesn't mind.
    if kind.is_s3() {
        scene.is_not_stored(Cause::ClockWrong).await?;
    } else {
        ensure!(matches!(said.state, State::Stored { .. }), "{said:?}");
    }
    scene.device.set_skew(0);
    scene.run().await;
    scene.is_stored().await?;
    ensure!(scene.status().await?.warnings.is_empty());
    Ok(())
}

async fn each_status_has_its_cause_and_passes(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    let mut cases = vec![
        (Rule::status(401), Cause::SignedOut),
        (Rule::status(403), Cause::PermissionMissing),
        (Rule::status(302), Cause::NotAStorageServer),
        (Rule::status(413), Cause::StorageFull),
        (Rule::status(423), Cause::ServerFault),
        (Rule::busy(429, "7"), Cause::AskedToWait),
        (Rule::status(451), Cause::NotAllowed),
        (Rule::status(500), Cause::ServerFault),
        (Rule::status(502), Cause::ServerFault),
        (Rule::busy(503, "7"), Cause::AskedToWait),
        (Rule::status(507), Cause::StorageFull),
    ];
    let refusal = |status, code: &str| {
        let body = format!("<Error><Code>{code}</Code><Message>No</Message></Error>");
        let headers = vec![("Content-Type".to_owned(), "application/xml".to_owned())];
        Rule::new(Fault::Answer(status, headers, body.into_bytes()))
    };
    if kind.is_s3() {
        cases.extend([
            (refusal(404, "NoSuchBucket"), Cause::FolderMissing),
            (refusal(403, "AccessDenied"), Cause::PermissionMissing),
            (refusal(403, "InvalidAccessKeyId"), Cause::SignedOut),
            (refusal(403, "QuotaExceeded"), Cause::StorageFull),
            (refusal(503, "SlowDown"), Cause::AskedToWait),
        ]);
    }
    scene.proxy.inject(Rule::status(405));
    scene.device.add_account("Method")?;
    scene.run().await;
    scene.is_not_stored(Cause::NotAStorageServer).await?;
    scene.proxy.heal();
    for (number, (rule, cause)) in cases.into_iter().enumerate() {
        let puts = rule.clone().method("PUT");
        for (which, rule) in [("all", rule), ("put", puts)] {
            scene.proxy.inject(rule);
            scene
                .device
                .add_account(&format!("Status{number}{which}"))?;
            scene.run().await;
            scene.is_not_stored(cause).await?;
            scene.proxy.heal();
            scene.run().await;
            scene.is_stored().await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_is_missing_until_it_is_made() -> Result<()> {
    for kind in [Kind::Seaweed, Kind::S3s] {
        let scene = Scene::set(kind).await?;
        let destination = scene.destination()?;
        let missing = destination.list("").await.err().context("it lists")?;
        ensure!(
            missing.cause == Cause::FolderMissing,
            "{kind:?}: {missing:?}"
        );
        let prepared = destination.prepare().await;
        prepared.map_err(|failure| anyhow!("{kind:?}: {failure:?}"))?;
        ensure!(destination.list("").await.is_ok(), "{kind:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_region_is_signed_for_once_it_is_told() -> Result<()> {
    let scene = Scene::stored(Kind::Seaweed).await?;
    let body = b"<Error><Code>AuthorizationHeaderMalformed</Code>\
        <Region>eu-central-1</Region></Error>";
    let headers = vec![("Content-Type".to_owned(), "application/xml".to_owned())];
    let malformed = Fault::Answer(400, headers, body.to_vec());
    // It is told once, and the server takes the signature for that region.
    scene.proxy.inject(Rule::new(malformed).times(1));
    scene.device.add_account("Second")?;
    scene.run().await;
    scene.is_stored().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_reached_by_its_host_name_too() -> Result<()> {
    let mut scene = Scene::set(Kind::Seaweed).await?;
    let address = scene.proxy.url().replace("127.0.0.1", "localhost");
    let mut by_host = draft(Kind::Seaweed, &address);
    if let DestinationDraft::S3 { style, .. } = &mut by_host {
        *style = "host".to_owned();
    }
    scene.config = by_host.parse().map_err(|error| anyhow!("{error}"))?;
    ensure!(
        scene
            .config
            .label()
            .address
            .starts_with("http://backups.localhost:")
    );
    scene.connect().await?;
    scene.device.add_account("First")?;
    scene.run().await;
    scene.is_stored().await?;
    // The name of the bucket is in no path.
    let seen = scene.proxy.seen();
    ensure!(seen.iter().all(|seen| !seen.path.contains("backups")));
    Ok(())
}
