//! Sending the engine's requests by fetch.

use std::time::Duration;

use gloo::net::http::{Headers, Method, RequestBuilder};
use gloo::timers::callback::Timeout;
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestRedirect};

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
        outcome.map_err(|()| match (timed_out.get(), online()) {
            (true, _) => NetError::Timeout,
            (false, false) => NetError::Offline,
            (false, true) => NetError::Unreachable,
        })
    }
}

/// One exchange. The reason of a failure is not to be had: fetch tells scripts nothing.
async fn exchange(request: HttpRequest, controller: &AbortController) -> Result<HttpResponse, ()> {
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| ())?;
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
    let response = ready.map_err(|_| ())?.send().await.map_err(|_| ())?;
    let headers = response
        .headers()
        .entries()
        .map(|(name, value)| (name.to_lowercase(), value))
        .collect();
    let body = response.binary().await.map_err(|_| ())?;
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
fn headers(named: &[(&'static str, String)]) -> Result<Headers, ()> {
    let headers = web_sys::Headers::new().map_err(|_| ())?;
    for (name, value) in named {
        headers.set(name, value).map_err(|_| ())?;
    }
    Ok(Headers::from_raw(headers))
}

fn online() -> bool {
    NAVIGATOR.with(Navigator::on_line)
}

#[wasm_bindgen]
extern "C" {
    /// The part of `navigator` that pages and workers share.
    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Navigator;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> bool;
}
