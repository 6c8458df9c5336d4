//! Reading QR codes: ours against zxing-cpp (as wasm) and jsQR, in the same page of each browser, on
//! difficult images of the kinds of `src/modules/qr/tests`, which none of the readers was made with.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::paths;
use holdfast_tests::servers::Site;
use serde_json::Value;

/// One reader on one image takes seconds at most. A limit against hanging.
const LIMIT: Duration = Duration::from_mins(2);
/// What the images are painted from. Ours was mended with those of other seeds.
const SEED: &str = "60";
/// The readers, as the page calls them; ours first.
const READERS: [&str; 3] = ["holdfast", "zxing-cpp", "jsQR"];
/// The 4K screenshot with three codes, which is measured five times.
const SCREENSHOT: &str = "several-at-once-0";

/// Measures and prints.
pub async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let page = paths::root().join("tests/bench/qr");
    for (name, there) in [
        ("page.html", page.join("page.html")),
        ("page.js", page.join("page.js")),
        ("wasm", paths::dist()?.join("wasm")),
        ("node_modules", other_readers()?),
    ] {
        symlink(there, folder.path().join(name))?;
    }
    paint(&folder.path().join("set"))?;
    let site = Site::serve(folder.path().to_path_buf()).await?;
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser =
            Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await?;
        browser.goto(&format!("{}/page.html", site.url())).await?;
        let results = results(&browser)
            .await
            .with_context(|| format!("{kind:?}"))?;
        browser.quit().await?;
        report(kind, &results);
    }
    Ok(())
}

/// What the page measured. Ends early when it says that it failed, or gets no further.
async fn results(browser: &Browser) -> Result<Vec<Value>> {
    let (mut last, mut since) = (Value::Null, Instant::now());
    loop {
        let script =
            "return { results: window.results ?? null, progress: window.progress ?? null }";
        // The page answers late, or not at all, while a reader works.
        if let Ok(state) = browser.js(script, &[]).await {
            match state.get("results") {
                Some(Value::Array(results)) => return Ok(results.clone()),
                Some(Value::Object(outcome)) => {
                    bail!("{}", outcome.get("failed").unwrap_or(&Value::Null))
                }
                _ => (),
            }
            let progress = state.get("progress").cloned().unwrap_or_default();
            if progress != last {
                (last, since) = (progress, Instant::now());
            }
        }
        ensure!(since.elapsed() < LIMIT, "it hangs: {last}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Installs the other readers unless they are there, and says where.
fn other_readers() -> Result<PathBuf> {
    let status = cargo()
        .args(["run", "--quiet", "--package", "xtask", "--"])
        .args(["setup", "bench"])
        .status()?;
    ensure!(status.success(), "the other readers are not installed");
    Ok(paths::target().join("tools/qr-readers/node_modules"))
}

fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(paths::root());
    command
}

/// The images, painted anew: they are 200 MB.
fn paint(folder: &Path) -> Result<()> {
    let status = cargo()
        .args(["run", "--quiet", "--release", "--package", "holdfast-qr"])
        .args(["--example", "write_difficult_set", "--"])
        .arg(folder)
        .arg(SEED)
        .status()?;
    ensure!(status.success(), "the images were not painted");
    Ok(())
}

fn report(kind: Kind, images: &[Value]) {
    println!(
        "\nReading QR codes in {kind:?}: {} difficult images",
        images.len()
    );
    row("", READERS.map(str::to_owned));
    let categories: BTreeSet<&str> = images.iter().map(category).collect();
    for name in categories {
        let some = || images.iter().filter(|image| category(image) == name);
        let count = some().count();
        row(
            name,
            READERS.map(|reader| format!("{} of {count}", read(some(), reader, "all"))),
        );
    }
    let all = |what: &str| READERS.map(|reader| read(images.iter(), reader, what).to_string());
    row("all codes read", all("all"));
    row("at least one code read", all("some"));
    let wrong = |reader: &'static str| {
        images
            .iter()
            .map(move |image| number(image, reader, "wrong"))
    };
    row(
        "codes read wrongly",
        READERS.map(|reader| format!("{:.0}", wrong(reader).sum::<f64>())),
    );
    let errors = READERS.map(|reader| {
        let place = format!("/readers/{reader}/error");
        let some = images.iter().filter(|image| {
            let error = image.pointer(&place);
            error.is_some_and(|error| !error.is_null())
        });
        some.count().to_string()
    });
    row("given up with an error", errors);
    let of = |image: &Value| READERS.map(|reader| number(image, reader, "milliseconds"));
    let name = |image: &&Value| image.get("name") == Some(&SCREENSHOT.into());
    if let Some(screenshot) = images.iter().find(name) {
        row("4K with three codes", times(of(screenshot)));
    }
    let each: Vec<[f64; 3]> = images.iter().map(of).collect();
    let median = [0, 1, 2].map(|place| {
        let mut times: Vec<f64> = each
            .iter()
            .filter_map(|it| it.get(place).copied())
            .collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    });
    row("median of all images", times(median));
}

/// Times, and how many times ours each is.
fn times(times: [f64; 3]) -> [String; 3] {
    let [own, ..] = times;
    times.map(|time| format!("{time:.0} ms ({:.2}x)", time / own))
}

fn row(name: &str, cells: [String; 3]) {
    let [own, zxing, js] = cells;
    println!("{name:<26} {own:>18} {zxing:>18} {js:>18}");
}

fn category(image: &Value) -> &str {
    let name = image.get("category").and_then(Value::as_str);
    name.unwrap_or_default()
}

/// How many of these images a reader has read.
fn read<'a>(images: impl Iterator<Item = &'a Value>, reader: &str, what: &str) -> usize {
    let place = format!("/readers/{reader}/{what}");
    images
        .filter(|image| image.pointer(&place) == Some(&Value::Bool(true)))
        .count()
}

fn number(image: &Value, reader: &str, what: &str) -> f64 {
    let place = format!("/readers/{reader}/{what}");
    let number = image.pointer(&place).and_then(Value::as_f64);
    number.unwrap_or_default()
}
