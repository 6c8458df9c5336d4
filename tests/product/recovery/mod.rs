//! The ways back that need no Holdfast in the browser: `recover.html` from a disk, the command,
//! and a reader in another language. Each opens what the extension made.

mod support;

use std::process::Command;

use anyhow::{Context, Result, ensure};
use data_encoding::BASE64;
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::{DEMO_ACCOUNTS, Person};
use holdfast_tests::paths;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, with_vault};
use support::{
    Vector, browser_alone, command, ensure_right, is_right, open_to_the_server, path, picture,
    pictures, run, the_codes_are_right,
};

in_both_browsers!(
    a_newcomer_with_file_and_key_gets_to_a_code,
    what_the_extension_made_opens_everywhere,
    what_python_made_opens_in_the_extension,
    the_page_loads_nothing_and_sends_nothing,
    the_copy_in_the_extension_can_be_saved,
);

/// Someone who has nothing but the sheet and a snapshot, and has read `docs/recovery.md`.
async fn a_newcomer_with_file_and_key_gets_to_a_code(kind: Kind) -> Result<()> {
    let vector = Vector::read("vault-rust")?;
    let browser = browser_alone(kind).await?;
    vector.open_page(&browser).await?;
    picture(&browser, kind, "choose").await?;

    // Something else than a backup is refused at once, and said to be.
    browser
        .drop_file("#drop", &paths::root().join("README.md"), "text/plain")
        .await?;
    browser
        .wait_text("#file-error", "not a backup of Holdfast")
        .await?;
    browser.upload("#file", &vector.file).await?;
    browser
        .wait_text("#file-keys", "passphrase or the recovery key")
        .await?;

    // A typing mistake is located, and what was typed stays.
    let mut groups: Vec<&str> = vector.recovery.split('-').collect();
    groups.swap(2, 3);
    browser.fill("#secret", &groups.join(" ")).await?;
    browser.press("\u{e007}").await?;
    browser
        .wait_text("#secret-error", "Look at group 3")
        .await?;
    let selected = browser
        .js(
            "const field = document.querySelector('#secret'); \
             return field.value.slice(field.selectionStart, field.selectionEnd)",
            &[],
        )
        .await?;
    ensure!(selected == json!(groups.get(2)), "{selected} is selected");
    picture(&browser, kind, "mistake").await?;
    browser.fill("#secret", "not the passphrase at all").await?;
    browser.press("\u{e007}").await?;
    browser
        .wait_text("#secret-error", "not the passphrase of this vault")
        .await?;

    browser
        .fill("#secret", &vector.recovery.to_lowercase())
        .await?;
    browser.click("#open-submit").await?;
    browser.wait_text("#accounts-heading", "4 accounts").await?;
    the_codes_are_right(&browser).await?;
    pictures(&browser, kind).await?;

    // By keyboard: to the code, and it is copied.
    browser
        .js("document.querySelector('#accounts button').focus()", &[])
        .await?;
    browser.press("\u{e007}").await?;
    browser.wait("#accounts > li[data-copied]").await?;
    browser.wait_text("#live", "copied").await?;

    browser.click("#export > summary").await?;
    let links = "return document.querySelector('#links').value.trim().split('\\n')";
    let links = eventually("the links are there", async || {
        let lines = browser.js(links, &[]).await?;
        Ok((lines.as_array().is_some_and(|lines| lines.len() == 4)).then_some(lines))
    })
    .await?;
    let first = links
        .pointer("/0")
        .and_then(Value::as_str)
        .unwrap_or_default();
    ensure!(
        first.starts_with(
            "otpauth://totp/Demo%20Harbour:jane@harbour.example?secret=JBSWY3DPEHPK3PXP"
        ),
        "{first}"
    );

    // In German, without losing anything; and closed without leaving anything.
    browser
        .js(
            "const list = document.querySelector('#language'); list.value = 'de'; \
             list.dispatchEvent(new Event('change', { bubbles: true }))",
            &[],
        )
        .await?;
    browser.wait_text("#accounts-heading", "4 Konten").await?;
    picture(&browser, kind, "german").await?;
    browser.click("#forget").await?;
    browser
        .wait_text("#view-open h1", "Eine Sicherung öffnen")
        .await?;
    let left = browser
        .js(
            "return document.documentElement.outerHTML \
               + [...document.querySelectorAll('input, textarea')].map((field) => field.value)",
            &[],
        )
        .await?;
    for trace in [
        "JBSWY3DPEHPK3PXP",
        "JBSW Y3DP",
        "Demo Harbour",
        "jane@harbour.example",
    ] {
        ensure!(
            !left.as_str().unwrap_or_default().contains(trace),
            "{trace} is left in the page"
        );
    }

    // The same with the command and nothing but the key.
    let shown = command(
        &[
            "open",
            path(&vector.file)?,
            "--json",
            "--recovery-key-fd",
            "0",
        ],
        &vector.recovery,
    )?;
    let shown: Value = serde_json::from_str(&shown)?;
    ensure_right(&shown, "/accounts/0/code")?;
    Ok(())
}

