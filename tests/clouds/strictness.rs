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

/// A request, and the status that it has to be refused with.
struct Refused {
    cloud: Cloud,
    method: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    status: u16,
}

const JSON: (&str, &str) = ("content-type", "application/json");

const REFUSED: &[Refused] = &[
    // A member of another type, and a root that is written with a slash.
    Refused {
        cloud: Cloud::Dropbox,
        method: "POST",
        path: "2/files/list_folder",
        headers: &[JSON],
        body: r#"{"path":"","recursive":"no"}"#,
        status: 400,
    },
    Refused {
        cloud: Cloud::Dropbox,
        method: "POST",
        path: "2/files/list_folder",
        headers: &[JSON],
        body: r#"{"path":"/"}"#,
        status: 400,
    },
    // A download says nothing about a body that it does not have.
    Refused {
        cloud: Cloud::Dropbox,
        method: "POST",
        path: "2/files/download",
        headers: &[JSON, ("dropbox-api-arg", r#"{"path":"/a/b"}"#)],
        body: "",
        status: 400,
    },
    Refused {
        cloud: Cloud::Dropbox,
        method: "POST",
        path: "2/files/unheard",
        headers: &[JSON],
        body: "null",
        status: 404,
    },
    // A field that no file has, and one request that must name its fields.
    Refused {
        cloud: Cloud::GoogleDrive,
        method: "GET",
        path: "drive/v3/files?spaces=appDataFolder&q=trashed%20%3D%20false&fields=files(id,etag)",
        headers: &[],
        body: "",
        status: 400,
    },
    Refused {
        cloud: Cloud::GoogleDrive,
        method: "GET",
        path: "drive/v3/about",
        headers: &[],
        body: "",
        status: 400,
    },
    // The content before the metadata.
    Refused {
        cloud: Cloud::GoogleDrive,
        method: "POST",
        path: "upload/drive/v3/files?uploadType=multipart",
        headers: &[("content-type", "multipart/related; boundary=x")],
        body: "--x\r\nContent-Type: application/octet-stream\r\n\r\n{}\r\n--x\r\n\
            Content-Type: application/json\r\n\r\n{}\r\n--x--\r\n",
        status: 400,
    },
    Refused {
        cloud: Cloud::OneDrive,
        method: "GET",
        path: "v1.0/me/drive/special/approot/children?$top=5000",
        headers: &[],
        body: "",
        status: 400,
    },
    Refused {
        cloud: Cloud::OneDrive,
        method: "POST",
        path: "v1.0/me/drive/special/approot/children",
        headers: &[("content-type", "text/plain")],
        body: r#"{"name":"a","folder":{}}"#,
        status: 415,
    },
];

#[tokio::test]
async fn what_the_descriptions_do_not_have_is_refused() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    let device = Device::new(1)?;
    for cloud in Cloud::ALL {
        let grant = tokens(&device, &clouds, cloud, "holdfast").await?;
        for refused in REFUSED.iter().filter(|refused| refused.cloud == cloud) {
            let headers = refused.headers.iter();
            let request = HttpRequest {
                method: refused.method,
                url: format!("{}{}", clouds.url(), refused.path),
                headers: headers
                    .map(|(name, value)| (*name, (*value).to_owned()))
                    .collect(),
                body: refused.body.as_bytes().to_vec(),
            };
            let fixed = Fixed {
                http: &device,
                token: &grant.access,
            };
            let response = fixed.send(request).await;
            let status = response.map(|response| response.status);
            ensure!(status == Ok(refused.status), "{}: {status:?}", refused.path);
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_pieces_of_an_upload_agree_on_its_length() -> Result<()> {
    let clouds = Clouds::start(Setup::default()).await?;
    let device = Device::new(1)?;
    let grant = tokens(&device, &clouds, Cloud::OneDrive, "holdfast").await?;
    let fixed = Fixed {
        http: &device,
        token: &grant.access,
    };
    let begin = HttpRequest {
        method: "POST",
        url: format!(
            "{}v1.0/me/drive/special/approot:/long:/createUploadSession",
            clouds.url()
        ),
        headers: vec![("content-type", "application/json".into())],
        body: br#"{"item":{"@microsoft.graph.conflictBehavior":"fail"}}"#.to_vec(),
    };
    let begun = fixed.send(begin).await;
    let begun = begun.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let session: serde_json::Value = serde_json::from_slice(&begun.body)?;
    let url = session
        .pointer("/uploadUrl")
        .and_then(serde_json::Value::as_str);
    let url = url.context("no session")?;
    let size = 320 << 10;
    for (range, status) in [
        (format!("bytes 0-{}/{}", size - 1, 3 * size), 202),
        (format!("bytes {size}-{}/{}", 2 * size - 1, 2 * size), 400),
        (format!("bytes 0-{}/{}", size - 1, 3 * size), 416),
        (format!("bytes {size}-{}/{}", 2 * size - 1, 3 * size), 202),
    ] {
        let piece = HttpRequest {
            method: "PUT",
            url: url.to_owned(),
            headers: vec![("content-range", range.clone())],
            body: vec![7; size],
        };
        let response = device.send(piece).await;
        let told = response.map(|response| response.status);
        ensure!(told == Ok(status), "{range}: {told:?}");
    }
    Ok(())
}
