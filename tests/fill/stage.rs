//! What the tests begin with: a browser with accounts, and pages under names of their own.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::journey::Person;
use holdfast_tests::oracle::Oath;
use holdfast_tests::paths;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::Site;
use serde_json::{Value, json};

/// The passphrase of every vault here.
pub const PASSPHRASE: &str = "gravel lantern otter nineteen";
/// The secret of every account here.
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A browser in which every name leads to one server.
pub struct Stage {
    /// The browser.
    pub browser: Browser,
    /// Who serves the pages, for as long as they are needed.
    _site: Site,
}

impl Stage {
    /// Starts both, with an account per name, bound to these sites.
    pub async fn set(kind: Kind, folder: PathBuf, accounts: &[(&str, &[&str])]) -> Result<Self> {
        Self::set_on(kind, folder, accounts, Options::new()?).await
    }

    /// The same in a browser of a certain kind of screen.
    pub async fn set_on(
        kind: Kind,
        folder: PathBuf,
        accounts: &[(&str, &[&str])],
        mut options: Options,
    ) -> Result<Self> {
        let site = Site::serve(folder).await?;
        let port = site.url().rsplit(':').next().unwrap_or_default().to_owned();
        options.arguments = match kind {
            Kind::Chromium => vec![
                format!("--host-resolver-rules=MAP *:80 127.0.0.1:{port},MAP *:443 ~NOTFOUND"),
                "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable".to_owned(),
            ],
            Kind::Firefox => Vec::new(),
        };
        options.preferences = [
            ("network.dns.forceResolve", json!("127.0.0.1")),
            ("network.socket.forcePort", json!(format!("80={port}"))),
            ("dom.security.https_first", json!(false)),
            ("dom.security.https_first_schemeless", json!(false)),
            ("dom.security.https_only_mode", json!(false)),
            ("network.stricttransportsecurity.preloadlist", json!(false)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        let browser = Browser::start(kind, options).await?;
        let stage = Self {
            browser,
            _site: site,
        };
        let person = Person::at(&stage.browser);
        person.create_vault(PASSPHRASE).await?;
        let links: Vec<String> = accounts
            .iter()
            .map(|(name, _)| {
                let kind = if name.starts_with("Counter") {
                    "hotp"
                } else {
                    "totp"
                };
                let more = if kind == "hotp" { "&counter=0" } else { "" };
                format!("otpauth://{kind}/{name}:jane?secret={SECRET}&issuer={name}{more}")
            })
            .collect();
        // Equal secrets would be taken for one account: each has its name in it.
        let links: Vec<String> = links
            .iter()
            .zip(accounts)
            .map(|(link, (name, _))| link.replace(SECRET, &secret_of(name)))
            .collect();
        person
            .import(&links.iter().map(String::as_str).collect::<Vec<_>>())
            .await?;
        stage.bind(accounts).await?;
        Ok(stage)
    }

    /// Binds accounts to sites, as their owner does in the form that edits them.
    async fn bind(&self, accounts: &[(&str, &[&str])]) -> Result<()> {
        self.browser.open("popup.html").await?;
        for (name, sites) in accounts.iter().filter(|(_, sites)| !sites.is_empty()) {
            let id = self.id_of(name).await?;
            let request = json!({ "vault": { "edit": { "id": id, "edit": { "sites": sites } } } });
            let answer = self
                .browser
                .js(
                    "return (globalThis.browser ?? chrome).runtime.sendMessage(args[0])",
                    &[request],
                )
                .await?;
            ensure!(answer.get("Err").is_none(), "binding {name}: {answer}");
        }
        Ok(())
    }

    /// The id of an account, read off the popup's page, which must be open.
    pub async fn id_of(&self, name: &str) -> Result<String> {
        let find = "return [...document.querySelectorAll('#accounts .account')] \
                    .find((row) => row.querySelector('.issuer').textContent === args[0])?.dataset.id ?? null";
        eventually(&format!("{name} is in the list"), async || {
            let id = self.browser.js(find, &[json!(name)]).await?;
            Ok(id.as_str().map(str::to_owned))
        })
        .await
    }

    /// The sites that an account is bound to.
    pub async fn sites_of(&self, name: &str) -> Result<String> {
        self.browser.open("popup.html").await?;
        let id = self.id_of(name).await?;
        self.browser
            .click(&format!("[data-id=\"{id}\"] .account-menu"))
            .await?;
        self.browser
            .click(&format!("[data-id=\"{id}\"] [data-action=edit]"))
            .await?;
        self.browser.wait_visible("#edit-sites").await?;
        let value = self
            .browser
            .js("return document.querySelector('#edit-sites').value", &[])
            .await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Goes to a page and waits until it has drawn what it draws.
    pub async fn goto(&self, address: &str) -> Result<()> {
        self.browser.goto(address).await?;
        self.browser
            .js(
                "await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))",
                &[],
            )
            .await?;
        Ok(())
    }

    /// Presses the shortcut that fills.
    pub async fn fill(&self) -> Result<()> {
        self.browser.shortcut('f').await
    }

    /// Waits until a script in the page gives a code of this account.
    pub async fn wait_code(&self, name: &str, script: &str) -> Result<()> {
        let mut last = Value::Null;
        let outcome = eventually(&format!("the code of {name} is there"), async || {
            last = self.browser.js(script, &[]).await?;
            let text: String = last
                .as_str()
                .unwrap_or_default()
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            Ok(is_code(name, &text)?.then_some(()))
        })
        .await;
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => {
                let waiting = self.waiting().await?;
                Err(error.context(format!(
                    "the page has {last}, the popup would say {waiting}"
                )))
            }
        }
    }

    /// What waits for the popup to be said, for messages of failing tests.
    async fn waiting(&self) -> Result<String> {
        self.browser.open("popup.html").await?;
        let waiting = self.browser.storage("session").await?;
        Ok(waiting
            .get("fill_waiting")
            .map(ToString::to_string)
            .unwrap_or_default())
    }
}

/// The secret of an account.
pub fn secret_of(name: &str) -> String {
    data_encoding::BASE32_NOPAD.encode(
        format!("{name}{SECRET}")
            .as_bytes()
            .get(..20)
            .unwrap_or_default(),
    )
}

/// Whether this is a code of the account, of now or a moment ago, by another implementation.
pub fn is_code(name: &str, text: &str) -> Result<bool> {
    let secret = secret_of(name);
    let oath = Oath {
        secret: &secret,
        algorithm: "SHA1",
        digits: 6,
    };
    let now = now()?;
    for seconds in [now, now.saturating_sub(30), now.saturating_sub(60)] {
        if oath.totp(seconds, 30)? == text {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Seconds since the Unix epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "a test on a real computer has a real clock"
)]
pub fn now() -> Result<u64> {
    Ok(std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs())
}

/// The folder of pages that these tests serve.
pub fn pages() -> PathBuf {
    paths::root().join("tests/fill/pages")
}
