//! Reading what the services answer. Fields are looked up where they are needed: a type for each
//! of some twenty answers would make the module larger and not one answer clearer.

use serde_json::Value;

use crate::cause::Cause;
use crate::destination::{Answer, Failure, cause_of_status, is_html, server_time};
use crate::http::{HttpRequest, HttpResponse};

/// Longest body that is read: a page of two thousand files is half of it. In memory a value may take
/// sixteen times its text.
const LONGEST: usize = 4 << 20;

/// The body as JSON.
pub fn read(response: &HttpResponse) -> Option<Value> {
    let body = response.body.as_slice();
    let body = Some(body).filter(|body| body.len() <= LONGEST)?;
    serde_json::from_slice(body).ok()
}

/// The body of a success as JSON.
///
/// # Errors
/// A page for people, or an answer that was cut off.
pub fn expect(response: &HttpResponse) -> Result<Value, Failure> {
    read(response).filter(Value::is_object).ok_or_else(|| {
        let cause = match is_html(response) {
            true => Cause::NotAStorageServer,
            false => Cause::ServerFault,
        };
        Failure::from_response(cause, response)
    })
}

/// The text at a place as RFC 6901 writes it.
pub fn text<'a>(value: &'a Value, place: &str) -> Option<&'a str> {
    value.pointer(place)?.as_str()
}

/// The number at a place; Google writes 64-bit numbers as text.
pub fn number(value: &Value, place: &str) -> Option<u64> {
    let value = value.pointer(place)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// The list at a place; empty if there is none.
pub fn list<'a>(value: &'a Value, place: &str) -> &'a [Value] {
    let found = value.pointer(place).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

/// A request with a JSON body, or none.
pub fn request(method: &'static str, url: String, body: Option<&Value>) -> HttpRequest {
    let headers = match body {
        Some(_) => vec![("content-type", "application/json".to_owned())],
        None => Vec::new(),
    };
    let body = body.map_or_else(Vec::new, |value| value.to_string().into_bytes());
    HttpRequest {
        method,
        url,
        headers,
        body,
    }
}

/// A value with the server's clock.
pub fn answer<T>(value: T, response: &HttpResponse) -> Answer<T> {
    Answer {
        value,
        server_time: server_time(response),
    }
}

/// What a response means that none of a service's own codes explains.
pub fn plain_cause(response: &HttpResponse) -> Cause {
    // Retired, or a newer protocol is wanted (RFC 9110, sections 15.5.11 and 15.5.22).
    if matches!(response.status, 410 | 426) {
        return Cause::AppOutdated;
    }
    if (200..300).contains(&response.status) || is_html(response) && response.status < 500 {
        return Cause::NotAStorageServer;
    }
    match response.status {
        // The services answer this to a request that they can't read.
        400 | 406 | 411 | 415 | 416 | 422 => Cause::ServerFault,
        status => cause_of_status(status, response.header("retry-after").is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::response;

    #[test]
    fn an_answer_that_is_too_long_is_none() {
        let padded = |length: usize| {
            let body = format!("{{\"a\":1}}{}", " ".repeat(length - 7));
            expect(&response(200, &[], &body))
        };
        assert!(padded(LONGEST).is_ok());
        assert_eq!(padded(LONGEST + 1).unwrap_err().cause, Cause::ServerFault);
    }
}
