//! Starting Chromium.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use data_encoding::BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

use super::background::CutOff;
use super::cdp::Cdp;
use super::{Browser, Engine, Kind, Options, Profile, driver_ready, text_at};
use crate::display::Display;
use crate::process::{Process, free_port};

/// What drives Chromium besides WebDriver.
pub struct Chromium {
    pub cdp: Cdp,
    pub display: Display,
    pub cut_off: tokio::sync::Mutex<Option<CutOff>>,
}

const ARGUMENTS: &[&str] = &[
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-search-engine-choice-screen",
    "--force-prefers-reduced-motion",
    "--password-store=basic",
    "--window-position=0,0",
    "--window-size=1400,1100",
];

/// Starts Chromium on a screen of its own.
pub async fn start(options: Options) -> Result<Browser> {
    let display = options.display.map_or_else(
        || Display::start(options.scale),
        |name| Ok(Display::existing(name)),
    )?;
    let port = free_port()?;
    let arguments = [
        format!("--port={port}"),
        "--allowed-ips=127.0.0.1".to_owned(),
    ];
    let arguments = arguments.each_ref().map(String::as_str);
    let mut process = Process::spawn("chromedriver", &arguments, |command| {
        command
            .env("DISPLAY", display.name())
            .env("LANGUAGE", &options.language);
    })?;
    driver_ready(&mut process, port).await?;

    let profile = options.profile.map_or_else(Profile::fresh, Ok)?;
    let extension = options
        .extension
        .canonicalize()
        .context("there is no such extension")?;
    let mut capabilities = DesiredCapabilities::chrome();
    capabilities.set_binary("/usr/bin/chromium")?;
    for argument in ARGUMENTS {
        capabilities.add_arg(argument)?;
    }
    for argument in &options.arguments {
        capabilities.add_arg(argument)?;
    }
    for (name, value) in [
        ("user-data-dir", profile.path().display().to_string()),
        ("load-extension", extension.display().to_string()),
        ("disable-extensions-except", extension.display().to_string()),
        ("lang", options.language.clone()),
        ("force-device-scale-factor", options.scale.to_string()),
    ] {
        capabilities.add_arg(&format!("--{name}={value}"))?;
    }
    // Without this a bar across every picture says that a test is running.
    capabilities.add_exclude_switch("enable-automation")?;
    let url = format!("http://127.0.0.1:{port}");
    let driver = WebDriver::new(&url, capabilities).await?;
    let actual: Value = serde_json::to_value(driver.capabilities())?;
    let cdp = Cdp::connect(text_at(&actual, "/goog:chromeOptions/debuggerAddress")?).await?;
    Ok(Browser {
        kind: Kind::Chromium,
        endpoint: format!("{url}/session/{}", driver.session_id()),
        origin: format!("chrome-extension://{}", id_of(&extension)?),
        driver,
        engine: Engine::Chromium(Box::new(Chromium {
            cdp,
            display,
            cut_off: Default::default(),
        })),
        scheme: Default::default(),
        client: reqwest::Client::new(),
        _driver_process: process,
        profile,
    })
}

/// Where, inside a profile, the database of an unpacked extension's `storage.local` lies.
pub fn storage_of(extension: &Path) -> Result<PathBuf> {
    let id = id_of(&extension.canonicalize()?)?;
    Ok(Path::new("Default/Local Extension Settings").join(id))
}

/// An extension's id is the hash of the key in its manifest, or of its folder's name if there is
/// none, written with the letters a to p.
fn id_of(folder: &Path) -> Result<String> {
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json"))?)?;
    let hash = match manifest.get("key").and_then(Value::as_str) {
        Some(key) => Sha256::digest(BASE64.decode(key.as_bytes())?),
        None => Sha256::digest(folder.as_os_str().as_encoded_bytes()),
    };
    let letters = |byte: &u8| [b'a' + (byte >> 4), b'a' + (byte & 15)].map(char::from);
    Ok(hash.iter().take(16).flat_map(letters).collect())
}
