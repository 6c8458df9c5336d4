//! The real popup at the toolbar, which WebDriver does not see.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::appearance::{picture, save};
use super::cdp::{self, Cdp};
use super::page::{SCRIPT_PATIENCE, SETTLE, collapse};
use super::{Browser, Engine, quoted, settled, text_at};
use crate::process::eventually;

/// An open popup.
pub struct Popup<'a> {
    browser: &'a Browser,
    /// In Firefox: the page in view is not one of the extension's, through which it can be reached.
    apart: bool,
    /// In Chromium: the connection, its session in the popup, and the popup's target.
    session: Option<(&'a Cdp, String, String)>,
}

/// In Firefox's own code: the popup's `<browser>` and the panel it lies in.
const FIND: &str = "const view = document.querySelector('browser.webextension-popup-browser'); \
    const panel = view?.closest('panel');";

impl Browser {
    /// Opens the popup as a click on the toolbar does. The current page must be one of the
    /// extension's: it is who asks for it.
    pub async fn open_popup(&self) -> Result<Popup<'_>> {
        let Some(cdp) = self.cdp() else {
            self.js("await browser.action.openPopup()", &[]).await?;
            let popup = Popup {
                browser: self,
                apart: false,
                session: None,
            };
            eventually("the popup is there", async || {
                let ready = popup
                    .js("return w.document.readyState === 'complete'")
                    .await?;
                Ok((ready == true).then_some(()))
            })
            .await?;
            if let Some(scheme) = self.scheme() {
                let script =
                    format!("{FIND} view.browsingContext.prefersColorSchemeOverride = args[0];");
                self.chrome_js(&script, &[json!(scheme.name())]).await?;
            }
            return Ok(popup);
        };
        let before = cdp.targets().await?;
        self.js("await chrome.action.openPopup()", &[]).await?;
        let target = cdp
            .wait_target("the popup is there", |target| {
                cdp::is(target, "type", "page")
                    && text_at(target, "/url").is_ok_and(|url| url.starts_with(self.origin()))
                    && !before
                        .iter()
                        .any(|old| old.get("targetId") == target.get("targetId"))
            })
            .await?;
        let session = cdp.attach(&target).await?;
        if let Some(scheme) = self.scheme() {
            cdp.send(
                Some(&session),
                "Emulation.setEmulatedMedia",
                scheme.emulation(),
            )
            .await?;
        }
        Ok(Popup {
            browser: self,
            apart: false,
            session: Some((cdp, session, target)),
        })
    }
}

impl<'a> Popup<'a> {
    pub(super) fn of(browser: &'a Browser, session: Option<(&'a Cdp, String, String)>) -> Self {
        Self {
            browser,
            apart: true,
            session,
        }
    }
}

