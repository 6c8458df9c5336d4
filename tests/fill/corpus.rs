//! How well the field for a code is found: on this project's own corpus, in both browsers, and on
//! real pages where they lie beside the checkout.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use holdfast_core::fill::detect;
use holdfast_core::fill::page::Frame;
use holdfast_tests::browser::{Browser, Kind, Options};
use holdfast_tests::paths;
use holdfast_tests::servers::Site;
use serde_json::{Value, json};

use crate::in_both_browsers;

in_both_browsers!(the_corpus_is_read_right, real_pages_are_read_right);

/// Pages of every shape, of which every other one is held out.
const SHAPES: &str = include_str!("corpus.txt");
/// Pages that were written without a look at the rules, or from what others' pages look like. The
/// rules were mended by all of them after a first reading, which each file tells of.
const LATER: [&str; 5] = [
    include_str!("whole.txt"),
    include_str!("wild.txt"),
    include_str!("blind.txt"),
    include_str!("unseen.txt"),
    include_str!("fresh.txt"),
];

/// A labelled page.
struct Page {
    name: String,
    language: String,
    kind: String,
    /// What finds the boxes, and how many they are.
    selector: String,
    count: usize,
    markup: String,
    /// It was not looked at while the rules were written.
    held_out: bool,
}

/// What came of some pages.
#[derive(Default)]
struct Score {
    pages: usize,
    found: usize,
    exact: usize,
    wrong: usize,
    alike: usize,
    fires: usize,
    hard: usize,
    hard_fires: usize,
    split: usize,
    split_exact: usize,
}

impl Score {
    fn count(&mut self, expected: &[usize], chosen: &[usize], hard: bool) {
        if expected.is_empty() {
            let fires = usize::from(!chosen.is_empty());
            self.alike += 1;
            self.fires += fires;
            self.hard += usize::from(hard);
            self.hard_fires += fires * usize::from(hard);
            return;
        }
        let exact = usize::from(expected == chosen);
        self.pages += 1;
        if chosen.iter().any(|index| expected.contains(index)) {
            self.found += 1;
        } else {
            self.wrong += usize::from(!chosen.is_empty());
        }
        self.exact += exact;
        if expected.len() > 1 {
            self.split += 1;
            self.split_exact += exact;
        }
    }

    fn precision(&self) -> f64 {
        percent(self.found, self.found + self.wrong + self.fires)
    }

    fn recall(&self) -> f64 {
        percent(self.found, self.pages)
    }

    fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 {
            0.0
        } else {
            2.0 * p * r / (p + r)
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "precision {:5.1}  recall {:5.1}  F1 {:5.1}  exact {:5.1} of {:3}  fires {:4.1} of {:3}  hard {:4.1} of {:3}  split {:5.1} of {:3}",
            self.precision(),
            self.recall(),
            self.f1(),
            percent(self.exact, self.pages),
            self.pages,
            percent(self.fires, self.alike.max(1)),
            self.alike,
            percent(self.hard_fires, self.hard.max(1)),
            self.hard,
            percent(self.split_exact, self.split),
            self.split,
        )
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        100.0
    } else {
        100.0 * part as f64 / whole as f64
    }
}

async fn the_corpus_is_read_right(kind: Kind) -> Result<()> {
    let pages = corpus()?;
    let alike = pages.iter().filter(|page| page.count == 0).count();
    ensure!(
        pages.len() - alike >= 150 && alike >= 150,
        "{} pages",
        pages.len()
    );
    let browser = Browser::start(kind, Options::new()?).await?;
    let site = Site::serve(crate::stage::pages()).await?;
    browser.goto(&format!("{}/corpus.html", site.url())).await?;
    let script = features()?;
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut wrong = Vec::new();
    for page in &pages {
        let body = format!(
            "document.body.innerHTML = args[0]; \
             for (const old of document.querySelectorAll('body script')) {{ \
               const script = document.createElement('script'); \
               script.textContent = old.textContent; \
               old.replaceWith(script); \
             }} \
             const find = (root, selector) => [...root.querySelectorAll(selector), \
               ...[...root.querySelectorAll('*')].flatMap((host) => (host.shadowRoot ? find(host.shadowRoot, selector) : []))]; \
             await new Promise((done) => requestAnimationFrame(done)); \
             const frame = {script}; \
             const boxes = args[1] ? find(document, args[1]).map((box) => holdfast.elements.indexOf(box)) : []; \
             return {{ frame, boxes }};"
        );
        let seen = browser
            .js(&body, &[json!(page.markup), json!(page.selector)])
            .await?;
        let (expected, chosen) = judge(&seen)?;
        ensure!(expected.len() == page.count, "{}: {seen}", page.name);
        let hard = page.kind.contains("hard");
        let part = if page.held_out {
            "held out"
        } else {
            "written from"
        };
        let shape = page.name.split('/').next().unwrap_or_default();
        for key in [
            "all".to_owned(),
            format!("all, {part}"),
            format!("language {}", page.language),
            format!("shape {shape}"),
        ] {
            scores
                .entry(key)
                .or_default()
                .count(&expected, &chosen, hard);
        }
        if expected != chosen {
            wrong.push(format!(
                "{part}: {} ({}) {expected:?} {chosen:?}",
                page.name, page.language
            ));
        }
    }
    for (key, score) in &scores {
        println!("{kind:?} {key:<24} {score}");
    }
    println!("{}", wrong.join("\n"));
    for key in ["all, held out", "all, written from"] {
        at_least(&scores, key)?;
    }
    Ok(())
}

