//! Every export, from the page to an independent reader of that format.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use holdfast_qr::read as read_codes;
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::paths;
use serde_json::{Value, json};

use super::support::{PASSWORD, choose, rows, wait_notes};
use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, with_vault};

in_both_browsers!(
    files_are_what_their_apps_read,
    what_does_not_fit_is_said_before,
    codes_are_shown_scanned_and_hidden,
    one_account_goes_to_a_phone,
);

/// One of each kind that at least one format has.
const LINKS: [&str; 5] = [
    "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP&issuer=GitHub",
    "otpauth://totp/Acme:joe?secret=GEZDGNBVGY3TQOJQ&issuer=Acme&algorithm=SHA256&digits=8&period=60",
    "otpauth://hotp/B%C3%A4nk:j%C3%BCrgen?secret=GEZDGNBV&issuer=B%C3%A4nk&algorithm=SHA512&digits=6&counter=42",
    "otpauth://steam/Steam:gabe?secret=MFRGGZDFMZTWQ2LK&issuer=Steam",
    "motp://Old:jane?secret=e3152afee62599c8&pin=1234",
];

fn known(place: usize) -> Value {
    let account = |issuer, label, kind, secret, algorithm, digits, last| {
        json!({
            "issuer": issuer, "label": label, "type": kind, "secret": secret, "note": "",
            "algorithm": algorithm, "digits": digits, "last": last, "groups": [],
        })
    };
    match place {
        0 => account("GitHub", "jane", "totp", "JBSWY3DPEHPK3PXP", "SHA1", 6, 30),
        1 => account("Acme", "joe", "totp", "GEZDGNBVGY3TQOJQ", "SHA256", 8, 60),
        2 => account("Bänk", "jürgen", "hotp", "GEZDGNBV", "SHA512", 6, 42),
        _ => account("Steam", "gabe", "steam", "MFRGGZDFMZTWQ2LK", "SHA1", 5, 30),
    }
}

