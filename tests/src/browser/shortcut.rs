//! Keyboard shortcuts that the browser itself listens to, and the popup that may follow.

use anyhow::Result;
use serde_json::{Value, json};

use super::popup::Popup;
use super::{Browser, Engine, cdp, text_at};
use crate::process::eventually;

impl Browser {
    /// Presses Ctrl+Shift and a letter, as the keyboard does: the page gets it only if the browser
    /// has no use for it.
    pub async fn shortcut(&self, letter: char) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.display.press(&format!("ctrl+shift+{letter}")),
            Engine::Firefox(_) => {
                let keys = ["\u{e009}", "\u{e008}", &letter.to_string()].map(str::to_owned);
                let stroke = |kind: &str, key: &String| json!({ "type": kind, "value": key });
                let down = keys.iter().map(|key| stroke("keyDown", key));
                let up = keys.iter().rev().map(|key| stroke("keyUp", key));
                let actions: Vec<Value> = down.chain(up).collect();
                let actions = json!([{ "type": "key", "id": "keys", "actions": actions }]);
                self.in_chrome("/actions", json!({ "actions": actions }))
                    .await
                    .map(drop)
            }
        }
    }

    /// The popup that opens by itself. In Firefox its document is out of a page's reach: only its
    /// keyboard and its pictures are to be had.
    pub async fn popup_that_opens(&self) -> Result<Popup<'_>> {
        let Some(cdp) = self.cdp() else {
            let open = "const view = document.querySelector('browser.webextension-popup-browser'); \
                        return view?.closest('panel')?.state === 'open'";
            eventually("the popup opens", async || {
                Ok((self.chrome_js(open, &[]).await? == true).then_some(()))
            })
            .await?;
            return Ok(Popup::of(self, None));
        };
        let address = format!("{}/popup.html", self.origin());
        let target = cdp
            .wait_target("the popup opens", |target| {
                cdp::is(target, "type", "page")
                    && text_at(target, "/url").is_ok_and(|url| url == address)
            })
            .await?;
        let session = cdp.attach(&target).await?;
        Ok(Popup::of(self, Some((cdp, session, target))))
    }

    /// Whether the popup is open.
    pub async fn has_popup(&self) -> Result<bool> {
        let Some(cdp) = self.cdp() else {
            let find = "return !!document.querySelector('browser.webextension-popup-browser')";
            return Ok(self.chrome_js(find, &[]).await? == true);
        };
        let address = format!("{}/popup.html", self.origin());
        Ok(cdp
            .targets()
            .await?
            .iter()
            .any(|target| text_at(target, "/url").is_ok_and(|url| url == address)))
    }
}
