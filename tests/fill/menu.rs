//! The context menu of a field: the very field that was pointed at is filled, whatever it is called.

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;

use crate::in_both_browsers;
use crate::stage::{Stage, pages};

in_both_browsers!(the_menu_of_a_field_fills_that_field);

/// What the extension calls its entry.
pub const ENTRY: &str = "Fill the code with Holdfast";

async fn the_menu_of_a_field_fills_that_field(kind: Kind) -> Result<()> {
    let sites: &[&str] = &["http://harbour.test"];
    let stage = Stage::set(kind, pages(), &[("Harbour", sites)]).await?;
    // Two fields; the one that nobody would take for a code's is chosen.
    stage.goto("http://harbour.test/two.html").await?;
    stage.browser.choose_in_menu("#odd", ENTRY).await?;
    let value = "return document.querySelector('#odd').value";
    stage.wait_code("Harbour", value).await?;
    let other = "return document.querySelector('#code').value";
    ensure!(
        stage.browser.js(other, &[]).await? == "",
        "another field was filled"
    );
    // In a frame of the same origin.
    stage.goto("http://harbour.test/framed-two.html").await?;
    stage.browser.driver.enter_frame(0).await?;
    stage.browser.choose_in_menu("#odd", ENTRY).await?;
    stage.wait_code("Harbour", value).await
}
