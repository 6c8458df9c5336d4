//! A file that is about one thing is seldom long.

use anyhow::Result;

use super::Complaints;
use crate::files;
use crate::project::Project;

const FOLDERS: &[&str] = &["src", "www", "extension", "tests"];
const KINDS: &[&str] = &["rs", "js", "css", "html", "py"];
const WARN: usize = 400;
const LIMIT: usize = 500;

/// Warns above 400 lines and complains above 500.
pub fn check(project: &Project) -> Result<Complaints> {
    let mut complaints = Vec::new();
    for folder in FOLDERS {
        for file in files::walk(&project.root.join(folder))? {
            if !files::has_extension(&file, KINDS) {
                continue;
            }
            let lines = files::read(&file)?.lines().count();
            let name = project.relative(&file);
            if lines > LIMIT {
                complaints.push(format!("{name} has {lines} lines; {LIMIT} is the limit"));
            } else if lines > WARN {
                println!("note  {name} has {lines} lines; consider what else it is about");
            }
        }
    }
    Ok(complaints)
}
