//! What the extension says to anybody's console: pages, popups and background alike.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use super::cdp::{self, Cdp};
use super::{Browser, Engine, text_at};

/// Listens to the consoles of every page and worker, those that start later included.
pub struct Console {
    heard: Arc<Mutex<Vec<String>>>,
    listener: Option<JoinHandle<()>>,
}

impl Browser {
    /// Begins to listen.
    pub async fn listen_to_consoles(&self) -> Result<Console> {
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let Engine::Chromium(chromium) = &self.engine else {
            // Firefox keeps what was said.
            return Ok(Console {
                heard,
                listener: None,
            });
        };
        let (cdp, into) = (chromium.cdp.clone(), Arc::clone(&heard));
        let mut events = cdp.events();
        follow(&cdp, true).await?;
        let listener = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => hear(&cdp, &event, &into).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Ok(Console {
            heard,
            listener: Some(listener),
        })
    }

    /// Everything that was said, as JSON or text, one message after the other.
    pub async fn said(&self, console: &Console) -> Result<Vec<String>> {
        if let Engine::Firefox(_) = &self.engine {
            let script = "const { ConsoleAPIStorage } = Cc['@mozilla.org/consoleAPI-storage;1'] \
                  ? { ConsoleAPIStorage: Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage) } : {}; \
                const calls = ConsoleAPIStorage.getEvents().map((event) => [event.filename, event.level, ...event.arguments.map(String)].join(' ')); \
                const messages = Services.console.getMessageArray().map(String); \
                return [...calls, ...messages];";
            let said = self.chrome_js(script, &[]).await?;
            let texts = said.as_array().cloned().unwrap_or_default();
            return Ok(texts
                .iter()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect());
        }
        Ok(console
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

async fn follow(cdp: &Cdp, follow: bool) -> Result<()> {
    let params = json!({ "autoAttach": follow, "waitForDebuggerOnStart": follow, "flatten": true });
    cdp.send(None, "Target.setAutoAttach", params)
        .await
        .map(drop)
}

async fn hear(cdp: &Cdp, event: &Value, heard: &Mutex<Vec<String>>) {
    if cdp::is(event, "method", "Target.attachedToTarget") {
        if let Ok(session) = text_at(event, "/params/sessionId") {
            for method in [
                "Runtime.enable",
                "Log.enable",
                "Runtime.runIfWaitingForDebugger",
            ] {
                // What is gone again says nothing more.
                let _ = cdp.send(Some(session), method, json!({})).await;
            }
        }
        return;
    }
    let speaks = [
        "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown",
        "Log.entryAdded",
    ];
    if speaks.iter().any(|method| cdp::is(event, "method", method)) {
        heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event.to_string());
    }
}
