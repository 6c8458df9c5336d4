//! Fields for codes as sites really use them: components from npm, each with a state of its own
//! that must hold the whole code.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::Kind;
use holdfast_tests::paths;
use serde_json::Value;

use crate::in_both_browsers;
use crate::menu::ENTRY;
use crate::stage::Stage;

/// Widgets that take every key but digits for themselves while they have the focus. Firefox hears
/// shortcuts after the page; a person there takes the context menu, or the popup.
const KEEP_KEYS: &[&str] = &["vue:vue3-otp-input-focused"];

in_both_browsers!(every_widget_takes_the_code);

async fn every_widget_takes_the_code(kind: Kind) -> Result<()> {
    let folder = bundle()?;
    let sites: &[&str] = &["http://widgets.test"];
    let stage = Stage::set(kind, folder, &[("Widgets", sites)]).await?;
    stage.goto("http://widgets.test/index.html").await?;
    let names = stage.browser.js("return window.names", &[]).await?;
    let names: Vec<&str> = names
        .as_array()
        .context("no widgets")?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    ensure!(names.len() >= 25, "only {} widgets", names.len());
    let mut failed = Vec::new();
    for name in &names {
        stage
            .goto(&format!("http://widgets.test/index.html?{name}"))
            .await?;
        stage.browser.js("await window.ready", &[]).await?;
        if kind == Kind::Firefox && KEEP_KEYS.contains(name) {
            stage.browser.choose_in_menu("input", ENTRY).await?;
        } else {
            stage.fill().await?;
        }
        if let Err(error) = stage.wait_code("Widgets", "return window.state()").await {
            failed.push(format!("{name}: {error:#}"));
        }
    }
    println!(
        "{kind:?}: {} of {} widgets filled",
        names.len() - failed.len(),
        names.len()
    );
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

/// Bundles the widgets with the packages of the lock file.
fn bundle() -> Result<PathBuf> {
    let out = paths::target().join("widgets");
    let status = Command::new("node")
        .current_dir(paths::root())
        .arg("tests/fill/widgets/build.mjs")
        .arg(paths::target().join("tools/widgets/node_modules"))
        .arg(&out)
        .status()
        .context("cannot start node")?;
    ensure!(
        status.success(),
        "the widgets can't be bundled: run `make setup`"
    );
    Ok(out)
}
