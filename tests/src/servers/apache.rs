//! Apache with mod_dav: the WebDAV server the tests trust, because nobody here wrote it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::Folder;
use crate::process::{Process, eventually, free_port};

/// Who may use the server.
pub const USER: &str = "alice";
/// And with which password.
pub const PASSWORD: &str = "correct-horse-1";

/// A server that can be stopped and started again, with the same address and the same files.
pub struct Apache {
    port: u16,
    process: Option<Process>,
    home: TempDir,
    folder: Folder,
}

impl Apache {
    /// Starts a server over an empty folder.
    pub async fn start() -> Result<Self> {
        Self::over(Folder::new()?).await
    }

    /// Starts a server over a given folder.
    pub async fn over(folder: Folder) -> Result<Self> {
        let home = tempfile::Builder::new()
            .prefix("holdfast-apache-")
            .tempdir()?;
        let mut apache = Self {
            port: free_port()?,
            process: None,
            home,
            folder,
        };
        apache.prepare()?;
        apache.resume().await?;
        Ok(apache)
    }

    /// Its address, with a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its disk.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Stops it: connections are refused from now on.
    pub fn stop(&mut self) -> Result<()> {
        self.process.take().map_or(Ok(()), Process::stop)
    }

    /// Starts it again after [`Apache::stop`].
    pub async fn resume(&mut self) -> Result<()> {
        let file = self.home.path().join("httpd.conf");
        let file = file
            .to_str()
            .context("the temporary folder's path is no text")?;
        let mut process = Process::spawn("apache2", &["-f", file, "-DFOREGROUND"], |_| {})
            .or_else(|_| {
                Process::spawn("/usr/sbin/apache2", &["-f", file, "-DFOREGROUND"], |_| {})
            })?;
        let log = self.home.path().join("error.log");
        eventually("Apache answers", async || {
            if !process.is_running() {
                bail!(
                    "Apache ended: {}",
                    fs::read_to_string(&log).unwrap_or_default()
                );
            }
            let reply = reqwest::get(self.url()).await;
            Ok(reply.is_ok_and(|reply| reply.status() == 401).then_some(()))
        })
        .await?;
        self.process = Some(process);
        Ok(())
    }

    fn prepare(&self) -> Result<()> {
        let home = self.home.path();
        let passwords = home.join("passwords");
        let status = Command::new("htpasswd")
            .args(["-cbm"])
            .arg(&passwords)
            .args([USER, PASSWORD])
            .stderr(std::process::Stdio::null())
            .status()
            .context("cannot start htpasswd")?;
        if !status.success() {
            bail!("htpasswd ended with {status}");
        }
        fs::create_dir(home.join("locks"))?;
        let root = rustix::process::getuid().is_root();
        fs::write(home.join("httpd.conf"), self.configuration(root))?;
        if root {
            // Started by root, Apache becomes this user, who must be able to write.
            let (user, group) = ids_of("www-data")?;
            for folder in [home, &home.join("locks"), self.folder.path()] {
                chown(folder, Some(user), Some(group))?;
                fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
            }
        }
        Ok(())
    }

    fn configuration(&self, root: bool) -> String {
        let (home, data) = (self.home.path().display(), self.folder.path().display());
        let modules: String = [
            "mpm_event",
            "authn_core",
            "authn_file",
            "authz_core",
            "authz_user",
            "auth_basic",
            "dav",
            "dav_fs",
        ]
        .iter()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
        let user = if root {
            "User www-data\nGroup www-data\n"
        } else {
            ""
        };
        format!(
            "{modules}{user}\
             ServerName localhost\n\
             Listen 127.0.0.1:{}\n\
             ServerRoot {home}\n\
             DefaultRuntimeDir {home}\n\
             PidFile {home}/pid\n\
             ErrorLog {home}/error.log\n\
             StartServers 1\n\
             DavLockDB {home}/locks/db\n\
             DocumentRoot {data}\n\
             <Directory {data}>\n\
             Dav On\n\
             DavDepthInfinity off\n\
             FileETag MTime Size\n\
             AuthType Basic\n\
             AuthName dav\n\
             AuthUserFile {home}/passwords\n\
             Require valid-user\n\
             </Directory>\n",
            self.port
        )
    }
}

fn ids_of(user: &str) -> Result<(u32, u32)> {
    let users = fs::read_to_string(Path::new("/etc/passwd"))?;
    users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find_map(|fields| match fields.as_slice() {
            [name, _, uid, gid, ..] if *name == user => {
                Some((uid.parse().ok()?, gid.parse().ok()?))
            }
            _ => None,
        })
        .with_context(|| format!("this system has no user {user}"))
}
