//! The stand-ins as one server: which service a request is for, and who sent it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::Cloud;
use super::call::{Call, Caller, Reply, Token, http_date};
use super::drive::Drive;
use super::dropbox::Dropbox;
use super::graph::Graph;
use super::store::Service;
use crate::servers::message::Message;

/// All services, in one process.
pub struct Vendor {
    port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What they have stored.
pub struct State {
    /// Dropbox.
    pub dropbox: Dropbox,
    /// Microsoft Graph.
    pub graph: Graph,
    /// Google Drive.
    pub drive: Drive,
}

struct Shared {
    state: Mutex<State>,
    /// Where tokens are looked at: set once the sign-in servers are there.
    authority: Mutex<String>,
    client: reqwest::Client,
}

/// Room in an account, unless a test says otherwise.
const ROOM: u64 = 64 << 20;

impl Vendor {
    /// Starts it on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                dropbox: Dropbox::new(ROOM),
                graph: Graph::new(ROOM),
                drive: Drive::new(ROOM),
            }),
            authority: Mutex::default(),
            client: reqwest::Client::new(),
        });
        let accepting = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&accepting);
                // A browser that hangs up in the middle is no concern of the server's.
                tokio::spawn(async move { drop(shared.serve(stream).await) });
            }
        });
        Ok(Self { port, shared, task })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What is stored there.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Where tokens are looked at, ending in `/`.
    pub fn trust(&self, authority: String) {
        *self
            .shared
            .authority
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = authority;
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    /// The service of a cloud.
    pub fn service(&mut self, cloud: Cloud) -> &mut dyn Service {
        match cloud {
            Cloud::OneDrive => &mut self.graph,
            Cloud::GoogleDrive => &mut self.drive,
            Cloud::Dropbox => &mut self.dropbox,
        }
    }
}

impl Shared {
    async fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut reader = BufReader::new(stream);
        let Some(message) = Message::read_request(&mut reader).await? else {
            return Ok(());
        };
        let call = Call::read(message, now())?;
        let reply = self.answer(&call).await;
        let date = http_date(call.now);
        let mut headers: Vec<(&str, &str)> = vec![("Date", &date)];
        headers.extend(
            reply
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let response = Message::response(reply.status, &headers, &reply.body);
        reader.write_all(&response.encode(None)).await?;
        Ok(reader.shutdown().await?)
    }

    async fn answer(&self, call: &Call) -> Reply {
        let lock = || self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if Graph::is_handed_out(&call.path) {
            return lock().graph.hand_over(call);
        }
        let Some(cloud) = cloud_of(call) else {
            return Reply::text(404, "nobody is here");
        };
        let token = match self.look_at(call.bearer(), cloud).await {
            Ok(token) => token,
            Err(error) => return Reply::text(500, &format!("{error:#}")),
        };
        if call.path == "/2/auth/token/revoke" {
            return match self.revoke(call, cloud, &token).await {
                Ok(reply) => reply,
                Err(error) => Reply::text(500, &format!("{error:#}")),
            };
        }
        lock().service(cloud).answer(call, &token)
    }

    /// What a token is worth here (RFC 7662).
    async fn look_at(&self, bearer: Option<&str>, cloud: Cloud) -> Result<Token> {
        let Some(bearer) = bearer else {
            return Ok(Token::Missing);
        };
        let told: Value = self
            .ask(cloud, "introspect", &[("token", bearer)])
            .await?
            .json()
            .await?;
        let text = |name: &str| told.get(name).and_then(Value::as_str);
        if told.get("active") != Some(&Value::Bool(true)) {
            return Ok(Token::Dead);
        }
        // A refresh token is active too, and no key to anything.
        if text("aud") != Some(cloud.audience()) || text("token_type") != Some("Bearer") {
            return Ok(Token::OtherAudience);
        }
        Ok(Token::Good(Caller {
            account: text("sub").context("a token of nobody")?.to_owned(),
            scopes: text("scope")
                .unwrap_or_default()
                .split(' ')
                .map(str::to_owned)
                .collect(),
        }))
    }

    async fn revoke(&self, call: &Call, cloud: Cloud, token: &Token) -> Result<Reply> {
        if !matches!(token, Token::Good(_)) {
            return Ok(Reply::empty(401));
        }
        let pairs = [("token", call.bearer().unwrap_or_default())];
        let reply = self.ask(cloud, "revoke", &pairs).await?;
        Ok(Reply::empty(reply.status().as_u16()))
    }

    async fn ask(
        &self,
        cloud: Cloud,
        route: &str,
        pairs: &[(&str, &str)],
    ) -> Result<reqwest::Response> {
        let authority = self
            .authority
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let url = format!("{authority}{}/{route}", cloud.vendor());
        let body = holdfast_backup::oauth::form::encode(pairs);
        let request = self
            .client
            .post(url)
            .basic_auth("resource", Some("resource-secret"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Ok(request.body(body).send().await?)
    }
}

/// Which service a request is for: by its path, and by its host where that is a real one.
fn cloud_of(call: &Call) -> Option<Cloud> {
    let (cloud, hosts) = match call.path.split('/').nth(1)? {
        "2" => (
            Cloud::Dropbox,
            &["api.dropboxapi.com", "content.dropboxapi.com"][..],
        ),
        "v1.0" => (Cloud::OneDrive, &["graph.microsoft.com"][..]),
        "drive" | "upload" => (Cloud::GoogleDrive, &["www.googleapis.com"][..]),
        _ => return None,
    };
    let host = call.base.split('/').nth(2)?;
    (host.starts_with("127.0.0.1") || hosts.contains(&host)).then_some(cloud)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server on a real computer has a real clock"
)]
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
