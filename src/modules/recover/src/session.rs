//! An opened backup: its accounts, their codes, and how they leave again.

use std::fmt;

use holdfast_core::account::{Credential, Kind};
use holdfast_core::code::{self, Code, Validity};
use holdfast_core::contents::Contents;
use holdfast_core::open::{self, Derive, OpenError, Typed};
use holdfast_core::otpauth;
use zeroize::Zeroizing;

/// The accounts of a backup, in the user's order.
pub struct Session {
    /// One row for each credential.
    pub rows: Vec<Row>,
    /// Accounts that only a newer version can read.
    pub unreadable: usize,
}

/// An account and one credential of it.
pub struct Row {
    /// Who issued it.
    pub issuer: String,
    /// Whose it is.
    pub label: String,
    /// Free text.
    pub note: String,
    /// Two devices changed the secret without knowing of each other, and this is one of several.
    pub concurrent: bool,
    credential: Credential,
}

impl Session {
    /// Opens a backup with the passphrase or the recovery key, whichever was typed.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(bytes: &[u8], typed: &str, derive: Derive<'_>) -> Result<Self, OpenError> {
        let contents = open::open(bytes, Typed::Either(typed), derive, &mut |_| ())?;
        Ok(Self::of(&contents))
    }

    fn of(contents: &Contents) -> Self {
        let mut rows = Vec::new();
        for (_, account) in contents.vault.list() {
            for credential in account.credentials.values() {
                rows.push(Row {
                    issuer: account.issuer.value.clone(),
                    label: account.label.value.clone(),
                    note: account.note.value.clone(),
                    concurrent: account.has_conflict(),
                    credential: credential.clone(),
                });
            }
        }
        Self {
            rows,
            unreadable: contents.vault.counts().unreadable,
        }
    }

    /// All accounts as Key URIs, one a line.
    #[must_use]
    pub fn links(&self) -> Zeroizing<String> {
        let lines: Vec<_> = self.rows.iter().map(Row::link).collect();
        let length = lines.iter().map(|line| line.len() + 1).sum();
        // The room for all of it, so that growing leaves no copy behind.
        let mut text = Zeroizing::new(String::with_capacity(length));
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

impl Row {
    /// The code at a time, in milliseconds since 1970.
    #[must_use]
    pub fn code(&self, now: u64) -> Code {
        code::at(&self.credential, now)
    }

    /// The time step at a time; `None` for a code that goes by a counter.
    #[must_use]
    pub fn validity(&self, now: u64) -> Option<Validity> {
        self.code(now).validity
    }

    /// The counter of the code, if it goes by one.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        self.credential.kind().counter()
    }

    /// Seconds for which each code holds; `None` if it goes by a counter.
    #[must_use]
    pub fn period(&self) -> Option<u64> {
        let validity = self.validity(0)?;
        Some((validity.until - validity.from) / 1000)
    }

    /// The Key URI, which holds the secret.
    #[must_use]
    pub fn link(&self) -> Zeroizing<String> {
        otpauth::format(&self.issuer, &self.label, &self.credential)
    }

    /// The secret in groups of four, as issuers print it: in base32, and that of mOTP in hexadecimal.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<String> {
        let secret = self.credential.secret();
        let text = match self.credential.kind() {
            Kind::Motp => secret.to_hex(),
            _ => secret.to_base32(),
        };
        let mut grouped = Zeroizing::new(String::with_capacity(text.len() * 5 / 4 + 1));
        for (index, letter) in text.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// Kind and parameters, for paper: "TOTP · SHA1 · 6 · 30 s", "MOTP · PIN 1234". Without its PIN a
    /// secret makes no codes.
    #[must_use]
    pub fn parameters(&self) -> Zeroizing<String> {
        Zeroizing::new(match self.credential.kind() {
            Kind::Totp {
                algorithm,
                digits,
                period,
            } => format!("TOTP · {} · {digits} · {period} s", algorithm.name()),
            Kind::Hotp {
                algorithm,
                digits,
                counter,
            } => format!("HOTP · {} · {digits} · #{counter}", algorithm.name()),
            other => {
                let name = other.name().to_uppercase();
                match self.credential.pin() {
                    Some(pin) => format!("{name} · PIN {}", pin.as_str()),
                    None => name,
                }
            }
        })
    }
}

/// Names and codes are nobody's business in a log.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({} accounts)", self.rows.len())
    }
}

/// A code in two groups that are easy to read.
#[must_use]
pub fn grouped(code: &str) -> String {
    match code.split_at_checked(code.len().div_ceil(2)) {
        Some((first, second)) if code.len() > 5 => format!("{first} {second}"),
        _ => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_easy_to_read() {
        for (code, shown) in [
            ("123456", "123 456"),
            ("1234567", "1234 567"),
            ("12345678", "1234 5678"),
            ("R5TYK", "R5TYK"),
        ] {
            assert_eq!(grouped(code), shown);
        }
    }

    /// Paper that leaves something out is noticed when nothing else is left.
    #[test]
    fn paper_has_all_that_makes_the_codes() {
        for (link, secret, parameters) in [
            (
                "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=8",
                "JBSW Y3DP EHPK 3PXP",
                "TOTP · SHA1 · 8 · 30 s",
            ),
            (
                "motp://a?secret=e3152afee62599c8&pin=1234",
                "e315 2afe e625 99c8",
                "MOTP · PIN 1234",
            ),
            (
                "otpauth://yaotp/a?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI&pin=G42TQNQ",
                "LA2V 6KMC GYMW WVEW 64RN P3JA 3I",
                "YANDEX · PIN 7586",
            ),
        ] {
            let account = otpauth::parse(link).unwrap();
            let row = Row {
                issuer: account.issuer,
                label: account.label,
                note: String::new(),
                concurrent: false,
                credential: account.credential,
            };
            assert_eq!(*row.secret(), secret);
            assert_eq!(*row.parameters(), parameters);
        }
    }
}
