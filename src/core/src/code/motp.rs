//! Mobile-OTP (motp.sourceforge.net): MD5 over time, secret and PIN, all as text.

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// The time step in seconds.
pub(super) const PERIOD: u32 = 10;
/// Length of a code in hexadecimal digits.
const DIGITS: usize = 6;

/// The first digits of MD5 over the time step in decimal, the secret in hexadecimal and the PIN.
pub(super) fn code(secret: &Secret, pin: &str, step: u64) -> Zeroizing<String> {
    let mut hash = Md5::new();
    hash.update(step.to_string());
    hash.update(secret.to_hex().as_bytes());
    hash.update(pin);
    let digits = base16ct::lower::encode_string(&hash.finalize());
    Zeroizing::new(digits.chars().take(DIGITS).collect())
}
