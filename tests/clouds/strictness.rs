//! What the stand-ins refuse: as strictly as the real ones, so that what passes here has a chance
//! there.

use anyhow::{Context, Result, ensure};
use holdfast_backup::destination::cloud::access::{Access, Fixed};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse};
use holdfast_backup::oauth::authorize::{Pending, Prompt};
use holdfast_backup::oauth::{Grant, token};
use holdfast_backup::secret::Secret;
use holdfast_tests::native::{Device, config, follow, press};
use holdfast_tests::servers::clouds::{Cloud, Clouds, NATIVE_REDIRECT, Setup};

fn get(url: String) -> HttpRequest {
    HttpRequest {
        method: "GET",
        url,
        headers: vec![],
        body: vec![],
    }
}

/// Tokens of Jane's for that client.
async fn tokens(device: &Device, clouds: &Clouds, cloud: Cloud, client: &str) -> Result<Grant> {
    let mut config = config(clouds, cloud);
    config.client_id = client.to_owned();
    let (server, client) = (config.server(), config.client());
    let pending = Pending::new(device, NATIVE_REDIRECT);
    let url = pending.url(&server, &client, Prompt::Choose, "");
    let back = press(&url, "jane").await?.context("not sent back")?;
    let code = pending
        .read(&back)
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let grant = token::redeem(device, &server, &client, &pending, &code).await;
    grant.map_err(|failure| anyhow::anyhow!("{failure:?}"))
}

async fn ask(device: &Device, grant: &Grant, url: String) -> Result<HttpResponse> {
    let fixed = Fixed {
        http: device,
        token: &grant.access,
    };
    let response = fixed.send(get(url)).await;
    response.map_err(|failure| anyhow::anyhow!("{failure:?}"))
}

#[tokio::test]
async fn a_token_of_another_audience_or_without_the_scope_opens_nothing() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    let device = Device::new(1)?;
    let me = format!("{}v1.0/me", clouds.url());
    let good = tokens(&device, &clouds, Cloud::OneDrive, "holdfast").await?;
    ensure!(ask(&device, &good, me.clone()).await?.status == 200);
    let elsewhere = tokens(&device, &clouds, Cloud::OneDrive, "elsewhere").await?;
    ensure!(ask(&device, &elsewhere, me.clone()).await?.status == 401);
    // One cloud's token at another.
    let dropbox = tokens(&device, &clouds, Cloud::Dropbox, "holdfast").await?;
    ensure!(ask(&device, &dropbox, me.clone()).await?.status == 401);
    // A refresh token is no access token.
    let refresh = Grant {
        access: good.refresh.clone().context("no refresh token")?,
        ..good.clone()
    };
    ensure!(ask(&device, &refresh, me.clone()).await?.status == 401);
    // Without the scope.
    clouds
        .control(Cloud::OneDrive, "forbid?scope=User.Read")
        .await?;
    let less = tokens(&device, &clouds, Cloud::OneDrive, "holdfast").await?;
    ensure!(!less.covers(config(&clouds, Cloud::OneDrive).server().scope));
    ensure!(ask(&device, &less, me).await?.status == 403);
    Ok(())
}

#[tokio::test]
async fn no_token_is_taken_at_a_download_address() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    let device = Device::new(1)?;
    let grant = tokens(&device, &clouds, Cloud::OneDrive, "holdfast").await?;
    let url = format!("{}y4m0000000000000001", clouds.url());
    ensure!(ask(&device, &grant, url).await?.status == 401);
    ensure!(clouds.state().graph.offences.len() == 1);
    Ok(())
}

#[tokio::test]
async fn a_native_client_may_send_no_origin() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    let device = Device::new(1)?;
    for (client, allowed) in [("holdfast", true), ("native", false)] {
        let grant = tokens(&device, &clouds, Cloud::OneDrive, client).await?;
        let refresh = grant.refresh.context("no refresh token")?;
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
            ("client_id", client),
        ];
        let request = HttpRequest {
            method: "POST",
            url: format!("{}common/oauth2/v2.0/token", clouds.url()),
            headers: vec![
                ("content-type", "application/x-www-form-urlencoded".into()),
                ("origin", "chrome-extension://abcdefghijklmnop".into()),
            ],
            body: holdfast_backup::oauth::form::encode(&pairs).into_bytes(),
        };
        let response = device.send(request).await;
        let status = response.map(|response| response.status);
        ensure!((status == Ok(200)) == allowed, "{client}: {status:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_verifier_a_code_used_twice_and_a_rotated_token_give_nothing() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    let device = Device::new(1)?;
    let config = config(&clouds, Cloud::OneDrive);
    let (server, client) = (config.server(), config.client());
    let pending = Pending::new(&device, NATIVE_REDIRECT);
    let url = pending.url(&server, &client, Prompt::Choose, "");
    let back = press(&url, "jane").await?.context("not sent back")?;
    let code = pending
        .read(&back)
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let wrong = Pending {
        verifier: Secret::new("x".repeat(43)),
        ..pending.clone()
    };
    let refused = token::redeem(&device, &server, &client, &wrong, &code).await;
    ensure!(refused.is_err());

    let url = pending.url(&server, &client, Prompt::Choose, "");
    let back = press(&url, "jane").await?.context("not sent back")?;
    let code = pending
        .read(&back)
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let grant = token::redeem(&device, &server, &client, &pending, &code).await;
    let grant = grant.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let first = grant.refresh.context("no refresh token")?;
    let renewed = token::refresh(&device, &server, &client, &first).await;
    let renewed = renewed.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let second = renewed.refresh.context("it was not rotated")?;
    ensure!(second != first);
    // The old one again: it is refused, and so is everything that came of it.
    ensure!(
        token::refresh(&device, &server, &client, &first)
            .await
            .is_err()
    );
    ensure!(
        token::refresh(&device, &server, &client, &second)
            .await
            .is_err()
    );
    // Without a challenge there is not even a page.
    let bare = url.split("&code_challenge").next().unwrap_or_default();
    let (back, _) = follow(Default::default(), bare, None).await?;
    ensure!(back.is_some_and(|back| back.contains("error=invalid_request")));
    Ok(())
}
