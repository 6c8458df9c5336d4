//! A plain web site: files of one folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::listening::{Listening, Port};

/// A running site. It ends when this value is dropped.
pub struct Site {
    url: String,
    _listening: Listening,
}

impl Site {
    /// Serves a folder on a free port of the loopback address.
    pub async fn serve(folder: PathBuf) -> Result<Self> {
        let taken = Port::take().await?;
        let url = format!("http://127.0.0.1:{}", taken.number()?);
        let folder = Arc::new(folder);
        Ok(Self {
            url,
            _listening: taken.listen(move |stream| answer(stream, Arc::clone(&folder))),
        })
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn answer(stream: TcpStream, folder: Arc<PathBuf>) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request).await?;
    let mut header = String::from("…");
    while !header.trim_end().is_empty() {
        header.clear();
        reader.read_line(&mut header).await?;
    }
    let path = request.split_whitespace().nth(1).unwrap_or("/");
    let (status, mime, body) = match find(&folder, path) {
        Some(file) => ("200 OK", mime(&file), tokio::fs::read(&file).await?),
        None => ("404 Not Found", "text/plain", b"not here".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    reader.write_all(head.as_bytes()).await?;
    reader.write_all(&body).await?;
    Ok(reader.shutdown().await?)
}

/// The file of a path; none if it is not there or lies outside of the folder.
fn find(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = path.split(['?', '#']).next()?.trim_start_matches('/');
    if path.split('/').any(|part| part == "..") {
        return None;
    }
    let file = folder.join(path);
    let file = if file.is_dir() {
        file.join("index.html")
    } else {
        file
    };
    file.is_file().then_some(file)
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
