//! What only the browser itself can bring about: shortcuts, the system's lock, passkeys.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Browser, Engine};

impl Browser {
    /// Presses Alt+Shift and a letter, as the person's keyboard does, in the browser's window.
    pub async fn press_shortcut(&self, letter: char) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.display.press(&format!("alt+shift+{letter}")),
            Engine::Firefox(_) => {
                let (alt, shift) = ("\u{e00a}", "\u{e008}");
                let stroke = |kind: &str, key: &str| json!({ "type": kind, "value": key });
                let letter = letter.to_ascii_uppercase().to_string();
                let actions = json!([{ "type": "key", "id": "keys", "actions": [
                    stroke("keyDown", alt), stroke("keyDown", shift), stroke("keyDown", &letter),
                    stroke("keyUp", &letter), stroke("keyUp", shift), stroke("keyUp", alt),
                ] }]);
                self.in_chrome("/actions", json!({ "actions": actions }))
                    .await
                    .map(drop)
            }
        }
    }

    /// Lets the background hear that the system was locked. Only Chromium tells extensions.
    pub async fn lock_system(&self) -> Result<()> {
        let Engine::Chromium(chromium) = &self.engine else {
            bail!("Firefox does not tell extensions about the system's lock");
        };
        let worker = self.workers(&chromium.cdp).await?;
        let worker = worker.first().context("the background does not run")?;
        let session = chromium.cdp.attach(worker).await?;
        chromium
            .cdp
            .eval(&session, "chrome.idle.onStateChanged.dispatch('locked')")
            .await?;
        chromium.cdp.detach(&session).await
    }

    /// Gives the current tab an authenticator that knows its person and evaluates PRFs. It stays
    /// with the tab. Only Chromium has one.
    pub async fn add_authenticator(&self) -> Result<()> {
        self.devtools("WebAuthn.enable", json!({ "enableUI": false }))
            .await?;
        let options = json!({ "options": {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
            "hasResidentKey": true, "hasUserVerification": true, "hasPrf": true,
            "automaticPresenceSimulation": true, "isUserVerified": true,
        } });
        self.devtools("WebAuthn.addVirtualAuthenticator", options)
            .await
    }

    /// The current page as it is printed on paper of this size in inches: a PDF. Only Chromium's
    /// driver does it for pages of extensions.
    pub async fn print_pdf(&self, width: f64, height: f64) -> Result<Vec<u8>> {
        let centimetres = |inches: f64| inches * 2.54;
        let page = json!({ "width": centimetres(width), "height": centimetres(height) });
        let pdf = self
            .endpoint(
                "/print",
                &json!({ "page": page, "shrinkToFit": false, "background": false }),
            )
            .await?;
        let text = pdf.as_str().context("no PDF")?;
        Ok(data_encoding::BASE64.decode(text.as_bytes())?)
    }

    /// All that a page shows and holds: its document, what stands in its fields, and the page's own
    /// storage. The current page is looked at.
    pub async fn everything_on_the_page(&self) -> Result<String> {
        let body = "const fields = [...document.querySelectorAll('input, textarea, select')]; \
            return JSON.stringify([document.documentElement.outerHTML, \
              fields.map((field) => field.value), {...localStorage}, {...sessionStorage}])";
        match self.js(body, &[]).await? {
            Value::String(text) => Ok(text),
            other => bail!("the page gave {other}"),
        }
    }
}
