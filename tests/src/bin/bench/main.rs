//! `make bench`: key derivation and opening a large vault, in both browsers, natively, and by the C
//! reference implementation; how long filling a large page takes; reading other apps' files, and QR
//! codes beside two other readers. Prints a table; asserts nothing, since machines differ.

#![allow(clippy::print_stdout, reason = "a tool of the developers'")]

mod filling;
mod imports;
mod qr;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::paths;
use holdfast_tests::process::eventually;
use holdfast_tests::servers::Site;
use serde_json::Value;

const ROUNDS: usize = 9;

/// The sheet of the measured vault: a key of zeros.
const RECOVERY_KEY: &str = include_str!("../../../bench/recovery-key.txt");

#[tokio::main]
async fn main() -> Result<()> {
    // Named parts only, or all.
    let named: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    if wanted("vault") {
        vault().await?;
    }
    if wanted("filling") {
        filling::run().await?;
    }
    if wanted("imports") {
        imports::run().await?;
    }
    if wanted("qr") {
        qr::run().await?;
    }
    Ok(())
}

/// Deriving keys, and opening a large vault.
async fn vault() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let backup = folder.path().join("ten-thousand");
    let native = native("nfc", "measure", &[&backup])?;
    let number = |name: &str| native.get(name).and_then(Value::as_f64).unwrap_or_default();
    let reference = reference()?;
    let mut rows = vec![
        ("native (Rust)", number("argon2"), Some(number("open"))),
        ("argon2-cffi (C reference)", reference, None),
    ];
    for (kind, name) in [
        (Kind::Chromium, "Chromium (wasm)"),
        (Kind::Firefox, "Firefox (wasm)"),
    ] {
        let browser =
            Browser::start(kind, Options::with_extension(paths::fixture("extension"))).await?;
        let derive = in_browser(&browser).await?;
        let open = opening(&browser, folder.path(), &backup).await?;
        rows.push((name, derive, Some(open)));
        browser.quit().await?;
    }
    println!(
        "\nArgon2id, 64 MiB, 3 passes, 1 lane; opening {} accounts ({:.1} MB), key known",
        number("accounts"),
        number("bytes") / 1e6
    );
    println!(
        "{:<27} {:>10} {:>12} {:>12} {:>10}",
        "", "Argon2id", "of native", "of C", "opening"
    );
    for (name, derive, open) in rows {
        let open = open.map_or("-".to_owned(), |open| format!("{open:.0} ms"));
        let (of_native, of_reference) = (derive / number("argon2"), derive / reference);
        println!("{name:<27} {derive:>7.0} ms {of_native:>11.2}x {of_reference:>11.2}x {open:>10}");
    }
    println!(
        "Of opening, decrypting takes {:.0} ms natively; the rest is reading the content.",
        number("unseal")
    );
    println!(
        "Each number is the median of {ROUNDS}; opening in a browser includes Holdfast's own checks, not drawing."
    );
    Ok(())
}

/// What one of the core's measuring programs prints, built as the modules that ship are.
fn native(features: &str, example: &str, arguments: &[&Path]) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(paths::root())
        .args(["run", "--quiet", "--release", "--package", "holdfast-core"])
        .args(["--features", features, "--example", example, "--"])
        .args(arguments)
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Python's binding to the C code of Argon2's authors, with the same parameters.
fn reference() -> Result<f64> {
    let script = format!(
        "import time\n\
         from argon2.low_level import Type, hash_secret_raw\n\
         times = []\n\
         for _ in range({ROUNDS}):\n\
         \x20   start = time.perf_counter()\n\
         \x20   hash_secret_raw(b'correct horse battery staple', bytes([7] * 32), 3, 65536, 1, 32, Type.ID)\n\
         \x20   times.append(time.perf_counter() - start)\n\
         print(1000 * sorted(times)[{ROUNDS} // 2])"
    );
    let output = Command::new(paths::python())
        .args(["-c", &script])
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// The module that ships, in an instance of its own each time, as the background uses it.
async fn in_browser(browser: &Browser) -> Result<f64> {
    let site = Site::serve(paths::dist()?).await?;
    // Any file of the site: a page of its origin, with no script of its own.
    browser.goto(&format!("{}/base.css", site.url())).await?;
    let script = "const times = []; \
        for (let round = 0; round < args[0]; round++) { \
          const kdf = await import(`/wasm/kdf.js?${round}`); \
          const bytes = await (await fetch('/wasm/kdf.wasm')).arrayBuffer(); \
          const start = performance.now(); \
          await kdf.default({ module_or_path: bytes }); \
          kdf.derive('correct horse battery staple', new Uint8Array(32).fill(7), 65536, 3, 1); \
          times.push(performance.now() - start); \
        } \
        return times.sort((a, b) => a - b)[Math.floor(args[0] / 2)]";
    let median = browser.js(script, &[ROUNDS.into()]).await?;
    median.as_f64().context("no number")
}

/// `recover.html` opens the backup with the recovery key, which needs no derivation; it measures
/// itself (User Timing, "open").
async fn opening(browser: &Browser, folder: &Path, backup: &Path) -> Result<f64> {
    let page = folder.join("recover.html");
    std::fs::copy(paths::dist()?.join("recover.html"), &page)?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        browser.goto(&format!("file://{}", page.display())).await?;
        browser.wait_visible("#choose").await?;
        browser.upload("#file", backup).await?;
        browser.wait_visible("#file-keys").await?;
        browser.fill("#secret", RECOVERY_KEY.trim()).await?;
        browser.press("\u{e007}").await?;
        let script = "return performance.getEntriesByName('open').at(-1)?.duration";
        let time = eventually("the backup is open", async || {
            Ok(browser.js(script, &[]).await?.as_f64())
        })
        .await?;
        times.push(time);
    }
    times.sort_by(f64::total_cmp);
    times.get(ROUNDS / 2).copied().context("no rounds")
}
