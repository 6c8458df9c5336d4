//! Files of other apps: previewed, asked about, imported; and what is not one.

use std::path::Path;

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::json;

use super::support::{
    ACME, GITHUB, PASSWORD, add, choose, export, notes, refused, rows, same_code, stored_vault,
    wait_notes,
};
use crate::in_both_browsers;
use crate::stage::with_vault;

in_both_browsers!(
    a_file_is_previewed_and_then_imported,
    an_encrypted_file_asks_for_its_password,
    duplicates_are_merged_or_kept,
    what_is_no_export_is_said_and_the_rest_goes_on,
    pasted_links_are_previewed_too,
);

async fn a_file_is_previewed_and_then_imported(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    let before = stored_vault(&browser).await?;
    choose(&browser, &[&export("aegis-plain.json")]).await?;
    let said = wait_notes(&browser, "Aegis").await?;
    ensure!(
        said.contains("6 accounts") && said.contains("6 entries"),
        "{said}"
    );
    let shown = rows(&browser).await?;
    let new = shown.iter().filter(|(_, _, state)| state == "New").count();
    ensure!(new == 6, "{shown:?}");
    // Every entry that is not taken has its name and its reason.
    for (name, word) in [
        ("Later: x", "Kind"),
        ("Odd: x", "Algorithm"),
        ("Odd: y", "Digits"),
        ("Odd: z", "Seconds"),
        ("Odd: c", "Counter"),
        ("Entry 12", "Kind"),
    ] {
        let found = refused(&shown)
            .into_iter()
            .find(|(other, _)| *other == name);
        ensure!(
            found.is_some_and(|(_, why)| why.starts_with(word)),
            "{name}: {found:?}"
        );
    }
    ensure!(refused(&shown).len() == 6, "{shown:?}");
    ensure!(
        stored_vault(&browser).await? == before,
        "the preview changed the vault"
    );
    // Cancelling changes nothing either.
    browser.click("#transfer-cancel").await?;
    ensure!(
        stored_vault(&browser).await? == before,
        "cancelling changed the vault"
    );
    add(&browser, &[&export("aegis-plain.json")]).await?;
    rows(&browser).await?;
    let done = person.take_import().await?;
    ensure!(done.contains("6 accounts added"), "{done}");
    same_code(&browser, &GITHUB).await?;
    same_code(&browser, &ACME).await
}

async fn an_encrypted_file_asks_for_its_password(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    choose(
        &browser,
        &[
            &export("two-fas-encrypted.json"),
            &export("aegis-encrypted.json"),
        ],
    )
    .await?;
    browser
        .wait_text("#transfer-password-title", "two-fas")
        .await?;
    browser.fill("#transfer-password", "wrong horse").await?;
    browser.click("#transfer-open").await?;
    let said = browser
        .wait_text("#transfer-password-error", "does not open")
        .await?;
    ensure!(!said.is_empty());
    let focus = "return document.activeElement.id";
    ensure!(
        browser.js(focus, &[]).await? == "transfer-password",
        "the focus is elsewhere"
    );
    // The password is not kept in the page.
    let left = "return document.querySelector('#transfer-password').value";
    ensure!(browser.js(left, &[]).await? == "");
    // Whoever does not know it goes on with the other file.
    browser.click("#transfer-skip").await?;
    browser
        .wait_text("#transfer-password-title", "aegis")
        .await?;
    browser.fill("#transfer-password", PASSWORD).await?;
    browser.click("#transfer-open").await?;
    let said = wait_notes(&browser, "Aegis").await?;
    ensure!(
        said.contains("6 accounts") && !said.contains("2FAS"),
        "{said}"
    );
    let done = person.take_import().await?;
    ensure!(done.contains("6 accounts added"), "{done}");
    same_code(&browser, &ACME).await
}

