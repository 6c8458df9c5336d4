//! Signing in to a cloud from the settings page: the click asks for the permissions, the
//! background builds the address, the browser opens the window, the background reads the answer.

use wasm_bindgen_futures::spawn_local;

use super::Options;
use super::model::{Asked, Msg};
use crate::browser::{identity, permissions, runtime};
use crate::message::{
    Answer, CloudReply, CloudRequest, DestinationDraft, DestinationRequest, Failure, Reply,
    Request, SignInPlace,
};
use crate::pages::app::App;

/// A sign-in that was pressed for.
#[derive(Clone)]
pub struct SignIn {
    /// Whose answer it is.
    pub asked: Asked,
    /// The match patterns of the host permissions.
    pub patterns: Vec<String>,
    /// Where to sign in.
    pub place: SignInPlace,
}

/// Signs in. Must run inside the click.
pub fn sign_in(app: &App<Options>, wanted: SignIn) {
    let permission = permissions::request(&wanted.patterns);
    let app = app.clone();
    spawn_local(async move {
        let granted = permission.await.unwrap_or(false);
        let answer = match granted {
            true => through_window(&wanted.place).await,
            // The window would be for nothing: what follows it could not be sent.
            false => Err(Failure::new("permission_missing")),
        };
        app.dispatch(match (wanted.asked, wanted.place, answer) {
            (
                Asked::Form(form),
                SignInPlace::Form { mut draft, .. },
                Ok(Reply::Cloud(CloudReply::SignedIn { account })),
            ) => {
                draft.account = Some(account);
                Msg::SignedIn(form, Box::new(DestinationDraft::Cloud(draft)))
            }
            (asked, _, answer) => Msg::Answered(asked, answer),
        });
    });
}

async fn through_window(place: &SignInPlace) -> Answer {
    let ask = async |request| {
        let request = DestinationRequest::Cloud(request);
        runtime::ask(&Request::Destination(request)).await
    };
    let place = || place.clone();
    let Reply::Cloud(CloudReply::Open { url }) =
        ask(CloudRequest::Begin { place: place() }).await?
    else {
        return Err(Failure::new("background_unreachable"));
    };
    let back = identity::authorize(&url).await;
    // Browsers tell a closed window from an unreachable page only by their own words.
    let address = back.map_err(|_| Failure::new("sign_in_cancelled"))?;
    let place = place();
    ask(CloudRequest::Finish { place, address }).await
}