/// The sealed vault out of the browser's storage, opened by all three.
async fn what_the_extension_made_opens_everywhere(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    Person::at(&browser).import(DEMO_ACCOUNTS).await?;
    let stored = browser.storage("local").await?;
    let newest = ["vault.a", "vault.b"]
        .into_iter()
        .filter_map(|place| stored.get(place))
        .max_by_key(|stored| stored.get("generation").and_then(Value::as_u64))
        .and_then(|stored| stored.get("sealed")?.as_str())
        .context("there is no vault in the browser's storage")?;
    let vector = Vector::read("vault-rust")?;
    std::fs::write(&vector.file, BASE64.decode(newest.as_bytes())?)?;

    let file = path(&vector.file)?;
    let shown = command(
        &["open", file, "--json", "--passphrase-fd", "0"],
        PASSPHRASE,
    )?;
    let shown: Value = serde_json::from_str(&shown)?;
    let accounts = shown.get("accounts").and_then(Value::as_array);
    ensure!(
        accounts.is_some_and(|list| list.len() == DEMO_ACCOUNTS.len()),
        "{shown}"
    );
    ensure_right(&shown, "/accounts/0/code")?;
    command(&["verify", file, "--passphrase-fd", "0"], PASSPHRASE)?;

    let reader = paths::root().join("tests/vault.py");
    let read = run(
        Command::new(paths::python())
            .arg(reader)
            .args([file, "--passphrase-fd", "0"]),
        PASSPHRASE,
    )?;
    let read: Value = serde_json::from_str(&read)?;
    ensure_right(&read, "/0/code")?;

    vector.open_page(&browser).await?;
    browser.upload("#file", &vector.file).await?;
    browser.fill("#secret", PASSPHRASE).await?;
    browser.click("#open-submit").await?;
    browser.wait_text("#accounts-heading", "4 accounts").await?;
    the_codes_are_right(&browser).await
}

/// A vault of the reader's, put where a backup would lie, restored as any other.
async fn what_python_made_opens_in_the_extension(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let vector = Vector::read("vault-python")?;
    let bytes = std::fs::read(&vector.file)?;
    // Behind preamble and the vault tag's own tag and length.
    let tag = bytes.get(26..42).context("the file is too short")?;
    let folder = stage
        .apache
        .folder()
        .path()
        .join("Holdfast")
        .join(data_encoding::HEXLOWER.encode(tag));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("0123456789abcdef-7-00112233aabbccdd"), &bytes)?;
    open_to_the_server(stage.apache.folder().path())?;

    for secret in [&vector.passphrase, &vector.recovery] {
        let browser = Browser::start(kind, Options::new()?).await?;
        let person = Person::at(&browser);
        person.restore(&stage.place(), secret).await?;
        let rows = person.read_codes().await?;
        let row = rows.iter().find(|row| row.issuer == "Demo Harbour");
        let row = row.with_context(|| format!("not restored: {rows:?}"))?;
        ensure!(is_right(&row.code, "JBSWY3DPEHPK3PXP")?, "{row:?}");
        // Those that a later version made are carried on and counted.
        ensure!(rows.len() >= 7, "{rows:?}");
    }
    Ok(())
}

