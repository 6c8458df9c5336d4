//! `make run`: Holdfast with a WebDAV server and a sign-in page, for a person to try.
//!
//! With a display it opens the browser there and waits until it is closed. Without one it takes
//! the same steps on a screen in memory, saves what could be seen, and says what came of it.
#![allow(
    clippy::print_stdout,
    reason = "it speaks to the person who started it"
)]

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use holdfast_tests::browser::{Browser, Kind, Options, Scheme};
use holdfast_tests::journey::{DEMO_ACCOUNTS, Person, Place};
use holdfast_tests::paths;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{Apache, PASSWORD, Site, USER};

/// The account of the demo site, as `www/demo/setup.html` shows it.
const DEMO_SITE: &str = "otpauth://totp/Demo%20Harbour:jane@harbour.example?secret=HOLDFASTDEMO2345&issuer=Demo%20Harbour";
const PASSPHRASE: &str = "lantern harbour granite twelve";

#[tokio::main]
async fn main() -> Result<()> {
    let apache = Apache::start().await?;
    let site = Site::serve(paths::root().join("www/demo")).await?;
    let place = Place {
        address: apache.url(),
        user: USER.to_owned(),
        password: PASSWORD.to_owned(),
    };
    println!(
        "WebDAV server   {}  (user {USER}, password {PASSWORD})",
        place.address
    );
    println!("its disk        {}", apache.folder().path().display());
    println!(
        "sign-in page    {}/  (Ctrl+Shift+F fills its code)",
        site.url()
    );
    println!("passphrase      {PASSPHRASE}");

    match std::env::var("DISPLAY") {
        Ok(display) if !display.is_empty() => shown(display, &place).await,
        _ => unseen(&apache, &place, &site).await,
    }
}

/// Prepares the browser on the person's own screen and leaves it to them.
async fn shown(display: String, place: &Place) -> Result<()> {
    let browser = Browser::start(Kind::Chromium, Options::new()?.on(display)).await?;
    let person = Person::at(&browser);
    person
        .create_vault(PASSPHRASE)
        .await
        .context("making a vault")?;
    person
        .import(&accounts())
        .await
        .context("adding the demo accounts")?;
    browser.open("options.html#backup").await?;
    println!(
        "\nThe browser is yours. Under Backup, connect {}",
        place.address
    );
    println!("Close its window to end everything.");
    browser.wait_closed().await
}

/// Takes the whole journey without anybody watching.
async fn unseen(apache: &Apache, place: &Place, site: &Site) -> Result<()> {
    let pictures = paths::target().join("run");
    if pictures.exists() {
        std::fs::remove_dir_all(&pictures)?;
    }
    let options = Options {
        scale: 2,
        ..Options::new()?
    };
    let browser = Browser::start(Kind::Chromium, options).await?;
    let mut journey = travel(&browser, apache, place, &pictures).await;
    if journey.is_ok() {
        journey = sign_in(&browser, site, &pictures).await;
    }
    if journey.is_err() {
        browser.screenshot_of_screen(&pictures.join("failed.png"))?;
    }
    report(&pictures)?;
    journey?;
    browser.quit().await.map(drop)
}

async fn travel(browser: &Browser, apache: &Apache, place: &Place, pictures: &Path) -> Result<()> {
    let save = |name: &str| -> PathBuf { pictures.join(name) };
    let person = Person::at(browser);
    println!("\nmaking a vault …");
    person
        .create_vault(PASSPHRASE)
        .await
        .context("making a vault")?;
    println!("adding {} accounts …", DEMO_ACCOUNTS.len());
    person
        .import(&accounts())
        .await
        .context("adding the demo accounts")?;
    println!("connecting the server …");
    person
        .connect(place)
        .await
        .context("connecting the server")?;
    let status = person
        .wait_status("stored")
        .await
        .context("storing the backup")?;

    for scheme in [Scheme::Light, Scheme::Dark] {
        let name = if scheme == Scheme::Light {
            "light"
        } else {
            "dark"
        };
        browser.set_scheme(scheme).await?;
        browser.open("options.html#backup").await?;
        person.wait_status("stored").await?;
        browser
            .screenshot(&save(&format!("backup-{name}.png")))
            .await?;
        let popup = browser.open_popup().await?;
        popup.wait("#accounts .account").await?;
        popup.wait("#status[data-state=stored]").await?;
        popup
            .screenshot(&save(&format!("popup-{name}.png")))
            .await?;
        browser.screenshot_of_screen(&save(&format!("browser-{name}.png")))?;
        popup.close().await?;
    }

    println!("\ncodes:");
    for row in person.read_codes().await? {
        println!("  {:<10} {} ({})", row.code, row.issuer, row.label);
    }
    println!(
        "\nbackup: {}",
        status.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    for (file, bytes) in apache.folder().files()? {
        println!(
            "  on the server's disk: {} ({} bytes)",
            file.display(),
            bytes.len()
        );
    }
    Ok(())
}

/// Signs in to the demo site: its code comes by the shortcut, after a yes that names the site.
async fn sign_in(browser: &Browser, site: &Site, pictures: &Path) -> Result<()> {
    let password_then_shortcut = async || {
        browser.goto(&format!("{}/", site.url())).await?;
        browser.click("#step-password button").await?;
        browser.wait_visible("#code").await?;
        browser.shortcut('f').await
    };
    println!("\nsigning in to the demo site …");
    password_then_shortcut().await?;
    let popup = browser.popup_that_opens().await?;
    popup.wait("#fill:not([hidden])").await?;
    popup.fill("#search", "Demo Harbour").await?;
    popup.press("\u{e007}").await?;
    popup.wait("#fill-remember:not([hidden])").await?;
    popup
        .screenshot(&pictures.join("fill-question.png"))
        .await?;
    popup.click("#fill-remember").await?;
    welcome(browser).await?;
    // Now it is known: the shortcut alone.
    password_then_shortcut().await?;
    welcome(browser).await?;
    browser.screenshot(&pictures.join("signed-in.png")).await?;
    println!("  signed in, the second time by the shortcut alone");
    Ok(())
}

/// Waits for the code, sends it, and is let in.
async fn welcome(browser: &Browser) -> Result<()> {
    eventually("the code is filled in", async || {
        let value = browser
            .js("return document.querySelector('#code').value", &[])
            .await?;
        Ok(value.as_str().filter(|code| code.len() == 6).map(drop))
    })
    .await?;
    browser.click("#step-code button").await?;
    browser.wait_visible("#signed-in").await.map(drop)
}

/// The demo accounts, the first of them with the secret that the demo site's own page shows.
fn accounts() -> Vec<&'static str> {
    let mut accounts = DEMO_ACCOUNTS.to_vec();
    if let Some(first) = accounts.first_mut() {
        *first = DEMO_SITE;
    }
    accounts
}

fn report(pictures: &Path) -> Result<()> {
    let shown = pictures.strip_prefix(paths::root()).unwrap_or(pictures);
    println!("\nscreenshots in {}:", shown.display());
    let mut names: Vec<_> = std::fs::read_dir(pictures)?
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .collect();
    names.sort();
    for name in names {
        println!("  {}", name.to_string_lossy());
    }
    Ok(())
}
