//! Every request that the clients make, written down in `docs/transcripts`. What changes from run
//! to run (tokens, ids, times, hashes) is replaced by its name, so that the pages change only when
//! the requests do; this test fails until they are written anew with `HOLDFAST_WRITE_TRANSCRIPTS=1`.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use holdfast_backup::destination::Destination;
use holdfast_backup::destination::cloud::{CloudConfig, sign_in as flow};
use holdfast_tests::native::{Device, Exchange, config, press, sign_in};
use holdfast_tests::paths;
use holdfast_tests::servers::clouds::Cloud;

use crate::references::{preface, reference};
use crate::stage::Stage;

#[tokio::test]
async fn the_transcripts_in_the_docs_are_what_is_sent() -> Result<()> {
    for cloud in Cloud::ALL {
        let page = transcript(cloud).await?;
        let name = format!("docs/transcripts/{}.md", cloud.code());
        let path = paths::root().join(&name);
        if std::env::var_os("HOLDFAST_WRITE_TRANSCRIPTS").is_some() {
            std::fs::create_dir_all(path.parent().context("no folder")?)?;
            std::fs::write(&path, &page)?;
        }
        let written = std::fs::read_to_string(&path).with_context(|| name.clone())?;
        let first = written.lines().zip(page.lines()).find(|(a, b)| a != b);
        ensure!(
            written == page,
            "{name} is not what is sent (HOLDFAST_WRITE_TRANSCRIPTS=1 writes it): {first:?}"
        );
    }
    Ok(())
}

async fn transcript(cloud: Cloud) -> Result<String> {
    let stage = Stage::set(cloud).await?;
    let device = &stage.device;
    device.take_exchanges();
    let base = stage.clouds.url();
    let mut page = Page {
        text: format!(
            "# {}\n\n{}\n\nWritten by a test; what changes from run to run is in `<>`.\n",
            title(cloud),
            preface(cloud)
        ),
        cloud,
        base: base.clone(),
        real: real(cloud),
    };

    let blank = config(&stage.clouds, cloud);
    let url = flow::begin(device, &blank).await;
    let url = url.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    page.heading("Signing in: the address of the window");
    page.request("GET", &url)?;
    let back = press(&url, "jane").await?.context("not sent back")?;
    let done = flow::finish(device, &blank, &back).await;
    done.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    page.exchanges("Signing in: the code is redeemed, and who it is", device)?;

    let place = stage.destination()?;
    let failed = |failure| anyhow::anyhow!("{failure:?}");
    place.prepare().await.map_err(failed)?;
    page.exchanges("Preparing", device)?;
    place.list("").await.map_err(failed)?;
    page.exchanges("Listing the whole, with the room that is left", device)?;
    for name in ["one", "two", "three"] {
        let put = place.put(&format!("vault/{name}"), b"sealed").await;
        put.map_err(failed)?;
        match name {
            "one" => page.exchanges("Storing the first snapshot of a vault", device)?,
            "two" => page.exchanges("Storing another", device)?,
            _ => {
                device.take_exchanges();
            }
        }
    }
    place.put("vault/one", b"sealed").await.map_err(failed)?;
    page.exchanges("Storing under a name that is there", device)?;
    place
        .put("vault/long", &vec![7; 9 << 20])
        .await
        .map_err(failed)?;
    page.exchanges("Storing a long snapshot", device)?;
    place.list("vault").await.map_err(failed)?;
    page.exchanges("Listing a vault, in pages", device)?;
    place.list("missing").await.map_err(failed)?;
    page.exchanges("Listing a vault that is not there", device)?;
    place.get("vault/one").await.map_err(failed)?;
    page.exchanges("Reading a snapshot back", device)?;
    place.get("vault/missing").await.map_err(failed)?;
    page.exchanges("Reading one that is not there", device)?;
    place.delete("vault/one").await.map_err(failed)?;
    page.exchanges("Deleting one", device)?;
    stage.clouds.control(cloud, "forget-access").await?;
    place.get("vault/two").await.map_err(failed)?;
    page.exchanges("Reading with an access token that has ended", device)?;

    let other = Device::new(4)?;
    // Google's sign-in for the hidden folder is not taken back: there is nothing to see.
    let visible = CloudConfig {
        visible: cloud == Cloud::GoogleDrive,
        ..blank
    };
    let signed = sign_in(&other, &visible).await?;
    other.take_exchanges();
    let out = flow::forget(&other, &signed).await;
    out.map_err(failed)?;
    page.exchanges("Disconnecting", &other)?;
    Ok(page.text)
}

fn title(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::OneDrive => "OneDrive: every request",
        Cloud::GoogleDrive => "Google Drive: every request",
        Cloud::Dropbox => "Dropbox: every request",
    }
}

