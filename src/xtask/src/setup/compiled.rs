//! Programs that neither Debian nor a package registry ships: they are compiled, once.

use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

/// A program, pinned.
struct Tool {
    name: &'static str,
    version: &'static str,
    /// What it needs to be a program at all.
    features: &'static [&'static str],
    what: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "geckodriver",
        version: "0.37.1",
        features: &[],
        what: "geckodriver, Firefox's driver",
    },
    Tool {
        name: "s3s-fs",
        version: "0.14.1",
        features: &["binary"],
        what: "s3s-fs, an S3 server",
    },
    Tool {
        name: "cargo-fuzz",
        version: "0.13.2",
        features: &[],
        what: "cargo-fuzz, the fuzzers' driver",
    },
];

/// Compiles them into `target/tools/bin` unless these versions are there.
pub fn ensure(project: &Project) -> Result<()> {
    TOOLS.iter().try_for_each(|tool| tool.ensure(project))
}

impl Tool {
    fn ensure(&self, project: &Project) -> Result<()> {
        let program = project.tools().join("bin").join(self.name);
        let version = shell::output(Command::new(&program).arg("--version")).unwrap_or_default();
        if version.starts_with(&format!("{} {}", self.name, self.version)) {
            return Ok(());
        }
        announce(
            &format!("{}, which is compiled here", self.what),
            "two to three minutes, once",
        );
        shell::run(
            shell::cargo()
                .args(["install", self.name, "--locked", "--force"])
                .args(["--version", self.version])
                .args(self.features.iter().flat_map(|name| ["--features", name]))
                .arg("--root")
                .arg(project.tools())
                .arg("--target-dir")
                .arg(project.target.join(self.name))
                // Its speed does not matter, the time it takes to build does.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off"),
        )
        .with_context(|| format!("{} cannot be built; is there a network?", self.name))
    }
}
