//! The real popup.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options, Scheme};
use holdfast_tests::paths;

async fn drives(kind: Kind) -> Result<()> {
    let browser =
        Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await?;
    browser.open("popup.html").await?;
    browser.set_scheme(Scheme::Dark).await?;
    let popup = browser.open_popup().await?;
    popup.wait_text("#state", "ready").await?;

    popup.fill("#field", "Ab 1ü").await?;
    popup.press("\u{e007}").await?;
    popup
        .wait_text("#state", "entered Ab 1ü trusted=true")
        .await?;

    let dark = popup
        .js("return w.matchMedia('(prefers-color-scheme: dark)').matches")
        .await?;
    ensure!(dark == true, "the popup is not dark");
    let folder = tempfile::tempdir()?;
    let picture = folder.path().join("popup.png");
    popup.screenshot(&picture).await?;
    let bytes = std::fs::read(&picture)?;
    ensure!(
        bytes.starts_with(b"\x89PNG") && bytes.len() > 1_000,
        "{} bytes",
        bytes.len()
    );

    ensure!(popup.is_open().await?);
    popup.close().await?;
    let again = browser.open_popup().await.context("a second time")?;
    again.wait_text("#state", "ready").await?;
    again.close().await?;
    browser.quit().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn popup_in_chromium() -> Result<()> {
    drives(Kind::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn popup_in_firefox() -> Result<()> {
    drives(Kind::Firefox).await
}
