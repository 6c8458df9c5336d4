//! What a person does with Holdfast, as they do it: with mouse and keyboard, on its own pages.
//!
//! The browser tests and `make run` share these steps, so what is shown is what is tested.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::browser::{Answer, Browser};
use crate::process::eventually;

/// Accounts to try things out with. The first is the one of the demo sign-in page.
pub const DEMO_ACCOUNTS: &[&str] = &[
    "otpauth://totp/Demo%20Harbour:jane@harbour.example?secret=JBSWY3DPEHPK3PXP&issuer=Demo%20Harbour",
    "otpauth://totp/Lighthouse%20Mail:jane@lighthouse.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lighthouse%20Mail",
    "otpauth://totp/Northern%20Bank:jane?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Northern%20Bank&algorithm=SHA256&digits=8&period=60",
    "otpauth://hotp/Old%20Mill%20VPN:jane?secret=KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU&issuer=Old%20Mill%20VPN&counter=0",
];

/// One who uses the browser.
pub struct Person<'a> {
    browser: &'a Browser,
}

/// Where backups go.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder's address.
    pub address: String,
    /// The user's name there.
    pub user: String,
    /// The app password.
    pub password: String,
}

/// A bucket where backups go.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The endpoint's address.
    pub endpoint: String,
    /// Its name.
    pub name: String,
    /// The access key's id.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
}

/// A row of the popup's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who issued the account.
    pub issuer: String,
    /// Whose it is.
    pub label: String,
    /// The code as it stands there, without spaces; dots if it is not to be seen.
    pub code: String,
}

impl<'a> Person<'a> {
    /// Someone in front of this browser.
    pub fn at(browser: &'a Browser) -> Self {
        Self { browser }
    }

    /// First run: chooses a passphrase, and puts the recovery sheet off.
    pub async fn create_vault(&self, passphrase: &str) -> Result<()> {
        self.choose_passphrase(passphrase).await?;
        self.browser.click("#sheet-close").await?;
        self.browser.wait_visible("#section-backup").await.map(drop)
    }

    /// The first step of that. The recovery sheet is shown then.
    pub async fn choose_passphrase(&self, passphrase: &str) -> Result<()> {
        self.browser.open("options.html").await?;
        self.browser.fill("#create-passphrase", passphrase).await?;
        self.browser.fill("#create-repeat", passphrase).await?;
        self.browser.click("#create-submit").await?;
        self.sent("#create-form", "visible('#sheet-groups li')")
            .await
    }

    /// Pastes otpauth links into the import page.
    pub async fn import(&self, links: &[&str]) -> Result<()> {
        self.go_to("transfer").await?;
        let area = self.browser.wait_visible("#import-text").await?;
        area.clear().await?;
        // Too many keystrokes for a keyboard: the text comes in as a paste does.
        self.browser
            .js(
                "const area = document.querySelector('#import-text'); area.focus(); \
                 area.value = args[0]; area.dispatchEvent(new Event('input', { bubbles: true }));",
                &[links.join("\n").into()],
            )
            .await?;
        self.browser.click("#import-submit").await?;
        self.take_import().await.map(drop)
    }

    /// Imports what the preview shows; gives what the page says of it.
    pub async fn take_import(&self) -> Result<String> {
        self.browser.click("#transfer-import").await?;
        self.browser.wait_visible("#transfer-done").await?;
        self.browser.text("#transfer-done").await
    }

    /// Connects a WebDAV folder and grants what the browser asks.
    pub async fn connect(&self, place: &Place) -> Result<()> {
        self.open_connect("web_dav").await?;
        self.fill_place("#connect-form", place).await?;
        self.send_connect().await
    }

    /// Connects a bucket and grants what the browser asks.
    pub async fn connect_bucket(&self, bucket: &Bucket) -> Result<()> {
        self.open_connect("s3").await?;
        self.fill_bucket("connect", bucket).await?;
        self.send_connect().await
    }

    /// Opens the form that connects a destination, for that kind.
    pub async fn open_connect(&self, kind: &str) -> Result<()> {
        self.go_to("backup").await?;
        let open = "return document.querySelector('#connect').open";
        if self.browser.js(open, &[]).await? != true {
            self.browser.click("#connect > summary").await?;
        }
        self.choose_kind("connect", kind).await
    }

    /// Sends that form, where the browser has nothing to ask.
    pub async fn send_connect_unasked(&self) -> Result<()> {
        self.browser.click("#connect-submit").await?;
        self.sent("#connect-form", "!visible('#connect-form')")
            .await
    }

    /// Sends that form and grants what the browser asks.
    async fn send_connect(&self) -> Result<()> {
        self.browser
            .answering(Answer::Grant, self.browser.click("#connect-submit"))
            .await?;
        self.sent("#connect-form", "visible('#destinations .destination')")
            .await
    }

    /// Waits until the status on the current page is this: `stored`, `not_stored` …
    pub async fn wait_status(&self, state: &str) -> Result<String> {
        let mut last = Value::Null;
        eventually(&format!("the status is {state}"), async || {
            last = self
                .browser
                .js(
                    "const status = document.querySelector('#status'); \
                     return [status.dataset.state, status.innerText]",
                    &[],
                )
                .await?;
            Ok((last.pointer("/0").is_some_and(|now| now == state)).then_some(()))
        })
        .await
        .with_context(|| format!("it says {last}"))?;
        Ok(last
            .pointer("/1")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned())
    }

