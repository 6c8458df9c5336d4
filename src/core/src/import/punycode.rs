//! Labels of hosts beyond ASCII: Punycode (RFC 3492).

use crate::fill::punycode::adapt;

/// A host in the form that browsers name it by: lower case, and labels beyond ASCII in Punycode
/// (RFC 5890, section 2.3.2.1). `None` where a label has more than letters, digits and hyphens in
/// it: what browsers make of that takes tables (UTS #46) that are not here.
pub fn to_ascii(host: &str) -> Option<String> {
    // The other dots are those that UTS #46 has for one.
    let labels = host.split(['.', '\u{3002}', '\u{FF0E}', '\u{FF61}']);
    let labels: Option<Vec<String>> = labels.map(label_to_ascii).collect();
    Some(labels?.join("."))
}

fn label_to_ascii(label: &str) -> Option<String> {
    let label = label.to_lowercase();
    if label.is_ascii() {
        return Some(label);
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '-';
    if !label.chars().all(is_name) {
        return None;
    }
    Some(format!("xn--{}", encode(&label)?))
}

/// A label's code points as digits; `None` where there are too many.
fn encode(label: &str) -> Option<String> {
    const MAX_LABEL: usize = 63;
    let points: Vec<u32> = label.chars().map(u32::from).collect();
    if points.len() > MAX_LABEL {
        return None;
    }
    let mut output: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(output.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let (mut n, mut delta, mut bias, mut done) = (128_u32, 0_u32, 72_u32, basic);
    while (done as usize) < points.len() {
        let next = *points.iter().filter(|point| **point >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(done + 1)?)?;
        n = next;
        for point in &points {
            if *point < n {
                delta = delta.checked_add(1)?;
            } else if *point == n {
                digits(delta, bias, &mut output)?;
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(output)
}

fn digits(mut number: u32, bias: u32, output: &mut String) -> Option<()> {
    let mut put = |digit: u32| {
        output.push(
            char::from_digit(digit + 10, 36)
                .filter(|_| digit < 26)
                .or_else(|| char::from_digit(digit.checked_sub(26)?, 10))?,
        );
        Some(())
    };
    for k in (36..).step_by(36) {
        let threshold = u32::clamp(u32::saturating_sub(k, bias), 1, 26);
        if number < threshold {
            break;
        }
        put(threshold + (number - threshold) % (36 - threshold))?;
        number = (number - threshold) / (36 - threshold);
    }
    put(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fill::punycode::decode;

    #[test]
    fn both_ways() {
        // The last two are from RFC 3492, section 7.1, without their capitals.
        for (host, ascii) in [
            ("example.com", "example.com"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("straße.de", "xn--strae-oqa.de"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            (
                "почемужеонинеговорятпорусски",
                "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l",
            ),
        ] {
            assert_eq!(to_ascii(host).as_deref(), Some(ascii), "{host}");
            for (label, encoded) in host.to_lowercase().split(['.', '。']).zip(ascii.split('.')) {
                let decoded = encoded.strip_prefix("xn--").and_then(decode);
                assert_eq!(decoded.as_deref().unwrap_or(encoded), label);
            }
        }
        assert_eq!(to_ascii("a\u{308}.example"), None, "an accent of its own");
        assert_eq!(to_ascii(&"ü".repeat(64)), None);
        let longest = "ü".repeat(63);
        let encoded = to_ascii(&longest).unwrap();
        assert_eq!(decode(&encoded[4..]), Some(longest));
    }
}
