//! `rclone serve webdav`: ignores preconditions, and so overwrites silently.

use anyhow::{Context, Result};
use reqwest::StatusCode;

use super::program::{Home, Program};
use super::{Folder, PASSWORD, USER};
use crate::process::free_port;

/// Starts one over a folder.
pub async fn rclone(folder: Folder) -> Result<Program> {
    let port = free_port()?;
    let data = folder.path().to_owned();
    let data = data.to_str().context("the path is no text")?;
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
    let place = (port, folder, Home::new()?);
    Program::start("rclone", &arguments, place, StatusCode::UNAUTHORIZED).await
}