/// What the independent reader finds in a file.
fn read_elsewhere(format: &str, file: &Path, password: &str) -> Result<Vec<Value>> {
    let output = Command::new(paths::python())
        .arg(paths::root().join("tests/exchange.py"))
        .arg(format)
        .arg(file)
        .arg(password)
        .output()
        .context("cannot start Python")?;
    ensure!(
        output.status.success(),
        "{format}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn filled(kind: Kind, links: &[&str]) -> Result<Browser> {
    let browser = with_vault(kind).await?;
    Person::at(&browser).import(links).await?;
    Ok(browser)
}

async fn pick(browser: &Browser, format: &str) -> Result<()> {
    let option = format!("#export-target option[value={format}]");
    browser.click(&option).await
}

async fn confirm(browser: &Browser) -> Result<()> {
    browser.fill("#export-passphrase", PASSPHRASE).await?;
    browser.click("#export-submit").await
}

async fn files_are_what_their_apps_read(kind: Kind) -> Result<()> {
    let browser = filled(kind, &LINKS).await?;
    let folder = tempfile::tempdir()?;
    browser.save_into(folder.path()).await?;
    let person = Person::at(&browser);
    person.go_to("transfer").await?;
    // Nothing leaves without the passphrase.
    pick(&browser, "aegis").await?;
    browser.fill("#export-passphrase", "something else").await?;
    browser.click("#export-submit").await?;
    browser.wait_visible("#export-passphrase-error").await?;
    ensure!(
        std::fs::read_dir(folder.path())?.count() == 0,
        "a file was written"
    );
    for (target, format, name, places) in [
        ("aegis", "aegis", "aegis-export-plain.json", 0..4),
        ("aegis_encrypted", "aegis", "aegis-export.json", 0..4),
        ("two_fas", "two_fas", "2fas-backup.2fas", 0..4),
        ("bitwarden", "bitwarden", "bitwarden_export.json", 0..4),
    ] {
        pick(&browser, target).await?;
        let warns = browser
            .js(
                "return document.querySelector('#export-warning').checkVisibility()",
                &[],
            )
            .await?;
        ensure!(warns == (target != "aegis_encrypted"), "{target}: {warns}");
        if target == "aegis_encrypted" {
            // The password of the file is another one, and asked for.
            confirm(&browser).await?;
            browser.wait_visible("#export-password-error").await?;
            browser.fill("#export-password", PASSWORD).await?;
        }
        confirm(&browser).await?;
        let file = browser.saved(folder.path(), name).await?;
        let mut found = read_elsewhere(format, &file, PASSWORD)?;
        // What each format has besides is the business of the core's own tests.
        found.retain(|account| account.get("issuer") != Some(&json!("Old")));
        let mut wanted: Vec<Value> = places.map(known).collect();
        if target == "bitwarden" {
            // Bitwarden makes no codes by counter, and that was said.
            wanted.remove(2);
        }
        ensure!(found == wanted, "{target}: {found:#?}");
        // What was written is what comes in again, and everything is there already.
        choose(&browser, &[&file]).await?;
        if target == "aegis_encrypted" {
            browser.fill("#transfer-password", PASSWORD).await?;
            browser.click("#transfer-open").await?;
        }
        let rows = rows(&browser).await?;
        ensure!(
            rows.iter().all(|(_, _, state)| state == "Already there"),
            "{target}: {rows:?}"
        );
        browser.click("#transfer-cancel").await?;
    }
    // Links are shown, and saved as they are shown.
    person.go_to("backup").await?;
    person.go_to("transfer").await?;
    pick(&browser, "otpauth_lines").await?;
    confirm(&browser).await?;
    browser.wait_visible("#export-text").await?;
    let text = browser
        .js("return document.querySelector('#export-text').value", &[])
        .await?;
    let text = text.as_str().unwrap_or_default();
    let links = text.lines().filter(|line| line.starts_with("otpauth://"));
    let links: Vec<&str> = links.filter(|line| !line.contains("steam")).collect();
    let file = folder.path().join("lines.txt");
    std::fs::write(&file, links.join("\n"))?;
    let found = read_elsewhere("lines", &file, "")?;
    ensure!(found == (0..3).map(known).collect::<Vec<_>>(), "{found:#?}");
    browser.click("#export-save").await?;
    let saved = browser.saved(folder.path(), "holdfast-otpauth.txt").await?;
    ensure!(std::fs::read_to_string(saved)?.trim() == text.trim());
    Ok(())
}

async fn what_does_not_fit_is_said_before(kind: Kind) -> Result<()> {
    let browser = filled(kind, &LINKS).await?;
    Person::at(&browser).go_to("transfer").await?;
    for (target, lost) in [
        (
            "google_migration",
            &["Acme (joe)", "Steam (gabe)", "Old (jane)"][..],
        ),
        ("bitwarden", &["Bänk (jürgen)", "Old (jane)"]),
        ("two_fas", &["Old (jane)"]),
    ] {
        pick(&browser, target).await?;
        let said = browser
            .wait_text("#export-lost", lost.first().unwrap_or(&""))
            .await?;
        for name in lost {
            ensure!(said.contains(name), "{target}: {said}");
        }
        ensure!(!said.contains("GitHub"), "{target}: {said}");
    }
    pick(&browser, "aegis").await?;
    let shown = "return document.querySelector('#export-lost-heading').checkVisibility()";
    ensure!(
        browser.js(shown, &[]).await? == false,
        "Aegis carries all of them"
    );
    Ok(())
}

async fn codes_are_shown_scanned_and_hidden(kind: Kind) -> Result<()> {
    // More than one code of Google's.
    let mut links: Vec<String> = (0..13_u8)
        .map(|n| {
            format!(
                "otpauth://totp/Pier%20{n}:jane?secret=JBSWY3DPEHPK3PX{}&issuer=Pier%20{n}&digits=8",
                char::from(b'A' + n)
            )
        })
        .collect();
    links.push(LINKS[1].to_owned());
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let browser = filled(kind, &links).await?;
    let person = Person::at(&browser);
    person.go_to("transfer").await?;
    let folder = tempfile::tempdir()?;
    pick(&browser, "google_migration").await?;
    browser.wait_text("#export-lost", "Acme (joe)").await?;
    confirm(&browser).await?;
    browser.wait_visible("#codes").await?;
    let texts = scanned(&browser, folder.path()).await?;
    ensure!(texts.len() == 2, "{} codes", texts.len());
    let file = folder.path().join("google.txt");
    std::fs::write(&file, texts.join("\n"))?;
    let found = read_elsewhere("google", &file, "")?;
    ensure!(found.len() == 13, "{found:#?}");
    let first = found.first().and_then(|account| account.get("issuer"));
    ensure!(first == Some(&json!("Pier 0")), "{first:?}");
    // Only the codes are shown, and nothing of them is left afterwards.
    ensure!(
        browser
            .js(
                "return document.querySelector('#export-form').checkVisibility()",
                &[]
            )
            .await?
            == false
    );
    browser.click("#codes-hide").await?;
    let left = "return document.querySelectorAll('#codes-list path').length";
    ensure!(browser.js(left, &[]).await? == 0);
    // The sheet has a code for each, with name and secret for an app that can't scan.
    pick(&browser, "sheet").await?;
    confirm(&browser).await?;
    browser.wait_visible("#codes .code-secret").await?;
    let texts = scanned(&browser, folder.path()).await?;
    ensure!(texts.len() == 14, "{} codes", texts.len());
    let file = folder.path().join("sheet.txt");
    std::fs::write(&file, texts.join("\n"))?;
    let found = read_elsewhere("lines", &file, "")?;
    ensure!(found.last() == Some(&known(1)), "{:?}", found.last());
    let said = browser.text("#codes-list li:last-child").await?;
    for words in ["Acme", "joe", "GEZD GNBV GY3T QOJQ"] {
        ensure!(said.contains(words), "{said}");
    }
    // Locking takes them away.
    let other = browser.driver.new_tab().await?;
    let own = browser.driver.window().await?;
    browser.driver.switch_to_window(other).await?;
    person.lock().await?;
    browser.driver.switch_to_window(own).await?;
    browser.wait_visible("#unlock-form").await?;
    ensure!(browser.js(left, &[]).await? == 0, "codes outlive the lock");
    let page = browser.everything_on_the_page().await?;
    ensure!(!page.contains("GEZD GNBV"), "a secret outlives the lock");
    Ok(())
}

async fn one_account_goes_to_a_phone(kind: Kind) -> Result<()> {
    let browser = filled(kind, &LINKS).await?;
    browser.open("popup.html").await?;
    browser.click(".account:nth-child(2) .account-menu").await?;
    browser.wait_visible(".tools [data-action=qr]").await?;
    open_from_popup(&browser).await?;
    // It says what will be shown, and asks for the passphrase, before it shows anything.
    browser.wait_text("#export-heading", "Acme (joe)").await?;
    let said = browser.text("#export-hint").await?;
    ensure!(said.contains("secret"), "{said}");
    let shown = "return ['#export-target', '#import-text'].map((css) => document.querySelector(css).checkVisibility())";
    ensure!(browser.js(shown, &[]).await? == json!([false, false]));
    confirm(&browser).await?;
    browser.wait_visible("#codes").await?;
    let folder = tempfile::tempdir()?;
    let texts = scanned(&browser, folder.path()).await?;
    let file = folder.path().join("one.txt");
    std::fs::write(&file, texts.join("\n"))?;
    let found = read_elsewhere("lines", &file, "")?;
    ensure!(found == [known(1)], "{found:#?}");
    browser.click("#codes-hide").await?;
    browser.wait_visible("#export-passphrase").await?;
    // A picture of it comes in again.
    wait_for_import(&browser, &folder.path().join("code-0.png")).await
}

/// Presses the button in the popup's page and goes to the tab that it opens.
async fn open_from_popup(browser: &Browser) -> Result<()> {
    let button = ".tools [data-action=qr]";
    if browser.kind == Kind::Chromium {
        // Its driver does not see tabs that an extension opens: the address is taken down, and
        // opened by hand.
        let note = "chrome.tabs.create = async ({ url }) => { document.title = url; return {}; }; \
                    window.close = () => {};";
        browser.js(note, &[]).await?;
        browser.click(button).await?;
        let page = holdfast_tests::process::eventually("the settings page opens", async || {
            let title = browser.driver.title().await?;
            Ok(title.contains("options.html#transfer/").then_some(title))
        })
        .await?;
        return browser.goto(&page).await;
    }
    let before = browser.driver.windows().await?;
    browser.click(button).await?;
    let tab = holdfast_tests::process::eventually("the settings page opens", async || {
        let now = browser.driver.windows().await?;
        Ok(now.into_iter().find(|window| !before.contains(window)))
    })
    .await?;
    Ok(browser.driver.switch_to_window(tab).await?)
}

async fn wait_for_import(browser: &Browser, picture: &Path) -> Result<()> {
    Person::at(browser).go_to("backup").await?;
    choose(browser, &[picture]).await?;
    wait_notes(browser, "otpauth").await?;
    let rows = rows(browser).await?;
    ensure!(rows.len() == 1, "{rows:?}");
    ensure!(
        rows.iter().all(|(_, _, state)| state == "Already there"),
        "{rows:?}"
    );
    Ok(())
}

/// What a scanner reads from the codes on the screen, one after the other.
async fn scanned(browser: &Browser, folder: &Path) -> Result<Vec<String>> {
    let count = browser
        .js(
            "return document.querySelectorAll('#codes-list > li').length",
            &[],
        )
        .await?;
    let mut texts = Vec::new();
    for place in 0..count.as_u64().unwrap_or_default() {
        let css = format!("#codes-list > li:nth-child({}) svg", place + 1);
        let file = folder.join(format!("code-{place}.png"));
        browser.screenshot_of(&css, &file).await?;
        let (pixels, width, height) = pixels(&file)?;
        let found = read_codes(pixels, width, height)?;
        let [code] = found.as_slice() else {
            anyhow::bail!("{css}: {} codes", found.len());
        };
        texts.push(code.text.clone());
    }
    Ok(texts)
}

/// A picture as RGBA.
fn pixels(file: &Path) -> Result<(Vec<u8>, u32, u32)> {
    let mut decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file)?));
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![
        0;
        reader
            .output_buffer_size()
            .context("a picture without a size")?
    ];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    Ok((pixels, info.width, info.height))
}
