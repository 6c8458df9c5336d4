//! What a test does many times and no person needs to be seen doing: an edit, and "try now", as our
//! own pages ask for them.

use anyhow::{Context, Result, ensure};
use data_encoding::BASE32_NOPAD;
use holdfast_tests::browser::Browser;
use holdfast_tests::process::eventually;
use serde_json::{Value, json};

/// Adds an account that differs from every other by its number. The current page must be one of the
/// extension's.
pub async fn add(browser: &Browser, number: usize) -> Result<()> {
    let secret = BASE32_NOPAD.encode(format!("number {number:03}").as_bytes());
    let link =
        format!("otpauth://totp/Site%20{number}:jane?secret={secret}&issuer=Site%20{number}");
    let answer = ask(
        browser,
        &json!({ "vault": { "add_uris": { "text": link } } }),
    )
    .await?;
    ensure!(answer.get("Ok").is_some(), "not added: {answer}");
    Ok(())
}

/// Lets the backup run now instead of in some seconds, and does not wait for it.
pub async fn back_up_now(browser: &Browser) -> Result<()> {
    let script = "(globalThis.browser ?? chrome).runtime.sendMessage({ backup: 'back_up_now' }) \
        .catch(() => {})";
    browser.js(script, &[]).await.map(drop)
}

/// The same, and waits until it was tried, whatever became of it. A background that the browser ends
/// meanwhile does not answer, and is asked again.
pub async fn backed_up(browser: &Browser) -> Result<()> {
    eventually("it was tried", async || {
        let answer = ask(browser, &json!({ "backup": "back_up_now" })).await?;
        Ok(answer.get("Ok").map(drop))
    })
    .await
}

async fn ask(browser: &Browser, request: &Value) -> Result<Value> {
    let script = "return await (globalThis.browser ?? chrome).runtime.sendMessage(args[0])";
    browser.js(script, std::slice::from_ref(request)).await
}

/// What the status on the backup page says: its state, why, what to do, and the button.
#[derive(Debug, Default)]
pub struct Said {
    /// `stored`, `not_stored` …
    pub state: String,
    /// The sentence of the cause.
    pub cause: String,
    /// The advice and when it is tried again.
    pub advice: String,
    /// The button's words.
    pub button: String,
}

/// Reads it. The current page must be the backup page.
pub async fn said(browser: &Browser) -> Result<Said> {
    let script = "const shown = (css) => { const part = document.querySelector(css); \
        return part?.checkVisibility() ? part.innerText.trim() : ''; }; \
        return [document.querySelector('#status')?.dataset.state ?? '', shown('#status-cause'), \
          `${shown('#status-advice')} ${shown('#status-repair')}`, shown('#remedy')]";
    let read = browser.js(script, &[]).await?;
    let text = |place: &str| {
        let text = read.pointer(place).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Ok(Said {
        state: text("/0"),
        cause: text("/1"),
        advice: text("/2"),
        button: text("/3"),
    })
}

/// Waits until the backup is not stored for this reason, with this button.
pub async fn wait_cause(browser: &Browser, cause: &str, button: &str) -> Result<Said> {
    let mut last = Said::default();
    eventually(
        &format!("it says “{cause}” and offers “{button}”"),
        async || {
            last = said(browser).await?;
            let right =
                last.state == "not_stored" && last.cause.contains(cause) && last.button == button;
            Ok(right.then_some(()))
        },
    )
    .await
    .with_context(|| format!("it says {last:?}"))?;
    ensure!(!last.advice.trim().is_empty(), "no advice: {last:?}");
    Ok(last)
}
