//! Sending the engine's requests by fetch.

use std::time::Duration;

use gloo::net::http::{Headers, Method, RequestBuilder};
use gloo::timers::callback::Timeout;
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use holdfast_core::seal::limits;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStream, ReadableStreamDefaultReader, RequestCache, RequestCredentials,
    RequestRedirect,
};

use crate::browser::permissions;

/// A worker that waits 30 s for a fetch to answer is killed; this comes first.
const TIME_LIMIT: Duration = Duration::from_secs(25);

/// The browser's fetch.
pub struct Fetch;

impl Http for Fetch {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let pattern = permissions::pattern(&request.url).ok_or(NetError::Unreachable)?;
        // Without the permission fetch fails like a dead network: ask first, to name the cause.
        if !permissions::contains(&[pattern]).await {
            return Err(NetError::HostPermission);
        }
        self.send_anywhere(request).await
    }

    async fn send_anywhere(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let controller = AbortController::new().map_err(|_| NetError::Unreachable)?;
        let timed_out = std::rc::Rc::new(std::cell::Cell::new(false));
        let timer = {
            let (controller, timed_out) = (controller.clone(), timed_out.clone());
            Timeout::new(TIME_LIMIT.as_millis() as u32, move || {
                timed_out.set(true);
                controller.abort();
            })
        };
        let outcome = exchange(request, &controller).await;
        drop(timer);
        outcome.map_err(|stopped| {
            // Whatever still comes is nobody's any more.
            controller.abort();
            match (stopped, timed_out.get(), online()) {
                (Stopped::TooLong, ..) => NetError::TooLong,
                (_, true, _) => NetError::Timeout,
                (_, false, false) => NetError::Offline,
                (_, false, true) => NetError::Unreachable,
            }
        })
    }
}

/// Why an exchange came to nothing.
enum Stopped {
    /// There is no more to say: fetch tells scripts nothing.
    Failed,
    /// The body goes on and on.
    TooLong,
}

/// An error of the browser.
fn failed<E>(_: E) -> Stopped {
    Stopped::Failed
}

/// One exchange.
async fn exchange(
    request: HttpRequest,
    controller: &AbortController,
) -> Result<HttpResponse, Stopped> {
    let method = Method::from_bytes(request.method.as_bytes()).map_err(failed)?;
    let builder = RequestBuilder::new(&request.url)
        .headers(headers(&request.headers)?)
        .method(method)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Manual)
        .abort_signal(Some(&controller.signal()));
    let ready = if request.body.is_empty() {
        builder.build()
    } else {
        builder.body(JsValue::from(Uint8Array::from(request.body.as_slice())))
    };
    let response = ready.map_err(failed)?.send().await.map_err(failed)?;
    let headers = response
        .headers()
        .entries()
        .map(|(name, value)| (name.to_lowercase(), value))
        .collect();
    let body = match response.body() {
        Some(stream) => read(stream, most(request.method)).await?,
        None => Vec::new(),
    };
    // A redirection that is not followed is "opaque": status 0, nothing else to see.
    let status = if response.status() == 0 {
        302
    } else {
        response.status()
    };
    Ok(HttpResponse {
        status,
        headers,
        body,
    })
}

/// A value that can't be a header's fails this request: the builder would throw through the future,
/// which would never end, and whoever waits for it holds a turn meanwhile.
fn headers(named: &[(&'static str, String)]) -> Result<Headers, Stopped> {
    let headers = web_sys::Headers::new().map_err(failed)?;
    for (name, value) in named {
        headers.set(name, value).map_err(failed)?;
    }
    Ok(Headers::from_raw(headers))
}

/// How long a body may be: as long as a vault where one can come, else as a list.
fn most(method: &str) -> usize {
    match method {
        "GET" | "POST" => limits::FILE,
        _ => LIST,
    }
}

/// Longest list that is read.
const LIST: usize = 16 << 20;

/// Reads a body, but no more than that: a worker's memory never shrinks.
async fn read(stream: ReadableStream, most: usize) -> Result<Vec<u8>, Stopped> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(failed)?;
        let Some(bytes) = piece.unchecked_into::<Piece>().value() else {
            return Ok(body);
        };
        if bytes.length() as usize > most.saturating_sub(body.len()) {
            return Err(Stopped::TooLong);
        }
        body.extend_from_slice(&bytes.to_vec());
    }
}

fn online() -> bool {
    NAVIGATOR.with(Navigator::on_line)
}

#[wasm_bindgen]
extern "C" {
    /// What a stream gives; without a value at its end (Streams Standard, `ReadableStreamReadResult`).
    type Piece;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Piece) -> Option<Uint8Array>;

    /// The part of `navigator` that pages and workers share.
    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Navigator;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> bool;
}
