//! Private windows: what happens in them leaves nothing behind.

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::journey::Person;

use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, pages};

in_both_browsers!(a_private_window_is_filled_and_leaves_nothing);

const VALUE: &str = "return document.querySelector('#code').value";

async fn a_private_window_is_filled_and_leaves_nothing(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites), ("Jetty", &[])]).await?;
    stage.browser.open("options.html").await?;
    ensure!(
        !stage.browser.is_in_private().await?,
        "in private windows without anybody's leave"
    );
    stage.browser.allow_in_private().await?;
    Person::at(&stage.browser).unlock(PASSPHRASE).await?;
    stage.browser.open("options.html").await?;
    let before = stage.browser.storage("local").await?;
    let normal = stage.browser.driver.window().await?;

    stage
        .browser
        .go_private("http://harbour.test/code.html")
        .await?;
    stage.fill().await?;
    stage.wait_code("Harbour", VALUE).await?;

    // A site that is new to the account: it may be filled there once, and that is all.
    stage.goto("http://jetty.test/code.html").await?;
    stage.fill().await?;
    let popup = stage.browser.popup_that_opens().await?;
    popup.wait("#fill-once:not([hidden])").await?;
    popup.wait("#fill-remember[hidden]").await?;
    popup.click("#fill-once").await?;
    stage.wait_code("Jetty", VALUE).await?;
    drop(popup);

    stage.browser.driver.close_window().await?;
    stage.browser.driver.switch_to_window(normal).await?;
    stage.browser.open("options.html").await?;
    let after = stage.browser.storage("local").await?;
    ensure!(before == after, "{before} became {after}");
    Ok(())
}
