//! Starting Firefox, and reaching its own code.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::{CapabilitiesHelper, DesiredCapabilities, WebDriver};

use super::{
    Browser, Engine, Kind, Options, Profile, asynchronous, driver_ready, settled, text_at,
};
use crate::paths;
use crate::process::{Process, free_port};

/// What drives Firefox besides WebDriver.
pub struct Firefox {
    /// The extension's id from its manifest.
    pub id: String,
}

/// The host of the extension's pages, which Firefox otherwise draws by lot.
const UUID: &str = "5f0a4c1e-8d2b-4e6f-9a3c-7b1d2e4f6a8c";

/// Where, inside a profile, the databases of the extension's `storage.local` lie: apart from those of
/// its pages, in a container that no person has.
pub fn storage() -> PathBuf {
    let origin = format!("moz-extension+++{UUID}^userContextId=4294967295");
    Path::new("storage/default").join(origin)
}

/// Starts Firefox without a screen, which it needs for nothing.
pub async fn start(mut options: Options) -> Result<Browser> {
    let id = id_of(&options.extension)?;
    let ports = [free_port()?, free_port()?, free_port()?].map(|port| port.to_string());
    let [port, websocket, marionette] = ports.each_ref().map(String::as_str);
    let program = paths::geckodriver();
    let program = program
        .to_str()
        .context("the path of geckodriver is no text")?;
    let arguments = [
        ["--host", "127.0.0.1"],
        ["--port", port],
        ["--websocket-port", websocket],
        ["--marionette-port", marionette],
    ];
    // Without the last argument neither `moz-extension:` pages nor the browser's own code are open.
    let arguments: Vec<&str> = arguments
        .into_iter()
        .flatten()
        .chain(["--allow-system-access"])
        .collect();
    let mut process = Process::spawn(program, &arguments, |command| {
        command
            .env("MOZ_HEADLESS_WIDTH", "1400")
            .env("MOZ_HEADLESS_HEIGHT", "1100");
    })
    .context("Firefox's driver is missing: run `make setup`")?;
    driver_ready(&mut process, port.parse()?).await?;

    let profile = options.profile.take().map_or_else(Profile::fresh, Ok)?;
    let mut capabilities = DesiredCapabilities::firefox();
    capabilities.set_firefox_binary("/usr/bin/firefox-esr")?;
    for argument in ["-headless", "-profile"] {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(
        profile
            .path()
            .to_str()
            .context("the profile's path is no text")?,
    )?;
    for argument in &options.arguments {
        capabilities.add_arg(argument)?;
    }
    capabilities.set_preferences(preferences(&id, &options)?)?;
    if options.any_certificate {
        capabilities.accept_insecure_certs(true)?;
    }

    let url = format!("http://127.0.0.1:{port}");
    let driver = WebDriver::new(&url, capabilities).await?;
    let browser = Browser {
        kind: Kind::Firefox,
        endpoint: format!("{url}/session/{}", driver.session_id()),
        origin: format!("moz-extension://{UUID}"),
        driver,
        engine: Engine::Firefox(Firefox { id: id.clone() }),
        scheme: Default::default(),
        client: reqwest::Client::new(),
        _driver_process: process,
        profile,
    };
    let folder = options
        .extension
        .canonicalize()
        .context("there is no such extension")?;
    let installed = browser
        .endpoint(
            "/moz/addon/install",
            &json!({ "path": folder, "temporary": true }),
        )
        .await?;
    if installed != id {
        bail!("Firefox loaded {installed} and not {id}");
    }
    Ok(browser)
}

fn preferences(id: &str, options: &Options) -> Result<FirefoxPreferences> {
    let mut preferences = FirefoxPreferences::new();
    let mut uuids = serde_json::Map::new();
    uuids.insert(id.to_owned(), json!(UUID));
    preferences.set(
        "extensions.webextensions.uuids",
        Value::Object(uuids).to_string(),
    )?;
    // An extension loaded unpacked is removed at the end; what it stored is to stay, as it does
    // for one that was installed.
    preferences.set("extensions.webextensions.keepStorageOnUninstall", true)?;
    preferences.set("extensions.webextensions.keepUuidOnUninstall", true)?;
    // A popup that closes when the focus moves, or that glides into place, cannot be clicked.
    preferences.set("ui.popup.disable_autohide", true)?;
    preferences.set("ui.prefersReducedMotion", 1)?;
    // Offline is to mean offline: otherwise loopback stays within reach.
    preferences.set("network.disable-localhost-when-offline", true)?;
    preferences.set("layout.css.devPixelsPerPx", options.scale.to_string())?;
    preferences.set("browser.shell.checkDefaultBrowser", false)?;
    preferences.set("datareporting.policy.dataSubmissionEnabled", false)?;
    preferences.set("app.update.disabledForTesting", true)?;
    for (name, value) in &options.preferences {
        preferences.set(name, value)?;
    }
    Ok(preferences)
}

fn id_of(extension: &Path) -> Result<String> {
    let text = std::fs::read_to_string(extension.join("manifest.json"))
        .with_context(|| format!("no manifest in {}", extension.display()))?;
    let manifest: Value = serde_json::from_str(&text)?;
    Ok(text_at(&manifest, "/browser_specific_settings/gecko/id")?.to_owned())
}

impl Browser {
    /// Runs a function body in Firefox's own code, where `Services` and all windows are.
    pub(super) async fn chrome_js(&self, body: &str, args: &[Value]) -> Result<Value> {
        self.in_chrome(
            "/execute/async",
            json!({ "script": asynchronous(body), "args": args }),
        )
        .await
        .and_then(|value| settled(&value))
    }

    /// Uses a driver's endpoint on the browser's own window instead of the page.
    pub(super) async fn in_chrome(&self, path: &str, body: Value) -> Result<Value> {
        self.endpoint("/moz/context", &json!({ "context": "chrome" }))
            .await?;
        let result = self.endpoint(path, &body).await;
        self.endpoint("/moz/context", &json!({ "context": "content" }))
            .await?;
        result
    }
}
