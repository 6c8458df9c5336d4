//! Bad input: a sentence that names the field and the reason, and nothing changed.

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Answer, Browser, Kind};
use holdfast_tests::journey::Person;
use holdfast_tests::servers::{PASSWORD, Rule, Site, USER};

use crate::in_both_browsers;
use crate::stage::{Stage, with_vault};

in_both_browsers!(bad_accounts_are_explained, bad_places_are_explained);

async fn bad_accounts_are_explained(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    browser.open("popup.html").await?;
    browser.wait_visible("#empty-add").await?;
    browser.click("#empty-add").await?;
    for (text, word) in [
        ("otpauth://totp/A?secret=", "secret"),
        ("otpauth://totp/A?secret=MFRGG1", "secret"),
        (
            "otpauth://totp/A?secret=MFRGGZDFMZTWQ2LK&digits=40",
            "Digits",
        ),
        (
            "otpauth://totp/A?secret=MFRGGZDFMZTWQ2LK&period=0",
            "seconds",
        ),
        (
            "otpauth://totp/A?secret=MFRGGZDFMZTWQ2LK&algorithm=MD5",
            "algorithm",
        ),
        ("otpauth://hotp/A?secret=MFRGGZDFMZTWQ2LK", "counter"),
        (
            "phonefactor://activate_account?code=1&url=https%3A%2F%2Fa",
            "Microsoft",
        ),
        ("https://example.org/", "web"),
        ("just some words", "otpauth"),
    ] {
        browser.fill("#uri", text).await?;
        browser.click("#uri-submit").await?;
        browser.wait_visible("#uri-error").await?;
        let said = browser.text("#uri-error").await?;
        ensure!(
            said.to_lowercase().contains(&word.to_lowercase()),
            "{text}: it says {said:?}"
        );
    }
    ensure!(
        Person::at(&browser).read_codes().await.is_err(),
        "something was added"
    );
    Ok(())
}

async fn bad_places_are_explained(kind: Kind) -> Result<()> {
    let stage = Stage::set().await?;
    let browser = with_vault(kind).await?;
    browser.open("options.html#connect").await?;
    browser.wait_visible("#connect-address").await?;
    let refused = async |address: &str, user: &str, password: &str, asks: bool| -> Result<String> {
        try_to_connect(&browser, (address, user, password), asks).await
    };
    let said = refused("http://cloud.example/dav", "jane", "x", false).await?;
    ensure!(said.contains("https"), "{said}");
    let said = refused("ftp://cloud.example", "jane", "x", false).await?;
    ensure!(said.contains("https"), "{said}");
    let said = refused(&stage.proxy.url(), "", "x", false).await?;
    ensure!(!said.is_empty());
    // The first address that could be one: the browser asks, then the server refuses.
    let said = refused(&stage.proxy.url(), USER, "wrong password", true).await?;
    ensure!(said.contains("password"), "{said}");
    // A web page instead of a storage server.
    stage.proxy.inject(Rule::web_page());
    let said = refused(&stage.proxy.url(), USER, PASSWORD, false).await?;
    ensure!(
        said.contains("not a storage server") || said.contains("address"),
        "{said}"
    );
    let site = Site::serve(holdfast_tests::paths::root().join("www/demo")).await?;
    let said = refused(site.url(), USER, PASSWORD, false).await?;
    ensure!(
        said.contains("not a storage server") || said.contains("address"),
        "{said}"
    );
    browser.open("options.html#backup").await?;
    ensure!(
        browser
            .js(
                "return document.querySelectorAll('.destination').length",
                &[]
            )
            .await?
            == 0
    );
    Ok(())
}

/// Fills the form, sends it, and gives what it says is wrong.
async fn try_to_connect(
    browser: &Browser,
    place: (&str, &str, &str),
    asks: bool,
) -> Result<String> {
    let (address, user, password) = place;
    for (css, text) in [
        ("#connect-address", address),
        ("#connect-user", user),
        ("#connect-password", password),
    ] {
        browser.fill(css, text).await?;
    }
    let forget = "document.querySelectorAll('#connect-form :is(.form-error, .field-error)').forEach((e) => { e.textContent = ''; })";
    browser.js(forget, &[]).await?;
    match asks {
        true => {
            browser
                .answering(Answer::Grant, browser.click("#connect-submit"))
                .await?
        }
        false => browser.click("#connect-submit").await?,
    }
    holdfast_tests::process::eventually("the form says what is wrong", async || {
        let said = browser
            .js(
                "return [...document.querySelectorAll('#connect-form :is(.form-error, .field-error)')] \
                   .filter((e) => e.checkVisibility()).map((e) => e.textContent.trim()).join(' ').trim()",
                &[],
            )
            .await?;
        Ok(said
            .as_str()
            .filter(|said| !said.is_empty())
            .map(str::to_owned))
    })
    .await
    .with_context(|| format!("after trying {address:?} as {user:?}"))
}
