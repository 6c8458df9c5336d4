//! SeaweedFS: the S3 server that checks signatures, clocks and preconditions.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use reqwest::StatusCode;

use super::Folder;
use super::program::{Home, Program};
use crate::paths;
use crate::process::free_port;

/// The id of the access key that S3 servers here take.
pub const ACCESS_KEY: &str = "AKIAHOLDFASTTEST";
/// And its secret.
pub const SECRET_KEY: &str = "correct/horse+battery=staple";

/// Starts one over a folder; it keeps it in a format of its own.
pub async fn seaweed(folder: Folder) -> Result<Program> {
    let home = Home::new()?;
    let config = home.path().join("s3.json");
    let identity = serde_json::json!({ "identities": [{
        "name": "holdfast",
        "credentials": [{ "accessKey": ACCESS_KEY, "secretKey": SECRET_KEY }],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }] });
    fs::write(&config, identity.to_string())?;
    let ports = Ports::free()?;
    let arguments = [
        "server".to_owned(),
        "-ip=127.0.0.1".to_owned(),
        "-ip.bind=127.0.0.1".to_owned(),
        format!("-dir={}", folder.path().display()),
        format!("-master.dir={}", home.path().display()),
        format!("-master.port={}", ports.master),
        format!("-master.port.grpc={}", ports.master_grpc),
        "-master.volumeSizeLimitMB=64".to_owned(),
        format!("-volume.port={}", ports.volume),
        format!("-volume.port.grpc={}", ports.volume_grpc),
        "-volume.max=200".to_owned(),
        "-volume.minFreeSpace=0".to_owned(),
        "-volume.preStopSeconds=0".to_owned(),
        "-filer".to_owned(),
        format!("-filer.port={}", ports.filer),
        format!("-filer.port.grpc={}", ports.filer_grpc),
        "-s3".to_owned(),
        "-s3.domainName=localhost".to_owned(),
        format!("-s3.port={}", ports.s3),
        format!("-s3.port.grpc={}", ports.s3_grpc),
        "-s3.port.iceberg=0".to_owned(),
        "-s3.port.lance=0".to_owned(),
        format!("-s3.config={}", config.display()),
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let program = program();
    let program = program.to_str().context("the path is no text")?;
    let place = (ports.s3, folder, home);
    Program::start(program, &arguments, place, StatusCode::FORBIDDEN).await
}

struct Ports {
    master: u16,
    master_grpc: u16,
    volume: u16,
    volume_grpc: u16,
    filer: u16,
    filer_grpc: u16,
    s3: u16,
    s3_grpc: u16,
}

impl Ports {
    fn free() -> Result<Self> {
        Ok(Self {
            master: free_port()?,
            master_grpc: free_port()?,
            volume: free_port()?,
            volume_grpc: free_port()?,
            filer: free_port()?,
            filer_grpc: free_port()?,
            s3: free_port()?,
            s3_grpc: free_port()?,
        })
    }
}

fn program() -> PathBuf {
    paths::target().join("tools/venv/bin/weed")
}