/// Where the stand-in's paths are in reality.
fn real(cloud: Cloud) -> Vec<(&'static str, &'static str)> {
    match cloud {
        Cloud::OneDrive => vec![
            ("common/", "https://login.microsoftonline.com/common/"),
            ("v1.0/", "https://graph.microsoft.com/v1.0/"),
            ("y4m", "https://<handed out>/y4m"),
            ("rup", "https://<handed out>/rup"),
        ],
        Cloud::GoogleDrive => vec![
            ("o/oauth2/", "https://accounts.google.com/o/oauth2/"),
            ("token", "https://oauth2.googleapis.com/token"),
            ("revoke", "https://oauth2.googleapis.com/revoke"),
            ("", "https://www.googleapis.com/"),
        ],
        Cloud::Dropbox => vec![
            (
                "oauth2/authorize",
                "https://www.dropbox.com/oauth2/authorize",
            ),
            (
                "2/files/upload",
                "https://content.dropboxapi.com/2/files/upload",
            ),
            (
                "2/files/download",
                "https://content.dropboxapi.com/2/files/download",
            ),
            ("", "https://api.dropboxapi.com/"),
        ],
    }
}

struct Page {
    text: String,
    cloud: Cloud,
    base: String,
    real: Vec<(&'static str, &'static str)>,
}

impl Page {
    fn heading(&mut self, heading: &str) {
        let _ = write!(self.text, "\n## {heading}\n\n");
    }

    /// The first line of a request, below what it was read against.
    fn request(&mut self, method: &str, url: &str) -> Result<()> {
        let real = self.real(url);
        let path = real.split('?').next().unwrap_or_default().to_owned();
        let reference = reference(self.cloud, method, &real);
        let reference = reference.with_context(|| format!("{method} {path} has no reference"))?;
        let _ = writeln!(self.text, "{reference}:\n");
        self.line(&format!("{method} {url}"));
        Ok(())
    }

    fn real(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (path, real) in &self.real {
            line = line.replace(&format!("{}{path}", self.base), real);
        }
        line
    }

    fn line(&mut self, line: &str) {
        let line = steady(&self.real(line));
        let _ = writeln!(self.text, "    {line}");
    }

    fn exchanges(&mut self, heading: &str, device: &Device) -> Result<()> {
        self.heading(heading);
        let exchanges = device.take_exchanges();
        if exchanges.is_empty() {
            let _ = writeln!(self.text, "Nothing is sent.");
        }
        for exchange in exchanges {
            self.exchange(&exchange)?;
        }
        Ok(())
    }

    fn exchange(&mut self, exchange: &Exchange) -> Result<()> {
        let request = &exchange.request;
        self.request(request.method, &request.url)?;
        for (name, value) in &request.headers {
            let value = match *name {
                "authorization" => "Bearer <access token>",
                _ => value,
            };
            self.line(&format!("{name}: {value}"));
        }
        if !request.body.is_empty() {
            let text = std::str::from_utf8(&request.body).ok();
            match text.filter(|text| text.len() < 2000) {
                Some(text) => text.lines().for_each(|line| self.line(line)),
                None => self.line(&format!("({} bytes)", request.body.len())),
            }
        }
        let status = exchange
            .response
            .as_ref()
            .map_or(0, |response| response.status);
        self.line(&format!("→ {status}"));
        self.text.push('\n');
        Ok(())
    }
}

/// Replaces what changes from run to run by its name.
fn steady(line: &str) -> String {
    let mut line = line.to_owned();
    for name in [
        "state=",
        "code_challenge=",
        "code=",
        "code_verifier=",
        "refresh_token=",
        "token=",
    ] {
        line = replace_value(&line, name, &['&', ' ']);
    }
    // Numbers that the stand-ins count, and file names by chance.
    for (before, ends) in [
        ("/y4m", &['?', ' '][..]),
        ("/rup", &['?', ' '][..]),
        ("cursor-", &['"'][..]),
        ("session-", &['"'][..]),
        ("upload_id=", &['&', ' '][..]),
        ("/files/id", &['?', ' '][..]),
        ("%27id", &['%'][..]),
        ("[\"id", &['"'][..]),
        ("boundary=", &[' '][..]),
        ("--", &['-', ' '][..]),
    ] {
        line = replace_value(&line, before, ends);
    }
    line
}

/// Replaces what stands between a mark and the next of some ends.
fn replace_value(line: &str, mark: &str, ends: &[char]) -> String {
    let mut replaced = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(mark) {
        let own = at == 0
            || rest
                .get(..at)
                .is_none_or(|before| !before.ends_with(is_name));
        let (before, after) = rest.split_at(at + mark.len());
        replaced.push_str(before);
        let end = after.find(ends).unwrap_or(after.len());
        if (own || !mark.ends_with('=')) && end > 0 {
            replaced.push_str("<…>");
            rest = after.get(end..).unwrap_or_default();
        } else {
            rest = after;
        }
    }
    replaced.push_str(rest);
    replaced
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
