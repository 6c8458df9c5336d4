//! Help for this crate's unit tests.

use std::cell::RefCell;

use crate::http::{Http, HttpRequest, HttpResponse, NetError};

/// Drives a future that never really waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("waits for something"),
    }
}

/// Answers from a script and remembers what was asked. When the script is at its end, nothing
/// answers.
pub(crate) struct Script {
    responses: RefCell<Vec<HttpResponse>>,
    /// What was asked.
    pub asked: RefCell<Vec<HttpRequest>>,
}

impl Script {
    pub(crate) fn new(responses: Vec<HttpResponse>) -> Self {
        Self {
            responses: RefCell::new(responses),
            asked: RefCell::default(),
        }
    }

    /// Method and address of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        let line = |request: &HttpRequest| format!("{} {}", request.method, request.url);
        asked.iter().map(line).collect()
    }
}

impl Http for Script {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.asked.borrow_mut().push(request);
        let mut responses = self.responses.borrow_mut();
        if responses.is_empty() {
            Err(NetError::Unreachable)
        } else {
            Ok(responses.remove(0))
        }
    }
}

pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
    HttpResponse {
        status,
        headers: headers
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect(),
        body: body.as_bytes().to_vec(),
    }
}

pub(crate) fn status(status: u16) -> HttpResponse {
    response(status, &[], "")
}
