//! Starting Chromium.

use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
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
    let display = Display::start()?;
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
    let url = format!("http://127.0.0.1:{port}");
    let driver = WebDriver::new(&url, capabilities).await?;
    let actual: Value = serde_json::to_value(driver.capabilities())?;
    let cdp = Cdp::connect(text_at(&actual, "/goog:chromeOptions/debuggerAddress")?).await?;
    Ok(Browser {
        kind: Kind::Chromium,
        endpoint: format!("{url}/session/{}", driver.session_id()),
        origin: format!("chrome-extension://{}", id_of(&extension)),
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

/// The id of an unpacked extension is the hash of its folder's name, written with the letters a–p.
fn id_of(folder: &Path) -> String {
    let hash = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let hex = HEXLOWER.encode(hash.get(..16).unwrap_or_default());
    hex.chars()
        .filter_map(|digit| char::from_digit(digit.to_digit(16)? + 10, 26))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_32_letters_from_a_to_p() {
        let id = id_of(Path::new("/extension"));
        assert_eq!(id.len(), 32);
        assert!(
            id.chars().all(|letter| ('a'..='p').contains(&letter)),
            "{id}"
        );
    }
}
