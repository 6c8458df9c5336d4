//! What becomes of the profile's own storage: two pages that begin at once, a browser that forgot a
//! part of it, and a newer version that was here before.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use serde_json::json;

use crate::in_both_browsers;
use crate::quick;
use crate::stage::{PASSPHRASE, Stage, live_accounts, open_elsewhere, with_vault};

in_both_browsers!(
    an_emptied_indexed_db_costs_no_account,
    two_first_runs_make_one_vault,
    the_list_of_destinations_is_changed_in_turn,
    what_a_newer_version_stored_is_left_alone,
);

/// The device key lies there; what it sealed is in the other storage, and does not open any more.
async fn an_emptied_indexed_db_costs_no_account(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    quick::add(&browser, 1).await?;
    person.connect(&stage.place()).await?;
    person.wait_status("stored").await?;
    let before = stage.snapshots()?;
    let deleted = "return await new Promise((done) => { \
        const request = indexedDB.deleteDatabase('holdfast'); \
        request.onsuccess = () => done(true); request.onerror = () => done(false); })";
    ensure!(browser.js(deleted, &[]).await? == json!(true));
    let profile = browser.quit().await?;

    let browser = Browser::start(kind, Options::new()?.profile(profile)).await?;
    let person = Person::at(&browser);
    browser.open("options.html#backup").await?;
    browser.wait_text("#status", "can’t be read").await?;
    person.unlock(PASSPHRASE).await?;
    browser.wait_text("#warnings", "lost the key").await?;
    let shown = person.read_codes().await?;
    ensure!(shown.len() == 1, "{} accounts", shown.len());

    quick::add(&browser, 2).await?;
    // The browser's permission is still there: it asks for none.
    person.open_connect("web_dav").await?;
    let place = stage.place();
    for (field, text) in [
        ("address", &place.address),
        ("user", &place.user),
        ("password", &place.password),
    ] {
        browser.fill(&format!("#connect-{field}"), text).await?;
    }
    person.send_connect_unasked().await?;
    person.wait_status("stored").await?;
    let warnings = browser.text("#warnings").await?;
    ensure!(!warnings.contains("lost the key"), "{warnings}");
    let after = stage.snapshots()?;
    let kept = |one| after.contains(one);
    ensure!(before.iter().all(kept), "something stored before is gone");
    let most = after.iter().map(|(_, bytes)| {
        let opened = open_elsewhere(bytes)?;
        Ok(live_accounts(&opened).len())
    });
    let most = most.collect::<Result<Vec<_>>>()?.into_iter().max();
    ensure!(most == Some(2), "{most:?} accounts are stored");
    Ok(())
}

/// Both have looked, and found no vault, before either writes one.
async fn two_first_runs_make_one_vault(kind: Kind) -> Result<()> {
    let browser = Browser::start(kind, Options::new()?).await?;
    browser.open("options.html").await?;
    let both = "const send = (request) => (globalThis.browser ?? chrome).runtime.sendMessage(request); \
        const waiting = async (count) => { \
          while ((await navigator.locks.query()).pending.filter(({ name }) => name === 'vault').length < count) \
            await new Promise((done) => setTimeout(done, 50)); }; \
        let answers; \
        await navigator.locks.request('vault', async () => { \
          answers = [send({ create: { passphrase: args[0] } }), \
                     send({ keys: { begin: { passphrase: args[1] } } })]; \
          await waiting(2); }); \
        return await Promise.all(answers)";
    let answers = browser
        .js(both, &[PASSPHRASE.into(), "another of four words".into()])
        .await?;
    let answers = answers.as_array().context("no answers")?;
    let made = answers.iter().filter(|answer| answer.get("Ok").is_some());
    ensure!(made.count() == 1, "{answers:?}");
    let refused = answers.iter().filter_map(|answer| answer.get("Err"));
    let refused: Vec<_> = refused.filter_map(|error| error.get("code")).collect();
    ensure!(refused == [&json!("vault_exists")], "{answers:?}");
    Ok(())
}

/// Whoever changes the list waits until another change of it is written.
async fn the_list_of_destinations_is_changed_in_turn(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let change = "const waits = async () => { \
          while (!(await navigator.locks.query()).pending.some(({ name }) => name === 'destinations')) \
            await new Promise((done) => setTimeout(done, 50)); \
          return 'waits'; }; \
        const content = '0'.repeat(64); \
        let answer, first; \
        await navigator.locks.request('destinations', async () => { \
          answer = (globalThis.browser ?? chrome).runtime.sendMessage( \
            { destination: { file: { downloaded: { version: 1, content } } } }); \
          first = await Promise.race([answer, waits()]); }); \
        return [first, await answer]";
    let done = browser.js(change, &[]).await?;
    ensure!(done == json!(["waits", { "Ok": "done" }]), "{done}");
    Ok(())
}

/// It is not called damaged, nothing is offered that would replace it, and it stays.
async fn what_a_newer_version_stored_is_left_alone(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let newer = "const storage = (globalThis.browser ?? chrome).storage.local; \
        const newer = { format: 2, of: 'a later version' }; \
        await storage.set({ 'vault.a': newer, 'vault.b': newer })";
    browser.js(newer, &[]).await?;
    browser.open("options.html#restore").await?;
    browser.wait_visible("#section-newer").await?;
    browser.open("popup.html").await?;
    browser.wait_visible("#view-newer").await?;
    let make = "const send = (request) => (globalThis.browser ?? chrome).runtime.sendMessage(request); \
        return (await send({ create: { passphrase: args[0] } })).Err?.code";
    let refused = browser.js(make, &[PASSPHRASE.into()]).await?;
    ensure!(refused == json!("vault_newer"), "{refused}");
    let stored = browser.storage("local").await?;
    for place in ["vault.a", "vault.b"] {
        let version = stored.get(place).and_then(|stored| stored.get("format"));
        ensure!(version == Some(&json!(2)), "{stored}");
    }
    Ok(())
}
