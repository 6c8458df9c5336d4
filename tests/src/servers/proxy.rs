//! What a network, or a server that is not what it seems, does to requests: a proxy in front of a
//! real server that does it at will.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use holdfast_stand_ins::call::http_date;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::listening::{Listening, Port};
use super::message::Message;
use crate::native;
use crate::process::eventually;

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection is cut before the server sees anything.
    Cut,
    /// The server does what was asked, but its answer is lost.
    CutReply,
    /// The server does what was asked, and half of its answer arrives.
    HalfReply,
    /// The answer to a download ends properly after so many bytes: what was stored seems shorter.
    ShortReply(usize),
    /// The server does what was asked, and by its `Date` its clock is so many seconds ahead.
    DateAhead(u64),
    /// The request takes so much longer.
    Delay(Duration),
    /// The server does what was asked at once, and its answer takes so much longer.
    DelayReply(Duration),
    /// The server never sees it; this status, these headers and this body are the answer.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// The server is given an empty body, and answers accordingly: the promise of a server that
    /// keeps nothing.
    KeepNothing,
    /// The request is held, and the server sees nothing of it, until [`Proxy::release`].
    Hold,
}

/// Which requests suffer what.
#[derive(Clone, Debug)]
pub struct Rule {
    method: Option<String>,
    path: String,
    skip: usize,
    times: usize,
    fault: Fault,
}

impl Rule {
    /// Every request, always.
    pub fn new(fault: Fault) -> Self {
        Self {
            method: None,
            path: String::new(),
            skip: 0,
            times: usize::MAX,
            fault,
        }
    }

    /// An answer without a body: `Rule::status(507)`.
    pub fn status(status: u16) -> Self {
        Self::new(Fault::Answer(status, Vec::new(), Vec::new()))
    }

    /// A busy server that says when to come again.
    pub fn busy(status: u16, retry_after: &str) -> Self {
        let headers = vec![("Retry-After".to_owned(), retry_after.to_owned())];
        Self::new(Fault::Answer(status, headers, Vec::new()))
    }

    /// A web page where a server should be, as in a hotel that wants to be signed in to.
    pub fn web_page() -> Self {
        let headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
        Self::new(Fault::Answer(
            200,
            headers,
            b"<!doctype html><title>Welcome</title>".to_vec(),
        ))
    }

    /// Only requests with this method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only requests whose path contains this.
    pub fn path(mut self, part: &str) -> Self {
        self.path = part.to_owned();
        self
    }

    /// Not the first so many of them.
    pub fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// Only so many of them.
    pub fn times(mut self, requests: usize) -> Self {
        self.times = requests;
        self
    }

    /// What it does to this request, if anything; counts down.
    fn apply(&mut self, request: &Message) -> Option<Fault> {
        let meant = self
            .method
            .as_deref()
            .is_none_or(|method| method == request.method())
            && request.path().contains(&self.path);
        if !meant || self.times == 0 {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.times -= 1;
        Some(self.fault.clone())
    }
}

/// A request that went through.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// How many bytes it brought.
    pub length: usize,
    /// What the other side was told, if it was told anything.
    pub status: Option<u16>,
}

/// The proxy. It ends when this value is dropped; connections are then refused.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    _listening: Listening,
}

struct Shared {
    upstream: u16,
    state: Mutex<State>,
    release: Notify,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    seen: Vec<Seen>,
    held: usize,
    open: usize,
}

