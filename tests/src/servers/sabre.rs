//! SabreDAV, which Nextcloud's WebDAV is built on: tells its quota, and answers 201 when the disk
//! is full.

use std::fs;

use anyhow::{Context, Result};
use reqwest::StatusCode;

use super::program::{Home, Program};
use super::{Folder, PASSWORD, USER};
use crate::process::free_port;

/// Starts one over a folder.
pub async fn sabre(folder: Folder) -> Result<Program> {
    let home = Home::new()?;
    let script = home.path().join("server.php");
    let (data, locks) = (folder.path().display(), home.path().display());
    fs::write(&script, script_of(&data.to_string(), &locks.to_string()))?;
    let port = free_port()?;
    let script = script.to_str().context("the path is no text")?;
    let arguments = ["-S", &format!("127.0.0.1:{port}"), script];
    let place = (port, folder, home);
    Program::start("php", &arguments, place, StatusCode::UNAUTHORIZED).await
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
