//! Pages that are put together: a long page stands in several files, each about one thing.
//!
//! A line `<!-- part options/draft.html -->` in a page of `www/` stands for that file of `www/`. The
//! browser gets one document, as before.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::files;

/// The folders of `www/` whose files are parts and no pages.
pub const FOLDERS: &[&str] = &["options"];

/// Puts the parts into every page in `dist`. `www` is where the parts are.
pub fn assemble(www: &Path, dist: &Path) -> Result<()> {
    for page in files::walk(www)? {
        let is_page = page.parent() == Some(www) && files::has_extension(&page, &["html"]);
        if let (true, Some(name)) = (is_page, page.file_name()) {
            let whole = whole(&files::read(&page)?, &|part| files::read(&www.join(part)))
                .with_context(|| page.display().to_string())?;
            fs::write(dist.join(name), whole)?;
        }
    }
    Ok(())
}

/// A page with its parts in it. A part has no parts.
fn whole(page: &str, read: &dyn Fn(&str) -> Result<String>) -> Result<String> {
    let mut whole = String::with_capacity(page.len());
    for line in page.lines() {
        match named(line) {
            Some(part) => {
                let text = read(part)?;
                ensure!(
                    !text.lines().any(|line| named(line).is_some()),
                    "{part} has parts"
                );
                whole.push_str(text.trim_end());
            }
            None => whole.push_str(line),
        }
        whole.push('\n');
    }
    Ok(whole)
}

fn named(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix("<!-- part ")?;
    name.strip_suffix(" -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Result<String> {
        match name {
            "a/b.html" => Ok("<p>part</p>\n".into()),
            "a/c.html" => Ok("<!-- part a/b.html -->\n".into()),
            _ => anyhow::bail!("no {name}"),
        }
    }

    #[test]
    fn a_part_stands_where_it_is_named() {
        let page = "<main>\n  <!-- part a/b.html -->\n</main>\n<!-- no part -->\n";
        let expected = "<main>\n<p>part</p>\n</main>\n<!-- no part -->\n";
        assert_eq!(whole(page, &read).unwrap(), expected);
    }

    #[test]
    fn a_part_that_is_missing_or_has_parts_is_refused() {
        assert!(whole("<!-- part a/d.html -->", &read).is_err());
        assert!(whole("<!-- part a/c.html -->", &read).is_err());
    }
}
