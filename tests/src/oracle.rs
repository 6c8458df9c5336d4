//! Implementations that others wrote, to compare with.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;

/// What a one-time password is computed from, in oathtool's words.
pub struct Oath<'a> {
    /// The secret in base32; spaces and lower case are fine.
    pub secret: &'a str,
    /// `SHA1`, `SHA256` or `SHA512`; HOTP knows SHA-1 only.
    pub algorithm: &'a str,
    /// 6, 7 or 8.
    pub digits: u32,
}

impl Oath<'_> {
    /// RFC 6238 at a time in seconds since 1970.
    pub fn totp(&self, seconds: u64, period: u32) -> Result<String> {
        self.run(&[
            format!("--totp={}", self.algorithm),
            format!("--time-step-size={period}s"),
            format!("--now=@{seconds}"),
        ])
    }

    /// RFC 4226 for a counter.
    pub fn hotp(&self, counter: u64) -> Result<String> {
        self.run(&["--hotp".to_owned(), format!("--counter={counter}")])
    }

    fn run(&self, arguments: &[String]) -> Result<String> {
        let output = Command::new("oathtool")
            .arg("--base32")
            .arg(format!("--digits={}", self.digits))
            .args(arguments)
            .arg(self.secret)
            .output()
            .context("cannot start oathtool")?;
        if !output.status.success() {
            bail!("oathtool: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// The code of mOTP (`motp`, the secret in hexadecimal) or Yandex (`yandex`, in base32) at a time in
/// seconds since 1970, by a few lines of Python: oathtool knows neither.
pub fn with_pin(kind: &str, secret: &str, pin: &str, seconds: u64) -> Result<String> {
    let output = Command::new(paths::python())
        .arg(paths::root().join("tests/src/oracle.py"))
        .args([kind, secret, pin, &seconds.to_string()])
        .output()
        .context("cannot start Python")?;
    if !output.status.success() {
        bail!("oracle.py: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes that other authenticators publish among their own tests.
    #[test]
    fn the_oracle_in_python_gives_the_codes_that_others_give() {
        let motp = |seconds| with_pin("motp", "e3152afee62599c8", "1234", seconds).unwrap();
        assert_eq!(motp(165_892_298), "e7d8b6");
        assert_eq!(motp(123_456_789), "4ebfb2");
        let yandex = |secret, pin, seconds| with_pin("yandex", secret, pin, seconds).unwrap();
        let short = "6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY";
        assert_eq!(yandex(short, "5239", 1_641_559_648), "umozdicq");
        let long = "JBGSAU4G7IEZG6OY4UAXX62JU4AAAAAAHTSG4HXU3M";
        assert_eq!(yandex(long, "5210481216086702", 1_581_091_469), "dfrpywob");
    }

    #[test]
    fn the_oracle_itself_knows_the_vectors_of_the_standards() {
        // RFC 6238, appendix B, and RFC 4226, appendix D, with the secret "12345678901234567890".
        let secret = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq";
        let eight = Oath {
            secret,
            algorithm: "SHA1",
            digits: 8,
        };
        assert_eq!(eight.totp(59, 30).unwrap(), "94287082");
        assert_eq!(eight.totp(1_111_111_109, 30).unwrap(), "07081804");
        let six = Oath {
            secret,
            algorithm: "SHA1",
            digits: 6,
        };
        assert_eq!(six.hotp(9).unwrap(), "520489");
    }
}
