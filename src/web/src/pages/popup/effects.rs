//! What the popup asks of the browser.

use gloo::timers::callback::Timeout;
use holdfast_core::vault::Id;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::Popup;
use super::fill;
use super::model::{Asked, Effect, Focus, Msg};
use crate::browser::clock::now_millis;
use crate::browser::{permissions, runtime, storage, tabs};
use crate::message::fill::FillRequest;
use crate::message::{BackupRequest, Request, VaultRequest};
use crate::pages::app::App;
use crate::pages::form::Form;
use crate::pages::{dom, draw_forms, draw_status, transfer, world};
use crate::store::fill::Permitting;
use crate::store::session;

/// Changes of storage within so many milliseconds are read together.
const SETTLE_MILLIS: u32 = 40;
/// How long a short message stays; long enough to reach its button.
const TOAST_MILLIS: u32 = 8_000;
/// How long "Copied" stays.
const COPIED_MILLIS: u32 = 1_600;
/// The background hears that a person is here once in so many milliseconds.
const TOUCH_MILLIS: u64 = 30_000;

/// Runs an effect.
pub fn run(effect: Effect, app: &App<Popup>) {
    match effect {
        Effect::Ask(asked, request) => ask(app, asked, request),
        Effect::Copy(id, text) => copy(app, id, &text),
        Effect::Fill(effect) => run_fill(app, effect),
        Effect::Open(section) => spawn_local(async move {
            if tabs::open_settings(&section).await.is_ok() {
                let _ = dom::window().close();
            }
        }),
        Effect::Grant(patterns) => {
            let asked = permissions::request(&patterns);
            let app = app.clone();
            spawn_local(async move {
                // Refused or not: the status says what is the case then.
                let _ = asked.await;
                ask(
                    &app,
                    Asked::Silent,
                    Request::Backup(BackupRequest::BackUpNow),
                );
            });
        }
        Effect::UsePasskey(known) => {
            let app = app.clone();
            let passkeys = app.with_page(|popup, _| popup.passkeys.clone());
            spawn_local(async move {
                let asked = Asked::Form(Form::Unlock);
                match passkeys.open(&known).await {
                    Ok(used) => {
                        let request = VaultRequest::UnlockWithPasskey {
                            slot: used.slot,
                            output: used.output,
                        };
                        ask(&app, asked, Request::Vault(request));
                    }
                    Err(failure) => app.dispatch(Msg::Answered(asked, Err(failure))),
                }
            });
        }
        Effect::ScanPage => {
            let app = app.clone();
            let reader = app.with_page(|popup, _| popup.reader.clone());
            spawn_local(async move { app.dispatch(Msg::ReadPage(reader.page().await)) });
        }
        Effect::ShowPage => {
            let reader = app.with_page(|popup, _| popup.reader.clone());
            if let Some(picture) = dom::by_id("region-picture") {
                reader.show(&picture);
            }
        }
        Effect::ScanRegion(region) => {
            let app = app.clone();
            let reader = app.with_page(|popup, _| popup.reader.clone());
            spawn_local(async move { app.dispatch(Msg::ReadRegion(reader.region(region).await)) });
        }
        Effect::SaveDamaged => spawn_local(transfer::save_damaged()),
        Effect::Say(text) => draw_status::announce(&text),
        Effect::Focus(focus) => move_focus(focus),
        Effect::Clear(form) => {
            if let Some((_, id)) = Form::all().find(|(other, _)| *other == form) {
                draw_forms::clear(id);
            }
        }
        Effect::Reload => reload(app),
        Effect::ToastTimer(number) => {
            app.after_focus(TOAST_MILLIS, "toast-action", Msg::ToastGone(number));
        }
        Effect::CopiedTimer(id) => app.after(COPIED_MILLIS, Msg::CopiedGone(id)),
    }
}

/// Reads storage, and takes what is there unless a later reading has begun. Accounts and status
/// come each as soon as it is there: no code waits for the status.
pub fn reload(app: &App<Popup>) {
    let number = app.begin_reading();
    read_vault(app.clone(), number);
    let app = app.clone();
    let status = app.with_page(|popup, _| popup.status.clone());
    spawn_local(async move {
        let status = status.read().await;
        if app.is_newest_reading(number) {
            app.dispatch(Msg::Status(Box::new(status)));
        }
    });
}

