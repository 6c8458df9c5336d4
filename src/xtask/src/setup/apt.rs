//! Browsers and servers from the distribution.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::setup::announce;
use crate::shell;

/// A Debian package and how to see that what it brings is there, by whatever way it came.
struct Package {
    name: &'static str,
    sign: Sign,
}

enum Sign {
    Program(&'static str),
    File(&'static str),
    PythonModule(&'static str),
    PhpModule(&'static str),
}

const PACKAGES: &[Package] = &[
    // The fuzzers' engine is written in C++.
    Package {
        name: "g++",
        sign: Sign::Program("c++"),
    },
    Package {
        name: "chromium",
        sign: Sign::Program("chromium"),
    },
    Package {
        name: "chromium-driver",
        sign: Sign::Program("chromedriver"),
    },
    Package {
        name: "firefox-esr",
        sign: Sign::Program("firefox-esr"),
    },
    Package {
        name: "xvfb",
        sign: Sign::Program("Xvfb"),
    },
    Package {
        name: "xdotool",
        sign: Sign::Program("xdotool"),
    },
    Package {
        name: "fonts-dejavu-core",
        sign: Sign::File("/usr/share/fonts/truetype/dejavu"),
    },
    Package {
        name: "oathtool",
        sign: Sign::Program("oathtool"),
    },
    Package {
        name: "apache2-bin",
        sign: Sign::File("/usr/lib/apache2/modules/mod_dav.so"),
    },
    Package {
        name: "apache2-utils",
        sign: Sign::Program("htpasswd"),
    },
    Package {
        name: "rclone",
        sign: Sign::Program("rclone"),
    },
    Package {
        name: "php-cli",
        sign: Sign::Program("php"),
    },
    Package {
        name: "php-xml",
        sign: Sign::PhpModule("dom"),
    },
    Package {
        name: "php-mbstring",
        sign: Sign::PhpModule("mbstring"),
    },
    Package {
        name: "php-sabre-dav",
        sign: Sign::File("/usr/share/php/Sabre/autoload.php"),
    },
    Package {
        name: "python3",
        sign: Sign::Program("python3"),
    },
    Package {
        name: "python3-venv",
        sign: Sign::PythonModule("ensurepip"),
    },
];

/// Installs the packages of which nothing is to be seen.
pub fn ensure() -> Result<()> {
    let mut missing = Vec::new();
    for package in PACKAGES {
        if !present(&package.sign)? {
            missing.push(package.name);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let Some(apt) = shell::find("apt-get") else {
        bail!(
            "this machine lacks what these Debian packages bring: {list}. There is no apt-get here; \
             install them with your system's own package manager, then run this again"
        );
    };
    let Some(root) = become_root()? else {
        bail!(
            "this machine lacks some packages and this user may not install them. As root, run\n  \
             apt-get update && apt-get install {list}\nthen run this again"
        );
    };
    announce(&list, "a minute or two");
    // The index of a fresh machine is often older than the packages it names.
    let steps: [&[&str]; 2] = [
        &["update"],
        &["install", "--yes", "--no-install-recommends"],
    ];
    for (step, arguments) in steps.iter().enumerate() {
        let mut command = Command::new(root.first().map_or(apt.as_os_str(), |sudo| sudo.as_ref()));
        command.args(root.get(1..).unwrap_or_default());
        if !root.is_empty() {
            command.arg(&apt);
        }
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .arg("-qq")
            .args(*arguments);
        if step == 1 {
            command.args(&missing);
        }
        shell::run(&mut command).context("apt-get failed; is there a network?")?;
    }
    Ok(())
}

fn present(sign: &Sign) -> Result<bool> {
    match sign {
        Sign::Program(name) => Ok(shell::find(name).is_some()),
        Sign::File(path) => Ok(Path::new(path).exists()),
        Sign::PythonModule(name) => {
            shell::succeeds(Command::new("python3").args(["-c", &format!("import {name}")]))
        }
        Sign::PhpModule(name) => {
            let asked = format!("exit(extension_loaded('{name}') ? 0 : 1);");
            let php = shell::find("php").is_some();
            Ok(php && shell::succeeds(Command::new("php").args(["-r", &asked]))?)
        }
    }
}

/// The words to put in front of a command that only root may run; none if there is no way without
/// asking for a password.
fn become_root() -> Result<Option<Vec<&'static str>>> {
    if shell::output(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Some(Vec::new()));
    }
    let may = shell::succeeds(Command::new("sudo").args(["-n", "true"]))?;
    Ok(may.then(|| vec!["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"]))
}
