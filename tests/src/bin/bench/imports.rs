//! Ten thousand accounts from each plain format, natively and by the module that ships.

use anyhow::{Context, Result};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::paths;
use holdfast_tests::servers::Site;
use serde_json::Value;

use crate::native;

const ROUNDS: usize = 5;

/// Measures and prints.
pub async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let fixtures = paths::fixture("import");
    let native = native("import", "measure_imports", &[&fixtures, folder.path()])?;
    let rows = native.as_array().context("no formats")?;
    for name in ["transfer.js", "transfer.wasm"] {
        std::fs::copy(
            paths::dist()?.join("wasm").join(name),
            folder.path().join(name),
        )?;
    }
    // A page of the site's origin, with no script of its own.
    std::fs::write(folder.path().join("empty.html"), "<!doctype html>")?;
    let site = Site::serve(folder.path().to_path_buf()).await?;
    let mut columns = Vec::new();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser =
            Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await?;
        browser.goto(&format!("{}/empty.html", site.url())).await?;
        let mut column = Vec::new();
        for row in rows {
            column.push(in_browser(&browser, text(row, "file")).await?);
        }
        columns.push(column);
        browser.quit().await?;
    }
    println!("\nReading 10,000 accounts, the median of {ROUNDS}");
    println!(
        "{:<22} {:>8} {:>10} {:>22} {:>22}",
        "", "size", "native", "Chromium (wasm)", "Firefox (wasm)"
    );
    for (place, row) in rows.iter().enumerate() {
        let (ms, bytes) = (number(row, "ms"), number(row, "bytes"));
        let cell = |column: &Vec<f64>| {
            let own = column.get(place).copied().unwrap_or_default();
            format!("{own:.0} ms ({:.1}x)", own / ms)
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        println!(
            "{:<22} {:>5.1} MB {ms:>7.0} ms {:>22} {:>22}",
            text(row, "file"),
            bytes / 1e6,
            cells.first().map_or("", String::as_str),
            cells.get(1).map_or("", String::as_str),
        );
    }
    Ok(())
}

/// With what the page does besides: handing the file over, and reading the answer's JSON.
async fn in_browser(browser: &Browser, file: &str) -> Result<f64> {
    let script = "const module = await import('/transfer.js'); \
        await module.default(); \
        const file = new Uint8Array(await (await fetch(`/${args[0]}`)).arrayBuffer()); \
        const times = []; \
        for (let round = 0; round < args[1]; round++) { \
          const start = performance.now(); \
          const [outcome] = JSON.parse(module.read([file], [''])); \
          times.push(performance.now() - start); \
          if (outcome.read.accounts.length !== 10000) throw new Error('accounts are missing'); \
        } \
        return times.sort((a, b) => a - b)[Math.floor(args[1] / 2)]";
    let median = browser.js(script, &[file.into(), ROUNDS.into()]).await?;
    median
        .as_f64()
        .with_context(|| format!("{file}: no number"))
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn number(row: &Value, name: &str) -> f64 {
    row.get(name).and_then(Value::as_f64).unwrap_or_default()
}
