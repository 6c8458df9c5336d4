//! The camera, as far as browsers let a test have one: Chromium takes its pictures from a file,
//! Firefox makes up a picture without a code.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use serde_json::json;

use super::support::{picture, rows};
use crate::in_both_browsers;
use crate::stage::PASSPHRASE;

in_both_browsers!(
    a_code_before_the_camera_is_read,
    a_missing_camera_is_explained
);

async fn with_camera(kind: Kind, folder: &std::path::Path) -> Result<Browser> {
    let mut options = Options::new()?;
    // A film of one picture.
    let film = folder.join("film.mjpeg");
    std::fs::copy(picture("account.jpg"), &film)?;
    options.arguments = match kind {
        Kind::Chromium => vec![
            "--use-fake-device-for-media-stream".to_owned(),
            "--use-fake-ui-for-media-stream".to_owned(),
            format!("--use-file-for-fake-video-capture={}", film.display()),
        ],
        Kind::Firefox => Vec::new(),
    };
    options.preferences = vec![
        ("media.navigator.streams.fake".to_owned(), json!(true)),
        (
            "media.navigator.permission.disabled".to_owned(),
            json!(true),
        ),
    ];
    let browser = Browser::start(kind, options).await?;
    Person::at(&browser).create_vault(PASSPHRASE).await?;
    Ok(browser)
}

async fn a_code_before_the_camera_is_read(kind: Kind) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let browser = with_camera(kind, folder.path()).await?;
    let person = Person::at(&browser);
    person.go_to("transfer").await?;
    browser.click("#camera-start").await?;
    if kind == Kind::Chromium {
        let shown = rows(&browser).await?;
        ensure!(shown.len() == 1, "{shown:?}");
        ensure!(shown.iter().all(|(name, _, _)| name == "Jpeg"), "{shown:?}");
    } else {
        browser.wait_visible("#camera-picture").await?;
        let plays = "const video = document.querySelector('#camera-picture'); \
                     return video.videoWidth > 0 && !video.paused";
        holdfast_tests::process::eventually("the camera's picture is shown", async || {
            Ok((browser.js(plays, &[]).await? == true).then_some(()))
        })
        .await?;
        // Leaving the section lets go of it.
        browser.click(".nav a[data-section=security]").await?;
    }
    let gone = "return document.querySelector('#camera-picture').srcObject === null \
                && document.querySelector('#camera').hidden";
    holdfast_tests::process::eventually("the camera is let go of", async || {
        Ok((browser.js(gone, &[]).await? == true).then_some(()))
    })
    .await
}

async fn a_missing_camera_is_explained(kind: Kind) -> Result<()> {
    let browser = crate::stage::with_vault(kind).await?;
    Person::at(&browser).go_to("transfer").await?;
    browser.click("#camera-start").await?;
    browser.wait_visible("#camera-error").await?;
    let said = browser.text("#camera-error").await?;
    // There is none on a computer that runs tests, or the browser has nobody to ask.
    ensure!(
        said.contains("camera") && said.contains("screenshot"),
        "{said}"
    );
    ensure!(
        browser
            .js("return document.querySelector('#camera').hidden", &[])
            .await?
            == true
    );
    Ok(())
}
