//! Canary secrets on every path, and where they must not turn up: in any console, in any error, in
//! what a page is told, in any storage but the sealed vault, the session key and the sealed
//! device-local store.

use anyhow::{Context, Result, ensure};
use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use holdfast_tests::browser::{Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::servers::{Fault, PASSWORD, Rule, USER};
use serde_json::{Value, json};

use super::{Printed, ask};
use crate::in_both_browsers;
use crate::stage::{PASSPHRASE, Stage, comes_by_itself, with_vault};

in_both_browsers!(canaries_turn_up_nowhere);

/// Secrets that are added, edited, imported and refused; base32 of words that nothing else says.
const WORDS: [&str; 5] = [
    "canary added",
    "canary by hand",
    "canary edited in",
    "canary imported too",
    "canary that is refused",
];
const WRONG_PASSPHRASE: &str = "wrong canary passphrase in here";
const WRONG_PASSWORD: &str = "wrong-canary-password";

async fn canaries_turn_up_nowhere(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let console = browser.listen_to_consoles().await?;
    let person = Person::at(&browser);
    let [added, by_hand, edited, imported, refused] = WORDS.map(base32);
    let mut told = Vec::new();

    // Adding, by link and by hand, and editing.
    let link = |secret: &str| format!("otpauth://totp/Nest:jane?secret={secret}&issuer=Nest");
    person.import(&[&link(&added)]).await?;
    browser.open("popup.html").await?;
    browser.click("#open-add").await?;
    browser.fill("#add-issuer", "Hand").await?;
    browser.fill("#add-secret", &by_hand).await?;
    browser.click("#add-submit").await?;
    browser.wait_text("#accounts", "Hand").await?;
    let id = browser
        .js(
            "return document.querySelector('#accounts .account').dataset.id",
            &[],
        )
        .await?;
    let draft = json!({ "kind": "totp", "secret": edited, "algorithm": "SHA1", "digits": "6", "period": "30" });
    let edit = json!({ "vault": { "edit": { "id": id, "edit": { "credential": draft } } } });
    told.push(ask(&browser, edit).await?);

    // Importing, with lines that are refused for every reason.
    let lines = [
        link(&imported),
        format!("otpauth://totp/A?secret={refused}&digits=77"),
        format!("otpauth://totp/A?secret={refused}1&issuer=A"),
        format!("otpauth://hotp/A?secret={refused}"),
        format!("otpauth://totp/A?secret={refused}&secret={refused}"),
        format!("steam://{refused}!"),
        refused.clone(),
    ];
    let import = json!({ "vault": { "add_uris": { "text": lines.join("\n") } } });
    let answer = ask(&browser, import).await?;
    let kept_out = answer
        .pointer("/Ok/added/refused")
        .and_then(Value::as_array);
    ensure!(
        kept_out.is_some_and(|lines| lines.len() >= 4),
        "too little was refused: {answer}"
    );
    told.push(answer);

    // Passphrases that are wrong, in every request that takes one; and a mistyped recovery key.
    let sheet = Printed::make(&browser, PASSPHRASE).await?;
    browser.click("#sheet-close").await?;
    let mistyped = format!("{}0", sheet.groups().join("-"));
    for secret in [WRONG_PASSPHRASE, mistyped.as_str()] {
        for request in [
            json!({ "vault": { "unlock": { "passphrase": secret } } }),
            json!({ "keys": { "export_uris": { "passphrase": secret } } }),
            json!({ "keys": { "change_passphrase": { "current": secret, "new": secret } } }),
            json!({ "keys": { "renew_recovery_key": { "passphrase": secret } } }),
            json!({ "keys": { "prove": { "passphrase": secret } } }),
            json!({ "keys": { "change_vault_key": { "current": secret, "new": secret } } }),
            json!({ "keys": { "check_sheet": { "key": secret } } }),
        ] {
            let answer = ask(&browser, request.clone()).await?;
            let code = answer.pointer("/Err/code").and_then(Value::as_str);
            // A request that nobody understands would be refused whatever it holds.
            ensure!(
                code.is_some_and(|code| code != "request_refused"),
                "{request} was answered by {code:?}"
            );
            told.push(answer);
        }
    }
    // Malformed requests, as a faulty page would send them.
    for request in [
        json!({ "vault": { "add_uris": { "txt": link(&refused) } } }),
        json!({ "vault": { "unlock": [WRONG_PASSPHRASE] } }),
        json!({ "destination": { "connect": { "draft": WRONG_PASSWORD } } }),
        json!({ WRONG_PASSPHRASE: 1 }),
    ] {
        told.push(ask(&browser, request).await?);
    }

    // Backing up, with faults on the way and a wrong password.
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;
    let draft = json!({ "web_dav": { "address": stage.proxy.url(), "user": USER, "password": WRONG_PASSWORD } });
    told.push(
        ask(
            &browser,
            json!({ "destination": { "connect": { "draft": draft } } }),
        )
        .await?,
    );
    stage
        .proxy
        .inject(Rule::new(Fault::KeepNothing).method("PUT"));
    person
        .import(&[&link(&base32("canary that is late"))])
        .await?;
    comes_by_itself(&browser, "not_stored").await?;
    stage.proxy.heal();
    let shown = browser.everything_on_the_page().await?;

    let canaries = canaries(&sheet)?;
    for (name, text) in [
        (
            "an answer to a page",
            told.iter().map(Value::to_string).collect(),
        ),
        ("the settings page", shown),
        ("a console", browser.said(&console).await?.join("\n")),
        ("storage.local", browser.storage("local").await?.to_string()),
        (
            "storage.session",
            browser.storage("session").await?.to_string(),
        ),
        ("storage.sync", browser.storage("sync").await?.to_string()),
        ("IndexedDB", databases(&browser).await?),
        ("the server's disk", on_disk(&stage)?),
    ] {
        let text: String = text;
        for canary in &canaries {
            ensure!(!text.contains(canary), "{name} holds {canary:?}");
        }
    }
    // The one thing in memory that is a key is the session's, and it is nowhere else.
    let session = browser.storage("session").await?;
    let key = session
        .pointer("/session/key")
        .and_then(Value::as_str)
        .context("no session key")?;
    let local = browser.storage("local").await?.to_string();
    ensure!(!local.contains(key) && !browser.said(&console).await?.join("\n").contains(key));
    Ok(())
}

fn base32(words: &str) -> String {
    BASE32_NOPAD.encode(words.as_bytes())
}

/// Every secret of the test, in each form in which it could slip out.
fn canaries(sheet: &Printed) -> Result<Vec<String>> {
    let mut canaries = vec![
        PASSPHRASE.to_owned(),
        WRONG_PASSPHRASE.to_owned(),
        WRONG_PASSWORD.to_owned(),
        PASSWORD.to_owned(),
        BASE64.encode(format!("{USER}:{PASSWORD}").as_bytes()),
    ];
    for words in WORDS.into_iter().chain(["canary that is late"]) {
        canaries.extend([
            words.to_owned(),
            base32(words),
            BASE64.encode(words.as_bytes()),
            HEXLOWER.encode(words.as_bytes()),
        ]);
    }
    let groups = sheet.groups();
    ensure!(groups.len() == 14);
    canaries.extend(groups);
    Ok(canaries)
}

/// Everything in the extension's databases that can be read at all.
async fn databases(browser: &Browser) -> Result<String> {
    let body = "const all = []; \
        const settled = (request) => new Promise((done, failed) => { \
          request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error); }); \
        for (const { name } of await indexedDB.databases()) { \
          const database = await settled(indexedDB.open(name)); \
          for (const store of database.objectStoreNames) { \
            const objects = database.transaction(store).objectStore(store); \
            for (const value of await settled(objects.getAll())) { \
              all.push(value instanceof CryptoKey ? `key, extractable: ${value.extractable}` : JSON.stringify(value)); } } \
          database.close(); } \
        return all.join('\\n')";
    let text = browser.js(body, &[]).await?;
    let text = text.as_str().context("no databases")?.to_owned();
    ensure!(text.contains("extractable: false"), "{text}");
    Ok(text)
}

fn on_disk(stage: &Stage) -> Result<String> {
    let files = stage.apache.folder().files()?;
    let text = files
        .iter()
        .map(|(path, bytes)| format!("{} {}", path.display(), String::from_utf8_lossy(bytes)));
    Ok(text.collect::<Vec<_>>().join("\n"))
}
