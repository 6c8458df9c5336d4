//! HTTP/1.1 messages, just enough to pass them on.

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// The longest body that is passed on, in bytes.
const LIMIT: u64 = 256 << 20;

/// A request or a response.
#[derive(Clone, Debug)]
pub struct Message {
    /// The first line, without its end.
    pub start: String,
    /// Names and values in their order.
    pub headers: Vec<(String, String)>,
    /// The body, with any transfer encoding undone.
    pub body: Vec<u8>,
}

impl Message {
    /// Reads a request; none when the other side has hung up between two of them.
    pub async fn read_request(reader: &mut (impl AsyncBufRead + Unpin)) -> Result<Option<Self>> {
        let Some(mut message) = Self::read_head(reader).await? else {
            return Ok(None);
        };
        message.read_body(reader, false).await?;
        Ok(Some(message))
    }

    /// Reads the response to a request with the given method.
    pub async fn read_response(
        reader: &mut (impl AsyncBufRead + Unpin),
        method: &str,
    ) -> Result<Self> {
        let mut message = Self::read_head(reader).await?.context("no response")?;
        let status = message.status().context("the response has no status")?;
        if method != "HEAD" && status != 204 && status != 304 && status >= 200 {
            message.read_body(reader, true).await?;
        }
        Ok(message)
    }

    /// A response of our own.
    pub fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self {
            start: format!("HTTP/1.1 {status} Status"),
            headers,
            body: body.to_vec(),
        }
    }

    /// A request's method.
    pub fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// A request's path.
    pub fn path(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    /// A response's status.
    pub fn status(&self) -> Option<u16> {
        self.start.split(' ').nth(1)?.parse().ok()
    }

    /// The value of a header; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The message as bytes, on a connection that ends with it. `length` overrides what the header
    /// says about the body.
    pub fn encode(&self, length: Option<usize>) -> Vec<u8> {
        let mut head = format!("{}\r\n", self.start);
        for (name, value) in &self.headers {
            let ours = ["content-length", "transfer-encoding", "connection"];
            if !ours.iter().any(|other| name.eq_ignore_ascii_case(other)) {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        // A response to HEAD, or a 304, tells the length of a body that does not follow.
        let told = self
            .header("content-length")
            .and_then(|text| text.parse().ok());
        let length = length
            .or(if self.body.is_empty() { told } else { None })
            .unwrap_or(self.body.len());
        if self.status() != Some(204) {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("Connection: close\r\n\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend(&self.body);
        bytes
    }

    async fn read_head(reader: &mut (impl AsyncBufRead + Unpin)) -> Result<Option<Self>> {
        let start = line(reader).await?;
        if start.is_empty() {
            return Ok(None);
        }
        let mut headers = Vec::new();
        loop {
            let line = line(reader).await?;
            if line.is_empty() {
                return Ok(Some(Self {
                    start,
                    headers,
                    body: Vec::new(),
                }));
            }
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }

    async fn read_body(
        &mut self,
        reader: &mut (impl AsyncBufRead + Unpin),
        until_end: bool,
    ) -> Result<()> {
        if self
            .header("transfer-encoding")
            .is_some_and(|value| value.contains("chunked"))
        {
            loop {
                let head = line(reader).await?;
                let size = head.split(';').next().unwrap_or_default();
                let size = u64::from_str_radix(size.trim(), 16).context("no size of a chunk")?;
                self.take(reader, size).await?;
                line(reader).await?;
                if size == 0 {
                    return Ok(());
                }
            }
        }
        match self.header("content-length") {
            Some(length) => {
                let length = length.parse().context("no length of the body")?;
                self.take(reader, length).await
            }
            None if until_end => {
                reader.take(LIMIT).read_to_end(&mut self.body).await?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn take(&mut self, reader: &mut (impl AsyncBufRead + Unpin), length: u64) -> Result<()> {
        if length > LIMIT {
            bail!("a body of {length} bytes");
        }
        let read = reader.take(length).read_to_end(&mut self.body).await?;
        if read as u64 != length {
            bail!("the connection ended after {read} of {length} bytes");
        }
        Ok(())
    }
}

async fn line(reader: &mut (impl AsyncBufRead + Unpin)) -> Result<String> {
    let mut line = String::new();
    reader.take(64 << 10).read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}
