//! `rclone serve webdav`: ignores preconditions, and so overwrites silently.

use anyhow::{Context, Result, bail};

use super::{Folder, PASSWORD, USER};
use crate::process::{Process, eventually, free_port};

/// A running server. It ends when this value is dropped.
pub struct Rclone {
    port: u16,
    folder: Folder,
    _process: Process,
}

impl Rclone {
    /// Starts one over a folder.
    pub async fn over(folder: Folder) -> Result<Self> {
        let port = free_port()?;
        let data = folder.path().to_str().context("the path is no text")?;
        let address = format!("127.0.0.1:{port}");
        let arguments = [
            "serve",
            "webdav",
            data,
            "--addr",
            &address,
            "--user",
            USER,
            "--pass",
            PASSWORD,
            "--config",
            "/dev/null",
            "--dir-cache-time",
            "0s",
        ];
        let mut process = Process::spawn("rclone", &arguments, |_| {})?;
        eventually("rclone answers", async || {
            if !process.is_running() {
                bail!("rclone ended");
            }
            let reply = reqwest::get(format!("http://{address}/")).await;
            Ok(reply.is_ok_and(|reply| reply.status() == 401).then_some(()))
        })
        .await?;
        Ok(Self {
            port,
            folder,
            _process: process,
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
