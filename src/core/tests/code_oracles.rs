//! Codes held against two other implementations: oathtool, and Python's `hmac` for the lengths
//! that oathtool does not have and for Steam Guard. Both must be installed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::io::Write;
use std::process::{Command, Stdio};

use holdfast_core::account::{Algorithm, Credential, Kind};
use holdfast_core::code;
use holdfast_core::secret::Secret;

/// One random choice of everything that makes a code.
struct Case {
    credential: Credential,
    seconds: u64,
}

/// Deterministic numbers, well enough mixed for drawing cases (SplitMix64).
struct Draw(u64);

impl Draw {
    fn number(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    fn secret(&mut self) -> Secret {
        // From the 80 bits that real issuers use to more than a block of SHA-512.
        let length = [10, 16, 20, 32, 64, 129][self.number(6) as usize];
        Secret::from_bytes((0..length).map(|_| self.number(256) as u8).collect()).unwrap()
    }

    fn algorithm(&mut self) -> Algorithm {
        [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][self.number(3) as usize]
    }

    fn case(&mut self, digits: &[u8]) -> Case {
        let algorithm = self.algorithm();
        let digits = digits[self.number(digits.len() as u64) as usize];
        let kind = match self.number(2) {
            0 => Kind::Totp {
                algorithm,
                digits,
                period: [1, 7, 15, 30, 60, 86_400][self.number(6) as usize],
            },
            // oathtool's HOTP is SHA-1 only.
            _ => Kind::Hotp {
                algorithm: Algorithm::Sha1,
                digits,
                counter: self.number(1 << 40),
            },
        };
        Case {
            credential: Credential::new(self.secret(), kind).unwrap(),
            seconds: self.number(4_000_000_000),
        }
    }
}

#[test]
fn codes_equal_oathtools() {
    let mut draw = Draw(1);
    for _ in 0..300 {
        let case = draw.case(&[6, 7, 8]);
        assert_eq!(ours(&case), oathtool(&case), "{:?}", case.credential.kind());
    }
}

#[test]
fn secrets_read_as_oathtool_reads_them() {
    for text in [
        "GEZDGNBVGY3TQOJQ",
        "gezd gnbv gy3t qojq",
        "GEZDGNBVGY3TQOJQGE",
        "GEZDGNBVGY3TQOJQGE======",
        // Bits after the last whole byte that are not zero, as random characters have them.
        "GEZDGNBVGY3TQOJQGF",
        "GEZDGNBVGY3TQOJQGEZZZ",
    ] {
        let kind = Kind::Totp {
            algorithm: Algorithm::Sha1,
            digits: 6,
            period: 30,
        };
        let secret = Secret::from_base32(text).unwrap();
        let case = Case {
            credential: Credential::new(secret, kind).unwrap(),
            seconds: 59,
        };
        let expected = run_oathtool(&["--totp", "-b", "-N", "@59", "-"], text);
        assert_eq!(ours(&case), expected, "{text}");
    }
}

#[test]
fn other_lengths_and_steam_equal_python() {
    let mut draw = Draw(2);
    let mut cases: Vec<Case> = (0..300).map(|_| draw.case(&[5, 9, 10])).collect();
    cases.extend((0..100).map(|_| Case {
        credential: Credential::new(draw.secret(), Kind::Steam).unwrap(),
        seconds: draw.number(4_000_000_000),
    }));
    let expected = python(&cases);
    assert_eq!(expected.len(), cases.len());
    for (case, expected) in cases.iter().zip(expected) {
        assert_eq!(ours(case), expected, "{:?}", case.credential.kind());
    }
}

fn ours(case: &Case) -> String {
    code::at(&case.credential, case.seconds * 1000 + 999)
        .text
        .to_string()
}

fn oathtool(case: &Case) -> String {
    let secret = case.credential.secret().to_base32();
    let arguments = match case.credential.kind() {
        Kind::Totp {
            algorithm,
            digits,
            period,
        } => vec![
            format!("--totp={}", algorithm.name()),
            format!("--digits={digits}"),
            format!("--time-step-size={period}s"),
            format!("--now=@{}", case.seconds),
        ],
        Kind::Hotp {
            digits, counter, ..
        } => vec![
            "--hotp".to_owned(),
            format!("--digits={digits}"),
            format!("--counter={counter}"),
        ],
        Kind::Steam | Kind::Motp | Kind::Yandex => unreachable!("not drawn for oathtool"),
    };
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(["--base32", "-"]);
    run_oathtool(&arguments, &secret)
}

fn run_oathtool(arguments: &[&str], secret: &str) -> String {
    run("oathtool", arguments, &format!("{secret}\n"))
}

fn python(cases: &[Case]) -> Vec<String> {
    const PROGRAM: &str = r#"
import base64, hmac, struct, sys
for line in sys.stdin:
    secret, algorithm, counter, digits = line.split()
    secret = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(secret, struct.pack(">Q", int(counter)), algorithm.lower()).digest()
    start = mac[-1] & 15
    value = int.from_bytes(mac[start:start + 4], "big") & 0x7FFFFFFF
    if digits == "steam":
        text = ""
        for _ in range(5):
            value, index = divmod(value, 26)
            text += "23456789BCDFGHJKMNPQRTVWXY"[index]
        print(text)
    else:
        print(str(value).zfill(10)[-int(digits):])
"#;
    let mut input = String::new();
    for case in cases {
        let secret = case.credential.secret().to_base32();
        let (algorithm, counter, digits) = match case.credential.kind() {
            Kind::Totp {
                algorithm,
                digits,
                period,
            } => (
                algorithm,
                case.seconds / u64::from(period),
                digits.to_string(),
            ),
            Kind::Hotp {
                algorithm,
                digits,
                counter,
            } => (algorithm, counter, digits.to_string()),
            Kind::Steam => (Algorithm::Sha1, case.seconds / 30, "steam".to_owned()),
            Kind::Motp | Kind::Yandex => unreachable!("not drawn for this program"),
        };
        let name = algorithm.name();
        input += &format!("{} {name} {counter} {digits}\n", *secret);
    }
    let output = run("python3", &["-c", PROGRAM], &input);
    output.lines().map(str::to_owned).collect()
}

fn run(program: &str, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed by this test: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
