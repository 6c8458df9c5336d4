//! A server that is a program of its own: nobody here wrote it.

use std::fs;

use anyhow::{Result, bail};
use reqwest::StatusCode;
use tempfile::TempDir;

use super::Folder;
use crate::process::{Process, within};

/// How long a server may take to answer on a loaded machine before it is taken for broken.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(90);

/// A running server over a folder. It ends when this value is dropped.
pub struct Program {
    port: u16,
    folder: Folder,
    _process: Process,
    _home: Home,
}

/// Where a server keeps its configuration and its log.
pub(super) struct Home(TempDir);

impl Home {
    pub fn new() -> Result<Self> {
        let builder = &mut tempfile::Builder::new();
        Ok(Self(builder.prefix("holdfast-home-").tempdir()?))
    }

    pub fn path(&self) -> &std::path::Path {
        self.0.path()
    }
}

impl Program {
    /// Starts it, and waits until it answers a stranger with `status`.
    pub(super) async fn start(
        name: &str,
        arguments: &[&str],
        place: (u16, Folder, Home),
        status: StatusCode,
    ) -> Result<Self> {
        let (port, folder, home) = place;
        let log = home.path().join("log");
        let output = fs::File::create(&log)?;
        let errors = output.try_clone()?;
        let mut process = Process::spawn(name, arguments, |command| {
            command.stdout(output).stderr(errors);
            command.current_dir(home.path());
        })?;
        let url = format!("http://127.0.0.1:{port}/");
        within(PATIENCE, &format!("{name} answers"), async || {
            if !process.is_running() {
                let log = fs::read_to_string(&log).unwrap_or_default();
                bail!("{name} ended: {log}");
            }
            let reply = reqwest::get(&url).await;
            Ok(reply
                .is_ok_and(|reply| reply.status() == status)
                .then_some(()))
        })
        .await?;
        Ok(Self {
            port,
            folder,
            _process: process,
            _home: home,
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its disk.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }
}