async fn duplicates_are_merged_or_kept(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    choose(&browser, &[&export("two-fas.json")]).await?;
    rows(&browser).await?;
    person.take_import().await?;
    // "GitHub: jane" and one of Acme are in both, with the same secret and parameters.
    add(&browser, &[&export("aegis-plain.json")]).await?;
    // The page hears of what was just added a moment later, and says anew what is there.
    let known = eventually("what is there is seen", async || {
        let shown = rows(&browser).await?;
        let there = shown.iter().filter(|(_, _, own)| own == "Already there");
        let count = there.count();
        Ok((count >= 2).then_some(count))
    })
    .await?;
    browser.wait_visible("#transfer-duplicates").await?;
    let done = person.take_import().await?;
    ensure!(
        done.contains(&format!("{known} were there already")),
        "{done}"
    );
    let merged = person.read_codes().await?.len();
    // The same again, and both kept.
    choose(&browser, &[&export("aegis-plain.json")]).await?;
    rows(&browser).await?;
    browser
        .click("#transfer-duplicates .choice:has([value=keep_both])")
        .await?;
    let done = person.take_import().await?;
    ensure!(done.contains("6 accounts added"), "{done}");
    let kept = person.read_codes().await?.len();
    ensure!(kept == merged + 6, "{merged} and then {kept}");
    Ok(())
}

/// Writes down which files the page reads, by whatever way there is.
const NOTE_READING: &str = "window.filesRead = []; \
    for (const way of ['arrayBuffer', 'bytes', 'text', 'stream', 'slice']) { \
      const read = Blob.prototype[way]; \
      if (read) Blob.prototype[way] = function (...args) { \
        window.filesRead.push(this.name); \
        return read.apply(this, args); \
      }; \
    }";

async fn what_is_no_export_is_said_and_the_rest_goes_on(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let folder = tempfile::tempdir()?;
    let unknown = folder.path().join("letter.txt");
    std::fs::write(&unknown, "Dear harbour master,\n")?;
    let empty = folder.path().join("empty.json");
    std::fs::write(&empty, "")?;
    // 100 MB that take no room on disk.
    let huge = folder.path().join("huge.json");
    std::fs::File::create(&huge)?.set_len(100 << 20)?;
    let bomb = export("bomb.zip");
    let good = export("two-fas-1.json");
    let files: [&Path; 5] = [&unknown, &empty, &huge, &bomb, &good];
    Person::at(&browser).go_to("transfer").await?;
    browser.js(NOTE_READING, &[]).await?;
    add(&browser, &files).await?;
    let said = wait_notes(&browser, "2FAS").await?;
    // Refused by its size, before any of it was read.
    let read = browser.js("return window.filesRead", &[]).await?;
    let names = ["letter.txt", "empty.json", "bomb.zip", "two-fas-1.json"];
    ensure!(read == json!(names), "{read}");
    for words in [
        "letter.txt: This is no export that Holdfast knows",
        "empty.json: ",
        "huge.json: This file is too large",
        "bomb.zip: ",
        "two-fas-1.json: 2FAS: 1 account",
    ] {
        ensure!(said.contains(words), "{words}: {said}");
    }
    ensure!(rows(&browser).await?.len() == 1);
    browser.click("#transfer-cancel").await?;
    // None that is good: nothing to import, and no button that would.
    add(&browser, &[&unknown]).await?;
    let said = notes(&browser).await?;
    ensure!(said.contains("JSON"), "it says what to do: {said}");
    let heading = browser.text("#transfer-preview-heading").await?;
    ensure!(heading == "Nothing to import", "{heading}");
    let button = "return document.querySelector('#transfer-import').checkVisibility()";
    ensure!(browser.js(button, &[]).await? == false);
    Ok(())
}

async fn pasted_links_are_previewed_too(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    person.go_to("transfer").await?;
    let before = stored_vault(&browser).await?;
    browser
        .fill(
            "#import-text",
            "otpauth://totp/GitHub:jane?secret=JBSWY3DPEHPK3PXP\nhttps://example.org/\n\
             otpauth://totp/Odd:joe?secret=JBSWY3DPEHPK3PXP&digits=40",
        )
        .await?;
    browser.click("#import-submit").await?;
    let shown = rows(&browser).await?;
    ensure!(shown.len() == 3, "{shown:?}");
    let why: Vec<&str> = refused(&shown).into_iter().map(|(_, why)| why).collect();
    ensure!(why.iter().any(|why| why.contains("web address")), "{why:?}");
    ensure!(why.iter().any(|why| why.starts_with("Digits")), "{why:?}");
    ensure!(
        stored_vault(&browser).await? == before,
        "the preview changed the vault"
    );
    let left = "return document.querySelector('#import-text').value";
    ensure!(
        browser.js(left, &[]).await? == "",
        "what was pasted stays in the page"
    );
    person.take_import().await?;
    same_code(&browser, &GITHUB).await
}