impl Proxy {
    /// Starts one in front of a server on loopback. It passes everything on until told otherwise.
    pub async fn before(upstream: u16) -> Result<Self> {
        let taken = Port::take().await?;
        let port = taken.number()?;
        let shared = Arc::new(Shared {
            upstream,
            state: Mutex::default(),
            release: Notify::new(),
        });
        let accepting = Arc::clone(&shared);
        // Whatever ends a connection there is the same to the other side: it is cut.
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

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Adds a rule. The first one that fits a request applies.
    pub fn inject(&self, rule: Rule) {
        self.shared.state().rules.push(rule);
    }

    /// Removes all rules, and lets go what is held.
    pub fn heal(&self) {
        self.shared.state().rules.clear();
        self.release();
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.state().seen.clone()
    }

    /// How many requests with this method there were so far.
    pub fn count(&self, method: &str) -> usize {
        self.shared
            .state()
            .seen
            .iter()
            .filter(|seen| seen.method == method)
            .count()
    }

    /// Waits until a request is held.
    pub async fn wait_held(&self) -> Result<()> {
        eventually("a request is held", async || {
            Ok((self.shared.state().held > 0).then_some(()))
        })
        .await
    }

    /// Waits until no request is under way: what one side has given up may still reach the other.
    pub async fn wait_quiet(&self) -> Result<()> {
        eventually("nothing is under way", async || {
            Ok((self.shared.state().open == 0).then_some(()))
        })
        .await
    }

    /// Lets go what is held: to the server if the other side still waits.
    pub fn release(&self) {
        self.shared.release.notify_waiters();
    }
}

/// A request that was read, until both sides are done with it.
struct Underway<'a>(&'a Shared);

impl<'a> Underway<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.state().open += 1;
        Self(shared)
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.0.state().open -= 1;
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) -> Result<()> {
        let mut client = BufReader::new(stream);
        let Some(mut request) = Message::read_request(&mut client).await? else {
            return Ok(());
        };
        let _underway = Underway::new(&self);
        let (index, fault) = {
            let mut state = self.state();
            let fault = state.rules.iter_mut().find_map(|rule| rule.apply(&request));
            state.seen.push(Seen {
                method: request.method().to_owned(),
                path: request.path().to_owned(),
                length: request.body.len(),
                status: None,
            });
            (state.seen.len() - 1, fault)
        };
        match &fault {
            Some(Fault::Cut) => return Ok(()),
            Some(Fault::Delay(duration)) => tokio::time::sleep(*duration).await,
            Some(Fault::KeepNothing) => request.body.clear(),
            // Nobody waits for the answer any more.
            Some(Fault::Hold) if !self.hold(&mut client).await? => return Ok(()),
            _ => {}
        }
        let mut response = match &fault {
            Some(Fault::Answer(status, headers, body)) => {
                let headers: Vec<_> = headers
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                Message::response(*status, &headers, body)
            }
            _ => self.forward(&request).await?,
        };
        let bytes = match fault {
            Some(Fault::CutReply) => return Ok(()),
            Some(Fault::DelayReply(duration)) => {
                tokio::time::sleep(duration).await;
                response.encode(None)
            }
            Some(Fault::HalfReply) => {
                let mut bytes = response.encode(None);
                let cut = if response.body.is_empty() {
                    bytes.len()
                } else {
                    response.body.len()
                };
                bytes.truncate(bytes.len() - cut.div_ceil(2));
                bytes
            }
            Some(Fault::DateAhead(seconds)) => {
                let date = http_date(native::now() + seconds * 1000);
                for (name, value) in &mut response.headers {
                    if name.eq_ignore_ascii_case("date") {
                        value.clone_from(&date);
                    }
                }
                response.encode(None)
            }
            Some(Fault::ShortReply(length)) => {
                response.body.truncate(length);
                response.encode(Some(response.body.len()))
            }
            _ => response.encode(None),
        };
        if let Some(seen) = self.state().seen.get_mut(index) {
            seen.status = response.status();
        }
        client.write_all(&bytes).await?;
        Ok(client.shutdown().await?)
    }

    /// Waits for the release; false if the other side hung up before it came.
    async fn hold(&self, client: &mut BufReader<TcpStream>) -> Result<bool> {
        let released = self.release.notified();
        self.state().held += 1;
        let mut nothing = [0; 1];
        let still_there = tokio::select! {
            () = released => true,
            read = client.get_ref().peek(&mut nothing) => read? > 0,
        };
        self.state().held -= 1;
        Ok(still_there)
    }

    async fn forward(&self, request: &Message) -> Result<Message> {
        let mut server = BufReader::new(TcpStream::connect(("127.0.0.1", self.upstream)).await?);
        server
            .write_all(&request.encode(Some(request.body.len())))
            .await?;
        Message::read_response(&mut server, request.method()).await
    }
}
