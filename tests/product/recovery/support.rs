//! What these tests share: a backup on a disk, the page beside it, and the command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use data_encoding::BASE64;
use holdfast_tests::browser::{Browser, Kind, Options, Scheme, Viewport};
use holdfast_tests::oracle::Oath;
use holdfast_tests::paths;
use serde_json::{Value, json};

use crate::journey::now;

/// A whole vault out of the published vectors.
pub struct Vector {
    folder: tempfile::TempDir,
    /// The file, named as backups are.
    pub file: PathBuf,
    /// What opens it.
    pub passphrase: String,
    /// What opens it, too.
    pub recovery: String,
}

impl Vector {
    /// Writes the one of that name to a disk.
    pub fn read(name: &str) -> Result<Self> {
        let text = std::fs::read(paths::root().join("tests/vectors/open.json"))?;
        let list: Value = serde_json::from_slice(&text)?;
        let entry = list
            .as_array()
            .and_then(|list| {
                list.iter()
                    .find(|entry| entry.get("name") == Some(&json!(name)))
            })
            .context("there is no such vector")?;
        let text = |pointer: &str| {
            let text = entry.pointer(pointer).and_then(Value::as_str);
            text.map(str::to_owned).with_context(|| pointer.to_owned())
        };
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("5f3a9c21-7-00112233aabbccdd");
        std::fs::write(&file, BASE64.decode(text("/file")?.as_bytes())?)?;
        Ok(Self {
            file,
            passphrase: text("/secrets/0/passphrase")?,
            recovery: text("/secrets/1/recovery")?,
            folder,
        })
    }

    /// `recover.html` as a person has it: beside the backup, on a disk.
    pub async fn open_page(&self, browser: &Browser) -> Result<()> {
        let page = self.folder.path().join("recover.html");
        std::fs::copy(paths::dist()?.join("recover.html"), &page)?;
        browser.goto(&format!("file://{}", page.display())).await?;
        browser.wait_visible("#choose").await.map(drop)
    }
}

/// A browser without Holdfast.
pub async fn browser_alone(kind: Kind) -> Result<Browser> {
    Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await
}

/// The time-based codes of the page against oathtool's.
pub async fn the_codes_are_right(browser: &Browser) -> Result<()> {
    let rows = browser
        .js(
            "return [...document.querySelectorAll('#accounts > li')].map((row) => \
               ['.issuer', '.code', '.remaining'].map((css) => row.querySelector(css).textContent))",
            &[],
        )
        .await?;
    let row = rows.pointer("/0").context("no rows")?;
    let text = |place: &str| {
        row.pointer(place)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    ensure!(text("/0") == "Demo Harbour", "{rows}");
    let code: String = text("/1").chars().filter(|c| !c.is_whitespace()).collect();
    ensure!(is_right(&code, "JBSWY3DPEHPK3PXP")?, "{rows}");
    let seconds = text("/2").trim_end_matches(" s").parse::<u32>();
    ensure!(
        seconds.is_ok_and(|seconds| (1..=30).contains(&seconds)),
        "{rows}"
    );
    Ok(())
}

/// A six-digit code of just now.
pub fn is_right(code: &str, secret: &str) -> Result<bool> {
    let oath = Oath {
        secret,
        algorithm: "SHA1",
        digits: 6,
    };
    let now = now()?;
    for seconds in [now, now - 30, now - 60] {
        if oath.totp(seconds, 30)? == code {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Runs `holdfast`, building it first if need be.
pub fn command(arguments: &[&str], input: &str) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(paths::root())
        .args(["run", "--quiet", "--package", "holdfast", "--"])
        .args(arguments);
    run(&mut command, input)
}

/// Runs a program with this standard input, and gives what it prints.
pub fn run(command: &mut Command, input: &str) -> Result<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    stdin.write_all(input.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!(
            "{}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A path as an argument.
pub fn path(file: &Path) -> Result<&str> {
    file.to_str().context("the path is no text")
}

/// Apache runs as another user.
pub fn open_to_the_server(folder: &Path) -> Result<()> {
    let status = Command::new("chmod")
        .args(["-R", "a+rwX"])
        .arg(folder)
        .status()?;
    ensure!(status.success());
    Ok(())
}

/// The page with accounts in it, light, dark and narrow.
pub async fn pictures(browser: &Browser, kind: Kind) -> Result<()> {
    browser.set_scheme(Scheme::Light).await?;
    picture(browser, kind, "accounts").await?;
    browser.set_scheme(Scheme::Dark).await?;
    picture(browser, kind, "accounts-dark").await?;
    let narrow = Viewport {
        width: 320,
        height: 640,
        zoom: 1.0,
    };
    browser.set_viewport(narrow).await?;
    picture(browser, kind, "accounts-narrow").await?;
    let wide = browser
        .js("return document.documentElement.scrollWidth", &[])
        .await?;
    ensure!(
        wide.as_u64().is_some_and(|wide| wide <= 320),
        "{wide} pixels wide in 320"
    );
    let usual = Viewport {
        width: 1200,
        height: 900,
        zoom: 1.0,
    };
    browser.set_viewport(usual).await?;
    browser.set_scheme(Scheme::Light).await
}

/// A picture of the page, to be looked at.
pub async fn picture(browser: &Browser, kind: Kind, name: &str) -> Result<()> {
    let file = format!("{kind:?}-{name}.png").to_lowercase();
    browser
        .screenshot(&paths::target().join("run/recover").join(file))
        .await
}

/// What a reader shows at this place is the code of the first demo account.
pub fn ensure_right(shown: &Value, place: &str) -> Result<()> {
    let code = shown.pointer(place).and_then(Value::as_str);
    let code = code.with_context(|| format!("there is no code at {place}: {shown}"))?;
    ensure!(is_right(code, "JBSWY3DPEHPK3PXP")?, "it shows {code}");
    Ok(())
}
