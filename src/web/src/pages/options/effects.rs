//! What the settings page asks of the browser.

use base64ct::{Base64, Encoding};
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::download;
use super::model::{Asked, Effect, Msg};
use super::{Options, checklist, clouds, history, security};
use crate::browser::clock::now_millis;
use crate::browser::{files, permissions, random, runtime, storage, tabs};
use crate::message::{BackupRequest, Request, Settings, VaultRequest};
use crate::pages::app::App;
use crate::pages::form::Form;
use crate::pages::text::Text;
use crate::pages::words::{say, say_args};
use crate::pages::{dom, draw_forms, past, transfer, world};
use crate::store::fill::Memory;
use crate::store::{folders, session};

/// Changes of storage within so many milliseconds are read together.
const SETTLE_MILLIS: u32 = 40;
/// How long a short message stays.
const TOAST_MILLIS: u32 = 6_000;

/// Runs an effect.
pub fn run(effect: Effect, app: &App<Options>) {
    match effect {
        Effect::Transfer(effect) => super::transfer::effects::run(effect, app),
        Effect::Checklist(effect) => checklist::run(effect, app),
        Effect::Ask(asked, request) => ask(app, asked, request),
        Effect::AskWithPermission(asked, patterns, request) => {
            let permission = (!patterns.is_empty()).then(|| permissions::request(&patterns));
            let app = app.clone();
            spawn_local(async move {
                if let Some(permission) = permission {
                    // Refused or not: the request finds out, and names the cause.
                    let _ = permission.await;
                }
                ask(&app, asked, request);
            });
        }
        Effect::SignIn(wanted) => clouds::sign_in(app, wanted),
        Effect::OpenTab(url) => spawn_local(async move {
            // Should the browser refuse, the form waits until it is closed.
            let _ = tabs::open(&url).await;
        }),
        Effect::PollLater(millis) => app.after(millis, Msg::PollNextcloud),
        Effect::Download(asked) => download(app, asked),
        Effect::PickFolder(prefix) => pick_folder(prefix),
        Effect::GrantFolder(key) => grant_folder(app, key),
        Effect::Go(place) => {
            let _ = dom::window().location().set_hash(&place);
        }
        Effect::Copy(text, said) => copy(app, &text, said),
        Effect::CopyDiagnosis => {
            let text = dom::by_id("diagnosis")
                .and_then(|report| report.text_content())
                .unwrap_or_default();
            copy(app, &text, Text::new("report_copied"));
        }
        Effect::Save(name, text) => transfer::save(name, &text, "text/plain"),
        Effect::SaveTexts(name, lines) => {
            let lines: Vec<String> = lines.iter().map(|line| say_args(line)).collect();
            transfer::save(name, &lines.join("\n"), "text/plain");
        }
        Effect::NameDevice => {
            let agent = dom::window().navigator().user_agent().unwrap_or_default();
            let (browser, system) = past::browser_and_system(&agent);
            let name = say(&Text::new("device_default").with(browser).with(system));
            let request = Request::Vault(VaultRequest::NameDevice { name });
            ask(app, Asked::Silent, request);
        }
        Effect::FillRetention(kept) => history::fill_retention(kept),
        Effect::SaveDamaged => spawn_local(transfer::save_damaged()),
        Effect::Clear(form) => {
            if let Some((_, id)) = Form::all().find(|(other, _)| *other == form) {
                draw_forms::clear(id);
            }
        }
        Effect::ShowSubmitSites => spawn_local(async {
            let sites = Memory::load().await.submit.join("\n");
            if let Some(area) = dom::by_id("autofill-submit-sites") {
                dom::set_value(&area, &sites);
            }
        }),
        Effect::FillConnect(destination) => fill_connect(app, destination.as_deref()),
        Effect::Mirror(settings) => mirror(&settings),
        Effect::Focus("first-error") => draw_forms::focus_error(),
        Effect::Focus(id) => {
            if let Some(element) = dom::by_id(id) {
                dom::focus(&element);
            }
        }
        Effect::FocusDisconnect(id) => {
            let selector = format!("[data-destination=\"{id}\"] .disconnect-form input");
            if let Some(input) = dom::find(&dom::body(), &selector) {
                dom::focus(&input);
            }
        }
        Effect::Reload => reload(app),
        Effect::ToastTimer(number) => {
            app.after_focus(TOAST_MILLIS, "toast-action", Msg::ToastGone(number));
        }
        Effect::Security(effect) => security::run(effect, app),
    }
}

/// The place in the page that its address names.
#[must_use]
pub fn place() -> String {
    let hash = dom::window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Reads storage, and takes what is there unless a later reading has begun.
pub fn reload(app: &App<Options>) {
    let (app, number) = (app.clone(), app.begin_reading());
    spawn_local(async move {
        let now = now_millis();
        // A browser that can't read its own storage is no reason to drop what is shown.
        let Ok(world) = world::read(now).await else {
            return;
        };
        let deadline = session::deadline().await.ok().flatten();
        if !app.is_newest_reading(number) {
            return;
        }
        app.with_page(|page, _| {
            page.deadline = deadline.filter(|deadline| *deadline > now).map(|deadline| {
                let app = app.clone();
                let wait = (deadline - now).saturating_add(1).min(24 * 60 * 60 * 1000);
                Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
                    reload(&app)
                })
            });
        });
        app.dispatch(Msg::World(Box::new(world)));
    });
}

