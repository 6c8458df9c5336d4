//! Keys: slots, the recovery sheet, unlocking and locking, and what must never be seen anywhere.

mod canary;
mod locking;
mod newcomer;
mod reopened;
mod sheet;
mod slots;

use anyhow::{Context, Result};
use holdfast_tests::browser::Browser;
use holdfast_tests::journey::Person;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

/// A recovery sheet as it is printed.
pub struct Printed {
    /// All its words.
    pub text: String,
}

impl Printed {
    /// Makes a sheet in the section about keys and reads what would be printed.
    pub async fn make(browser: &Browser, passphrase: &str) -> Result<Self> {
        Person::at(browser).go_to("security").await?;
        browser.fill("#recovery-passphrase", passphrase).await?;
        browser.click("#recovery-submit").await?;
        Person::at(browser)
            .sent("#recovery-form", "visible('#sheet-groups li')")
            .await?;
        Self::read(browser).await
    }

    /// Reads the sheet that is shown: what paper would show, without buttons and forms.
    pub async fn read(browser: &Browser) -> Result<Self> {
        browser.wait_visible("#sheet-groups li").await?;
        let body = "const sheet = document.querySelector('#sheet'); \
            const hidden = [...sheet.querySelectorAll('.no-print')]; \
            hidden.forEach((part) => { part.style.display = 'none'; }); \
            const text = sheet.innerText; \
            hidden.forEach((part) => { part.style.display = ''; }); \
            return text";
        let text = browser.js(body, &[]).await?;
        let text = text.as_str().context("the sheet has no text")?.to_owned();
        Ok(Self { text })
    }

    /// The groups of the recovery key, in order.
    pub fn groups(&self) -> Vec<String> {
        let is_group = |word: &&str| {
            word.len() == 5
                && word
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        };
        self.text
            .split_whitespace()
            .filter(is_group)
            .map(str::to_owned)
            .collect()
    }

    /// The first web address on it.
    pub fn address(&self) -> Result<String> {
        let mut words = self.text.split_whitespace();
        let address = words.find(|word| word.starts_with("http"));
        Ok(address.context("no address on the sheet")?.to_owned())
    }

    /// The user name on it.
    pub fn user(&self) -> Result<String> {
        let line = self
            .text
            .lines()
            .find_map(|line| line.trim().strip_prefix("User name:"));
        Ok(line.context("no user name on the sheet")?.trim().to_owned())
    }

    /// Types the two groups that are asked for, and closes the sheet by it.
    pub async fn confirm(&self, browser: &Browser) -> Result<()> {
        let groups = self.groups();
        for place in ["first", "second"] {
            let label = browser.text(&format!("#confirm-{place}-label")).await?;
            let number: usize = label
                .split_whitespace()
                .last()
                .and_then(|number| number.parse().ok())
                .context("no group is asked for")?;
            let group = groups.get(number - 1).context("no such group")?;
            browser.fill(&format!("#confirm-{place}"), group).await?;
        }
        browser.click("#confirm-submit").await?;
        Person::at(browser)
            .sent("#confirm-form", "!visible('#sheet')")
            .await
    }
}

/// Changes the passphrase in the section about keys.
pub async fn change_passphrase(browser: &Browser, from: &str, to: &str) -> Result<()> {
    Person::at(browser).go_to("security").await?;
    fill_by_paste(browser, "#passphrase-current", from).await?;
    fill_by_paste(browser, "#passphrase-new", to).await?;
    fill_by_paste(browser, "#passphrase-repeat", to).await?;
    browser.click("#passphrase-submit").await?;
    Person::at(browser)
        .sent("#passphrase-form", "visible('#toast')")
        .await
}

/// Puts a text into a field exactly as it is: a keyboard driver may compose its characters.
pub async fn fill_by_paste(browser: &Browser, css: &str, text: &str) -> Result<()> {
    browser.wait_visible(css).await?;
    let body = "const field = document.querySelector(args[0]); field.focus(); \
        field.value = args[1]; field.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.js(body, &[json!(css), json!(text)]).await.map(drop)
}

/// Waits until an element can't be seen.
pub async fn wait_hidden(browser: &Browser, css: &str) -> Result<()> {
    let body = "return document.querySelector(args[0])?.checkVisibility() ?? false";
    eventually(&format!("{css} is hidden"), async || {
        Ok((browser.js(body, &[json!(css)]).await? == false).then_some(()))
    })
    .await
}

/// Waits until an element's text is free of these words.
pub async fn wait_without(browser: &Browser, css: &str, words: &str) -> Result<()> {
    eventually(&format!("{css} no longer says {words:?}"), async || {
        Ok((!browser.text(css).await?.contains(words)).then_some(()))
    })
    .await
}

/// Asks the background from the current page, as our own pages do.
pub async fn ask(browser: &Browser, request: Value) -> Result<Value> {
    let body = "return (globalThis.browser ?? chrome).runtime.sendMessage(args[0])";
    browser.js(body, &[request]).await
}
