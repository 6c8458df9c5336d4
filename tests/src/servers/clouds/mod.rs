//! Stand-ins for OneDrive, Google Drive and Dropbox: strict little servers, written after the
//! vendors' own descriptions, behind the sign-in of an authorization server that nobody here
//! wrote.

mod vendor;

use std::process::Command;

use anyhow::{Context, Result, ensure};
use data_encoding::BASE64;
use serde_json::json;
use tempfile::TempDir;

use crate::paths;
use crate::process::{Process, eventually, free_port};
use crate::servers::{Proxy, Rule};
use vendor::Vendor;

pub use holdfast_stand_ins::{Cloud, Service, State, Tampering};

/// All stand-ins, running. They end when this value is dropped.
pub struct Clouds {
    vendor: Vendor,
    proxy: Proxy,
    port: u16,
    tls: Option<Tls>,
    _sign_in: Process,
}

/// TLS for the vendors' real addresses.
struct Tls {
    port: u16,
    fingerprint: String,
    _folder: TempDir,
}

/// How they are to start.
pub struct Setup {
    /// Answer at the vendors' real addresses, by TLS.
    pub real_addresses: bool,
    /// How long access tokens live, in seconds.
    pub lifetime: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            real_addresses: false,
            lifetime: 3600,
        }
    }
}

/// Where tests without a browser are sent back to.
pub const NATIVE_REDIRECT: &str = "https://native.example/back";

/// The vendors' hosts that a browser is to find here.
const HOSTS: [&str; 8] = [
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "public.dm.files.1drv.com",
    "www.googleapis.com",
    "oauth2.googleapis.com",
    "accounts.google.com",
    "www.dropbox.com",
    "*.dropboxapi.com",
];

impl Clouds {
    /// Starts everything.
    pub async fn start(setup: Setup) -> Result<Self> {
        let vendor = Vendor::start().await?;
        let proxy = Proxy::before(vendor.port()).await?;
        let port = free_port()?;
        let tls = setup.real_addresses.then(Tls::new).transpose()?;
        let folder = tls
            .as_ref()
            .map(|tls| tls._folder.path().display().to_string());
        let folder = folder.unwrap_or_default();
        let settings = json!({
            "port": port,
            "tls": tls.as_ref().map(|tls| tls.port),
            "vendor": proxy.port(),
            "modules": paths::node_modules(),
            "certificate": format!("{folder}/certificate.pem"),
            "key": format!("{folder}/key.pem"),
            "redirects": redirects()?,
            "lifetime": setup.lifetime,
        });
        let script = paths::root().join("tests/servers/sign-in.mjs");
        let arguments = [script.display().to_string(), settings.to_string()];
        let arguments = arguments.each_ref().map(String::as_str);
        let mut sign_in = Process::spawn("node", &arguments, |command| {
            // It warns about what a stand-in does not need.
            command.stderr(std::process::Stdio::null());
        })?;
        vendor.trust(format!("http://127.0.0.1:{port}/"));
        if tls.is_some() {
            vendor.state().graph.handed_out = Some("https://public.dm.files.1drv.com/".into());
        }
        eventually("the sign-in servers answer", async || {
            ensure!(sign_in.is_running(), "the sign-in servers ended at once");
            let reply = reqwest::get(format!("http://127.0.0.1:{port}/control/any/ready")).await;
            Ok(reply
                .is_ok_and(|reply| reply.status().is_success())
                .then_some(()))
        })
        .await?;
        Ok(Self {
            vendor,
            proxy,
            port,
            tls,
            _sign_in: sign_in,
        })
    }

