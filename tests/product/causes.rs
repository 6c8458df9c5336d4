//! The page that says where each cause is made and healed says it of every cause, and of files that
//! there are.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use holdfast_backup::cause::Cause;
use holdfast_tests::paths;

#[test]
fn each_cause_has_a_row_that_names_its_tests() -> Result<()> {
    let page = std::fs::read_to_string(paths::root().join("docs/destinations.md"))?;
    let rows = page
        .lines()
        .skip_while(|line| !line.starts_with("| cause "));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        ensure!(cells.len() == 4, "{row}");
        named.insert(cells.first().copied().unwrap_or_default().replace(' ', "_"));
        let files: Vec<&str> = cells
            .last()
            .copied()
            .unwrap_or_default()
            .split('`')
            .collect();
        let files = files.iter().filter(|file| file.ends_with(".rs"));
        ensure!(files.clone().count() > 0, "no test is named: {row}");
        for file in files {
            let path = paths::root().join("tests/product").join(file);
            ensure!(path.is_file(), "there is no {file}: {row}");
        }
    }
    let all: BTreeSet<String> = Cause::ALL
        .iter()
        .map(|cause| cause.code().to_owned())
        .collect();
    ensure!(named == all, "{named:?} are named");
    Ok(())
}
