//! The browser's own question whether the extension may reach a host.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::{Browser, Engine};
use crate::display::Display;
use crate::process::eventually;

/// What the person says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Allow.
    Grant,
    /// Not now.
    Deny,
}

impl Browser {
    /// Does what makes the browser ask, typically a click in the current page, waits for the
    /// question, answers it, and waits until it is gone.
    pub async fn answering<T>(
        &self,
        answer: Answer,
        ask: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let before = self.screen()?;
        let result = ask.await?;
        eventually("the browser asks for permission", async || {
            let asked = self.is_asked().await? && has_darkened(&before, &self.screen()?);
            Ok(asked.then_some(()))
        })
        .await?;
        match &self.engine {
            Engine::Chromium(chromium) => {
                confirm(self, &chromium.display, answer).await?;
            }
            Engine::Firefox(_) => {
                let script = "const question = PopupNotifications.panel.firstElementChild; \
                    (args[0] ? question.button : question.secondaryButton).click();";
                self.chrome_js(script, &[json!(answer == Answer::Grant)])
                    .await?;
                self.wait_unasked().await?;
            }
        }
        Ok(result)
    }

    async fn wait_unasked(&self) -> Result<()> {
        eventually("the question is gone", async || {
            Ok((!self.is_asked().await?).then_some(()))
        })
        .await
    }

    /// Whether a question is on the screen.
    async fn is_asked(&self) -> Result<bool> {
        match &self.engine {
            // The question is drawn into the browser's window and takes the focus from the page.
            Engine::Chromium(_) => Ok(self.js("return document.hasFocus()", &[]).await? == false),
            Engine::Firefox(_) => {
                let script = "const { panel } = PopupNotifications; \
                    return panel.state === 'open' && panel.childElementCount > 0;";
                Ok(self.chrome_js(script, &[]).await? == true)
            }
        }
    }

    fn screen(&self) -> Result<Vec<u8>> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.display.memory(),
            Engine::Firefox(_) => Ok(Vec::new()),
        }
    }
}

/// Chromium dims its whole window while it asks; before that is seen, keys go elsewhere.
fn has_darkened(before: &[u8], now: &[u8]) -> bool {
    let different = before
        .iter()
        .zip(now)
        .filter(|(before, now)| before != now)
        .count();
    different * 4 >= before.len()
}

/// Presses what means the answer. Chromium ignores keys in the first moments of a question, to guard
/// against answers by accident; how long that lasts it does not say.
async fn confirm(browser: &Browser, display: &Display, answer: Answer) -> Result<()> {
    tokio::time::sleep(PROTECTED).await;
    if answer == Answer::Grant {
        display.press("Tab")?;
    }
    for _ in 0..5 {
        display.press("Return")?;
        for _ in 0..30 {
            if !browser.is_asked().await? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    browser.wait_unasked().await
}

/// A little longer than the double-click time for which Chromium protects its questions.
const PROTECTED: Duration = Duration::from_millis(700);