    /// Reads the accounts in the popup's page, opened in a tab.
    pub async fn read_codes(&self) -> Result<Vec<Shown>> {
        self.browser.open("popup.html").await?;
        self.browser.wait_visible("#accounts .account").await?;
        let rows = self
            .browser
            .js(
                "return [...document.querySelectorAll('#accounts .account')].map((row) => \
                   ['.issuer', '.label', '.code'].map((css) => row.querySelector(css).textContent))",
                &[],
            )
            .await?;
        rows.as_array()
            .context("no rows")?
            .iter()
            .map(shown)
            .collect()
    }

    /// Locks the vault.
    pub async fn lock(&self) -> Result<()> {
        self.go_to("security").await?;
        self.browser.click("#lock").await?;
        self.browser.wait_visible("#unlock-form").await.map(drop)
    }

    /// Unlocks it again, on the settings page.
    pub async fn unlock(&self, passphrase: &str) -> Result<()> {
        self.browser.open("options.html").await?;
        self.browser.fill("#unlock-passphrase", passphrase).await?;
        self.browser.click("#unlock-submit").await?;
        self.sent("#unlock-form", "!visible('#unlock-form')").await
    }

    /// Restores everything a place holds, in a fresh profile or into the vault that is there.
    pub async fn restore(&self, place: &Place, secret: &str) -> Result<String> {
        self.go_to("restore").await?;
        self.choose_kind("find", "web_dav").await?;
        self.fill_place("#find-form", place).await?;
        self.send_find(secret).await
    }

    /// Restores everything a bucket holds.
    pub async fn restore_bucket(&self, bucket: &Bucket, secret: &str) -> Result<String> {
        self.go_to("restore").await?;
        self.choose_kind("find", "s3").await?;
        self.fill_bucket("find", bucket).await?;
        self.send_find(secret).await
    }

    /// Restores from a file.
    pub async fn restore_file(&self, file: &Path, secret: &str) -> Result<String> {
        self.go_to("restore").await?;
        self.choose_kind("find", "download").await?;
        self.browser.upload("#find-file", file).await?;
        self.browser.click("#find-submit").await?;
        self.open_found(secret).await
    }

    async fn send_find(&self, secret: &str) -> Result<String> {
        self.browser
            .answering(Answer::Grant, self.browser.click("#find-submit"))
            .await?;
        self.open_found(secret).await
    }

    async fn open_found(&self, secret: &str) -> Result<String> {
        self.sent("#find-form", "visible('#found')").await?;
        self.browser.fill("#restore-secret", secret).await?;
        self.browser.click("#restore-submit").await?;
        self.sent("#restore-form", "visible('#restored')").await?;
        self.browser.text("#restored-heading").await
    }

    /// The first step of restoring from a folder: looks what is there.
    pub async fn look_for_backups(&self, place: &Place) -> Result<()> {
        self.go_to("restore").await?;
        self.choose_kind("find", "web_dav").await?;
        self.fill_place("#find-form", place).await?;
        self.browser
            .answering(Answer::Grant, self.browser.click("#find-submit"))
            .await?;
        self.sent("#find-form", "visible('#found')").await
    }

    /// Chooses a kind of destination by its card.
    async fn choose_kind(&self, form: &str, kind: &str) -> Result<()> {
        let card = format!(".kind:has(#{form}-kind-{kind})");
        self.browser.click(&card).await?;
        let fields = format!("#{form}-form fieldset[data-kind={kind}]");
        self.browser.wait_visible(&fields).await.map(drop)
    }

    async fn fill_bucket(&self, form: &str, bucket: &Bucket) -> Result<()> {
        for (name, value) in [
            ("address", &bucket.endpoint),
            ("bucket", &bucket.name),
            ("access_key", &bucket.access_key),
            ("secret_key", &bucket.secret_key),
        ] {
            self.browser
                .fill(&format!("#{form}-s3-{name}"), value)
                .await?;
        }
        Ok(())
    }

    /// Opens a section of the settings page.
    pub async fn go_to(&self, section: &str) -> Result<()> {
        self.browser
            .open(&format!("options.html#{section}"))
            .await?;
        self.browser
            .wait_visible(&format!("#section-{section}"))
            .await
            .map(drop)
    }

    async fn fill_place(&self, form: &str, place: &Place) -> Result<()> {
        for (name, value) in [
            ("address", &place.address),
            ("user", &place.user),
            ("password", &place.password),
        ] {
            self.browser
                .fill(&format!("{form} [name={name}]"), value)
                .await?;
        }
        Ok(())
    }

    /// Waits for what follows a form that was sent, or fails with what the form says is wrong. `done`
    /// is JavaScript that is true once it worked.
    pub async fn sent(&self, form: &str, done: &str) -> Result<()> {
        let script = format!(
            "const errors = [...document.querySelectorAll(args[0] + ' :is(.form-error, .field-error)')]; \
             const said = errors.filter((e) => e.checkVisibility()).map((e) => e.textContent).join(' '); \
             const visible = (css) => document.querySelector(css)?.checkVisibility() ?? false; \
             return [said, {done}];"
        );
        let said = eventually(&format!("{form} was sent: {done}"), async || {
            let seen = self.browser.js(&script, &[form.into()]).await?;
            let said = seen
                .pointer("/0")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let done = seen.pointer("/1") == Some(&Value::Bool(true));
            Ok((done || !said.is_empty()).then_some(said))
        })
        .await?;
        if !said.is_empty() {
            bail!("the page says: {said}");
        }
        Ok(())
    }
}

fn shown(row: &Value) -> Result<Shown> {
    let cell = |index: &str| {
        row.pointer(index)
            .and_then(Value::as_str)
            .map(str::trim)
            .context("a row without text")
    };
    Ok(Shown {
        issuer: cell("/0")?.to_owned(),
        label: cell("/1")?.to_owned(),
        code: cell("/2")?
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect(),
    })
}
