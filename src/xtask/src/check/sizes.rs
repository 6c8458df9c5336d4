//! Sizes of the built modules.

use std::fs;

use anyhow::Result;

use super::Complaints;
use crate::project::Project;
use crate::{budgets, dist};

/// Holds every module that was built for `dist/` against its budget.
pub fn check(project: &Project) -> Result<Complaints> {
    let mut complaints = Vec::new();
    if !project.dist().join("wasm").is_dir() {
        complaints.push("dist/ holds no module to weigh: run `make build`".to_owned());
        return Ok(complaints);
    }
    for file in dist::modules(project)? {
        let module = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        complaints.extend(verdict(module, fs::metadata(&file)?.len()));
    }
    Ok(complaints)
}

fn verdict(module: &str, bytes: u64) -> Option<String> {
    match budgets::of(module) {
        None => Some(format!(
            "{module}.wasm has no budget: give it one in budgets.rs"
        )),
        Some(budget) if bytes > budget.bytes => Some(format!(
            "{module}.wasm has {bytes} bytes, {} more than its budget; it is {}",
            bytes - budget.bytes,
            budget.why
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_a_limit_and_not_a_hint() {
        assert_eq!(verdict("popup", 400_000), None);
        assert!(verdict("popup", 400_001).is_some_and(|text| text.contains("1 more")));
        assert!(verdict("stowaway", 1).is_some_and(|text| text.contains("no budget")));
    }
}