    /// Their common address on loopback, ending in `/`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What they have stored.
    pub fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.vendor.state()
    }

    /// Does harm on the way to the services; signing in is spared.
    pub fn inject(&self, rule: Rule) {
        self.proxy.inject(rule);
    }

    /// Ends all harm.
    pub fn heal(&self) {
        self.proxy.heal();
    }

    /// The proxy before the services.
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// Tells the sign-in servers something: `forget-tokens`, `forget-access`, `forget-sessions`,
    /// `forget-all`, `forbid?scope=…`, `allow`, `withdraw` (the application is not known any more),
    /// `admit`.
    pub async fn control(&self, cloud: Cloud, what: &str) -> Result<()> {
        let url = format!("{}control/{}/{what}", self.url(), cloud.vendor());
        reqwest::get(url).await?.error_for_status()?;
        Ok(())
    }

    /// Chromium's arguments so that it finds the vendors' hosts here, and nothing else anywhere.
    pub fn chromium_arguments(&self) -> Result<Vec<String>> {
        let tls = self
            .tls
            .as_ref()
            .context("started without real addresses")?;
        let mut rules: Vec<String> = HOSTS
            .iter()
            .map(|host| format!("MAP {host}:443 127.0.0.1:{}", tls.port))
            .collect();
        rules.push("MAP * ~NOTFOUND".to_owned());
        rules.push("EXCLUDE 127.0.0.1".to_owned());
        Ok(vec![
            format!("--host-resolver-rules={}", rules.join(", ")),
            format!("--ignore-certificate-errors-spki-list={}", tls.fingerprint),
        ])
    }

    /// Firefox's preferences to the same end.
    pub fn firefox_preferences(&self) -> Result<Vec<(String, serde_json::Value)>> {
        let tls = self
            .tls
            .as_ref()
            .context("started without real addresses")?;
        Ok(vec![
            ("network.dns.forceResolve".into(), json!("127.0.0.1")),
            (
                "network.socket.forcePort".into(),
                json!(format!("443={}", tls.port)),
            ),
        ])
    }
}

impl Tls {
    /// A certificate for a few days, made by openssl.
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let names: Vec<String> = HOSTS.iter().map(|host| format!("DNS:{host}")).collect();
        let run = |arguments: &[&str]| -> Result<Vec<u8>> {
            let output = Command::new("openssl")
                .current_dir(folder.path())
                .args(arguments)
                .output()
                .context("cannot start openssl")?;
            ensure!(
                output.status.success(),
                "openssl: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            Ok(output.stdout)
        };
        let alternatives = format!("subjectAltName={}", names.join(","));
        run(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
            "-days",
            "3",
            "-subj",
            "/CN=stand-in",
            "-addext",
            &alternatives,
        ])?;
        let public = run(&["pkey", "-in", "key.pem", "-pubout", "-outform", "DER"])?;
        let digest =
            data_encoding::HEXLOWER.decode(holdfast_stand_ins::call::sha256(&public).as_bytes())?;
        Ok(Self {
            port: free_port()?,
            fingerprint: BASE64.encode(&digest),
            _folder: folder,
        })
    }
}

/// Every address that our extension is sent back to, in both browsers, and the one of tests
/// without any.
fn redirects() -> Result<Vec<String>> {
    let manifest = std::fs::read(paths::root().join("extension/manifest.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    let text = |place: &str| manifest.pointer(place).and_then(serde_json::Value::as_str);
    let key = text("/key").context("the manifest has no key")?;
    let digest = holdfast_stand_ins::call::sha256(&BASE64.decode(key.as_bytes())?);
    let letters =
        |digit: char| char::from(b'a' + u8::try_from(digit.to_digit(16).unwrap_or(0)).unwrap_or(0));
    let chromium: String = digest.chars().take(32).map(letters).collect();
    let gecko = text("/browser_specific_settings/gecko/id").context("the manifest has no id")?;
    let gecko = sha1(gecko)?;
    let mut all = vec![
        NATIVE_REDIRECT.to_owned(),
        format!("http://127.0.0.1/mozoauth2/{gecko}"),
    ];
    for cloud in Cloud::ALL {
        all.push(format!(
            "https://{chromium}.chromiumapp.org/{}",
            cloud.code()
        ));
        all.push(format!(
            "https://{gecko}.extensions.allizom.org/{}",
            cloud.code()
        ));
    }
    Ok(all)
}

/// Firefox's redirect hosts are SHA-1 of the extension's id.
fn sha1(text: &str) -> Result<String> {
    let script = "import hashlib, sys; print(hashlib.sha1(sys.argv[1].encode()).hexdigest())";
    let output = Command::new("python3")
        .args(["-c", script, text])
        .output()?;
    ensure!(output.status.success(), "python3 failed");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
