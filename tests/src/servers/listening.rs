//! Connections to the servers that are written here.

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A free port of the loopback address, taken.
pub(super) struct Port(TcpListener);

/// A server's end of its port. It is let go when this value is dropped.
pub(super) struct Listening(JoinHandle<()>);

impl Port {
    pub async fn take() -> Result<Self> {
        Ok(Self(TcpListener::bind("127.0.0.1:0").await?))
    }

    pub fn number(&self) -> Result<u16> {
        Ok(self.0.local_addr()?.port())
    }

    /// Hands every connection over, each to a task of its own.
    pub fn listen<F, A>(self, serve: F) -> Listening
    where
        F: Fn(TcpStream) -> A + Send + 'static,
        A: Future<Output = Result<()>> + Send + 'static,
    {
        Listening(tokio::spawn(async move {
            while let Ok((stream, _)) = self.0.accept().await {
                let served = serve(stream);
                // Whoever hangs up in the middle is no concern of the server's.
                tokio::spawn(async move { drop(served.await) });
            }
        }))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}
