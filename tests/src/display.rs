//! A screen that exists in memory only. Chromium asks for permissions on a real screen alone.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::Process;

/// A running X server with a screen of its own.
pub struct Display {
    name: String,
    _server: Process,
}

impl Display {
    /// Starts one on the first free display number.
    pub fn start() -> Result<Self> {
        let arguments = [
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1600x1200x24",
            "-nolisten",
            "tcp",
        ];
        let mut server = Process::spawn("Xvfb", &arguments, |command| {
            command.stdout(Stdio::piped());
        })?;
        let mut number = String::new();
        let output = server.stdout().context("Xvfb has no output")?;
        BufReader::new(output).read_line(&mut number)?;
        if number.trim().is_empty() {
            bail!("Xvfb ended before it had a screen");
        }
        Ok(Self {
            name: format!(":{}", number.trim()),
            _server: server,
        })
    }

    /// The value for the environment variable `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Presses a key, as the keyboard of this screen would. Names are X keysyms: `Tab`, `Return`.
    pub fn press(&self, key: &str) -> Result<()> {
        self.xdotool(&["key", key]).map(drop)
    }

    /// Identifiers of the windows that can be seen.
    pub fn windows(&self) -> Result<Vec<String>> {
        let list = self.xdotool(&["search", "--onlyvisible", "--name", ".*"])?;
        Ok(list.lines().map(str::to_owned).collect())
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new("xdotool")
            .env("DISPLAY", &self.name)
            .args(arguments)
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
