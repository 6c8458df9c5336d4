//! What is published must make sense to whoever reads it: no paths of somebody's machine, no
//! addresses of somebody's package mirror.

use std::path::PathBuf;

use anyhow::Result;

use super::Complaints;
use crate::project::Project;
use crate::{files, shell};

const TEXT: &[&str] = &[
    "rs", "toml", "lock", "json", "js", "mjs", "css", "html", "md", "py", "yml", "yaml", "txt",
    "conf",
];

/// Folders in which people keep what is theirs alone.
const PRIVATE_FOLDERS: &[&str] = &["home", "root", "work", "Users"];

/// Files that configure one machine's access to registries.
const PRIVATE_FILES: &[&str] = &[".npmrc", "pip.conf", ".pypirc", ".netrc"];

/// Reads every file under version control.
pub fn check(project: &Project) -> Result<Complaints> {
    let mut complaints = Vec::new();
    for name in tracked(project)? {
        let path = project.root.join(&name);
        let file = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if PRIVATE_FILES.contains(&file) {
            complaints.push(format!(
                "{} belongs to a machine, not to the project",
                name.display()
            ));
        }
        if !path.is_file() || !(files::has_extension(&path, TEXT) || file == "Makefile") {
            continue;
        }
        let lock = file == "package-lock.json";
        for (number, line) in files::read(&path)?.lines().enumerate() {
            if let Some(reason) = complaint(line, lock) {
                complaints.push(format!("{}:{} {reason}", name.display(), number + 1));
            }
        }
    }
    Ok(complaints)
}

fn tracked(project: &Project) -> Result<Vec<PathBuf>> {
    let list = shell::output(
        std::process::Command::new("git")
            .current_dir(&project.root)
            .args(["ls-files", "-z"]),
    )?;
    Ok(list
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect())
}

fn complaint(line: &str, lock: bool) -> Option<String> {
    for folder in PRIVATE_FOLDERS {
        let path = format!("/{folder}/");
        for (at, _) in line.match_indices(&path) {
            let before = line.get(..at).and_then(|text| text.chars().next_back());
            let after = line
                .get(at + path.len()..)
                .and_then(|text| text.chars().next());
            let starts = before.is_none_or(|c| " \"'`(=:,".contains(c));
            if starts && after.is_some_and(|c| c.is_alphanumeric() || c == '.') {
                return Some(format!("names a folder of somebody's machine: {path}…"));
            }
        }
    }
    if lock && line.contains("\"resolved\"") {
        return Some("names the registry it was resolved from; omit that".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found_and_a_route_is_not() {
        let home = ["", "home", "me", "x"].join("/");
        assert!(complaint(&format!("open(\"{home}\")"), false).is_some());
        assert_eq!(complaint("GET https://example.org/home/me", false), None);
        assert_eq!(complaint("the parts are http/work/path", false), None);
    }

    #[test]
    fn a_lock_file_tells_no_registry() {
        assert!(complaint("\"resolved\": \"https://mirror.example/x.tgz\"", true).is_some());
    }
}
