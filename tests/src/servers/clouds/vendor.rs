//! The stand-ins as one server: which service a request is for, and who sent it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use holdfast_stand_ins::call::{Call, Caller, Reply, Token, http_date};
use holdfast_stand_ins::{Cloud, State};

use crate::servers::message::Message;

/// All services, in one process.
pub struct Vendor {
    port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    state: Mutex<State>,
    /// Where tokens are looked at: set once the sign-in servers are there.
    authority: Mutex<String>,
    client: reqwest::Client,
}

impl Vendor {
    /// Starts it on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            state: Mutex::default(),
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

impl Shared {
    async fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut reader = BufReader::new(stream);
        let Some(message) = Message::read_request(&mut reader).await? else {
            return Ok(());
        };
        let call = read(message)?;
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
        if let Some(reply) = lock().hand_over(call) {
            return reply;
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

/// Reads a request. `x-forwarded-proto` says how the other side reached the one before us.
fn read(message: Message) -> Result<Call> {
    let scheme = message.header("x-forwarded-proto").unwrap_or("http");
    let host = message.header("host").context("no host")?;
    let base = format!("{scheme}://{host}/");
    let (method, target) = (message.method().to_owned(), message.path().to_owned());
    let read = Call::read(&method, base, &target, message.headers, message.body, now());
    read.context("a parameter without a value, or of no text")
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
