//! Nextcloud's Login Flow v2 as its manual describes it, strictly, before a WebDAV server under
//! `/remote.php/webdav/`. The server behind it checks the password that is handed out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::listening::{Listening, Port};
use super::message::Message;
use super::{PASSWORD, USER};

const DAV: &str = "/remote.php/webdav/";
const TOKEN: &str = "mQUYQdffOSAMJYtm8pVpkOsVqXt5hglnuSpO5EMbgJMNEPFGaiDe8OUjvrJ2WcYcBSLgqynu9jaPFvZHMl83ybMvp6aDIDARjTFIBpRWod6p32fL9LIpIStvc6k8Wrs1";

/// The server. It ends when this value is dropped.
pub struct Nextcloud {
    port: u16,
    shared: Arc<Shared>,
    _listening: Listening,
}

struct Shared {
    port: u16,
    upstream: u16,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    begun: bool,
    confirmed: bool,
}

impl Nextcloud {
    /// Starts one before a WebDAV server on loopback.
    pub async fn before(upstream: u16) -> Result<Self> {
        let taken = Port::take().await?;
        let port = taken.number()?;
        let shared = Arc::new(Shared {
            port,
            upstream,
            state: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        let listening = taken.listen(move |stream| Arc::clone(&accepting).serve(stream));
        Ok(Self {
            port,
            shared,
            _listening: listening,
        })
    }

    /// Its address, with a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The person confirms, as by the button on the page that the login named.
    pub fn confirm(&self) {
        self.shared.state().confirmed = true;
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) -> Result<()> {
        let mut client = BufReader::new(stream);
        let Some(request) = Message::read_request(&mut client).await? else {
            return Ok(());
        };
        let response = match request.path() {
            path if path.starts_with(DAV) => self.forward(&request).await?,
            _ => self.login(&request),
        };
        client.write_all(&response.encode(None)).await?;
        Ok(client.shutdown().await?)
    }

    fn login(&self, request: &Message) -> Message {
        let root = format!("http://127.0.0.1:{}", self.port);
        match (request.method(), request.path()) {
            ("POST", "/index.php/login/v2") => {
                *self.state() = State {
                    begun: true,
                    confirmed: false,
                };
                json(&serde_json::json!({
                    "poll": { "token": TOKEN, "endpoint": format!("{root}/login/v2/poll") },
                    "login": format!("{root}/login/v2/flow/guyjGtcKPTKCi4epIRIupIexgJ8wNInM"),
                }))
            }
            ("POST", "/login/v2/poll") => self.poll(request, &root),
            ("GET", path) if path.starts_with("/login/v2/flow/") && self.state().begun => {
                let page = "<!doctype html><title>Connect to your account</title>\
                    <form method=post action=/grant><button id=grant>Grant access</button></form>";
                html(page)
            }
            ("POST", "/grant") if self.state().begun => {
                self.state().confirmed = true;
                html("<!doctype html><title>Account connected</title>")
            }
            _ => Message::response(404, &[("Content-Type", "text/html")], b"<html>"),
        }
    }

    /// The password is given once, to who has the token.
    fn poll(&self, request: &Message, root: &str) -> Message {
        let form = request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if !form || request.body != format!("token={TOKEN}").into_bytes() {
            return Message::response(400, &[], b"");
        }
        let mut state = self.state();
        if !state.begun || !state.confirmed {
            return Message::response(404, &[("Content-Type", "application/json")], b"[]");
        }
        *state = State::default();
        json(&serde_json::json!({
            "server": root, "loginName": USER, "appPassword": PASSWORD,
        }))
    }

    async fn forward(&self, request: &Message) -> Result<Message> {
        let mut request = request.clone();
        let inner = request.path().replacen(DAV, "/", 1);
        request.start = format!("{} {inner} HTTP/1.1", request.method());
        let mut server = BufReader::new(TcpStream::connect(("127.0.0.1", self.upstream)).await?);
        let bytes = request.encode(Some(request.body.len()));
        server.write_all(&bytes).await?;
        Message::read_response(&mut server, request.method()).await
    }
}

fn json(value: &serde_json::Value) -> Message {
    let body = value.to_string();
    Message::response(
        200,
        &[("Content-Type", "application/json")],
        body.as_bytes(),
    )
}

fn html(page: &str) -> Message {
    Message::response(200, &[("Content-Type", "text/html")], page.as_bytes())
}
