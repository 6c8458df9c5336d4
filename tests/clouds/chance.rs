//! By chance: faults, deaths at any `await`, losses, lost tokens; at the end everything heals, and
//! what is said must be true. The seed of a run that breaks a promise is in its message.

use anyhow::{Context, Result, ensure};
use holdfast_backup::engine::Trigger;
use holdfast_tests::native::{mortal, sign_in};
use holdfast_tests::servers::clouds::Cloud;
use holdfast_tests::servers::{Fault, Rule};

use crate::stage::Stage;

/// Steps of one run.
const STEPS: u64 = 60;

#[tokio::test]
async fn whatever_happens_the_evidence_is_true_and_it_heals() -> Result<()> {
    for (seed, cloud) in (1..).zip(Cloud::ALL.into_iter().cycle().take(6)) {
        play(cloud, seed)
            .await
            .with_context(|| format!("{cloud:?}, seed {seed}"))?;
    }
    Ok(())
}

async fn play(cloud: Cloud, seed: u64) -> Result<()> {
    let stage = Stage::set(cloud).await?;
    for _ in 0..seed {
        stage.device.random();
    }
    for step in 0..STEPS {
        let dice = stage.device.random() % 100;
        match dice {
            0..25 => stage.device.change(200 + usize::try_from(dice)? * 10),
            25..55 => stage.clouds.inject(fault(stage.device.random())),
            55..65 => stage.clouds.heal(),
            65..70 => stage.lose_all(),
            70..75 => stage.tamper(|bytes| bytes.truncate(40)),
            75..80 => stage.clouds.control(cloud, "forget-access").await?,
            _ => {}
        }
        let death = (stage.device.random() % 3 == 0).then(|| stage.device.random() % 60);
        let destination = stage.destination()?;
        let (engine, id) = (stage.engine(), stage.id());
        let run = engine.run(&id, &destination, Trigger::Now);
        let report = mortal(run, death).await;
        // Who finished without a failure has looked after the harm was done.
        let finished = report.is_some_and(|report| report.failure.is_none());
        if stage.is_stored().await? && finished {
            ensure!(stage.holds(), "step {step}: it says stored, and it isn't");
        }
    }
    stage.clouds.heal();
    // A refresh token whose rotation was cut off may be dead: one button.
    let report = stage.run(Trigger::Now).await?;
    if report.failure == Some(holdfast_backup::cause::Cause::SignedOut) {
        sign_in(&stage.device, &stage.config).await?;
    }
    stage.stores().await?;
    ensure!(stage.clouds.state().graph.offences.is_empty());
    Ok(())
}

fn fault(dice: u64) -> Rule {
    let status = [400, 401, 403, 404, 409, 423, 429, 500, 502, 503, 507];
    let index = usize::try_from(dice / 8).unwrap_or(0) % status.len();
    let rule = match dice % 8 {
        0 => Rule::new(Fault::Cut),
        1 => Rule::new(Fault::CutReply),
        2 => Rule::new(Fault::HalfReply),
        3 => Rule::new(Fault::KeepNothing),
        4 => Rule::web_page(),
        _ => Rule::status(status.get(index).copied().unwrap_or(500)),
    };
    rule.skip(usize::try_from(dice / 64 % 6).unwrap_or(0))
        .times(1)
}
