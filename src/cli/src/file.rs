//! Files: read whole and within a limit, and written without ever leaving half of one.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use holdfast_core::seal::limits;
use zeroize::Zeroizing;

use crate::arguments::Input;
use crate::failure::{Exit, Failure};

/// The most that is read of a file of another major version, whose own limit is not known here.
const OTHER_VERSION: u64 = 1 << 30;

/// Reads the file of a command. What is larger than any backup is read just so far that this shows;
/// only that a newer version made it shows at the end, by the checksum.
pub fn read(input: &Input) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let standard = input.file.as_os_str() == "-";
    if standard && input.secret.is_standard_input() {
        return Err(Failure::usage(
            "File and secret can't both come from the standard input.",
        ));
    }
    let mut bytes = Vec::new();
    let result = match standard {
        true => read_within(OTHER_VERSION, io::stdin().lock(), &mut bytes),
        false => {
            File::open(&input.file).and_then(|file| read_within(OTHER_VERSION, file, &mut bytes))
        }
    };
    result
        .map(|()| Zeroizing::new(bytes))
        .map_err(|error| unreadable(&input.file, &error))
}

fn read_within(other: u64, mut source: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let limit = limits::FILE as u64 + 1;
    let read = source.by_ref().take(limit).read_to_end(bytes)? as u64;
    if read < limit || !is_of_another_version(bytes) {
        return Ok(());
    }
    match source.take(other + 1).read_to_end(bytes)? as u64 > other {
        // Cut off, it would be called damaged.
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "a newer version may have made it, but it is too large for this one to tell",
        )),
        false => Ok(()),
    }
}

/// Magic and major version are in their places in every version of the format.
fn is_of_another_version(bytes: &[u8]) -> bool {
    bytes
        .strip_prefix(b"HOLDFAST")
        .is_some_and(|rest| !rest.starts_with(&[0, 1]))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_another_version_made_is_read_beyond_the_limit() {
        let read = |begin: &'static [u8], length: u64| {
            let mut bytes = Vec::new();
            let source = begin.chain(io::repeat(0)).take(length);
            read_within(10, source, &mut bytes).map(|()| bytes.len() as u64)
        };
        let limit = limits::FILE as u64;
        for begin in [b"HOLDFAST\0\x01", b"HOLDFASH\0\x02"] {
            assert_eq!(read(begin, limit + 11).unwrap(), limit + 1);
        }
        assert_eq!(read(b"HOLDFAST\0\x02", limit).unwrap(), limit);
        assert_eq!(read(b"HOLDFAST\0\x02", limit + 11).unwrap(), limit + 11);
        let error = read(b"HOLDFAST\0\x02", limit + 12).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