/// The floors: ahead of what ten other detectors reach on real pages.
fn at_least(scores: &BTreeMap<String, Score>, key: &str) -> Result<()> {
    let score = scores
        .get(key)
        .with_context(|| format!("no pages are {key}"))?;
    ensure!(score.f1() >= 95.0, "{key}: F1 {:.1}", score.f1());
    ensure!(percent(score.exact, score.pages) >= 93.0, "{key}: exact");
    ensure!(percent(score.fires, score.alike) <= 3.0, "{key}: fires");
    ensure!(
        percent(score.hard_fires, score.hard) <= 8.0,
        "{key}: hard look-alikes"
    );
    ensure!(
        percent(score.split_exact, score.split) >= 92.0,
        "{key}: split boxes"
    );
    Ok(())
}

/// Pages of real products, each with `labels.json` beside it; named by `HOLDFAST_FILL_PAGES`, or
/// lying beside the checkout. They are others' work and no part of this one.
async fn real_pages_are_read_right(kind: Kind) -> Result<()> {
    let folder = std::env::var_os("HOLDFAST_FILL_PAGES").map_or_else(
        || paths::root().join("../shared/fixtures/autofill"),
        PathBuf::from,
    );
    let Ok(labels) = std::fs::read(folder.join("labels.json")) else {
        println!("no real pages here");
        return Ok(());
    };
    let mut labels: Vec<Value> = serde_json::from_slice(&labels)?;
    labels.sort_by_key(|label| label.get("file").map(ToString::to_string));
    let browser = Browser::start(kind, Options::new()?).await?;
    let site = Site::serve(folder).await?;
    let script = features()?;
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for (number, label) in labels.iter().enumerate() {
        let file = label
            .get("file")
            .and_then(Value::as_str)
            .context("a page without a file")?;
        let selectors = label.get("expected").cloned().unwrap_or_default();
        browser.goto(&format!("{}/{file}", site.url())).await?;
        let body = format!(
            "const frame = {script}; \
             const find = (selector) => selector.split('>>>').reduce((root, part) => {{ \
               const inner = root.shadowRoot ?? root.contentDocument ?? root; \
               return inner.querySelector(part.trim()) ?? document.head; }}, document); \
             const boxes = args[0].map((selector) => holdfast.elements.indexOf(find(selector))); \
             return {{ frame, boxes }};"
        );
        let seen = browser.js(&body, &[selectors]).await?;
        let (expected, chosen) = judge(&seen)?;
        let tags = label
            .get("tags")
            .map(ToString::to_string)
            .unwrap_or_default();
        let part = if number % 2 == 0 {
            "written from"
        } else {
            "held out"
        };
        for key in ["all", part] {
            let score = scores.entry(key.to_owned()).or_default();
            score.count(&expected, &chosen, tags.contains("\"hard\""));
        }
        if expected != chosen {
            println!("{kind:?} {part}: {file} {expected:?} {chosen:?}");
        }
    }
    for (key, score) in &scores {
        println!("{kind:?} real pages, {key:<14} {score}");
    }
    Ok(())
}

/// What was expected and what was chosen, as indexes of fields.
fn judge(seen: &Value) -> Result<(Vec<usize>, Vec<usize>)> {
    let frame = seen.get("frame").cloned().context("no features")?;
    let frame: Frame = serde_json::from_value(frame)?;
    let expected = seen
        .get("boxes")
        .and_then(Value::as_array)
        .context("no boxes")?
        .iter()
        // What was not collected at all can't be chosen.
        .map(|index| index.as_u64().map_or(usize::MAX, |index| index as usize))
        .collect();
    let chosen = detect(std::slice::from_ref(&frame)).map(|target| target.fields);
    Ok((expected, chosen.unwrap_or_default()))
}

/// The very script that runs in pages, as an expression.
fn features() -> Result<String> {
    let text = std::fs::read_to_string(paths::root().join("extension/fill/features.js"))?;
    let start = text
        .find("(() => {")
        .context("the script has another shape")?;
    let script = text.get(start..).unwrap_or_default();
    Ok(script.trim_end().trim_end_matches(';').to_owned())
}

fn corpus() -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let shapes = SHAPES.split("\n=== ").skip(1).map(|part| (part, true));
    let later = LATER.iter().flat_map(|file| file.split("\n=== ").skip(1));
    for (part, split) in shapes.chain(later.map(|part| (part, false))) {
        let (head, markup) = part.split_once('\n').context("a page without markup")?;
        let mut fields = head.splitn(4, " | ").map(str::trim);
        let mut next = || fields.next().unwrap_or_default().to_owned();
        let (name, language, kind, boxes) = (next(), next(), next(), next());
        let many = boxes.split_once(" of ");
        let many = many.and_then(|(count, one)| Some((count.parse().ok()?, one)));
        let each = || boxes.split(", ").filter(|one| !one.is_empty()).count();
        let (count, selector) = many.unwrap_or_else(|| (each(), &*boxes));
        // Every other page of each shape.
        let shape = name.split('/').next().unwrap_or_default().to_owned();
        let number = seen.entry(shape).or_default();
        *number += 1;
        pages.push(Page {
            held_out: split && number.is_multiple_of(2),
            selector: selector.to_owned(),
            count,
            name,
            language,
            kind,
            markup: markup.to_owned(),
        });
    }
    Ok(pages)
}
