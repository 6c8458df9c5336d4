//! Each kind of destination in the browser: connected by its form, and what is said about it.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::{Bucket, Person};
use holdfast_tests::process::eventually;
use holdfast_tests::servers::{ACCESS_KEY, Fault, Folder, Proxy, Rule, SECRET_KEY, seaweed};
use serde_json::Value;

use crate::in_both_browsers;
use crate::quick::{self, wait_cause};
use crate::stage::{PASSPHRASE, Stage, comes_by_itself, live_accounts, open_elsewhere, with_vault};

in_both_browsers!(
    a_bucket_stores_and_restores,
    a_place_is_not_connected_under_a_second_address,
    what_cannot_be_checked_never_counts_as_stored,
);

const FIRST: &str = "otpauth://totp/First:jane?secret=MFRGGZDFMZTWQ2LK&issuer=First";
const SECOND: &str = "otpauth://totp/Second:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Second";

async fn a_bucket_stores_and_restores(kind: Kind) -> Result<()> {
    let seaweed = seaweed(Folder::new()?).await?;
    let proxy = Proxy::before(seaweed.port()).await?;
    let bucket = Bucket {
        endpoint: proxy.url(),
        name: "backups".to_owned(),
        access_key: ACCESS_KEY.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
    };
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(&[FIRST]).await?;

    // A wrong secret is refused, and said so at the form.
    let wrong = Bucket {
        secret_key: "wrong".to_owned(),
        ..bucket.clone()
    };
    let refused = person.connect_bucket(&wrong).await.err();
    let refused = refused
        .context("it connects with a wrong secret")?
        .to_string();
    ensure!(
        refused.contains("refuses the user name or password"),
        "{refused}"
    );

    // The permission was given all the same.
    browser.fill("#connect-s3-secret_key", SECRET_KEY).await?;
    person.send_connect_unasked().await?;
    person.wait_status("stored").await?;
    browser
        .wait_text(".destination-can", "Never overwrites")
        .await?;

    // Asked to slow down: said so, and made good by itself.
    proxy.inject(Rule::busy(503, "1"));
    person.import(&[SECOND]).await?;
    let said = comes_by_itself(&browser, "not_stored").await?;
    ensure!(
        said.contains("1 account exists only on this device"),
        "{said}"
    );
    proxy.heal();
    comes_by_itself(&browser, "stored").await?;

    // A signature of another time: said, and the button is for once the clock is right.
    let skewed = "<?xml version=\"1.0\"?><Error><Code>RequestTimeTooSkewed</Code></Error>";
    let headers = vec![("Content-Type".to_owned(), "application/xml".to_owned())];
    proxy.inject(Rule::new(Fault::Answer(403, headers, skewed.into())));
    quick::add(&browser, 3).await?;
    quick::back_up_now(&browser).await?;
    let button = "I have corrected the clock: check";
    wait_cause(&browser, "clock differs", button).await?;
    proxy.heal();
    browser.click("#remedy").await?;
    person.wait_status("stored").await?;

    // A second computer.
    let other = Browser::start(kind, Options::new()?).await?;
    let restored = Person::at(&other)
        .restore_bucket(&bucket, PASSPHRASE)
        .await?;
    ensure!(restored.contains('3'), "{restored}");
    other.quit().await?;
    browser.quit().await.map(drop)
}

async fn a_place_is_not_connected_under_a_second_address(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(&[FIRST]).await?;
    let mut place = stage.place();
    person.connect(&place).await?;
    person.wait_status("stored").await?;
    place.address = place.address.replace("127.0.0.1", "localhost");
    // The page may have said so already.
    let _ = person.connect(&place).await;
    browser
        .wait_text("#connect-error", "connected already, under another address")
        .await?;
    let count = "return document.querySelectorAll('.destination').length";
    ensure!(browser.js(count, &[]).await? == 1);
    browser.quit().await.map(drop)
}

