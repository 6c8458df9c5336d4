//! The command line. A secret is never an argument: other users could read it in the list of
//! processes, and the shell would keep it in its history.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lexopt::prelude::*;

use crate::failure::Failure;
use crate::help::Topic;
use crate::secret::From as SecretFrom;

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Show a help text.
    Help(Topic),
    /// Show the version.
    Version,
    /// Show codes.
    Open(Show),
    /// Show accounts without codes.
    List(Show),
    /// Make every check.
    Verify(Input),
    /// Write the accounts in another format.
    Convert(Convert),
}

/// The file and what opens it.
#[derive(Debug, Default, PartialEq)]
pub struct Input {
    /// The file; `-` is the standard input.
    pub file: PathBuf,
    /// Where the secret comes from.
    pub secret: SecretFrom,
    /// JSON instead of text.
    pub json: bool,
    /// Make do with the checks that need no key.
    pub without_key: bool,
}

/// `open` and `list`.
#[derive(Debug, Default, PartialEq)]
pub struct Show {
    /// The file.
    pub input: Input,
    /// The time of the codes, in milliseconds since 1970; now, if none.
    pub at: Option<u64>,
}

/// `convert`.
#[derive(Debug, Default, PartialEq)]
pub struct Convert {
    /// The file.
    pub input: Input,
    /// The name of the format.
    pub to: String,
    /// Where to write; the standard output, if nowhere.
    pub output: Option<PathBuf>,
    /// Where the passphrase for what is written comes from.
    pub new_secret: SecretFrom,
    /// Whether a file that is there may be replaced.
    pub force: bool,
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let name = match parser.next().map_err(usage)? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help(Topic::All)),
        Some(Short('V') | Long("version")) => return Ok(Command::Version),
        Some(Value(name)) => name.string().map_err(usage)?,
        Some(other) => return Err(usage(other.unexpected())),
    };
    let Some(topic) = Topic::of(&name) else {
        return Err(Failure::usage(format!("There is no command `{name}`.")));
    };
    if topic == Topic::All {
        return help(&mut parser);
    }
    Words::read(&mut parser, topic)?.command(topic)
}

fn help(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    match parser.next().map_err(usage)? {
        None | Some(Short('h') | Long("help")) => Ok(Command::Help(Topic::All)),
        Some(Value(name)) => {
            let name = name.string().map_err(usage)?;
            let topic = Topic::of(&name);
            topic
                .map(Command::Help)
                .ok_or_else(|| Failure::usage(format!("There is no command `{name}`.")))
        }
        Some(other) => Err(usage(other.unexpected())),
    }
}

/// Everything that may follow a command's name.
#[derive(Default)]
struct Words {
    file: Option<PathBuf>,
    convert: Convert,
    at: Option<u64>,
    help: bool,
}

impl Words {
    fn read(parser: &mut lexopt::Parser, topic: Topic) -> Result<Self, Failure> {
        let mut words = Self::default();
        while let Some(argument) = parser.next().map_err(usage)? {
            let convert = topic == Topic::Convert;
            match argument {
                Short('h') | Long("help") => words.help = true,
                Long("json") if !convert => words.convert.input.json = true,
                Long("without-key") if topic == Topic::Verify => {
                    words.convert.input.without_key = true;
                }
                Long("at") if topic == Topic::Open => {
                    words.at = Some(time(
                        &parser.value().and_then(ValueExt::string).map_err(usage)?,
                    )?);
                }
                Long("passphrase-fd") => {
                    let descriptor = descriptor(parser)?;
                    words
                        .convert
                        .input
                        .secret
                        .set(SecretFrom::Passphrase(descriptor))?;
                }
                Long("recovery-key-fd") => {
                    let descriptor = descriptor(parser)?;
                    words
                        .convert
                        .input
                        .secret
                        .set(SecretFrom::RecoveryKey(descriptor))?;
                }
                Long("new-passphrase-fd") if convert => {
                    let descriptor = descriptor(parser)?;
                    words
                        .convert
                        .new_secret
                        .set(SecretFrom::Passphrase(descriptor))?;
                }
                Long("to") if convert => {
                    words.convert.to = parser.value().and_then(ValueExt::string).map_err(usage)?;
                }
                Short('o') | Long("output") if convert => {
                    words.convert.output = Some(parser.value().map_err(usage)?.into());
                }
                Long("force") if convert => words.convert.force = true,
                Long("passphrase" | "recovery-key" | "password") => {
                    return Err(Failure::usage(
                        "A secret can't be an argument: other users of this computer could read it. \
                         Type it at the prompt, or hand over a file descriptor with --passphrase-fd \
                         or --recovery-key-fd.",
                    ));
                }
                Value(file) if words.file.is_none() => words.file = Some(file.into()),
                Value(_) => return Err(Failure::usage("One file at a time.")),
                other => return Err(usage(other.unexpected())),
            }
        }
        Ok(words)
    }

