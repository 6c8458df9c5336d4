//! One small interface to two real browsers with the extension loaded.
//!
//! Chromium is driven by chromedriver and, for what WebDriver does not know (the popup, the worker),
//! by the DevTools protocol. Firefox is driven by geckodriver, which also reaches the browser's own
//! code. Both run exactly what a person runs, with the extension loaded unpacked.

mod appearance;
mod background;
mod cdp;
mod chromium;
mod console;
mod downloads;
mod firefox;
mod keys;
mod menu;
mod page;
mod permission;
mod popup;
mod private;
mod profile;
mod shortcut;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use crate::paths;
use crate::process::{Process, eventually};

pub use appearance::{Scheme, Viewport};
pub use console::Console;
pub use permission::Answer;
pub use popup::Popup;
pub use profile::Profile;

/// Which browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Chromium, standing for Chrome and Edge as well.
    Chromium,
    /// Firefox.
    Firefox,
}

/// How a browser is to start.
pub struct Options {
    /// The unpacked extension.
    pub extension: PathBuf,
    /// An earlier profile to go on with; a fresh one if none.
    pub profile: Option<Profile>,
    /// The browser's language. Firefox speaks English only, unless a language pack is installed.
    pub language: String,
    /// The display of the person who watches. Without it Chromium gets one in memory.
    pub display: Option<String>,
    /// Device pixels per CSS pixel, for screenshots that stay sharp.
    pub scale: u32,
    /// Further arguments of the command line.
    pub arguments: Vec<String>,
    /// Further Firefox preferences.
    pub preferences: Vec<(String, Value)>,
    /// Firefox takes any certificate; Chromium is told which by an argument.
    pub any_certificate: bool,
}

impl Options {
    /// The extension from `dist/`, in a fresh profile, in English.
    pub fn new() -> Result<Self> {
        Ok(Self::with_extension(paths::dist()?))
    }

    /// Another extension than Holdfast's.
    pub fn with_extension(extension: PathBuf) -> Self {
        Self {
            extension,
            profile: None,
            language: "en".to_owned(),
            display: None,
            scale: 1,
            arguments: Vec::new(),
            preferences: Vec::new(),
            any_certificate: false,
        }
    }

    /// Shows Chromium to a person, on the display of this name.
    pub fn on(mut self, display: String) -> Self {
        self.display = Some(display);
        self
    }

    /// Goes on with a profile.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }
}

/// A running browser with the extension loaded. It ends when this value is dropped; [`Browser::quit`]
/// ends it properly, so that the profile can be used again.
pub struct Browser {
    /// Which one it is.
    pub kind: Kind,
    /// WebDriver, for what this interface does not offer.
    pub driver: WebDriver,
    origin: String,
    endpoint: String,
    engine: Engine,
    scheme: std::sync::Mutex<Option<Scheme>>,
    client: reqwest::Client,
    _driver_process: Process,
    profile: Profile,
}

/// What each browser needs besides WebDriver.
enum Engine {
    Chromium(Box<chromium::Chromium>),
    Firefox(firefox::Firefox),
}

impl Browser {
    /// Starts a browser and loads the extension.
    pub async fn start(kind: Kind, options: Options) -> Result<Self> {
        match kind {
            Kind::Chromium => chromium::start(options).await,
            Kind::Firefox => firefox::start(options).await,
        }
    }

    /// The origin of the extension's own pages, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What it remembers things in.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Ends the browser as a person would, and keeps its profile.
    pub async fn quit(self) -> Result<Profile> {
        let Self {
            driver,
            profile,
            engine,
            _driver_process,
            ..
        } = self;
        driver.quit().await?;
        drop(_driver_process);
        drop(engine);
        Ok(profile)
    }

    /// Waits until a person has closed the last window.
    pub async fn wait_closed(self) -> Result<()> {
        while self
            .driver
            .windows()
            .await
            .is_ok_and(|windows| !windows.is_empty())
        {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }

    /// Any endpoint of the driver, those of its vendor included; the path is relative to the session.
    async fn endpoint(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{path}", self.endpoint);
        let reply: Value = self
            .client
            .post(url)
            .json(body)
            .send()
            .await?
            .json()
            .await?;
        let value = reply.get("value").cloned().unwrap_or_default();
        if let Some(error) = value.get("error").and_then(Value::as_str) {
            let message = value
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default();
            bail!("{path}: {error}: {message}");
        }
        Ok(value)
    }

    fn cdp(&self) -> Option<&cdp::Cdp> {
        match &self.engine {
            Engine::Chromium(chromium) => Some(&chromium.cdp),
            Engine::Firefox(_) => None,
        }
    }
}

/// Waits until a freshly started driver answers.
async fn driver_ready(process: &mut Process, port: u16) -> Result<()> {
    eventually("the driver answers", async || {
        if !process.is_running() {
            bail!("the driver ended at once");
        }
        let reply = reqwest::get(format!("http://127.0.0.1:{port}/status")).await;
        Ok(reply
            .is_ok_and(|reply| reply.status().is_success())
            .then_some(()))
    })
    .await
}

/// Makes a WebDriver script of a function body that may wait. `args` holds the arguments.
fn asynchronous(body: &str) -> String {
    format!(
        "const done = arguments[arguments.length - 1], args = [...arguments].slice(0, -1); \
         (async () => {{ {body} }})().then((ok) => done({{ ok: ok ?? null }}), \
         (error) => done({{ error: String(error) + '\\n' + (error?.stack ?? '') }}));"
    )
}

/// The result of such a script.
fn settled(value: &Value) -> Result<Value> {
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        bail!("script: {error}");
    }
    Ok(value.get("ok").cloned().unwrap_or_default())
}

/// A string inside JSON, by pointer.
fn text_at<'a>(value: &'a Value, pointer: &str) -> Result<&'a str> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .with_context(|| format!("no {pointer} in {value}"))
}

/// A string as a JavaScript literal.
fn quoted(text: &str) -> Value {
    json!(text)
}
