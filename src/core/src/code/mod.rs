//! Making a code from a credential.

mod motp;
mod streebog;
mod truncate;
mod yandex;

use totp_rs::Builder;
use zeroize::Zeroizing;

use crate::account::{Algorithm, Credential, Kind};
use crate::secret::{Pin, Secret};

/// A code and how long it holds.
///
/// `Debug` shows the validity only, and the text is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// What the user enters: digits, five characters of Steam's alphabet, six hexadecimal digits
    /// of mOTP, or eight letters of Yandex.
    pub text: Zeroizing<String>,
    /// The time step the code belongs to; `None` for a counter-based code, which holds until the
    /// counter moves.
    pub validity: Option<Validity>,
}

/// The time step of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first moment, in milliseconds since the Unix epoch.
    pub from: u64,
    /// The first moment after, in milliseconds since the Unix epoch.
    pub until: u64,
}

/// Steam Guard's time step in seconds.
pub const STEAM_PERIOD: u32 = 30;

/// The code of `credential` at `unix_millis`.
///
/// For [`Kind::Hotp`] it is the code of the stored counter, whatever the time; showing it to the
/// user is only right after the counter has been moved (`Vault::advance`).
#[must_use]
pub fn at(credential: &Credential, unix_millis: u64) -> Code {
    let secret = credential.secret();
    match credential.kind() {
        Kind::Totp {
            algorithm,
            digits,
            period,
        } => timed(period, unix_millis, |step| {
            truncate::decimal(&hmac(secret, algorithm, step), digits)
        }),
        Kind::Hotp {
            algorithm,
            digits,
            counter,
        } => counted(secret, algorithm, digits, counter),
        Kind::Steam => timed(STEAM_PERIOD, unix_millis, |step| {
            truncate::steam(&hmac(secret, Algorithm::Sha1, step))
        }),
        Kind::Motp => timed(motp::PERIOD, unix_millis, |step| {
            motp::code(secret, pin(credential), step)
        }),
        Kind::Yandex => timed(yandex::PERIOD, unix_millis, |step| {
            let key = yandex::key(secret, pin(credential));
            truncate::letters(&hmac(&key, Algorithm::Sha256, step))
        }),
    }
}

/// The code of one counter (RFC 4226, section 5.3).
pub(crate) fn counted(secret: &Secret, algorithm: Algorithm, digits: u8, counter: u64) -> Code {
    Code {
        text: truncate::decimal(&hmac(secret, algorithm, counter), digits),
        validity: None,
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code")
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// RFC 6238, section 4.2: the counter is the number of time steps since the epoch.
fn timed(period: u32, unix_millis: u64, text: impl FnOnce(u64) -> Zeroizing<String>) -> Code {
    let length = u64::from(period.max(1)) * 1000;
    let step = unix_millis / length;
    let from = step * length;
    Code {
        text: text(step),
        validity: Some(Validity {
            from,
            until: from.saturating_add(length),
        }),
    }
}

/// `Credential` has one wherever the kind needs one.
fn pin(credential: &Credential) -> &str {
    credential.pin().map(Pin::as_str).unwrap_or_default()
}

/// HMAC of the counter as eight bytes, big-endian (RFC 4226, section 5.2).
///
/// The builder that checks refuses 80-bit secrets, which real issuers hand out, so the other one;
/// what it would have checked, `Credential` guarantees.
fn hmac(secret: &Secret, algorithm: Algorithm, counter: u64) -> Zeroizing<Vec<u8>> {
    let algorithm = match algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        Algorithm::Gost256 => return streebog::hmac(secret.as_bytes(), &counter.to_be_bytes(), 32),
        Algorithm::Gost512 => return streebog::hmac(secret.as_bytes(), &counter.to_be_bytes(), 64),
    };
    let totp = Builder::new()
        .with_algorithm(algorithm)
        .with_step_duration(1)
        .with_secret(totp_rs::Secret::new(secret.as_bytes().into()))
        .build_noncompliant();
    Zeroizing::new(totp.sign(counter).as_ref().to_vec())
}

#[cfg(test)]
mod tests;
