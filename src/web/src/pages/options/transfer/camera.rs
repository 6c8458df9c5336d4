//! The camera as a source of codes: started by a click, and let go of as soon as a code was seen, the
//! section is left, or the vault is locked.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::import::Source;
use super::{Msg, import};
use crate::browser::from_js;
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::options::Options;
use crate::pages::options::model::Msg as PageMsg;

#[wasm_bindgen]
extern "C" {
    /// The exports of `camera.js`, handed in by the page's entry script.
    #[derive(Clone)]
    pub type Camera;
    #[wasm_bindgen(method, catch)]
    async fn scan(this: &Camera, video: &Element) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn stop(this: &Camera);
}

/// Looks through the camera until it sees codes.
pub fn start(app: &App<Options>) {
    let Some(video) = dom::by_id("camera-picture") else {
        return;
    };
    let app = app.clone();
    let camera = app.with_page(|page, _| page.camera.clone());
    spawn_local(async move {
        let seen = camera.scan(&video).await;
        let msg = match seen {
            Ok(texts) => match from_js::<Vec<String>>(texts) {
                Ok(texts) if !texts.is_empty() => {
                    import::Msg::Opened(vec![Source::codes(String::new(), &texts)])
                }
                _ => import::Msg::Camera(false),
            },
            Err(error) => {
                let code = error.as_string();
                import::Msg::NoCamera(code.unwrap_or_else(|| "camera_failed".to_owned()))
            }
        };
        app.dispatch(PageMsg::Transfer(Msg::Import(msg)));
    });
}

/// Lets go of it.
pub fn stop(app: &App<Options>) {
    app.with_page(|page, _| page.camera.stop());
}
