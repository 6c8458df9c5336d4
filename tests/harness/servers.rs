//! Servers, disks and the proxy.

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Answer, Browser, Kind, Options};
use holdfast_tests::paths;
use holdfast_tests::servers::{Apache, Fault, Folder, PASSWORD, Proxy, Rule, USER};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;

async fn put(base: &str, name: &str, body: &[u8]) -> reqwest::Result<StatusCode> {
    let request = Client::new()
        .put(format!("{base}{name}"))
        .basic_auth(USER, Some(PASSWORD));
    Ok(request.body(body.to_vec()).send().await?.status())
}

async fn get(base: &str, name: &str) -> reqwest::Result<(StatusCode, Vec<u8>)> {
    let request = Client::new()
        .get(format!("{base}{name}"))
        .basic_auth(USER, Some(PASSWORD));
    let response = request.send().await?;
    Ok((response.status(), response.bytes().await?.to_vec()))
}

#[tokio::test]
async fn apache_keeps_files_over_a_restart_and_lets_nobody_else_in() -> Result<()> {
    let mut apache = Apache::start().await?;
    let url = apache.url();
    ensure!(put(&url, "a", b"one").await? == 201);
    ensure!(Client::new().get(format!("{url}a")).send().await?.status() == 401);
    ensure!(apache.folder().files()? == [("a".into(), b"one".to_vec())]);
    apache.stop()?;
    ensure!(get(&url, "a").await.is_err());
    apache.resume().await?;
    ensure!(get(&url, "a").await? == (StatusCode::OK, b"one".to_vec()));
    let propfind = Method::from_bytes(b"PROPFIND")?;
    let list = Client::new().request(propfind, &url).header("Depth", "1");
    ensure!(list.basic_auth(USER, Some(PASSWORD)).send().await?.status() == 207);
    apache.folder().lose("a".as_ref())?;
    ensure!(get(&url, "a").await?.0 == 404);
    Ok(())
}

#[tokio::test]
async fn a_full_disk_is_full_until_it_is_freed() -> Result<()> {
    let apache = Apache::over(Folder::small(256 << 10)?).await?;
    apache.folder().fill()?;
    ensure!(put(&apache.url(), "a", &[b'x'; 8192]).await? == 507);
    apache.folder().free()?;
    ensure!(put(&apache.url(), "a", &[b'x'; 8192]).await?.is_success());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_does_to_requests_what_it_is_told() -> Result<()> {
    let apache = Apache::start().await?;
    let proxy = Proxy::before(apache.port()).await?;
    let url = proxy.url();
    let on_disk = |name: &str| -> Result<Option<usize>> {
        let files = apache.folder().files()?;
        let found = files.into_iter().find(|(path, _)| path.as_os_str() == name);
        Ok(found.map(|(_, bytes)| bytes.len()))
    };
    ensure!(put(&url, "plain", b"12345678").await? == 201);
    ensure!(get(&url, "plain").await? == (StatusCode::OK, b"12345678".to_vec()));

    proxy.inject(Rule::new(Fault::Cut).method("PUT").times(1));
    ensure!(put(&url, "cut", b"1").await.is_err() && on_disk("cut")?.is_none());
    ensure!(
        put(&url, "cut", b"1").await? == 201,
        "it was to happen once"
    );

    proxy.inject(Rule::new(Fault::CutReply).path("lost"));
    ensure!(put(&url, "lost", b"1").await.is_err() && on_disk("lost")? == Some(1));
    proxy.heal();

    proxy.inject(Rule::new(Fault::HalfReply).method("GET"));
    ensure!(get(&url, "plain").await.is_err());
    proxy.heal();

    proxy.inject(Rule::new(Fault::ShortReply(3)).method("GET").skip(1));
    ensure!(get(&url, "plain").await?.1.len() == 8);
    ensure!(get(&url, "plain").await? == (StatusCode::OK, b"123".to_vec()));
    proxy.heal();

    proxy.inject(Rule::new(Fault::KeepNothing).method("PUT"));
    ensure!(put(&url, "liar", b"12345678").await? == 201 && on_disk("liar")? == Some(0));
    proxy.heal();

    proxy.inject(Rule::busy(503, "7"));
    let busy = Client::new().get(&url).send().await?;
    ensure!(busy.status() == 503 && busy.headers().get("retry-after").is_some_and(|v| v == "7"));
    ensure!(
        proxy
            .seen()
            .last()
            .is_some_and(|seen| seen.status == Some(503))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_request_reaches_the_server_only_when_let_go_and_still_wanted() -> Result<()> {
    let apache = Apache::start().await?;
    let proxy = Proxy::before(apache.port()).await?;
    let url = proxy.url();
    proxy.inject(Rule::new(Fault::Hold).method("PUT"));

    let upload = tokio::spawn({
        let url = url.clone();
        async move { put(&url, "patient", b"1").await }
    });
    proxy.wait_held().await?;
    ensure!(apache.folder().files()?.is_empty());
    proxy.release();
    ensure!(upload.await?? == 201);

    let upload = tokio::spawn(async move { put(&url, "gone", b"1").await });
    proxy.wait_held().await?;
    upload.abort();
    ensure!(upload.await.is_err());
    // The proxy learns a moment later that nobody waits any more.
    proxy.wait_quiet().await?;
    proxy.release();
    ensure!(get(&apache.url(), "gone").await?.0 == 404);
    Ok(())
}

async fn the_background_stores_through_a_granted_permission(kind: Kind) -> Result<()> {
    let apache = Apache::start().await?;
    let browser =
        Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await?;
    browser.open("popup.html").await?;
    browser
        .answering(Answer::Grant, browser.click("#ask"))
        .await?;
    browser.wait_text("#state", "granted=true").await?;
    let authorization = format!(
        "Basic {}",
        data_encoding::BASE64.encode(format!("{USER}:{PASSWORD}").as_bytes())
    );
    let send = async |method: &str, body: Option<&str>| {
        let request = json!({
            "url": format!("{}vault.bin", apache.url()), "method": method, "body": body,
            "headers": { "authorization": authorization, "if-none-match": "*" },
        });
        let script =
            "return (globalThis.browser ?? chrome).runtime.sendMessage({ request: args[0] })";
        browser.js(script, &[request]).await
    };
    ensure!(send("PUT", Some("sealed")).await?.get("status") == Some(&json!(201)));
    ensure!(send("PUT", Some("again")).await?.get("status") == Some(&json!(412)));
    ensure!(apache.folder().files()? == [("vault.bin".into(), b"sealed".to_vec())]);
    browser.quit().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn storing_in_chromium() -> Result<()> {
    the_background_stores_through_a_granted_permission(Kind::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn storing_in_firefox() -> Result<()> {
    the_background_stores_through_a_granted_permission(Kind::Firefox).await
}
