//! *Check now*: the walk stops at the step that fails, and says there why.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Fault, Rule};
use serde_json::Value;

use crate::stage::{Stage, with_vault};
use crate::{in_both_browsers, quick};

in_both_browsers!(the_walk_stops_where_it_fails_and_says_why);

/// The steps, in their order.
const STEPS: [&str; 10] = [
    "here",
    "network",
    "address",
    "sign_in",
    "permission",
    "space",
    "write",
    "read_back",
    "open",
    "clock",
];

/// What the server does, where the walk stops, and what it says there.
fn harms() -> Vec<(Rule, &'static str, &'static str)> {
    let put = |rule: Rule| rule.method("PUT");
    vec![
        (Rule::new(Fault::Cut), "network", "does not answer"),
        (Rule::web_page(), "address", "not a storage server"),
        (Rule::status(401), "sign_in", "refuses the user name"),
        (Rule::status(403), "permission", "permission is missing"),
        (put(Rule::status(507)), "space", "no space left"),
        (put(Rule::status(500)), "write", "a fault of its own"),
        (
            put(Rule::new(Fault::KeepNothing)),
            "read_back",
            "differs from what was sent",
        ),
        (Rule::new(Fault::DateAhead(600)), "clock", "clock"),
    ]
}

async fn the_walk_stops_where_it_fails_and_says_why(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    quick::add(&browser, 0).await?;
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;
    for (rule, step, cause) in harms() {
        stage.proxy.inject(rule);
        let walked = walk(&browser, Some(step)).await.context(step)?;
        stage.proxy.heal();
        let place = STEPS.iter().position(|other| *other == step);
        let place = place.context("no such step")?;
        for (number, (own, result, said)) in walked.iter().enumerate() {
            // What is known of the clock is told in any case.
            let expected = match number {
                _ if *own == step => "bad",
                9 => continue,
                number if number < place => "ok",
                _ => "open",
            };
            ensure!(result == expected, "{step}: {walked:?}");
            ensure!(*own != step || said.contains(cause), "{step}: {walked:?}");
        }
    }
    let walked = walk(&browser, None).await.context("healed")?;
    ensure!(walked.iter().all(|(_, result, _)| result == "ok"));
    browser.quit().await.map(drop)
}

/// Walks, and reads the steps: name, result, what is said. Waits until the walk stops at `step`, or
/// nowhere.
async fn walk(browser: &Browser, step: Option<&str>) -> Result<Vec<(String, String, String)>> {
    browser.click("[data-action=check-now]").await?;
    let script = "return [...document.querySelectorAll('.chain-step')].map((step) => \
        [step.dataset.step, step.dataset.result, step.innerText])";
    let mut last = Vec::new();
    let outcome = eventually("the walk has ended there", async || {
        let read = browser.js(script, &[]).await?;
        last = read.as_array().into_iter().flatten().map(three).collect();
        let mut bad = last.iter().filter(|(_, result, _)| result == "bad");
        let stopped = bad.next().map(|(step, ..)| step.as_str());
        Ok((last.len() == STEPS.len() && stopped == step).then_some(()))
    });
    outcome.await.with_context(|| format!("it says {last:?}"))?;
    Ok(last)
}

fn three(value: &Value) -> (String, String, String) {
    let text = |place: &str| {
        let text = value.pointer(place).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    (text("/0"), text("/1"), text("/2"))
}
