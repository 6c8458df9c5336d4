//! A screen that exists in memory only. Chromium asks for permissions on a real screen alone.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::process::Process;

/// An X server's screen.
pub struct Display {
    name: String,
    /// What only a screen in memory has: the folder its memory is in, and the server.
    own: Option<(TempDir, Process)>,
}

impl Display {
    /// Starts one with so many pixels for each that a page counts, on the first free display number.
    pub fn start(scale: u32) -> Result<Self> {
        let memory = tempfile::Builder::new()
            .prefix("holdfast-screen-")
            .tempdir()?;
        let folder = memory
            .path()
            .to_str()
            .context("the temporary folder's path is no text")?;
        let size = format!("{}x{}x24", 1400 * scale, 1100 * scale);
        let arguments = [
            ["-displayfd", "1"],
            ["-screen", "0"],
            [&size, "-nolisten"],
            ["tcp", "-fbdir"],
        ];
        let arguments: Vec<&str> = arguments.into_iter().flatten().chain([folder]).collect();
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
            own: Some((memory, server)),
        })
    }

    /// The screen of a person, which is there already.
    pub fn existing(name: String) -> Self {
        Self { name, own: None }
    }

    /// The value for the environment variable `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Presses a key, as the keyboard of this screen would. Names are X keysyms: `Tab`, `Return`.
    pub fn press(&self, key: &str) -> Result<()> {
        self.xdotool(&["key", key])
    }

    /// Clicks at a point with a button: 1 is the main one, 3 the one for menus.
    pub fn click(&self, x: u32, y: u32, button: u8) -> Result<()> {
        let [x, y, button] = [x.to_string(), y.to_string(), button.to_string()];
        self.xdotool(&["mousemove", &x, &y, "click", &button])
    }

    /// What can be seen at this moment, as PNG.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let (width, height, rgb) =
            read_xwd(&self.memory()?).context("Xvfb's memory is no picture")?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header()?.write_image_data(&rgb)?;
        Ok(file)
    }

    /// The same as it lies in memory, to see whether anything has changed.
    pub fn memory(&self) -> Result<Vec<u8>> {
        let (folder, _) = self
            .own
            .as_ref()
            .context("a person's screen is not ours to read")?;
        Ok(std::fs::read(folder.path().join("Xvfb_screen0"))?)
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let status = Command::new("xdotool")
            .env("DISPLAY", &self.name)
            .args(arguments)
            .status()?;
        if !status.success() {
            bail!("xdotool {} ended with {status}", arguments.join(" "));
        }
        Ok(())
    }
}

/// Width, height and pixels of a true-colour X window dump: a header of big-endian words (its own
/// length first), a colour table of 12 bytes an entry, then rows of blue, green, red, unused.
fn read_xwd(dump: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let word = |index: usize| {
        let bytes = dump.get(index * 4..index * 4 + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let (header, width, height, stride, colours) =
        (word(0)?, word(4)?, word(5)?, word(12)?, word(19)?);
    let start = usize::try_from(header + colours * 12).ok()?;
    let mut rgb = Vec::new();
    for row in dump
        .get(start..)?
        .chunks(usize::try_from(stride).ok()?)
        .take(height as usize)
    {
        for pixel in row.chunks_exact(4).take(width as usize) {
            let [blue, green, red, _] = pixel else {
                return None;
            };
            rgb.extend([red, green, blue]);
        }
    }
    Some((width, height, rgb))
}
