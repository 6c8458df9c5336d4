//! Pages, background, network and profile.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Answer, Browser, Kind, Options, Viewport};
use holdfast_tests::paths;
use serde_json::{Value, json};

async fn start(kind: Kind) -> Result<Browser> {
    let browser =
        Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await?;
    browser.open("popup.html").await?;
    browser.wait_text("#state", "ready").await?;
    Ok(browser)
}

async fn started(browser: &Browser) -> Result<f64> {
    let reply = browser
        .js(
            "return (globalThis.browser ?? chrome).runtime.sendMessage({})",
            &[],
        )
        .await?;
    reply
        .get("started")
        .and_then(Value::as_f64)
        .context("the background says no time")
}

/// Lets the background send a request; returns its status, or none if the network refused.
async fn request(browser: &Browser, url: &str) -> Result<Option<u64>> {
    let body = "return (globalThis.browser ?? chrome).runtime.sendMessage({ request: args[0] })";
    let reply = browser
        .js(body, &[json!({ "url": url, "method": "GET" })])
        .await?;
    Ok(reply.get("status").and_then(Value::as_u64))
}

async fn background_dies_and_wakes(kind: Kind) -> Result<()> {
    let browser = start(kind).await?;
    let before = started(&browser).await?;
    ensure!(
        started(&browser).await? == before,
        "it does not stay the same by itself"
    );
    browser.kill_background().await?;
    ensure!(!browser.background_runs().await?);
    browser.wake_background().await?;
    ensure!(browser.background_runs().await?);
    ensure!(started(&browser).await? > before, "it was not started anew");
    browser.quit().await.map(drop)
}

async fn permission_opens_the_network_and_offline_closes_it(kind: Kind) -> Result<()> {
    let browser = start(kind).await?;
    let site = holdfast_tests::servers::Site::serve(paths::fixture("extension")).await?;
    let url = format!("{}/popup.js", site.url());

    browser
        .answering(Answer::Deny, browser.click("#ask"))
        .await?;
    browser
        .wait_text("#state", "granted=false trusted=true")
        .await?;
    ensure!(request(&browser, &url).await?.is_none());
    browser
        .answering(Answer::Grant, browser.click("#ask"))
        .await?;
    browser
        .wait_text("#state", "granted=true trusted=true")
        .await?;
    ensure!(request(&browser, &url).await? == Some(200));

    browser.set_offline(true).await?;
    ensure!(request(&browser, &url).await?.is_none());
    browser.kill_background().await?;
    ensure!(
        request(&browser, &url).await?.is_none(),
        "a woken background found the network"
    );
    ensure!(browser.js("return navigator.onLine", &[]).await? == false);
    browser.set_offline(false).await?;
    ensure!(request(&browser, &url).await? == Some(200));
    browser.quit().await.map(drop)
}

async fn files_come_in_by_every_way(kind: Kind) -> Result<()> {
    let browser = start(kind).await?;
    let file = paths::fixture("extension/popup.html");
    let size = std::fs::metadata(&file)?.len();
    browser.upload("#file", &file).await?;
    browser
        .wait_text("#picture", &format!("popup.html text/html {size}"))
        .await?;
    browser.paste_file("#field", &file, "image/png").await?;
    browser
        .wait_text("#picture", &format!("popup.html image/png {size}"))
        .await?;
    browser.drop_file("#field", &file, "image/gif").await?;
    browser
        .wait_text("#picture", &format!("popup.html image/gif {size}"))
        .await?;

    browser.fill("#field", "typed").await?;
    browser.press("\u{e007}").await?;
    browser
        .wait_text("#state", "entered typed trusted=true")
        .await?;
    browser.quit().await.map(drop)
}

async fn a_profile_remembers_and_can_be_copied(kind: Kind) -> Result<()> {
    let browser = start(kind).await?;
    let set = "await (globalThis.browser ?? chrome).storage[args[0]].set({ key: args[1] })";
    browser.js(set, &[json!("local"), json!("stays")]).await?;
    browser.js(set, &[json!("session"), json!("goes")]).await?;
    ensure!(browser.storage("session").await? == json!({ "key": "goes" }));

    let profile = browser.quit().await?;
    let copy = profile.duplicate()?;
    let extension = paths::fixture("extension");
    for profile in [profile, copy] {
        let options = Options::with_extension(extension.clone()).profile(profile);
        let browser = Browser::start(kind, options).await?;
        browser.open("popup.html").await?;
        ensure!(browser.storage("local").await? == json!({ "key": "stays" }));
        ensure!(browser.storage("session").await? == json!({}));
        browser.quit().await?;
    }
    Ok(())
}

async fn a_page_can_be_narrow_and_enlarged(kind: Kind) -> Result<()> {
    let browser = start(kind).await?;
    browser
        .set_viewport(Viewport {
            width: 320,
            height: 400,
            zoom: 2.0,
        })
        .await?;
    let size = browser
        .js("return [innerWidth, innerHeight, devicePixelRatio]", &[])
        .await?;
    ensure!(size == json!([320, 400, 2]), "{size}");
    browser.quit().await.map(drop)
}

macro_rules! in_both_browsers {
    ($($name:ident),* $(,)?) => {
        mod chromium {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name(super::Kind::Chromium).await
            })*
        }
        mod firefox {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name(super::Kind::Firefox).await
            })*
        }
    };
}

in_both_browsers!(
    background_dies_and_wakes,
    permission_opens_the_network_and_offline_closes_it,
    files_come_in_by_every_way,
    a_profile_remembers_and_can_be_copied,
    a_page_can_be_narrow_and_enlarged,
);
