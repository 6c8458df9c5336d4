//! Files: read whole and within a limit, and written without ever leaving half of one.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use holdfast_core::seal::limits;
use zeroize::Zeroizing;

use crate::arguments::Input;
use crate::failure::{Exit, Failure};

/// Reads the file of a command. What is larger than any backup is read just so far that this shows.
pub fn read(input: &Input) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let standard = input.file.as_os_str() == "-";
    if standard && input.secret.is_standard_input() {
        return Err(Failure::usage(
            "File and secret can't both come from the standard input.",
        ));
    }
    let mut bytes = Vec::new();
    let limit = limits::FILE as u64 + 1;
    let result = match standard {
        true => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        false => File::open(&input.file).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    result
        .map(|_| Zeroizing::new(bytes))
        .map_err(|error| unreadable(&input.file, &error))
}

/// Writes a file in one step: whoever looks finds the old one or the new one. Only its owner may
/// read it, since it may hold secrets.
pub fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failure> {
    if !replace && path.exists() {
        return Err(Failure::new(
            Exit::File,
            "output_exists",
            format!("{} is there already, and was left alone.", path.display()),
            "Take another name, or --force to replace it.",
        ));
    }
    let mut half = path.as_os_str().to_owned();
    half.push(format!(".{}.half", std::process::id()));
    let half = Path::new(&half);
    let result = create(half)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(half, path));
    if result.is_err() {
        // What could not be written is of no use; that it can't be removed is not the news.
        let _ = std::fs::remove_file(half);
    }
    result.map_err(|error| Failure::unwritten(Some(path), &error))
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let (code, advice) = match error.kind() {
        io::ErrorKind::NotFound => ("file_missing", "Check the name and the folder."),
        io::ErrorKind::PermissionDenied => {
            ("file_forbidden", "Ask whoever owns the file, or copy it.")
        }
        _ => ("file_unreadable", ""),
    };
    let message = format!("{} can't be read: {error}.", path.display());
    Failure::new(Exit::File, code, message, advice)
}
