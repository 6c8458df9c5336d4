//! Autofill's decisions: which boxes of a page take a code ([`detect`]), and which account may
//! fill on a site ([`choose`]).
//!
//! All of it works on plain records of what a page shows ([`page`]): nothing here touches a
//! browser. No rule can let a code out by itself: a person's gesture starts every fill, and what is
//! decided here is checked again in the page just before writing.

mod alike;
mod captcha;
pub mod choose;
pub mod detect;
mod evidence;
mod excuses;
mod facts;
pub mod host;
mod issuers;
mod lexicon;
mod own;
pub mod page;
pub(crate) mod punycode;
mod row;
mod sequence;
mod suffix;
mod surroundings;
mod text;
mod veto;

pub use choose::{Candidate, Choice, Verdict, Warning};
pub use detect::{Target, detect};
pub use host::{Origin, Site};
