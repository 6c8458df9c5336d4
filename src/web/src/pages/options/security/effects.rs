//! What the section asks of the browser.

use base64ct::{Base64, Encoding};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Effect, Msg};
use crate::browser::random;
use crate::message::Failure;
use crate::message::keys::NewPasskey;
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::options::{Options, model, qr_codes};
use crate::pages::passkeys::read;

/// Runs an effect.
pub fn run(effect: Effect, app: &App<Options>) {
    let app = app.clone();
    match effect {
        Effect::Print => {
            let _ = dom::window().print();
        }
        Effect::MakeQr(text) => spawn_local(async move {
            let reader = app.with_page(|page, _| page.reader.clone());
            // Without the code the key is there to be typed.
            if let Ok(mut codes) = qr_codes::write(&reader, vec![text.to_string()]).await
                && let Some(code) = codes.pop()
            {
                app.dispatch(model::Msg::Security(Msg::Qr(code)));
            }
        }),
        Effect::MakePasskey(label) => {
            let maker = maker(&app);
            spawn_local(async move {
                let made = make(&maker, &label).await;
                app.dispatch(model::Msg::Security(Msg::Made(made)));
            });
        }
        Effect::UsePasskey => {
            let passkeys = app.with_page(|page, _| page.passkeys.clone());
            let known = app.look(|model| {
                let world = model.world.as_ref();
                world.map(|world| world.ways_in.keys.passkeys.clone())
            });
            spawn_local(async move {
                let used = passkeys.open(&known.unwrap_or_default()).await;
                app.dispatch(model::Msg::Security(Msg::Used(used)));
            });
        }
    }
}

/// Who makes passkeys.
pub(super) fn maker(app: &App<Options>) -> Maker {
    app.with_page(|page, _| page.passkeys.clone())
        .unchecked_into()
}

async fn make(maker: &Maker, label: &str) -> Result<NewPasskey, Failure> {
    let salt = Base64::encode_string(&random::array::<32>()?);
    read(maker.make(label, &salt).await)
}

#[wasm_bindgen]
extern "C" {
    /// The part of `passkeys.js` that makes them.
    pub(super) type Maker;
    #[wasm_bindgen(method, catch)]
    pub(super) async fn available(this: &Maker) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn make(this: &Maker, label: &str, salt: &str) -> Result<JsValue, JsValue>;
}
