//! A file that is about one thing is seldom long.

use anyhow::Result;

use super::Complaints;
use crate::files;
use crate::project::Project;

const FOLDERS: &[&str] = &["src", "www", "extension", "tests"];
const KINDS: &[&str] = &["rs", "js", "css", "html", "py"];
const WARN: usize = 400;
const LIMIT: usize = 500;
/// A page is one document; what is about something else in it may be a part of its own (`dist::parts`).
const LIMIT_OF_PAGES: usize = 1000;

/// Warns above 400 lines and complains above 500, or 1,000 of a page.
pub fn check(project: &Project) -> Result<Complaints> {
    let mut complaints = Vec::new();
    for folder in FOLDERS {
        for file in files::walk(&project.root.join(folder))? {
            if !files::has_extension(&file, KINDS) {
                continue;
            }
            let lines = files::read(&file)?.lines().count();
            let name = project.relative(&file);
            let limit = if files::has_extension(&file, &["html"]) {
                LIMIT_OF_PAGES
            } else {
                LIMIT
            };
            if lines > limit {
                complaints.push(format!("{name} has {lines} lines; {limit} is the limit"));
            } else if lines > WARN {
                println!("note  {name} has {lines} lines; consider what else it is about");
            }
        }
    }
    Ok(complaints)
}
