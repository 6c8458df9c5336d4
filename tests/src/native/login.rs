//! A person at the sign-in page, without a browser: redirects, cookies and one button.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use holdfast_backup::destination::cloud::{CloudConfig, sign_in as flow};
use holdfast_backup::oauth::authorize::{Pending, Prompt, SignInError};
use holdfast_backup::oauth::{form, token};

use super::{Device, config};
use crate::servers::clouds::{Cloud, Clouds, NATIVE_REDIRECT};

/// Cookies by name.
pub type Cookies = BTreeMap<String, String>;

/// Who presses which button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Jane.
    Jane,
    /// John.
    John,
    /// Whoever presses *Cancel*.
    Nobody,
}

impl Who {
    /// The button's value, and the account's name at the stand-ins.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jane => "jane",
            Self::John => "john",
            Self::Nobody => "nobody",
        }
    }
}

/// Signs Jane in.
pub async fn sign_in(device: &Device, config: &CloudConfig) -> Result<CloudConfig> {
    let signed = sign_in_as(device, config, Who::Jane).await?;
    signed.map_err(|error| anyhow::anyhow!("{error:?}"))
}

/// Signs somebody in, or finds out why not.
pub async fn sign_in_as(
    device: &Device,
    config: &CloudConfig,
    who: Who,
) -> Result<Result<CloudConfig, SignInError>> {
    let url = match flow::begin(device, config).await {
        Ok(url) => url,
        Err(failure) => return Ok(Err(failure.into())),
    };
    // Who is signed in there stays so; the rest belongs to a window that is closed.
    let mut before = device.0.browser.borrow().clone();
    before.retain(|name, _| name.starts_with("_session"));
    let (address, cookies) = follow(before, &url, Some(who)).await?;
    *device.0.browser.borrow_mut() = cookies;
    let address = address.context("the window was not sent back")?;
    Ok(flow::finish(device, config, &address).await)
}

/// Opens an address in a fresh window, presses a button, and gives where the browser was sent.
pub async fn press(url: &str, who: &str) -> Result<Option<String>> {
    let who = match who {
        "jane" => Who::Jane,
        "john" => Who::John,
        _ => Who::Nobody,
    };
    Ok(follow(Cookies::new(), url, Some(who)).await?.0)
}

/// Signs Jane in at a cloud and gives the access token, for clients that are not ours.
pub async fn access_token(device: &Device, clouds: &Clouds, cloud: Cloud) -> Result<String> {
    let config = config(clouds, cloud);
    let (server, client) = (config.server(), config.client());
    let pending = Pending::new(device, NATIVE_REDIRECT);
    let url = pending.url(&server, &client, Prompt::Choose, "");
    let back = press(&url, "jane").await?.context("not sent back")?;
    let code = pending
        .read(&back)
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let grant = token::redeem(device, &server, &client, &pending, &code).await;
    let grant = grant.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    Ok(grant.access.expose().to_owned())
}

/// Follows redirects as a browser does, until it is sent back to the application; `None` when a
/// page stays open instead and nobody is there to press anything.
pub async fn follow(
    mut cookies: Cookies,
    url: &str,
    who: Option<Who>,
) -> Result<(Option<String>, Cookies)> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut url = url.to_owned();
    let mut pressed = None;
    for _ in 0..12 {
        let request = match pressed.take() {
            Some(body) => client
                .post(&url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body),
            None => client.get(&url),
        };
        let sent: Vec<String> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let response = request.header("cookie", sent.join("; ")).send().await?;
        for set in response.headers().get_all("set-cookie") {
            let set = set.to_str()?;
            let pair = set.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(location) = response.headers().get("location") {
            let location = location.to_str()?.to_owned();
            if location.starts_with(NATIVE_REDIRECT) {
                return Ok((Some(location), cookies));
            }
            url = match location.starts_with('/') {
                true => format!("{}{location}", origin(&url)),
                false => location,
            };
            continue;
        }
        match who {
            Some(who) if response.status() == 200 => {
                pressed = Some(form::encode(&[("who", who.name())]));
            }
            Some(_) => bail!("the sign-in page says: {}", response.text().await?),
            None => return Ok((None, cookies)),
        }
    }
    bail!("redirected without end")
}

fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}
