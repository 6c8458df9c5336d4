//! What a person sets: kept at once, so that the page answers before the background does.

use super::model::{Asked, Effect, Model, Setting};
use crate::message::{Request, Settings, VaultRequest};

/// Takes a setting over, and has it saved.
pub(super) fn set(model: &Model, name: &str, setting: &Setting) -> Vec<Effect> {
    let Some(world) = &model.world else {
        return Vec::new();
    };
    let mut settings = world.settings.clone();
    if apply(&mut settings, name, setting).is_none() {
        return Vec::new();
    }
    // Also at once, so that the page answers before the background does.
    vec![
        Effect::Mirror(settings.clone()),
        Effect::Ask(
            Asked::Silent,
            Request::Vault(VaultRequest::SaveSettings { settings }),
        ),
    ]
}

fn apply(settings: &mut Settings, name: &str, setting: &Setting) -> Option<()> {
    match (name, setting) {
        ("lock_with_system", Setting::On(on)) => settings.lock_with_system = *on,
        ("hide_codes", Setting::On(on)) => settings.hide_codes = *on,
        ("show_next", Setting::On(on)) => settings.show_next = *on,
        ("no_destination", Setting::On(on)) => settings.no_destination = *on,
        ("fill_waits", Setting::On(on)) => settings.fill_waits = *on,
        ("correct_codes", Setting::On(on)) => settings.correct_codes = *on,
        ("lock_minutes", Setting::Choice(minutes)) => {
            settings.lock_minutes = minutes.parse().ok()?
        }
        ("clear_clipboard_seconds", Setting::Choice(seconds)) => {
            settings.clear_clipboard_seconds = seconds.parse().ok()?
        }
        ("theme", Setting::Choice(theme)) => settings.theme.clone_from(theme),
        ("density", Setting::Choice(density)) => settings.density.clone_from(density),
        _ => return None,
    }
    Some(())
}
