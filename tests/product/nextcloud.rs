//! Nextcloud's own sign-in page: nobody types an app password.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Answer, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Apache, Nextcloud, PASSWORD};

use crate::in_both_browsers;
use crate::quick;
use crate::stage::with_vault;

in_both_browsers!(nextcloud_is_signed_in_to_on_its_own_page);

async fn nextcloud_is_signed_in_to_on_its_own_page(kind: Kind) -> Result<()> {
    let apache = Apache::start().await?;
    let nextcloud = Nextcloud::before(apache.port()).await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.open_connect("web_dav").await?;
    quick::add(&browser, 1).await?;
    browser.fill("#connect-address", &nextcloud.url()).await?;
    let own = browser.driver.window().await?;
    browser
        .answering(Answer::Grant, browser.click("#connect-nextcloud"))
        .await?;
    let login = eventually("the login page opens", async || {
        let windows = browser.driver.windows().await?;
        Ok(windows.into_iter().find(|window| *window != own))
    })
    .await?;
    browser.driver.switch_to_window(login).await?;
    browser.wait_visible("#grant").await?;
    browser.click("#grant").await?;
    browser.driver.switch_to_window(own).await?;
    person.wait_status("stored").await?;
    let files = apache.folder().files()?;
    ensure!(
        files.iter().any(|(path, _)| path.starts_with("Holdfast")),
        "nothing is on the server: {files:?}"
    );
    // Nobody has typed the password, and no page has seen it.
    let typed = "return document.querySelector('#connect-password').value";
    ensure!(browser.js(typed, &[]).await? == "");
    // Connecting ends a moment after the first backup was seen to be stored.
    eventually("the login is forgotten", async || {
        let session = browser.storage("session").await?.to_string();
        ensure!(
            !session.contains(PASSWORD),
            "the session holds the password"
        );
        Ok((!session.contains("nextcloud_login")).then_some(()))
    })
    .await?;
    browser.quit().await.map(drop)
}