    fn command(self, topic: Topic) -> Result<Command, Failure> {
        if self.help {
            return Ok(Command::Help(topic));
        }
        let mut convert = self.convert;
        convert.input.file = self.file.ok_or_else(|| Failure::usage("Name the file."))?;
        let at = self.at;
        Ok(match topic {
            Topic::Open => Command::Open(Show {
                input: convert.input,
                at,
            }),
            Topic::List => Command::List(Show {
                input: convert.input,
                at,
            }),
            Topic::Verify => Command::Verify(convert.input),
            Topic::Convert if convert.to.is_empty() => {
                return Err(Failure::usage("Say into which format, with --to FORMAT."));
            }
            Topic::Convert => Command::Convert(convert),
            Topic::All => Command::Help(topic),
        })
    }
}

/// Seconds since 1970, or a date and time as RFC 3339 has it.
fn time(text: &str) -> Result<u64, Failure> {
    let moment = match text.parse::<u64>() {
        Ok(seconds) => UNIX_EPOCH.checked_add(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_rfc3339_weak(text).ok(),
    };
    let since = moment.and_then(|moment: SystemTime| moment.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .ok_or_else(|| {
            Failure::usage(format!(
                "`{text}` is no time. Write seconds since 1970, or 2026-01-31T12:00:00Z."
            ))
        })
}

fn descriptor(parser: &mut lexopt::Parser) -> Result<u32, Failure> {
    parser
        .value()
        .and_then(|value| value.parse())
        .map_err(usage)
}

fn usage(error: lexopt::Error) -> Failure {
    // An unexpected word may be a secret that was meant for the prompt: it is not repeated.
    Failure::usage(match error {
        lexopt::Error::MissingValue { option } => match option {
            Some(option) => format!("{option} needs a value."),
            None => "A value is missing.".to_owned(),
        },
        lexopt::Error::UnexpectedOption(option) => format!("There is no option {option} here."),
        lexopt::Error::UnexpectedValue { option, .. } => format!("{option} takes no value."),
        lexopt::Error::UnexpectedArgument(_) => "There is a word too many.".to_owned(),
        lexopt::Error::NonUnicodeValue(_) => "A word is not Unicode.".to_owned(),
        lexopt::Error::ParsingFailed { .. } => {
            "A file descriptor is a number: 0 is the standard input.".to_owned()
        }
        lexopt::Error::Custom(error) => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|failure| failure.message)
    }

    #[test]
    fn commands_and_options() {
        assert_eq!(of(""), Ok(Command::Help(Topic::All)));
        assert_eq!(of("open --help"), Ok(Command::Help(Topic::Open)));
        assert_eq!(of("help verify"), Ok(Command::Help(Topic::Verify)));
        assert_eq!(of("help --help"), Ok(Command::Help(Topic::All)));
        let Ok(Command::Open(show)) = of("open --at 59 --json f --passphrase-fd=3") else {
            panic!("not open");
        };
        assert_eq!(show.at, Some(59_000));
        assert_eq!(show.input.secret, SecretFrom::Passphrase(3));
        assert_eq!(show.input.file, PathBuf::from("f"));
        assert!(show.input.json);
        let Ok(Command::Open(show)) = of("open f --at 1970-01-01T00:01:00Z") else {
            panic!("not open");
        };
        assert_eq!(show.at, Some(60_000));
    }

    #[test]
    fn mistakes_are_named_and_secrets_not_repeated() {
        for (line, words) in [
            ("opne f", "no command"),
            ("open", "Name the file"),
            ("open f hunter2", "One file"),
            ("open f --passphrase hunter2", "can't be an argument"),
            ("open f --passphrase=hunter2", "can't be an argument"),
            ("open f --hunter2", "no option"),
            ("open f --at noon", "is no time"),
            ("open f --passphrase-fd hunter2", "is a number"),
            ("open f --passphrase-fd", "needs a value"),
            ("open f --passphrase-fd 3 --recovery-key-fd 4", "one of"),
            ("list f --at 3", "no option"),
            ("convert f", "--to"),
        ] {
            let said = of(line).unwrap_err();
            assert!(said.contains(words), "{line}: {said}");
            assert!(
                !said.contains("hunter2") || line.contains("--hunter2"),
                "{said}"
            );
        }
    }
}
