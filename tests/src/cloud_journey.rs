//! What a person does to sign in to a cloud: chooses it, names the app, and presses a button in the
//! window that opens.

use anyhow::{Context, Result};

use crate::browser::{Answer, Browser, Kind, Options};
use crate::process::eventually;
use crate::servers::clouds::{Cloud, Clouds};

/// A browser that finds the vendors' real addresses at the stand-ins.
pub async fn browser(kind: Kind, clouds: &Clouds) -> Result<Browser> {
    let mut options = Options::new()?;
    match kind {
        Kind::Chromium => options.arguments = clouds.chromium_arguments()?,
        Kind::Firefox => {
            options.preferences = clouds.firefox_preferences()?;
            options.any_certificate = true;
        }
    }
    Browser::start(kind, options).await
}

/// Someone who uses clouds.
pub struct CloudPerson<'a> {
    browser: &'a Browser,
    cloud: Cloud,
}

impl<'a> CloudPerson<'a> {
    /// Someone in front of this browser with an account there.
    pub fn at(browser: &'a Browser, cloud: Cloud) -> Self {
        Self { browser, cloud }
    }

    /// Which cloud.
    pub fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Connects it, as whoever is pressed in the window. The browser asks the first time.
    pub async fn connect(&self, who: &str, asks: bool) -> Result<()> {
        self.browser.open("options.html#connect").await?;
        self.choose("connect").await?;
        self.sign_in("#connect-submit", who, asks).await
    }

    /// Looks for backups there, on the page that restores.
    pub async fn find(&self, who: &str) -> Result<()> {
        self.browser.open("options.html#restore").await?;
        self.choose("find").await?;
        self.sign_in("#find-submit", who, true).await
    }

    /// Presses a button that opens the window, and signs in there.
    pub async fn sign_in(&self, button: &str, who: &str, asks: bool) -> Result<()> {
        let driver = &self.browser.driver;
        let (own, before) = (driver.window().await?, driver.windows().await?);
        let click = self.browser.click(button);
        match asks {
            true => self.browser.answering(Answer::Grant, click).await?,
            false => click.await?,
        }
        let window = eventually("the sign-in window opens", async || {
            let windows = driver.windows().await?;
            Ok(windows.into_iter().find(|window| !before.contains(window)))
        })
        .await;
        let window = match window {
            Ok(window) => window,
            Err(error) => {
                let said = "return document.querySelector('main')?.innerText";
                let said = self.browser.js(said, &[]).await?;
                return Err(error.context(format!("the page says {said}")));
            }
        };
        driver.switch_to_window(window.clone()).await?;
        let pressed = self.press(who).await;
        driver.switch_to_window(own).await?;
        pressed
    }

    async fn press(&self, who: &str) -> Result<()> {
        let selector = format!("button[value={who}]");
        self.browser
            .wait_visible(&selector)
            .await
            .context("the sign-in page")?;
        // The window closes under the click.
        let _ = self.browser.click(&selector).await;
        Ok(())
    }

    async fn choose(&self, prefix: &str) -> Result<()> {
        let code = self.cloud.code();
        self.browser
            .wait_visible(&format!("#{prefix}-form .kinds"))
            .await?;
        self.browser
            .click(&format!("label.kind:has(#{prefix}-kind-{code})"))
            .await?;
        self.browser
            .fill(&format!("#{prefix}-{code}-client_id"), "holdfast")
            .await?;
        if self.cloud == Cloud::GoogleDrive {
            let secret = format!("#{prefix}-{code}-client_secret");
            self.browser.fill(&secret, "hardly-one").await?;
        }
        Ok(())
    }
}
