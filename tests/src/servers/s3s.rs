//! s3s-fs: an S3 server over plain files, strict about signatures and digests.

use anyhow::{Context, Result, bail};

use super::Folder;
use super::seaweed::{ACCESS_KEY, SECRET_KEY};
use crate::paths;
use crate::process::{Process, eventually, free_port};

/// A running server. It ends when this value is dropped.
pub struct S3s {
    port: u16,
    folder: Folder,
    _process: Process,
}

impl S3s {
    /// Starts one over a folder.
    pub async fn over(folder: Folder) -> Result<Self> {
        let port = free_port()?;
        let number = port.to_string();
        let data = folder.path().to_str().context("the path is no text")?;
        let program = paths::target().join("tools/bin/s3s-fs");
        let program = program.to_str().context("the path is no text")?;
        let arguments = [
            "--host",
            "127.0.0.1",
            "--port",
            &number,
            "--access-key",
            ACCESS_KEY,
            "--secret-key",
            SECRET_KEY,
            data,
        ];
        let mut process = Process::spawn(program, &arguments, |_| {})?;
        eventually("s3s-fs answers", async || {
            if !process.is_running() {
                bail!("s3s-fs ended");
            }
            let reply = reqwest::get(format!("http://127.0.0.1:{port}/")).await;
            Ok(reply.is_ok().then_some(()))
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