/// Reads again whenever storage changes.
pub fn watch_storage(app: &App<Options>) {
    let app = app.clone();
    // Without changes to listen to the page still shows what it read when it opened.
    let _ = storage::on_changed(move |area, _| {
        if area == "session" {
            // The key came or went: at once.
            return reload(&app);
        }
        // A backup writes down each of its steps; they are read together.
        let later = app.clone();
        let soon = Timeout::new(SETTLE_MILLIS, move || reload(&later));
        app.with_page(|page, _| page.settling = Some(soon));
    });
}

/// Tells the background that a person is here: the automatic lock waits.
pub fn touch(app: &App<Options>) {
    if app.is_due(30_000) {
        spawn_local(async {
            let _ = runtime::ask(&Request::Vault(VaultRequest::Touch)).await;
        });
    }
}

fn ask(app: &App<Options>, asked: Asked, request: Request) {
    let app = app.clone();
    spawn_local(async move {
        let answer = runtime::ask(&request).await;
        app.dispatch(Msg::Answered(asked, answer));
    });
}

fn copy(app: &App<Options>, text: &str, said: Text) {
    let app = app.clone();
    let written = dom::window().navigator().clipboard().write_text(text);
    spawn_local(async move {
        let copied = JsFuture::from(written).await.is_ok();
        app.dispatch(Msg::Copied(copied.then_some(said)));
    });
}

/// Reads a file with a backup in it.
pub fn read_backup(app: &App<Options>, file: File) {
    let app = app.clone();
    spawn_local(async move {
        if let Ok(bytes) = files::bytes(&file).await {
            app.dispatch(Msg::Backup(Base64::encode_string(&bytes)));
        }
    });
}

fn download(app: &App<Options>, asked: Asked) {
    let app = app.clone();
    spawn_local(async move {
        match download::save_backup(now_millis()).await {
            Ok(request) => ask(&app, asked, request),
            Err(failure) => app.dispatch(Msg::Answered(asked, Err(failure))),
        }
    });
}

/// Keeps the handle of the folder that is picked, and puts its key and name into the form.
fn pick_folder(prefix: String) {
    let picked = files::pick();
    spawn_local(async move {
        // Nothing was picked: nothing changes.
        let (Ok(directory), Ok(key)) = (picked.await, random::array::<16>()) else {
            return;
        };
        let key = base16ct::lower::encode_string(&key);
        if folders::keep(&key, &directory).await.is_err() {
            return;
        }
        let name = directory.name();
        for (id, text) in [("folder-key", &key), ("folder-name", &name)] {
            if let Some(input) = dom::by_id(&format!("{prefix}-{id}")) {
                dom::set_value(&input, text);
            }
        }
    });
}

fn grant_folder(app: &App<Options>, key: String) {
    let app = app.clone();
    spawn_local(async move {
        if let Ok(Some(directory)) = folders::find(&key).await {
            // Refused or not: the run finds out, and names the cause.
            let _ = directory.ask().await;
        }
        ask(
            &app,
            Asked::Silent,
            Request::Backup(BackupRequest::BackUpNow),
        );
    });
}

/// Puts a destination into the connect form; its password stays where it is.
fn fill_connect(app: &App<Options>, destination: Option<&str>) {
    let place = app.look(|model| {
        let places = &model.world.as_ref()?.places;
        places
            .iter()
            .find(|place| Some(place.id.as_str()) == destination)
            .cloned()
    });
    let Some(place) = place else {
        return;
    };
    let kind = place.label.kind.code();
    draw_forms::choose_kind("connect", kind);
    let Some(group) = dom::by_id("connect-form")
        .and_then(|form| dom::find(&form, &format!("[data-kind=\"{kind}\"]")))
    else {
        return;
    };
    for (name, text) in &place.fields {
        if let Some(input) = dom::find(&group, &format!("[name=\"{name}\"]")) {
            dom::set_value(&input, text);
        }
    }
    // What is left to be typed is the secret.
    if let Some(secret) = dom::find(&group, "input[type=\"password\"]") {
        dom::focus(&secret);
    }
}

/// What the next page needs before its first paint, where it can't wait for storage.
fn mirror(settings: &Settings) {
    let root = dom::document().document_element();
    let storage = dom::window().local_storage().ok().flatten();
    for (name, value, default) in [
        ("theme", &settings.theme, "system"),
        ("density", &settings.density, "normal"),
    ] {
        let value = (value != default).then_some(value.as_str());
        if let Some(root) = &root {
            dom::set_attribute(root, &format!("data-{name}"), value);
        }
        if let Some(storage) = &storage {
            let _ = match value {
                Some(value) => storage.set_item(name, value),
                None => storage.remove_item(name),
            };
        }
    }
}
