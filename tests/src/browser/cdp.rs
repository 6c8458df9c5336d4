//! The part of the DevTools protocol that is needed, over one connection to the whole browser.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

use super::text_at;
use crate::process::eventually;

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// A connection. Cheap to clone: all clones are the same connection.
#[derive(Clone)]
pub struct Cdp {
    out: mpsc::UnboundedSender<Message>,
    waiting: Waiting,
    events: broadcast::Sender<Arc<Value>>,
    next: Arc<AtomicU64>,
}

impl Cdp {
    /// Connects to a browser by the address of its debugger, `127.0.0.1:port`.
    pub async fn connect(address: &str) -> Result<Self> {
        let version: Value = reqwest::get(format!("http://{address}/json/version"))
            .await?
            .json()
            .await?;
        let url = text_at(&version, "/webSocketDebuggerUrl")?;
        let (socket, _) = tokio_tungstenite::connect_async(url).await?;
        let (mut sink, mut stream) = socket.split();
        let (out, mut queue) = mpsc::unbounded_channel::<Message>();
        tokio::spawn(async move {
            while let Some(message) = queue.recv().await {
                if sink.send(message).await.is_err() {
                    break;
                }
            }
        });
        let waiting = Waiting::default();
        let (events, _) = broadcast::channel(1024);
        let (replies, announce) = (waiting.clone(), events.clone());
        tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                let Ok(value) = serde_json::from_slice::<Value>(&message.into_data()) else {
                    continue;
                };
                match value.get("id").and_then(Value::as_u64) {
                    Some(id) => {
                        let sender = replies
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .remove(&id);
                        if let Some(sender) = sender {
                            let _ = sender.send(value);
                        }
                    }
                    // Nobody listening is fine.
                    None => drop(announce.send(Arc::new(value))),
                }
            }
        });
        Ok(Self {
            out,
            waiting,
            events,
            next: Arc::default(),
        })
    }

    /// Sends a command to the browser, or to what `session` is attached to.
    pub async fn send(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, receiver) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let (Some(session), Some(map)) = (session, message.as_object_mut()) {
            map.insert("sessionId".to_owned(), json!(session));
        }
        self.out
            .send(Message::text(message.to_string()))
            .context("Chromium is gone")?;
        let reply = tokio::time::timeout(Duration::from_secs(30), receiver)
            .await
            .with_context(|| format!("Chromium does not answer {method}"))?
            .context("Chromium is gone")?;
        if let Some(error) = reply.get("error") {
            bail!("{method}: {error}");
        }
        Ok(reply.get("result").cloned().unwrap_or_default())
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Arc<Value>> {
        self.events.subscribe()
    }

    /// Pages, workers and popups, as `TargetInfo`.
    pub async fn targets(&self) -> Result<Vec<Value>> {
        let reply = self.send(None, "Target.getTargets", json!({})).await?;
        Ok(reply
            .get("targetInfos")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default())
    }

    /// Waits for a target and returns its id.
    pub async fn wait_target(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<String> {
        eventually(what, async || {
            let found = self
                .targets()
                .await?
                .into_iter()
                .find(|target| wanted(target));
            found
                .map(|target| Ok(text_at(&target, "/targetId")?.to_owned()))
                .transpose()
        })
        .await
    }

    /// Attaches to a target and returns the session.
    pub async fn attach(&self, target: &str) -> Result<String> {
        let params = json!({ "targetId": target, "flatten": true });
        let reply = self.send(None, "Target.attachToTarget", params).await?;
        Ok(text_at(&reply, "/sessionId")?.to_owned())
    }

    /// Ends a session.
    pub async fn detach(&self, session: &str) -> Result<()> {
        self.send(
            None,
            "Target.detachFromTarget",
            json!({ "sessionId": session }),
        )
        .await
        .map(drop)
    }

    /// Closes a target and waits until it is gone.
    pub async fn close_target(&self, target: &str) -> Result<()> {
        self.send(None, "Target.closeTarget", json!({ "targetId": target }))
            .await?;
        eventually("a closed target disappears", async || {
            let gone = !self
                .targets()
                .await?
                .iter()
                .any(|other| is(other, "targetId", target));
            Ok(gone.then_some(()))
        })
        .await
    }

    /// Runs an expression and waits for its value.
    pub async fn eval(&self, session: &str, expression: &str) -> Result<Value> {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let reply = self.send(Some(session), "Runtime.evaluate", params).await?;
        if let Some(details) = reply.get("exceptionDetails") {
            bail!(
                "script: {}",
                details.pointer("/exception/description").unwrap_or(details)
            );
        }
        Ok(reply.pointer("/result/value").cloned().unwrap_or_default())
    }
}

/// Whether a target's property has this value.
pub fn is(target: &Value, property: &str, value: &str) -> bool {
    target.get(property).and_then(Value::as_str) == Some(value)
}
