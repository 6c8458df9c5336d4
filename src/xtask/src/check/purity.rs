//! The rooms that decide must stay free of browser, clock, chance and I/O: that is what makes them
//! testable to the last branch, and what keeps their answers the same everywhere.

use anyhow::Result;

use super::Complaints;
use crate::project::Project;
use crate::{files, shell};

const PURE: &[(&str, &str)] = &[
    ("holdfast-json", "src/json"),
    ("holdfast-core", "src/core"),
    ("holdfast-backup", "src/backup"),
];

/// Crates that bring in what must be passed in, or more bytes than the first module can bear.
const BANNED_CRATES: &[(&str, &str)] = &[
    ("web-sys", "the browser"),
    ("js-sys", "the browser"),
    ("wasm-bindgen", "the browser"),
    ("gloo", "the browser"),
    ("serde-wasm-bindgen", "the browser"),
    ("getrandom", "randomness"),
    ("tokio", "I/O"),
    ("reqwest", "I/O"),
    ("chrono", "a clock, and its size"),
    ("url", "Unicode tables of 200 KB"),
    ("idna", "Unicode tables of 200 KB"),
    ("regex", "its size"),
];

/// The same, by the standard library.
const BANNED_PATHS: &[(&str, &str)] = &[
    ("std::fs", "I/O"),
    ("std::net", "I/O"),
    ("std::env", "I/O"),
    ("std::process", "I/O"),
    ("std::thread", "threads"),
    ("SystemTime", "a clock"),
    ("Instant::now", "a clock"),
];

/// Looks at the dependency trees for the WebAssembly target and at the sources.
pub fn check(project: &Project) -> Result<Complaints> {
    let mut complaints = Vec::new();
    for (package, folder) in PURE {
        let tree = shell::output(shell::cargo().current_dir(&project.root).args([
            "tree",
            "--package",
            package,
            "--target",
            "wasm32-unknown-unknown",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]))?;
        complaints.extend(banned_crates(package, &tree));
        for file in files::walk(&project.root.join(folder).join("src"))? {
            if files::has_extension(&file, &["rs"]) {
                let name = project.relative(&file).to_string();
                complaints.extend(banned_paths(&name, &files::read(&file)?));
            }
        }
    }
    Ok(complaints)
}

fn banned_crates(package: &str, tree: &str) -> Complaints {
    let mut complaints: Complaints = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter_map(|name| {
            let (_, brings) = BANNED_CRATES
                .iter()
                .find(|(banned, _)| matches(name, banned))?;
            Some(format!(
                "{package} depends on {name}, which brings in {brings}"
            ))
        })
        .collect();
    complaints.sort();
    complaints.dedup();
    complaints
}

/// A crate is banned together with the family named after it.
fn matches(name: &str, banned: &str) -> bool {
    name == banned
        || name
            .strip_prefix(banned)
            .is_some_and(|rest| rest.starts_with('-'))
}

/// Tests may read files and look at the clock; by convention they stand at the bottom.
fn banned_paths(file: &str, text: &str) -> Complaints {
    let mut complaints = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            break;
        }
        if line.trim_start().starts_with("//") {
            continue;
        }
        for (path, brings) in BANNED_PATHS {
            if line.contains(path) {
                complaints.push(format!(
                    "{file}:{} uses {path}, which is {brings}",
                    number + 1
                ));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_crate_anywhere_in_the_tree_is_found() {
        let tree =
            "holdfast-core v0.1.0 (/x)\nsha2 v0.11.0\ngloo-timers v0.4.0\njs-sys v0.3.1 (*)\n";
        let found = banned_crates("holdfast-core", tree);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(banned_crates("holdfast-core", "urlencoding v2.0.0\n").is_empty());
    }

    #[test]
    fn the_clock_is_found_in_code_but_not_in_comments_or_tests() {
        let text = "// SystemTime\nlet t = SystemTime::now();\n#[cfg(test)]\nuse std::fs;\n";
        assert_eq!(
            banned_paths("a.rs", text),
            ["a.rs:2 uses SystemTime, which is a clock"]
        );
    }
}
