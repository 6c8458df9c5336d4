//! Programs that a test starts and that must not outlive it.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// A running program and whatever it starts in turn. All of it ends when this value is dropped, and
/// the program itself also when the test is killed.
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts a program in a process group of its own, without input.
    pub fn spawn(
        name: &str,
        arguments: &[&str],
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        // `setpriv` sets the signal for the parent's death and then becomes the program.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--", name])
            .args(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        configure(&mut command);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
        })
    }

    /// The program's standard output, if `configure` made it a pipe.
    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Whether it is still running.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        self.signal(Signal::TERM);
        let start = Instant::now();
        while self.is_running() {
            if start.elapsed() > Duration::from_secs(10) {
                bail!("{} did not end when asked to", self.name);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) {
        // Only the group this value started; it is gone already if there is no such group.
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

/// A port of the loopback address that nobody uses at this moment.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Waits until `ready` says so, asking often. The limit is there to end a test that hangs; it is no
/// statement about how long something may take.
pub async fn eventually<F, T>(what: &str, ready: F) -> Result<T>
where
    F: AsyncFnMut() -> Result<Option<T>>,
{
    within(PATIENCE, what, ready).await
}

/// The same with another limit, for what waits by design: a pause before the next try.
pub async fn within<F, T>(limit: Duration, what: &str, mut ready: F) -> Result<T>
where
    F: AsyncFnMut() -> Result<Option<T>>,
{
    let start = Instant::now();
    loop {
        let last = match ready().await {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if start.elapsed() > limit {
            return match last {
                Some(error) => Err(error.context(format!("waited in vain: {what}"))),
                None => bail!("waited in vain: {what}"),
            };
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How long [`eventually`] waits on a loaded machine before it takes something for broken.
pub const PATIENCE: Duration = Duration::from_secs(30);
