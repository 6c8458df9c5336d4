//! s3s-fs: an S3 server over plain files, strict about signatures and digests.

use anyhow::{Context, Result};
use reqwest::StatusCode;

use super::Folder;
use super::program::{Home, Program};
use super::seaweed::{ACCESS_KEY, SECRET_KEY};
use crate::paths;
use crate::process::free_port;

/// Starts one over a folder.
pub async fn s3s(folder: Folder) -> Result<Program> {
    let port = free_port()?;
    let number = port.to_string();
    let data = folder.path().to_owned();
    let data = data.to_str().context("the path is no text")?;
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
    let place = (port, folder, Home::new()?);
    Program::start(program, &arguments, place, StatusCode::FORBIDDEN).await
}
