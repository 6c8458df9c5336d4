use std::cell::Cell;

use super::super::Destination;
use super::super::cloud::access::Access;
use super::super::cloud::{Account, CloudConfig, Provider};
use super::super::dropbox::Dropbox;
use super::super::google_drive::GoogleDrive;
use super::super::onedrive::OneDrive;
use super::*;
use crate::http::HttpRequest;
use crate::test_support::{now, response};

fn page(length: usize) -> HttpResponse {
    response(200, &[], &"x".repeat(length))
}

#[test]
fn a_list_is_followed_to_its_end_and_in_no_circle() {
    let mut pages = Pages::default();
    for token in ["a", "b", "c"] {
        pages.follow(token, &page(10)).unwrap();
    }
    let failed = pages.follow("a", &page(10)).unwrap_err();
    assert_eq!(
        (failed.cause, failed.status),
        (Cause::ServerFault, Some(200))
    );
}

#[test]
fn a_list_without_an_end_is_left() {
    let mut pages = Pages::default();
    let followed = (0..).take_while(|n: &usize| pages.follow(&n.to_string(), &page(1)).is_ok());
    assert_eq!(followed.count(), MOST - 1);
    let mut long = Pages::default();
    long.follow("a", &page(MOST_BYTES)).unwrap();
    assert!(long.follow("b", &page(1)).is_err());
}

/// Answers everything with a page that another one follows, in a circle of two.
struct Circle {
    next: fn(usize) -> String,
    asked: Cell<usize>,
}

impl Access for &Circle {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, Failure> {
        self.asked.set(self.asked.get() + 1);
        assert!(self.asked.get() < 10, "sent round and round");
        Ok(response(200, &[], &(self.next)(self.asked.get() % 2)))
    }

    async fn send_bare(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        self.send(request).await
    }
}

#[test]
fn no_cloud_sends_us_round_and_round() {
    let config = |provider| CloudConfig {
        provider,
        visible: false,
        client_id: "client".into(),
        client_secret: None,
        login: None,
        api: None,
        account: Account::default(),
    };
    let circle = |next| Circle {
        next,
        asked: Cell::new(0),
    };
    let graph = circle(|n| {
        let link = format!("https://graph.microsoft.com/v1.0/x?$skiptoken={n}");
        format!("{{\"value\":[],\"@odata.nextLink\":\"{link}\"}}")
    });
    let google = circle(|n| format!("{{\"files\":[],\"nextPageToken\":\"{n}\"}}"));
    let dropbox = circle(|n| format!("{{\"entries\":[],\"has_more\":true,\"cursor\":\"{n}\"}}"));
    let found = [
        now(OneDrive::new(&graph, &config(Provider::OneDrive)).list("v")),
        now(GoogleDrive::new(&google, &config(Provider::GoogleDrive)).list("v")),
        now(Dropbox::new(&dropbox, &config(Provider::Dropbox)).list("v")),
    ];
    for listed in found {
        assert_eq!(listed.unwrap_err().cause, Cause::ServerFault);
    }
}