/// The page's own policy, not its good will: a script in it that tries is stopped.
async fn the_page_loads_nothing_and_sends_nothing(kind: Kind) -> Result<()> {
    let vector = Vector::read("vault-rust")?;
    let browser = browser_alone(kind).await?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = format!("http://{}/", listener.local_addr()?);
    vector.open_page(&browser).await?;
    let tried = browser
        .js(
            "const tried = {}; \
             const note = (name, attempt) => attempt().then((ok) => { tried[name] = String(ok); }, () => { tried[name] = 'refused'; }); \
             const loads = (element, attribute) => new Promise((resolve, reject) => { \
               element.onload = () => resolve('loaded'); element.onerror = reject; \
               element[attribute] = args[0] + attribute; document.head.append(element); }); \
             await note('fetch', () => fetch(args[0])); \
             await note('image', () => loads(document.createElement('img'), 'src')); \
             await note('style', () => { const link = document.createElement('link'); link.rel = 'stylesheet'; return loads(link, 'href'); }); \
             await note('socket', () => new Promise((resolve, reject) => { \
               const socket = new WebSocket(args[0].replace('http', 'ws')); socket.onopen = resolve; socket.onerror = reject; })); \
             tried.beacon = String(navigator.sendBeacon?.(args[0], 'x') ?? false); \
             const script = document.createElement('script'); \
             try { script.textContent = 'window.ran = 1'; document.head.append(script); } catch {} \
             tried.script = String(window.ran ?? 'refused'); \
             tried.resources = performance.getEntriesByType('resource').filter((entry) => entry.transferSize > 0).length; \
             return tried",
            &[json!(address)],
        )
        .await?;
    for attempt in ["fetch", "image", "style", "socket", "script"] {
        ensure!(
            tried.get(attempt) == Some(&json!("refused")),
            "{attempt}: {tried}"
        );
    }
    ensure!(tried.get("resources") == Some(&json!(0)), "{tried}");
    // A beacon may say that it was queued; that nothing came is what counts.
    let came = listener.accept();
    ensure!(came.is_err(), "something was sent");

    let page = std::fs::read_to_string(paths::dist()?.join("recover.html"))?;
    for outward in ["src=\"http", "href=\"http", "url(http", "@import", "//cdn"] {
        ensure!(!page.contains(outward), "the page names {outward}");
    }
    Ok(())
}

/// The extension's own policy forbids scripts inside pages, so its copy is there to be saved: it
/// says so when it is opened, and the settings page offers it.
async fn the_copy_in_the_extension_can_be_saved(kind: Kind) -> Result<()> {
    let browser = Browser::start(kind, Options::new()?).await?;
    browser.open("recover.html").await?;
    browser.wait_visible("#not-started").await?;
    browser
        .wait_text("#not-started", "Save this page first")
        .await?;
    let running = "return document.querySelector('#main').checkVisibility()";
    ensure!(browser.js(running, &[]).await? == false);

    browser.open("options.html#restore").await?;
    let link = "const link = document.querySelector('#save-recover'); \
                const reply = await fetch(link.href); \
                return [link.getAttribute('download'), (await reply.text()).length, link.textContent.trim()]";
    browser.wait("#save-recover").await?;
    let offered = browser.js(link, &[]).await?;
    let size = std::fs::read_to_string(paths::dist()?.join("recover.html"))?
        .chars()
        .count();
    ensure!(
        offered.pointer("/0") == Some(&json!("recover.html")),
        "{offered}"
    );
    let length = offered
        .pointer("/1")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    ensure!(length as usize == size, "{length} of {size} characters");
    Ok(())
}
