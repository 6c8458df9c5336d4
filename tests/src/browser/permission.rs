//! The browser's own question whether the extension may reach a host.

use anyhow::{Result, bail};
use serde_json::json;

use super::{Browser, Engine};
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
    /// Does what makes the browser ask, typically a click, waits for the question, answers it, and
    /// waits until it is gone.
    pub async fn answering<T>(
        &self,
        answer: Answer,
        ask: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let before = self.questions().await?;
        let result = ask.await?;
        eventually("the browser asks for permission", async || {
            Ok((self.questions().await? > before).then_some(()))
        })
        .await?;
        match &self.engine {
            Engine::Chromium(chromium) => {
                if answer == Answer::Grant {
                    chromium.display.press("Tab")?;
                }
                chromium.display.press("Return")?;
            }
            Engine::Firefox(_) => {
                let script = "const note = PopupNotifications.panel.firstElementChild; \
                    (args[0] ? note.button : note.secondaryButton).click();";
                self.chrome_js(script, &[json!(answer == Answer::Grant)])
                    .await?;
            }
        }
        eventually("the question is gone", async || {
            Ok((self.questions().await? <= before).then_some(()))
        })
        .await?;
        Ok(result)
    }

    /// How many questions, or in Chromium windows, are on the screen.
    async fn questions(&self) -> Result<u64> {
        match &self.engine {
            Engine::Chromium(chromium) => Ok(chromium.display.windows()?.len() as u64),
            Engine::Firefox(_) => {
                let script = "const panel = PopupNotifications.panel; \
                    return panel.state === 'open' ? panel.childElementCount : 0;";
                match self.chrome_js(script, &[]).await?.as_u64() {
                    Some(count) => Ok(count),
                    None => bail!("Firefox does not say how many questions it asks"),
                }
            }
        }
    }
}
