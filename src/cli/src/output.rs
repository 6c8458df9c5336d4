//! The standard output, whose reader may go before the end.

use std::io::{self, Write};

/// Whoever reads only the first lines, as `head` does, has what they wanted: the rest goes nowhere, and
/// the exit status stays what it would be.
pub struct Output<W> {
    out: W,
    is_closed: bool,
}

impl<W: Write> Output<W> {
    /// With nobody gone yet.
    pub fn new(out: W) -> Self {
        let is_closed = false;
        Self { out, is_closed }
    }

    /// Whether all that was written until now went to the reader.
    pub fn is_delivered(&mut self) -> io::Result<bool> {
        self.flush()?;
        Ok(!self.is_closed)
    }

    fn note<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let result = self.out.write(bytes);
        self.note(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let result = self.out.flush();
        self.note(result, ())
    }
}
