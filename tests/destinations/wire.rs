//! What the network does: cut connections, lost and shortened answers, delays, and servers that
//! promise and do not keep.

use std::time::Duration;

use anyhow::{Result, ensure};
use holdfast_backup::cause::Cause;
use holdfast_tests::servers::{Fault, Rule};

use crate::at_every_server;
use crate::server::{Kind, Scene};

at_every_server!(
    a_dead_network_is_named_and_recovered_from,
    a_lost_answer_does_not_store_twice,
    an_upload_that_arrives_empty_or_short_is_damaged,
    what_was_stored_and_is_lost_is_stored_again,
);

async fn a_dead_network_is_named_and_recovered_from(kind: Kind) -> Result<()> {
    let mut scene = Scene::stored(kind).await?;
    for (number, rule) in [
        Rule::new(Fault::Cut),
        Rule::new(Fault::Cut).method("GET"),
        Rule::new(Fault::HalfReply).method("GET"),
    ]
    .into_iter()
    .enumerate()
    {
        scene.proxy.inject(rule);
        scene.device.add_account(&format!("Wire{number}"))?;
        scene.run().await;
        scene.is_not_stored(Cause::Unreachable).await?;
        scene.proxy.heal();
        scene.run().await;
        scene.is_stored().await?;
    }
    // An answer that doesn't come while somebody waits for it.
    let patient = scene.patience;
    scene.patience = Duration::from_millis(300);
    scene
        .proxy
        .inject(Rule::new(Fault::Delay(Duration::from_secs(2))).method("PUT"));
    scene.device.add_account("Late")?;
    scene.run().await;
    scene.is_not_stored(Cause::Unreachable).await?;
    scene.proxy.heal();
    scene.patience = patient;
    scene.run().await;
    scene.is_stored().await
}

async fn a_lost_answer_does_not_store_twice(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    scene
        .proxy
        .inject(Rule::new(Fault::CutReply).method("PUT").times(1));
    scene.device.add_account("Second")?;
    scene.run().await;
    scene.is_not_stored(Cause::Unreachable).await?;
    let puts = scene.proxy.count("PUT");
    scene.run().await;
    scene.is_stored().await?;
    // The server had it: it was read back, not sent again.
    ensure!(scene.proxy.count("PUT") == puts);
    Ok(())
}

async fn an_upload_that_arrives_empty_or_short_is_damaged(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    let faults = [
        Rule::new(Fault::ShortReply(300))
            .method("GET")
            .path("Holdfast/"),
        Rule::new(Fault::KeepNothing).method("PUT"),
    ];
    for (number, rule) in faults.into_iter().enumerate() {
        // A digest of the body is part of S3's signatures: an empty body is refused at once.
        let refused = number == 1 && kind.is_s3();
        scene.proxy.inject(rule);
        scene.device.add_account(&format!("Short{number}"))?;
        scene.run().await;
        if !refused {
            scene.is_not_stored(Cause::Damaged).await?;
        }
        ensure!(scene.status().await?.trouble.is_some());
        scene.proxy.heal();
        scene.run().await;
        scene.is_stored().await?;
    }
    Ok(())
}

async fn what_was_stored_and_is_lost_is_stored_again(kind: Kind) -> Result<()> {
    let scene = Scene::stored(kind).await?;
    scene.lose_all().await?;
    ensure!(scene.restored().await?.is_empty());
    // The loss is seen, and while nothing can be stored, said.
    scene.proxy.inject(Rule::status(503).method("PUT"));
    scene.run().await;
    let said = scene.status().await?;
    ensure!(said.trouble.is_some(), "{said:?}");
    let evidence = scene.evidence().await?;
    let gone = |fate: &holdfast_backup::evidence::Fate| {
        matches!(
            fate,
            holdfast_backup::evidence::Fate::Lost {
                cause: Cause::Gone,
                ..
            }
        )
    };
    ensure!(evidence.records.iter().any(|record| gone(&record.fate)));
    scene.proxy.heal();
    scene.run().await;
    scene.is_stored().await
}
