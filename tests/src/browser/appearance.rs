//! How pages look: light and dark, narrow and enlarged; and pictures of them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{Browser, Engine};
use crate::process::eventually;

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// The room a page has.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Viewport {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Enlargement, 2.0 for 200 %.
    pub zoom: f64,
}

impl Scheme {
    /// As CSS calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The parameters of Chromium's `Emulation.setEmulatedMedia`.
    pub(super) fn emulation(self) -> Value {
        json!({ "features": [{ "name": "prefers-color-scheme", "value": self.name() }] })
    }
}

impl Browser {
    /// What `prefers-color-scheme` says from now on, in pages and in popups.
    pub async fn set_scheme(&self, scheme: Scheme) -> Result<()> {
        *self
            .scheme
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(scheme);
        self.apply_appearance().await
    }

    /// The scheme that was asked for, if any.
    pub(super) fn scheme(&self) -> Option<Scheme> {
        *self
            .scheme
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Chromium forgets an emulation with the page it was made for.
    pub(super) async fn apply_appearance(&self) -> Result<()> {
        let Some(scheme) = self.scheme() else {
            return Ok(());
        };
        match &self.engine {
            Engine::Chromium(_) => {
                self.devtools("Emulation.setEmulatedMedia", scheme.emulation())
                    .await
            }
            Engine::Firefox(_) => {
                let name = "layout.css.prefers-color-scheme.content-override";
                let value = i32::from(scheme == Scheme::Light);
                self.chrome_js(
                    "Services.prefs.setIntPref(...args)",
                    &[json!(name), json!(value)],
                )
                .await
                .map(drop)
            }
        }
    }

    /// Gives the current page this much room, and waits until the page knows.
    pub async fn set_viewport(&self, viewport: Viewport) -> Result<()> {
        self.ask_for_room(viewport).await?;
        let Viewport {
            width,
            height,
            zoom,
        } = viewport;
        let has_room = "const [width, height, zoom] = args; return innerWidth === width \
            && innerHeight === height && devicePixelRatio === zoom";
        eventually("the page has the room that it was given", async || {
            let args = [json!(width), json!(height), json!(zoom)];
            Ok((self.js(has_room, &args).await? == true).then_some(()))
        })
        .await
    }

    async fn ask_for_room(&self, viewport: Viewport) -> Result<()> {
        let Viewport {
            width,
            height,
            zoom,
        } = viewport;
        match &self.engine {
            Engine::Chromium(_) => {
                let params = json!({
                    "width": width, "height": height, "deviceScaleFactor": zoom, "mobile": false
                });
                self.devtools("Emulation.setDeviceMetricsOverride", params)
                    .await
            }
            Engine::Firefox(_) => {
                let script = "const [width, height, zoom] = args; \
                    const browser = gBrowser.selectedBrowser; \
                    browser.fullZoom = zoom; \
                    browser.style.cssText = `width: ${width * zoom}px; height: ${height * zoom}px; \
                      flex: none; min-width: 0`;";
                self.chrome_js(script, &[json!(width), json!(height), json!(zoom)])
                    .await
                    .map(drop)
            }
        }
    }

    /// Saves a picture of the whole screen, with the browser's window and an open popup. Firefox
    /// runs without a screen.
    pub fn screenshot_of_screen(&self, file: &Path) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => save(file, &chromium.display.picture()?),
            Engine::Firefox(_) => bail!("Firefox runs without a screen"),
        }
    }

    /// Saves a picture of what can be seen of the current page.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        save(file, &self.driver.screenshot_as_png().await?)
    }

    /// Saves a picture of one element of the current page.
    pub async fn screenshot_of(&self, css: &str, file: &Path) -> Result<()> {
        save(
            file,
            &self.wait_visible(css).await?.screenshot_as_png().await?,
        )
    }

    /// A DevTools command to the current tab, in a session that lasts as long as the tab.
    pub(super) async fn devtools(&self, command: &str, params: Value) -> Result<()> {
        self.endpoint(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": params }),
        )
        .await
        .map(drop)
    }
}

/// Writes a file and the folders it lies in.
pub(super) fn save(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

/// The bytes of a picture that came as base64, possibly inside a `data:` address.
pub(super) fn picture(value: &Value) -> Result<Vec<u8>> {
    let text = value.as_str().context("no picture")?;
    let base64 = text.rsplit_once(',').map_or(text, |(_, data)| data);
    BASE64
        .decode(base64.as_bytes())
        .context("the picture is no base64")
}
