//! SabreDAV, which Nextcloud's WebDAV is built on: tells its quota, and answers 201 when the disk
//! is full.

use std::fs;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::{Folder, PASSWORD, USER};
use crate::process::{Process, eventually, free_port};

/// A running server. It ends when this value is dropped.
pub struct Sabre {
    port: u16,
    folder: Folder,
    _process: Process,
    _home: TempDir,
}

impl Sabre {
    /// Starts one over a folder.
    pub async fn over(folder: Folder) -> Result<Self> {
        let home = tempfile::Builder::new()
            .prefix("holdfast-sabre-")
            .tempdir()?;
        let script = home.path().join("server.php");
        let (data, locks) = (folder.path().display(), home.path().display());
        fs::write(&script, script_of(&data.to_string(), &locks.to_string()))?;
        let port = free_port()?;
        let script = script.to_str().context("the path is no text")?;
        let mut process =
            Process::spawn("php", &["-S", &format!("127.0.0.1:{port}"), script], |_| {})?;
        eventually("SabreDAV answers", async || {
            if !process.is_running() {
                bail!("PHP ended");
            }
            let reply = reqwest::get(format!("http://127.0.0.1:{port}/")).await;
            Ok(reply.is_ok_and(|reply| reply.status() == 401).then_some(()))
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

/// The smallest server that its documentation shows, with a user and locks.
fn script_of(data: &str, locks: &str) -> String {
    format!(
        "<?php\n\
         date_default_timezone_set('UTC');\n\
         error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING & ~E_NOTICE);\n\
         ini_set('display_errors', '0');\n\
         require '/usr/share/php/Sabre/autoload.php';\n\
         class Users extends Sabre\\DAV\\Auth\\Backend\\AbstractBasic {{\n\
         protected function validateUserPass($user, $password) {{\n\
         return $user === '{USER}' && $password === '{PASSWORD}'; }} }}\n\
         $server = new Sabre\\DAV\\Server(new Sabre\\DAV\\FSExt\\Directory('{data}'));\n\
         $server->setBaseUri('/');\n\
         $server->addPlugin(new Sabre\\DAV\\Auth\\Plugin(new Users(), 'dav'));\n\
         $locks = new Sabre\\DAV\\Locks\\Backend\\File('{locks}/locks');\n\
         $server->addPlugin(new Sabre\\DAV\\Locks\\Plugin($locks));\n\
         $server->exec();\n"
    )
}