async fn what_cannot_be_checked_never_counts_as_stored(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.import(&[FIRST]).await?;

    // A downloaded file.
    person.open_connect("download").await?;
    person.send_connect_unasked().await?;
    let said = person.wait_status("kept").await?;
    ensure!(said.contains("can’t be checked"), "{said}");

    // The browser's own sync.
    person.open_connect("browser_sync").await?;
    person.send_connect_unasked().await?;
    person.wait_status("kept").await?;
    let synced = synced(&browser).await?;
    ensure!(live_accounts(&open_elsewhere(&synced)?).len() == 1);

    // The vault changes: sync follows by itself, the file can't, and that is said.
    person.import(&[SECOND]).await?;
    browser.open("options.html#backup").await?;
    browser
        .wait_text("#warnings", "downloaded backup is older")
        .await?;
    eventually("sync follows", async || {
        let newest = self::synced(&browser)
            .await
            .and_then(|bytes| open_elsewhere(&bytes));
        Ok(newest
            .is_ok_and(|vault| live_accounts(&vault).len() == 2)
            .then_some(()))
    })
    .await?;
    browser.click("[data-action=download]").await?;
    eventually("the reminder goes", async || {
        let warnings = browser.text("#warnings").await?;
        Ok((!warnings.contains("older")).then_some(()))
    })
    .await?;
    person.wait_status("kept").await?;

    // What lies in such a file restores a fresh profile.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("backup.holdfast");
    std::fs::write(&file, self::synced(&browser).await?)?;
    let other = Browser::start(kind, Options::new()?).await?;
    let restored = Person::at(&other).restore_file(&file, PASSPHRASE).await?;
    ensure!(restored.contains('2'), "{restored}");
    other.quit().await?;
    browser.quit().await.map(drop)
}

/// The one snapshot in the browser's sync storage.
async fn synced(browser: &Browser) -> Result<Vec<u8>> {
    let stored = browser.storage("sync").await?;
    let stored = stored.as_object().context("no sync storage")?;
    let mut pieces: Vec<(usize, &str)> = stored
        .iter()
        .filter_map(|(key, piece)| {
            let at = key.split(':').nth(2)?.parse().ok()?;
            Some((at, piece.as_str()?))
        })
        .collect();
    pieces.sort_unstable();
    let text: String = pieces.into_iter().map(|(_, piece)| piece).collect();
    Ok(data_encoding::BASE64.decode(text.as_bytes())?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_on_this_computer_stores_in_chromium() -> Result<()> {
    let browser = with_vault(Kind::Chromium).await?;
    let person = Person::at(&browser);
    person.import(&[FIRST]).await?;
    person.open_connect("folder").await?;
    // Nothing was picked yet.
    let refused = person.send_connect_unasked().await.err();
    ensure!(refused.is_some(), "it connects without a folder");
    // The picker belongs to the system and can't be driven; what it gives is a handle like those
    // of the browser's private files.
    let pick = "const root = await navigator.storage.getDirectory(); \
        const folder = await root.getDirectoryHandle('My folder', { create: true }); \
        const open = indexedDB.open('holdfast-folders', 1); \
        open.onupgradeneeded = () => open.result.createObjectStore('handles'); \
        await new Promise((done) => { open.onsuccess = done; }); \
        const kept = open.result.transaction('handles', 'readwrite').objectStore('handles') \
          .add(folder, 'picked'); \
        await new Promise((done, failed) => { kept.onsuccess = done; kept.onerror = failed; }); \
        open.result.close(); \
        document.querySelector('#connect-folder-key').value = 'picked'; \
        document.querySelector('#connect-folder-name').value = folder.name;";
    browser.js(pick, &[]).await?;
    person.send_connect_unasked().await?;
    person.wait_status("stored").await?;
    browser
        .wait_text(".destination-can", "Same disk as this browser")
        .await?;
    let read = "const root = await navigator.storage.getDirectory(); \
        const folder = await root.getDirectoryHandle('My folder'); \
        const found = []; \
        for await (const [, inner] of folder.entries()) { \
          for await (const [name, file] of inner.entries()) { \
            const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer()); \
            found.push([inner.name, btoa(String.fromCharCode(...bytes))]); } } \
        return found.filter(([folder]) => folder !== 'probe');";
    let found = browser.js(read, &[]).await?;
    let text = found.pointer("/0/1").and_then(Value::as_str);
    let bytes = data_encoding::BASE64.decode(text.context("nothing is there")?.as_bytes())?;
    ensure!(live_accounts(&open_elsewhere(&bytes)?).len() == 1);

    // The folder is removed: it is missed, and said so.
    let remove = "const root = await navigator.storage.getDirectory(); \
        await root.removeEntry('My folder', { recursive: true });";
    browser.js(remove, &[]).await?;
    person.import(&[SECOND]).await?;
    comes_by_itself(&browser, "not_stored").await?;
    browser.quit().await.map(drop)
}
