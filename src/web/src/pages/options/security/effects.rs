//! What the section asks of the browser.

use base64ct::{Base64, Encoding};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::{Effect, Msg};
use crate::browser::random;
use crate::message::Failure;
use crate::message::keys::NewPasskey;
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::options::{Options, model};
use crate::pages::passkeys::read;

/// Runs an effect.
pub fn run(effect: Effect, app: &App<Options>) {
    let app = app.clone();
    match effect {
        Effect::Print => {
            let _ = dom::window().print();
        }
        Effect::MakeQr(text) => spawn_local(async move {
            let encoder: Encoder = app
                .with_page(|page, _| page.reader.clone())
                .unchecked_into();
            // Without the code the key is there to be typed.
            if let Ok(matrix) = encoder.encode(&text).await {
                let matrix: Matrix = matrix.unchecked_into();
                let qr = (path(&matrix.modules(), matrix.size()), matrix.size());
                app.dispatch(model::Msg::Security(Msg::Qr(qr)));
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

/// The dark modules as a path: one line for each run of them, in units of a module.
fn path(modules: &[u8], size: u32) -> Zeroizing<String> {
    let mut path = Zeroizing::new(String::with_capacity(modules.len() * 10));
    let size = usize::try_from(size).unwrap_or(1).max(1);
    for (y, row) in modules.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&1) {
                path.push_str(&format!("M{x} {y}h{}v1h-{}z", run.len(), run.len()));
            }
            x += run.len();
        }
    }
    path
}

#[wasm_bindgen]
extern "C" {
    /// The part of `qr-image.js` that writes codes.
    type Encoder;
    #[wasm_bindgen(method, catch)]
    async fn encode(this: &Encoder, text: &str) -> Result<JsValue, JsValue>;

    /// A code to draw.
    type Matrix;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Matrix) -> u32;
    #[wasm_bindgen(method, getter)]
    fn modules(this: &Matrix) -> Vec<u8>;

    /// The part of `passkeys.js` that makes them.
    pub(super) type Maker;
    #[wasm_bindgen(method, catch)]
    pub(super) async fn available(this: &Maker) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn make(this: &Maker, label: &str, salt: &str) -> Result<JsValue, JsValue>;
}
