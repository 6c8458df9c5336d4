//! Measures on this machine, as numbers for `make bench`: finding the accounts for a page among ten
//! thousand, as every opening of the popup and every gesture does.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool of the developers'"
)]

mod rounds;

use holdfast_core::fill::Origin;
use holdfast_core::fill::choose::{Candidate, choose};
use holdfast_core::vault::Id;
use serde_json::json;

const ACCOUNTS: u32 = 10_000;

fn main() {
    let page = Origin::parse("https://www.site-7.co.uk").expect("an origin");
    let names: Vec<String> = (0..ACCOUNTS).map(|n| format!("Site {n}")).collect();
    // On the page's own ending, so that the list of domains is needed for each.
    let sites: Vec<[String; 1]> = (0..ACCOUNTS)
        .map(|n| [format!("login.site-{n}.co.uk")])
        .collect();
    let with_sites: Vec<Candidate> = sites.iter().map(|sites| account("", sites)).collect();
    let without: Vec<Candidate> = names.iter().map(|issuer| account(issuer, &[])).collect();
    let measured =
        |accounts: &[Candidate<'_>]| rounds::median::<9>(|| drop(choose(&page, accounts)));
    println!(
        "{}",
        json!({ "sites": measured(&with_sites), "issuers": measured(&without), "accounts": ACCOUNTS })
    );
}

fn account<'a>(issuer: &'a str, sites: &'a [String]) -> Candidate<'a> {
    Candidate {
        id: Id::from_bytes([1; 16]),
        issuer,
        sites,
        used: 0,
    }
}