impl Popup<'_> {
    /// Runs a function body with `w` bound to the popup's window; it may `await`.
    pub async fn js(&self, body: &str) -> Result<Value> {
        match &self.session {
            Some((cdp, session, _)) => {
                cdp.eval(session, &format!("(async (w) => {{ {body} }})(window)"))
                    .await
            }
            None if self.apart => {
                let script = format!(
                    "const done = arguments[arguments.length - 1]; \
                     (async (w) => {{ {body} }})(window).then((ok) => done({{ ok: ok ?? null }}), \
                     (error) => done({{ error: String(error) }}));"
                );
                let run = format!(
                    "{FIND} view.focus(); \
                     const actor = view.browsingContext.currentWindowGlobal.getActor('MarionetteCommands'); \
                     return actor.executeScript(args[0], [], {{ async: true }});"
                );
                settled(&self.browser.chrome_js(&run, &[json!(script)]).await?)
            }
            // The tab is of the same origin and may reach into the popup's window.
            None => {
                let find = "const w = browser.extension.getViews({ type: 'popup' })[0]; \
                    if (!w) throw new Error('the popup is not open');";
                self.browser.js(&format!("{find} {body}"), &[]).await
            }
        }
    }

    /// Waits for an element to be there.
    pub async fn wait(&self, css: &str) -> Result<()> {
        self.js(&format!(
            "for (const end = Date.now() + {SCRIPT_PATIENCE}; Date.now() < end;) {{ \
               if (w.document.querySelector({0})) return; \
               await new Promise((done) => w.setTimeout(done, 20)); \
             }} throw new Error('waited in vain for ' + {0})",
            quoted(css)
        ))
        .await
        .map(drop)
    }

    /// Waits until an element's text contains these words.
    pub async fn wait_text(&self, css: &str, words: &str) -> Result<String> {
        self.wait(css).await?;
        let mut last = String::new();
        eventually(&format!("{css} in the popup says {words:?}"), async || {
            last = self.text(css).await?;
            Ok(last.contains(words).then(|| last.clone()))
        })
        .await
        .with_context(|| format!("it says {last:?}"))
    }

    /// An element's text, with white space collapsed.
    pub async fn text(&self, css: &str) -> Result<String> {
        let body = format!(
            "return w.document.querySelector({}).textContent",
            quoted(css)
        );
        Ok(collapse(&self.js(&body).await?))
    }

    /// A real click in the middle of an element.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.wait(css).await?;
        let (x, y) = self.middle(css).await?;
        match &self.session {
            Some((cdp, session, _)) => {
                for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
                    let button = if kind == "mouseMoved" { "none" } else { "left" };
                    let event =
                        json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
                    cdp.send(Some(session), "Input.dispatchMouseEvent", event)
                        .await?;
                }
                Ok(())
            }
            None => {
                let (left, top) = self.settled_corner().await?;
                let (x, y) = ((left + x) as i64, (top + y) as i64);
                self.firefox_actions(json!([{ "type": "pointer", "id": "mouse", "actions": [
                    { "type": "pointerMove", "x": x, "y": y, "duration": 0 },
                    { "type": "pointerDown", "button": 0 },
                    { "type": "pointerUp", "button": 0 },
                ] }]))
                .await
            }
        }
    }

    /// Draws with the pointer from one point of an element to another, both in fractions of its
    /// width and height.
    pub async fn draw(&self, css: &str, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        self.wait(css).await?;
        let middle = self.middle(css).await?;
        let size = coordinates(
            &self
                .js(&format!(
                    "const box = w.document.querySelector({}).getBoundingClientRect(); \
                     return [box.width, box.height]",
                    quoted(css)
                ))
                .await?,
        )?;
        let at =
            |(x, y): (f64, f64)| (middle.0 + (x - 0.5) * size.0, middle.1 + (y - 0.5) * size.1);
        let (from, to) = (at(from), at(to));
        let between = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        match &self.session {
            Some((cdp, session, _)) => {
                for (kind, (x, y), button, buttons) in [
                    ("mouseMoved", from, "none", 0),
                    ("mousePressed", from, "left", 1),
                    ("mouseMoved", between, "left", 1),
                    ("mouseMoved", to, "left", 1),
                    ("mouseReleased", to, "left", 0),
                ] {
                    let event = json!({ "type": kind, "x": x, "y": y, "button": button,
                        "buttons": buttons, "clickCount": 1 });
                    cdp.send(Some(session), "Input.dispatchMouseEvent", event)
                        .await?;
                }
                Ok(())
            }
            None => {
                let (left, top) = self.settled_corner().await?;
                let go = |(x, y): (f64, f64)| {
                    let (x, y) = ((left + x) as i64, (top + y) as i64);
                    json!({ "type": "pointerMove", "x": x, "y": y, "duration": 20 })
                };
                self.firefox_actions(json!([{ "type": "pointer", "id": "mouse", "actions": [
                    go(from),
                    { "type": "pointerDown", "button": 0 },
                    go(between),
                    go(to),
                    { "type": "pointerUp", "button": 0 },
                ] }]))
                .await
            }
        }
    }

    /// A real click by a person's mouse, with nobody attached to the popup any more: Chromium keeps
    /// a popup open that it thinks is looked into.
    pub async fn click_and_let_go(self, css: &str) -> Result<()> {
        let Engine::Chromium(chromium) = &self.browser.engine else {
            return self.click(css).await;
        };
        self.wait(css).await?;
        let (x, y) = self.middle(css).await?;
        let corner = self
            .js("return [w.screenX + (w.outerWidth - w.innerWidth) / 2, \
                 w.screenY + w.outerHeight - w.innerHeight]")
            .await?;
        let (left, top) = coordinates(&corner)?;
        if let Some((cdp, session, _)) = &self.session {
            cdp.detach(session).await?;
        }
        chromium
            .display
            .click((left + x) as u32, (top + y) as u32, 1)
    }

    /// Clicks into a field and types into it with a real keyboard.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        self.click(css).await?;
        self.js(&format!(
            "w.document.querySelector({}).select?.()",
            quoted(css)
        ))
        .await?;
        self.press(text).await
    }

    /// Types wherever the popup's focus is. Special keys are WebDriver's characters, as in
    /// `thirtyfour::Key`: Enter, Tab, Escape and the arrows.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let Some((cdp, session, _)) = &self.session else {
            let strokes: Vec<Value> = keys
                .chars()
                .flat_map(|key| {
                    ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key }))
                })
                .collect();
            return self
                .firefox_actions(json!([{ "type": "key", "id": "keys", "actions": strokes }]))
                .await;
        };
        for key in keys.chars() {
            for kind in ["keyDown", "keyUp"] {
                cdp.send(Some(session), "Input.dispatchKeyEvent", stroke(kind, key))
                    .await?;
            }
        }
        Ok(())
    }

    /// Saves a picture of the popup.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let image = match &self.session {
            Some((cdp, session, _)) => {
                let reply = cdp
                    .send(
                        Some(session),
                        "Page.captureScreenshot",
                        json!({ "format": "png" }),
                    )
                    .await?;
                reply.get("data").cloned().unwrap_or_default()
            }
            None => {
                self.settled_corner().await?;
                let script = format!(
                    "{FIND} const {{ width, height }} = view.getBoundingClientRect(); \
                     const scale = window.devicePixelRatio; \
                     const image = await view.browsingContext.currentWindowGlobal \
                       .drawSnapshot(new DOMRect(0, 0, width, height), scale, 'white'); \
                     const canvas = new OffscreenCanvas(image.width, image.height); \
                     canvas.getContext('2d').drawImage(image, 0, 0); \
                     const blob = await canvas.convertToBlob({{ type: 'image/png' }}); \
                     const bytes = new Uint8Array(await blob.arrayBuffer()); \
                     return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));"
                );
                self.browser.chrome_js(&script, &[]).await?
            }
        };
        save(file, &picture(&image)?)
    }

    /// Whether it is still open; it closes by itself when its page says so.
    pub async fn is_open(&self) -> Result<bool> {
        match &self.session {
            Some((cdp, _, target)) => Ok(cdp
                .targets()
                .await?
                .iter()
                .any(|other| cdp::is(other, "targetId", target))),
            None => {
                let script = "return browser.extension.getViews({ type: 'popup' }).length > 0";
                Ok(self.browser.js(script, &[]).await? == true)
            }
        }
    }

    /// Closes it the way a click elsewhere does. (Calling `window.close()` from the tab races in
    /// Firefox and can take the session down.)
    pub async fn close(self) -> Result<()> {
        match &self.session {
            Some((cdp, _, target)) => cdp.close_target(target).await,
            None => {
                let script = format!(
                    "{FIND} if (!panel) return; \
                     const hidden = new Promise((done) => \
                       panel.addEventListener('popuphidden', done, {{ once: true }})); \
                     panel.hidePopup(); await hidden;"
                );
                self.browser.chrome_js(&script, &[]).await?;
                eventually("the popup is closed", async || {
                    let script = format!("{FIND} return !view;");
                    Ok((self.browser.chrome_js(&script, &[]).await? == true).then_some(()))
                })
                .await
            }
        }
    }

    /// The middle of an element, in the popup's own coordinates.
    async fn middle(&self, css: &str) -> Result<(f64, f64)> {
        let point = self
            .js(&format!(
                "const css = {}; const find = () => w.document.querySelector(css); \
                 const setTimeout = w.setTimeout.bind(w); \
                 find().scrollIntoView({{ block: 'nearest' }}); {SETTLE} \
                 const box = find().getBoundingClientRect(); \
                 return [box.x + box.width / 2, box.y + box.height / 2]",
                quoted(css)
            ))
            .await?;
        coordinates(&point)
    }

    /// Where in Firefox's window the popup lies, once it has stopped moving: the panel follows its
    /// document as that is laid out.
    async fn settled_corner(&self) -> Result<(f64, f64)> {
        let script = format!(
            "{FIND} let last = '', still = 0; \
             for (let i = 0; i < 300 && still < 6; i++) {{ \
               await new Promise((done) => setTimeout(done, 16)); \
               const box = view.getBoundingClientRect(); \
               const now = [panel.state, box.x, box.y, box.width, box.height].join(); \
               still = now === last && panel.state === 'open' && box.width ? still + 1 : 0; \
               last = now; \
             }} \
             const box = view.getBoundingClientRect(); return [box.x, box.y];"
        );
        coordinates(&self.browser.chrome_js(&script, &[]).await?)
    }

    async fn firefox_actions(&self, actions: Value) -> Result<()> {
        match &self.browser.engine {
            Engine::Firefox(_) => self
                .browser
                .in_chrome("/actions", json!({ "actions": actions }))
                .await
                .map(drop),
            Engine::Chromium(_) => Ok(()),
        }
    }
}

/// A key of the keyboard for Chromium. Special ones carry WebDriver's private characters.
fn stroke(kind: &str, key: char) -> Value {
    let (name, code, text) = match key {
        '\u{e007}' | '\u{e006}' | '\n' => ("Enter", 13, "\r"),
        '\u{e004}' => ("Tab", 9, ""),
        '\u{e00c}' => ("Escape", 27, ""),
        '\u{e003}' => ("Backspace", 8, ""),
        '\u{e012}' => ("ArrowLeft", 37, ""),
        '\u{e013}' => ("ArrowUp", 38, ""),
        '\u{e014}' => ("ArrowRight", 39, ""),
        '\u{e015}' => ("ArrowDown", 40, ""),
        _ => {
            let key = key.to_string();
            let text = if kind == "keyDown" { key.as_str() } else { "" };
            return json!({ "type": kind, "key": key, "text": text });
        }
    };
    let text = if kind == "keyDown" { text } else { "" };
    json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "text": text })
}

pub(super) fn coordinates(point: &Value) -> Result<(f64, f64)> {
    let at = |index: &str| {
        point
            .pointer(index)
            .and_then(Value::as_f64)
            .with_context(|| format!("no point: {point}"))
    };
    Ok((at("/0")?, at("/1")?))
}
