//! `make coverage`: which lines of the sources the fuzzers' corpus reaches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{cargo_fuzz, targets};
use crate::project::Project;
use crate::shell;

/// Lines of a source that could run, and those that did.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Lines {
    count: u64,
    reached: u64,
}

/// Runs every fuzzer once over the corpus that earlier runs have left, and prints for each source
/// of the core how many of its lines ran, under any of them. A source that none of them enters is
/// left out: it isn't theirs.
pub fn run(project: &Project) -> Result<()> {
    super::prepare(project)?;
    shell::run(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
    let tools = llvm_tools()?;
    let folder = project.target.join("fuzz-coverage");
    let names = targets(project)?;
    let (mut profiles, mut programs) = (Vec::new(), Vec::new());
    for name in &names {
        let said = cargo_fuzz(project, "coverage", &folder)
            .arg(name)
            .output()?;
        ensure!(
            said.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&said.stderr)
        );
        profiles.push(
            project
                .root
                .join(format!("tests/fuzz/coverage/{name}/coverage.profdata")),
        );
        programs.push(folder.join(super::host()?).join("release").join(name));
        println!("  {name}: its corpus was run");
    }
    let merged = folder.join("all.profdata");
    shell::run_quietly(
        Command::new(tools.join("llvm-profdata"))
            .args(["merge", "-sparse", "-o"])
            .arg(&merged)
            .args(&profiles),
    )?;
    let mut export = Command::new(tools.join("llvm-cov"));
    export
        .args(["export", "-summary-only", "-instr-profile"])
        .arg(&merged);
    for program in &programs {
        export.arg("-object").arg(program);
    }
    let sources = project.root.join("src/core/src");
    let summary = shell::output(export.arg("--sources").arg(&sources))?;
    print!("{}", table(&by_source(&summary, &sources)?));
    Ok(())
}

/// Where the toolchain keeps the tools of its own LLVM, which alone read its profiles.
fn llvm_tools() -> Result<PathBuf> {
    let root = shell::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(Path::new(root.trim())
        .join("lib/rustlib")
        .join(super::host()?)
        .join("bin"))
}

/// The lines of each source, by its path below `folder`.
fn by_source(summary: &str, folder: &Path) -> Result<BTreeMap<String, Lines>> {
    let summary: Value = serde_json::from_str(summary)?;
    let files = summary.pointer("/data/0/files").and_then(Value::as_array);
    let files = files.context("llvm-cov names no files")?;
    let mut sources: BTreeMap<String, Lines> = BTreeMap::new();
    for file in files {
        let path = Path::new(
            file.pointer("/filename")
                .and_then(Value::as_str)
                .context("a file without a name")?,
        );
        let Ok(path) = path.strip_prefix(folder) else {
            continue;
        };
        let number = |name: &str| {
            let value = file.pointer(&format!("/summary/lines/{name}"));
            value
                .and_then(Value::as_u64)
                .with_context(|| format!("lines.{name}"))
        };
        let lines = Lines {
            count: number("count")?,
            reached: number("covered")?,
        };
        sources.insert(path.display().to_string(), lines);
    }
    Ok(sources)
}

/// A line for each source that was entered, the folders' sums, and the sum of all.
fn table(sources: &BTreeMap<String, Lines>) -> String {
    let entered = sources.iter().filter(|(_, lines)| lines.reached > 0);
    let mut sums: BTreeMap<&str, Lines> = BTreeMap::new();
    let mut text = String::new();
    for (path, lines) in entered {
        text += &row(path, *lines);
        let room = path.split_once('/').map_or("(the rest)", |(room, _)| room);
        for sum in [room, "in all"] {
            let sum = sums.entry(sum).or_default();
            sum.count += lines.count;
            sum.reached += lines.reached;
        }
    }
    text += "\n";
    sums.iter()
        .fold(text, |text, (room, lines)| text + &row(room, *lines))
}

fn row(name: &str, lines: Lines) -> String {
    let share = 100 * lines.reached / lines.count.max(1);
    format!(
        "| {name} | {} of {} | {share} % |\n",
        lines.reached, lines.count
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_summed_by_folder_and_what_nobody_enters_is_left_out() {
        let summary = r#"{"data":[{"files":[
            {"filename":"/s/import/aegis.rs","summary":{"lines":{"count":10,"covered":9}}},
            {"filename":"/s/import/duo.rs","summary":{"lines":{"count":30,"covered":11}}},
            {"filename":"/s/fill/veto.rs","summary":{"lines":{"count":500,"covered":0}}},
            {"filename":"/elsewhere/serde.rs","summary":{"lines":{"count":7,"covered":7}}}]}]}"#;
        let sources = by_source(summary, Path::new("/s")).unwrap();
        assert_eq!(
            table(&sources),
            "| import/aegis.rs | 9 of 10 | 90 % |\n| import/duo.rs | 11 of 30 | 36 % |\n\n\
             | import | 20 of 40 | 50 % |\n| in all | 20 of 40 | 50 % |\n"
        );
    }
}
