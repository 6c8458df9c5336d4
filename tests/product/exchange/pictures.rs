//! Pictures of QR codes: of every kind that browsers show, of a batch in any order, and of what is
//! no account.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::journey::Person;

use super::support::{Known, add, choose, picture, rows, same_code, stored_vault, wait_notes};
use crate::in_both_browsers;
use crate::stage::with_vault;

in_both_browsers!(
    a_batch_of_google_codes_comes_in_any_order,
    pictures_of_every_kind_are_read,
    codes_that_are_no_account_are_named,
    a_pdf_that_was_printed_is_read,
);

async fn a_batch_of_google_codes_comes_in_any_order(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let person = Person::at(&browser);
    let before = stored_vault(&browser).await?;
    choose(&browser, &[&picture("google-3.png")]).await?;
    let said = wait_notes(&browser, "Still to be scanned").await?;
    ensure!(said.contains("code 1, 2"), "{said}");
    // The same again, and one more: what is missing is named anew.
    add(
        &browser,
        &[&picture("google-3.png"), &picture("google-1.png")],
    )
    .await?;
    let said = wait_notes(&browser, "code 2.").await?;
    ensure!(said.contains("Google Authenticator"), "{said}");
    ensure!(rows(&browser).await?.len() == 3);
    // The last one is dropped onto the page.
    browser
        .drop_file("#transfer-drop", &picture("google-2.png"), "image/png")
        .await?;
    holdfast_tests::process::eventually("all are there", async || {
        Ok((rows(&browser).await?.len() == 4).then_some(()))
    })
    .await?;
    let said = browser.text("#transfer-notes").await?;
    ensure!(!said.contains("Still"), "{said}");
    ensure!(
        stored_vault(&browser).await? == before,
        "the preview changed the vault"
    );
    let done = person.take_import().await?;
    ensure!(done.contains("4 accounts added"), "{done}");
    for (issuer, secret) in [
        ("Harbour", "GEZDGNBVGY3TQOJQ"),
        ("Pier", "KRSXG5CTMVRXEZLU"),
    ] {
        same_code(&browser, &usual(issuer, secret)).await?;
    }
    Ok(())
}

async fn pictures_of_every_kind_are_read(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    // Known by their content: a wrong name changes nothing.
    let folder = tempfile::tempdir()?;
    let misnamed = folder.path().join("export.json");
    std::fs::copy(picture("account.jpg"), &misnamed)?;
    let files = [
        picture("account.gif"),
        picture("account.webp"),
        picture("account.svg"),
        misnamed,
    ];
    let files: Vec<&std::path::Path> = files.iter().map(PathBuf::as_path).collect();
    choose(&browser, &files).await?;
    let shown = rows(&browser).await?;
    let names: Vec<&str> = shown.iter().map(|(name, _, _)| name.as_str()).collect();
    ensure!(names == ["Gif", "Webp", "Svg", "Jpeg"], "{names:?}");
    Person::at(&browser).take_import().await?;
    same_code(&browser, &usual("Jpeg", "MFRGGZDFMZTWQ2LK")).await
}

async fn a_pdf_that_was_printed_is_read(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    // Two pages, with a picture of another kind on each; and one whose code is drawn in lines.
    let files = [picture("printed.pdf"), picture("lines.pdf")];
    let files: Vec<&std::path::Path> = files.iter().map(PathBuf::as_path).collect();
    choose(&browser, &files).await?;
    let said = wait_notes(&browser, "screenshot").await?;
    ensure!(said.contains("lines.pdf"), "{said}");
    let shown = rows(&browser).await?;
    let names: Vec<&str> = shown.iter().map(|(name, _, _)| name.as_str()).collect();
    ensure!(names == ["Jpeg", "Gif"], "{names:?}");
    Person::at(&browser).take_import().await?;
    same_code(&browser, &usual("Jpeg", "MFRGGZDFMZTWQ2LK")).await
}

async fn codes_that_are_no_account_are_named(kind: Kind) -> Result<()> {
    let browser = with_vault(kind).await?;
    let files = [
        picture("wifi.png"),
        picture("microsoft.png"),
        picture("no-code.png"),
        picture("account.gif"),
    ];
    let files: Vec<&std::path::Path> = files.iter().map(PathBuf::as_path).collect();
    choose(&browser, &files).await?;
    let said = wait_notes(&browser, "account.gif").await?;
    for words in [
        "wifi.png: This QR code is not an account",
        "microsoft.png: This is Microsoft’s QR code for signing in by phone",
        "different authenticator app",
        "no-code.png: No QR code was found",
    ] {
        ensure!(said.contains(words), "{words}: {said}");
    }
    // The one that is an account is not lost over the others.
    ensure!(rows(&browser).await?.len() == 1);
    Ok(())
}

fn usual(issuer: &'static str, secret: &'static str) -> Known {
    Known {
        issuer,
        secret,
        algorithm: "SHA1",
        digits: 6,
        period: 30,
    }
}
