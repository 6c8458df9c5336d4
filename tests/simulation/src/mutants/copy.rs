//! The copy of the sources with the faults built in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use crate::table::MUTANTS;

/// The variable that switches a fault on.
pub const SWITCH: &str = "HOLDFAST_FAULT";

/// What is copied.
const ROOMS: [&str; 5] = [
    "src/json",
    "src/core",
    "src/backup",
    "tests/stand-ins",
    "tests/simulation",
];
/// The crates that faults are built into.
const CRATES: [&str; 3] = ["src/json", "src/core", "src/backup"];

/// Copies, builds the faults in, compiles; gives the path of the program.
pub fn make_copy() -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let copy = target.join("faults");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    for room in ROOMS {
        copy_folder(&root.join(room), &copy.join(room))?;
    }
    fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock"))?;
    fs::write(copy.join("Cargo.toml"), workspace(&root)?)?;
    let manifest = copy.join("tests/simulation/Cargo.toml");
    edit(
        &manifest,
        "name = \"simulation\"",
        "name = \"faulty-simulation\"",
    )?;
    for room in CRATES {
        let lib = copy.join(room).join("src/lib.rs");
        let text = fs::read_to_string(&lib)?;
        fs::write(
            lib,
            format!("{text}\n#[allow(missing_docs)]\npub mod fault;\n"),
        )?;
        fs::write(copy.join(room).join("src/fault.rs"), switch())?;
    }
    for mutant in MUTANTS {
        let call = format!("crate::fault::on({:?})", mutant.name);
        for (original, instead) in mutant.edits() {
            let instead = instead.replace("FAULT", &call);
            edit(&copy.join(mutant.file), original, &instead)?;
        }
    }
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(&copy)
        .args(["build", "--quiet", "--offline", "--profile", "simulation"])
        .args([
            "--package",
            "holdfast-simulation",
            "--bin",
            "faulty-simulation",
        ])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", "--cap-lints=allow")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()?;
    if !built.success() {
        return Err(io::Error::other("cargo failed"));
    }
    Ok(target.join("simulation/faulty-simulation"))
}

/// The workspace's manifest with only the copied members.
fn workspace(root: &Path) -> io::Result<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let members = format!("members = {ROOMS:?}");
    let line = |line: &str| match line.starts_with("members = ") {
        true => members.clone(),
        false => line.to_owned(),
    };
    Ok(text.lines().map(line).collect::<Vec<_>>().join("\n"))
}

fn switch() -> String {
    format!(
        "pub fn on(name: &str) -> bool {{\n\
         static ON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();\n\
         ON.get_or_init(|| std::env::var({SWITCH:?}).ok()).as_deref() == Some(name)\n\
         }}\n"
    )
}

/// Replaces what must be there exactly once: a fault that went into the wrong place, or nowhere,
/// would be found by nobody.
fn edit(file: &Path, original: &str, instead: &str) -> io::Result<()> {
    let text = fs::read_to_string(file)?;
    match text.matches(original).count() {
        1 => fs::write(file, text.replace(original, instead)),
        count => Err(io::Error::other(format!(
            "{} has {count} times: {original}",
            file.display()
        ))),
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
