//! The present time.

/// Milliseconds since the Unix epoch.
#[must_use]
pub fn now_millis() -> u64 {
    // A clock before 1970 reads as 0: the engine treats it as a doubtful clock.
    js_sys::Date::now().max(0.0) as u64
}

/// Waits, in a page or in a worker.
pub async fn wait(millis: u32) {
    let mut timer = None;
    let passed = js_sys::Promise::new(&mut |resolve, _| {
        timer = Some(gloo::timers::callback::Timeout::new(millis, move || {
            let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
        }));
    });
    // A promise that nobody rejects.
    let _ = wasm_bindgen_futures::JsFuture::from(passed).await;
    drop(timer);
}
