//! What most tests begin with: a browser with a vault, and a server to back it up to.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::{Person, Place};
use holdfast_tests::paths;
use holdfast_tests::process::within;
use holdfast_tests::servers::{Apache, PASSWORD, Proxy, USER};
use serde_json::Value;

/// What every vault here opens with. An umlaut, so that normalisation takes part.
pub const PASSPHRASE: &str = "Käpt'n Blaubär am Steuer";

/// The engine waits before it tries again by itself: half a minute at first, and alarms are no
/// finer. A limit against hanging, no statement about speed.
const RETRY: Duration = Duration::from_secs(200);

/// A real server with a proxy before it that can do harm.
pub struct Stage {
    /// The server.
    pub apache: Apache,
    /// What the browser speaks to.
    pub proxy: Proxy,
}

impl Stage {
    /// Starts both.
    pub async fn set() -> Result<Self> {
        let apache = Apache::start().await?;
        let proxy = Proxy::before(apache.port()).await?;
        Ok(Self { apache, proxy })
    }

    /// The same, and a browser whose vault holds these accounts and is stored there.
    pub async fn stored(kind: Kind, accounts: &[&str]) -> Result<(Self, Browser)> {
        let stage = Self::set().await?;
        let browser = with_vault(kind).await?;
        let person = Person::at(&browser);
        person.import(accounts).await?;
        person.connect(&stage.place()).await?;
        person.wait_status("stored").await?;
        Ok((stage, browser))
    }

    /// Where backups go.
    pub fn place(&self) -> Place {
        Place {
            address: self.proxy.url(),
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
        }
    }

    /// The snapshots on the server's disk: every file below our folder.
    pub fn snapshots(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let mut files = self.apache.folder().files()?;
        files.retain(|(path, _)| path.starts_with("Holdfast") && !is_probe(path));
        Ok(files)
    }

    /// The newest snapshot on disk, opened by an implementation in another language.
    pub fn newest_opened(&self) -> Result<Value> {
        let sequence = |path: &PathBuf| -> u64 {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            name.split('-')
                .nth(1)
                .and_then(|number| number.parse().ok())
                .unwrap_or(0)
        };
        let mut files = self.snapshots()?;
        files.sort_by_key(|(path, _)| sequence(path));
        let (_, bytes) = files
            .pop()
            .context("there is no snapshot on the server's disk")?;
        open_elsewhere(&bytes)
    }
}

fn is_probe(path: &std::path::Path) -> bool {
    path.components().any(|part| part.as_os_str() == "probe")
}

/// Opens a snapshot with `tests/decrypt.py`, which knows nothing but the documented format.
pub fn open_elsewhere(bytes: &[u8]) -> Result<Value> {
    open_elsewhere_with(bytes, PASSPHRASE)
}

/// The same with another passphrase.
pub fn open_elsewhere_with(bytes: &[u8], passphrase: &str) -> Result<Value> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), bytes)?;
    let mut reader = Command::new(paths::python())
        .arg(paths::root().join("tests/decrypt.py"))
        .arg("open")
        .arg(file.path())
        .args(["--passphrase-fd", "0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start Python")?;
    reader
        .stdin
        .take()
        .context("no standard input")?
        .write_all(passphrase.as_bytes())?;
    let output = reader.wait_with_output()?;
    ensure!(
        output.status.success(),
        "the reader says: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The accounts of an opened payload that are not deleted.
pub fn live_accounts(payload: &Value) -> Vec<&Value> {
    let accounts = payload.get("accounts").and_then(Value::as_object);
    accounts
        .into_iter()
        .flat_map(|accounts| accounts.values())
        .filter(|account| account.get("deletion").is_none())
        .collect()
}

/// A browser with a new vault.
pub async fn with_vault(kind: Kind) -> Result<Browser> {
    let browser = Browser::start(kind, Options::new()?).await?;
    Person::at(&browser).create_vault(PASSPHRASE).await?;
    Ok(browser)
}

/// Waits for a state that comes by itself, with no click: longer than the engine's first pause.
pub async fn comes_by_itself(browser: &Browser, state: &str) -> Result<String> {
    browser.open("options.html#backup").await?;
    let mut said = Value::Null;
    let outcome = within(
        RETRY,
        &format!("the status becomes {state} by itself"),
        async || {
            let script = "const status = document.querySelector('#status'); \
                      return [status.dataset.state ?? '', status.innerText]";
            said = browser.js(script, &[]).await?;
            Ok((said.pointer("/0").and_then(Value::as_str) == Some(state)).then_some(()))
        },
    )
    .await;
    let text = said
        .pointer("/1")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    match outcome {
        Ok(()) => Ok(text),
        Err(error) => bail!("{error:#}; it says {said}"),
    }
}
