//! One of the extension's pages in a tab.

use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::BASE64;
use serde_json::{Value, json};
use thirtyfour::{By, WebElement};

use super::{Browser, asynchronous, quoted, settled};
use crate::process::{PATIENCE, eventually};

/// Waits until what `find()` gives has the same place three times in a row, and not for ever: some
/// things always move.
pub(super) const SETTLE: &str = "let last = '', still = 0; \
    for (let i = 0; i < 120 && still < 2; i++) { \
      await new Promise((done) => setTimeout(done, 16)); \
      const box = find()?.getBoundingClientRect(); \
      const now = box ? [box.x, box.y, box.width, box.height].join() : ''; \
      still = now && now === last ? still + 1 : 0; last = now; \
    }";

impl Browser {
    /// Opens a page of the extension in the current tab: `popup.html`, `options.html#backup`.
    pub async fn open(&self, page: &str) -> Result<()> {
        self.goto(&format!("{}/{page}", self.origin())).await
    }

    /// Opens any address in the current tab.
    pub async fn goto(&self, address: &str) -> Result<()> {
        self.driver.goto(address).await?;
        self.apply_appearance().await
    }

    /// Runs a function body in the current page; it may `await`, and finds `args`.
    pub async fn js(&self, body: &str, args: &[Value]) -> Result<Value> {
        let result = self
            .driver
            .execute_async(asynchronous(body), args.to_vec())
            .await?;
        settled(result.json())
    }

    /// Waits for an element to be there.
    pub async fn wait(&self, css: &str) -> Result<WebElement> {
        eventually(&format!("{css} is on the page"), async || {
            Ok(self.driver.find_all(By::Css(css)).await?.into_iter().next())
        })
        .await
    }

    /// Waits for an element to be there, and to be seen.
    pub async fn wait_visible(&self, css: &str) -> Result<WebElement> {
        eventually(&format!("{css} can be seen"), async || {
            for element in self.driver.find_all(By::Css(css)).await? {
                if element.is_displayed().await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits until an element's text, with white space collapsed, contains these words.
    pub async fn wait_text(&self, css: &str, words: &str) -> Result<String> {
        let mut last = String::new();
        eventually(&format!("{css} says {words:?}"), async || {
            last = self.text(css).await?;
            Ok(last.contains(words).then(|| last.clone()))
        })
        .await
        .with_context(|| format!("it says {last:?}"))
    }

    /// An element's text, with white space collapsed.
    pub async fn text(&self, css: &str) -> Result<String> {
        let body = format!("return document.querySelector({}).textContent", quoted(css));
        Ok(collapse(&self.js(&body, &[]).await?))
    }

    /// A real click in the middle of the first such element that can be seen, once it holds still:
    /// nobody presses what moves, and what is loaded meanwhile moves it.
    pub async fn click(&self, css: &str) -> Result<()> {
        let element = self.wait_visible(css).await?;
        element.scroll_into_view().await?;
        let settle = format!(
            "const [css] = args; const find = () => \
               [...document.querySelectorAll(css)].find((one) => one.checkVisibility()); {SETTLE}"
        );
        self.js(&settle, &[json!(css)]).await?;
        Ok(self.wait_visible(css).await?.click().await?)
    }

    /// Empties a field and types into it with a real keyboard.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        let element = self.wait_visible(css).await?;
        element.clear().await?;
        Ok(element.send_keys(text).await?)
    }

    /// Types wherever the focus is. For special keys see `thirtyfour::Key`.
    pub async fn press(&self, keys: impl AsRef<str> + Send) -> Result<()> {
        Ok(self
            .driver
            .action_chain()
            .send_keys(keys.as_ref())
            .perform()
            .await?)
    }

    /// Chooses a file in an `<input type="file">`.
    pub async fn upload(&self, css: &str, file: &Path) -> Result<()> {
        self.upload_all(css, &[file]).await
    }

    /// Chooses several files at once, where the field takes them.
    pub async fn upload_all(&self, css: &str, files: &[&Path]) -> Result<()> {
        let mut paths = Vec::new();
        for file in files {
            let path = file.canonicalize()?;
            paths.push(
                path.to_str()
                    .context("the file's path is no text")?
                    .to_owned(),
            );
        }
        // The drivers' own way of naming several.
        let element = self.wait(css).await?;
        Ok(element.send_keys(paths.join("\n")).await?)
    }

    /// Pastes a file, such as a picture from a screenshot, onto an element.
    pub async fn paste_file(&self, css: &str, file: &Path, mime: &str) -> Result<()> {
        self.transfer(css, file, mime, &["paste"]).await
    }

    /// Drags a file over an element and drops it there.
    pub async fn drop_file(&self, css: &str, file: &Path, mime: &str) -> Result<()> {
        self.transfer(css, file, mime, &["dragenter", "dragover", "drop"])
            .await
    }

    /// Everything in one of the extension's storage areas: `local`, `session`, `sync`. The current
    /// page must be one of the extension's.
    pub async fn storage(&self, area: &str) -> Result<Value> {
        let body = "return (globalThis.browser ?? chrome).storage[args[0]].get(null)";
        self.js(body, &[json!(area)]).await
    }

    async fn transfer(&self, css: &str, file: &Path, mime: &str, events: &[&str]) -> Result<()> {
        let bytes = std::fs::read(file).with_context(|| format!("no {}", file.display()))?;
        let name = file
            .file_name()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        self.wait(css).await?;
        let args = [
            json!(css),
            json!(name),
            json!(mime),
            json!(BASE64.encode(&bytes)),
            json!(events),
        ];
        self.js(TRANSFER, &args).await.map(drop)
    }
}

/// Hands a file to the page as the clipboard or a drag would.
const TRANSFER: &str = "const [css, name, mime, base64, events] = args; \
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)); \
    const data = new DataTransfer(); \
    data.items.add(new File([bytes], name, { type: mime })); \
    const options = { bubbles: true, cancelable: true, composed: true }; \
    for (const type of events) { \
      if (type !== 'paste') { \
        const event = new DragEvent(type, { ...options, dataTransfer: data }); \
        document.querySelector(css).dispatchEvent(event); \
        continue; \
      } \
      const event = new ClipboardEvent(type, { ...options, clipboardData: data }); \
      if (event.clipboardData?.files.length !== 1) { \
        /* Firefox takes only text here. What scripts of a driver set, pages see only below Xray. */ \
        const page = window.wrappedJSObject ?? window; \
        const description = new page.Object(); \
        description.value = data.wrappedJSObject ?? data; \
        page.Object.defineProperty(event.wrappedJSObject ?? event, 'clipboardData', description); \
      } \
      document.querySelector(css).dispatchEvent(event); \
    }";

/// Text as a person reads it: runs of white space are one space.
pub(super) fn collapse(text: &Value) -> String {
    text.as_str()
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// How long scripts inside a page may wait, in milliseconds: a little less than those outside.
pub(super) const SCRIPT_PATIENCE: u128 = PATIENCE.as_millis() - 5_000;
