//! The background: killing and waking it; and the network, cut for the whole browser.

use std::sync::Arc;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use super::cdp::{self, Cdp};
use super::{Browser, Engine, text_at};

impl Browser {
    /// Ends the background without warning, the way the browser does when it was idle for too long.
    pub async fn kill_background(&self) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => {
                for worker in self.workers(&chromium.cdp).await? {
                    chromium.cdp.close_target(&worker).await?;
                }
                Ok(())
            }
            Engine::Firefox(firefox) => {
                let state = self
                    .chrome_js(
                        "const { extension } = WebExtensionPolicy.getByID(args[0]); \
                         await extension.terminateBackground({ ignoreDevToolsAttached: true }); \
                         return extension.backgroundState;",
                        &[json!(firefox.id)],
                    )
                    .await?;
                if state != "stopped" {
                    bail!("the background is {state} after it was ended");
                }
                Ok(())
            }
        }
    }

    /// Whether the background runs at this moment.
    pub async fn background_runs(&self) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(chromium) => Ok(!self.workers(&chromium.cdp).await?.is_empty()),
            Engine::Firefox(firefox) => {
                let script =
                    "return WebExtensionPolicy.getByID(args[0]).extension.backgroundState;";
                Ok(self.chrome_js(script, &[json!(firefox.id)]).await? == "running")
            }
        }
    }

    /// Starts the background again by a message that means nothing to it. The current page must be
    /// one of the extension's.
    pub async fn wake_background(&self) -> Result<()> {
        self.js(
            "await (globalThis.browser ?? chrome).runtime.sendMessage({}).catch(() => {})",
            &[],
        )
        .await
        .map(drop)
    }

    /// Cuts the whole browser off from every network, loopback included, or connects it again. What
    /// starts in the meantime, such as a woken background, is cut off as well.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => {
                let mut cut_off = chromium.cut_off.lock().await;
                match (offline, cut_off.take()) {
                    (true, Some(already)) => *cut_off = Some(already),
                    (true, None) => *cut_off = Some(CutOff::start(&chromium.cdp).await?),
                    (false, Some(before)) => before.end(&chromium.cdp).await?,
                    (false, None) => {}
                }
                Ok(())
            }
            Engine::Firefox(_) => self
                .chrome_js("Services.io.offline = args[0];", &[json!(offline)])
                .await
                .map(drop),
        }
    }

    pub(super) async fn workers(&self, cdp: &Cdp) -> Result<Vec<String>> {
        let targets = cdp.targets().await?;
        let ours = targets.iter().filter(|target| {
            cdp::is(target, "type", "service_worker")
                && text_at(target, "/url").is_ok_and(|url| url.starts_with(self.origin()))
        });
        ours.map(|target| Ok(text_at(target, "/targetId")?.to_owned()))
            .collect()
    }
}

/// The network of every target, cut for as long as this exists. The emulation ends with the session
/// it was asked for in, so the sessions stay open.
pub struct CutOff {
    sessions: Arc<Mutex<Vec<String>>>,
    follower: JoinHandle<()>,
}

impl CutOff {
    /// Cuts off every target there is, and from then on holds each new one until it is cut off, too.
    async fn start(cdp: &Cdp) -> Result<Self> {
        let sessions = Arc::<Mutex<Vec<String>>>::default();
        let mut events = cdp.events();
        follow_targets(cdp, true).await?;
        // Chromium reports the targets that exist before it answers.
        while let Ok(event) = events.try_recv() {
            cut(cdp, &event, &sessions).await;
        }
        let (cdp, held) = (cdp.clone(), Arc::clone(&sessions));
        let follower = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => cut(&cdp, &event, &held).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Ok(Self { sessions, follower })
    }

    async fn end(self, cdp: &Cdp) -> Result<()> {
        self.follower.abort();
        follow_targets(cdp, false).await?;
        for session in self.sessions.lock().await.drain(..) {
            // What was closed in the meantime needs no network.
            let _ = emulate(cdp, &session, false).await;
            let _ = cdp.detach(&session).await;
        }
        Ok(())
    }
}

async fn cut(cdp: &Cdp, event: &Value, sessions: &Mutex<Vec<String>>) {
    if !cdp::is(event, "method", "Target.attachedToTarget") {
        return;
    }
    if let Ok(session) = text_at(event, "/params/sessionId") {
        sessions.lock().await.push(session.to_owned());
        // A target without a network of its own cannot be cut off from it.
        let _ = emulate(cdp, session, true).await;
        let _ = cdp
            .send(Some(session), "Runtime.runIfWaitingForDebugger", json!({}))
            .await;
    }
}

async fn follow_targets(cdp: &Cdp, follow: bool) -> Result<()> {
    let params = json!({ "autoAttach": follow, "waitForDebuggerOnStart": follow, "flatten": true });
    cdp.send(None, "Target.setAutoAttach", params)
        .await
        .map(drop)
}

async fn emulate(cdp: &Cdp, session: &str, offline: bool) -> Result<()> {
    cdp.send(Some(session), "Network.enable", json!({})).await?;
    let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    cdp.send(
        Some(session),
        "Network.emulateNetworkConditions",
        conditions,
    )
    .await
    .map(drop)
}
