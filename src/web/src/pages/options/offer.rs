//! On which sites a code is offered beside its box. The browser is asked for them in the very click.

use holdfast_core::fill::Origin;
use wasm_bindgen_futures::spawn_local;

use super::Options;
use crate::browser::{permissions, runtime};
use crate::message::fill::{FillReply, FillRequest};
use crate::message::{Reply, Request};
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::form::failure_text;
use crate::pages::text::Text;
use crate::pages::words::say;
use crate::store::fill::Memory;

const FIELD: &str = "autofill-offer-sites";

/// Shows what is the case, and listens.
pub fn start(app: &App<Options>) {
    spawn_local(async { show(&Memory::load().await.offers) });
    app.on("click", |_, event| {
        if dom::closest(event, "#autofill-offer-save").is_some() {
            save();
        }
    });
}

fn save() {
    let text = dom::by_id(FIELD)
        .and_then(|field| dom::value(&field))
        .unwrap_or_default();
    let Some(origins) = read(&text) else {
        return tell(Some(&Text::new("fill_offer_invalid")), None);
    };
    let patterns: Vec<String> = origins
        .iter()
        .filter_map(|origin| permissions::pattern(origin))
        .collect();
    // Inside of the event: the browser asks in a click only.
    let asked = (!patterns.is_empty()).then(|| permissions::request(&patterns));
    spawn_local(async move {
        if let Some(asked) = asked {
            // Refused or not: what is the case is shown.
            let _ = asked.await;
        }
        let wanted = origins.len();
        let request = Request::Fill(FillRequest::OfferOn { origins });
        match runtime::ask(&request).await {
            Ok(Reply::Fill(FillReply::Offering { origins })) => {
                show(&origins);
                let refused = (origins.len() < wanted).then(|| Text::new("fill_offer_refused"));
                tell(refused.as_ref(), Some(&Text::new("fill_offer_saved")));
            }
            Ok(_) => {}
            Err(failure) => tell(Some(&failure_text(&failure)), None),
        }
    });
}

/// The origins that somebody wrote, one a line; `None` where one is none. Encrypted, unless it says
/// otherwise.
fn read(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut origins = Vec::new();
    for line in lines {
        let address = if line.contains("://") {
            line.to_owned()
        } else {
            format!("https://{line}")
        };
        let origin = Origin::parse(&address)?.to_string();
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Some(origins)
}

fn show(origins: &[String]) {
    if let Some(field) = dom::by_id(FIELD) {
        dom::set_value(&field, &origins.join("\n"));
    }
}

fn tell(error: Option<&Text>, done: Option<&Text>) {
    let said = |text: Option<&Text>| text.map(say);
    dom::show_text("autofill-offer-error", said(error).as_deref());
    let done = if error.is_some() { None } else { done };
    dom::show_text("autofill-offer-done", said(done).as_deref());
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn addresses_are_read_as_origins_and_nothing_is_guessed() {
        let read = |text| read(text).map(|origins| origins.join(" "));
        assert_eq!(
            read("login.example.com\n\n https://login.example.com/path \nhttp://localhost:8080")
                .as_deref(),
            Some("https://login.example.com http://localhost:8080")
        );
        assert_eq!(read("").as_deref(), Some(""));
        assert_eq!(read("login.example.com\n*.example.com"), None);
        assert_eq!(read("ftp://example.com"), None);
    }
}