fn read_vault(app: App<Popup>, number: u32) {
    spawn_local(async move {
        let now = now_millis();
        // A browser that can't read its own storage is no reason to drop what is shown.
        let Ok((vault, settings)) = world::near().await else {
            return;
        };
        let open = matches!(vault, world::VaultState::Open(_));
        let deadline = session::deadline().await.ok().flatten();
        if !app.is_newest_reading(number) {
            return;
        }
        app.with_page(|popup, _| {
            popup.deadline = deadline
                .filter(|_| open)
                .map(|deadline| lock_at(&app, deadline, now))
        });
        app.dispatch(Msg::Vault(Box::new(vault), settings));
        if open {
            touch(&app);
        } else {
            let left = session::unlocking(now).await.unwrap_or(0);
            app.dispatch(Msg::Unlocking(left > 0));
            if left > 0 {
                // A worker that has died says nothing more.
                app.after(left, Msg::Unlocking(false));
            }
        }
    });
}

/// The key is not to be used from its deadline on, whether or not anybody removes it then.
fn lock_at(app: &App<Popup>, deadline: u64, now: u64) -> Timeout {
    let app = app.clone();
    let wait = deadline
        .saturating_sub(now)
        .saturating_add(1)
        .min(24 * 60 * 60 * 1000);
    Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
        reload(&app)
    })
}

/// Reads again whenever storage changes.
pub fn watch_storage(app: &App<Popup>) {
    let app = app.clone();
    // Without changes to listen to the popup still shows what it read when it opened.
    let _ = storage::on_changed(move |area, _| {
        if area == "session" {
            // The key came or went: at once.
            return reload(&app);
        }
        // A backup writes down each of its steps; they are read together.
        let later = app.clone();
        let soon = Timeout::new(SETTLE_MILLIS, move || reload(&later));
        app.with_page(|popup, _| popup.settling = Some(soon));
    });
}

/// Tells the background, now and then, that a person is here: the automatic lock waits.
pub fn touch(app: &App<Popup>) {
    if app.look(|model| model.vault.is_some()) && app.is_due(TOUCH_MILLIS) {
        spawn_local(async {
            let _ = runtime::ask(&Request::Vault(VaultRequest::Touch)).await;
        });
    }
}

/// Looks for QR codes in an image.
pub fn read_image(app: &App<Popup>, image: File) {
    app.dispatch(Msg::Looking);
    let app = app.clone();
    let reader = app.with_page(|popup, _| popup.reader.clone());
    spawn_local(async move { app.dispatch(Msg::Read(reader.image(&image).await)) });
}

fn ask(app: &App<Popup>, asked: Asked, request: Request) {
    let app = app.clone();
    spawn_local(async move {
        let answer = runtime::ask(&request).await;
        app.dispatch(Msg::Answered(asked, answer));
    });
}

fn run_fill(app: &App<Popup>, effect: fill::Effect) {
    let (permission, request) = match effect {
        fill::Effect::Ask(request) => (None, request),
        fill::Effect::Permit(pattern) => {
            let marked = Permitting::mark_asked(&pattern, now_millis());
            let asked = permissions::request(std::slice::from_ref(&pattern));
            (Some((marked, asked)), FillRequest::Permitted)
        }
        fill::Effect::Close => {
            let _ = dom::window().close();
            return;
        }
    };
    let app = app.clone();
    spawn_local(async move {
        if let Some((marked, asked)) = permission {
            // Refused or not: filling finds out, and says so. The browser's question may have closed
            // us by now; then the task goes on alone.
            let _ = marked.await;
            let _ = asked.await;
        }
        app.dispatch(Msg::Fill(runtime::ask(&Request::Fill(request)).await));
    });
}

fn copy(app: &App<Popup>, id: Id, text: &str) {
    let app = app.clone();
    let written = dom::window().navigator().clipboard().write_text(text);
    let text = text.to_owned();
    spawn_local(async move {
        let copied = JsFuture::from(written).await.is_ok();
        app.dispatch(Msg::Copied(id, copied));
        if copied {
            // It may not lie there for ever; who can see to that outlives the popup.
            let _ = runtime::ask(&Request::Fill(FillRequest::Copied { text })).await;
        }
    });
}

fn move_focus(focus: Focus) {
    let element = match focus {
        Focus::Element("first-error") => return draw_forms::focus_error(),
        Focus::Element(id) => dom::by_id(id),
        Focus::Account(id) => dom::find(
            &dom::body(),
            &format!(".account[data-id=\"{id}\"] > .account-main"),
        ),
    };
    if let Some(element) = element {
        dom::focus(&element);
    }
}
