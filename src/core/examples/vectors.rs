//! Prints `tests/vectors/open.json`: files that must open for ever.
//!
//! The published list is pinned. Run this only to add to it: `cargo run -p holdfast-core --example
//! vectors NAME…` prints the named entries. Randomness is a counter, so that each run gives the
//! same bytes; nothing here is a secret.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool of the developers'"
)]

use data_encoding::{BASE64, HEXLOWER};
use holdfast_core::contents::Contents;
use holdfast_core::otpauth;
use holdfast_core::seal::kdf::{self, KdfParams};
use holdfast_core::seal::{Keyring, NewPassphrase, PrfOutput, SealError, read, seal};
use holdfast_core::vault::{Duplicates, EditContext, Id, Vault};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const YEAR_2026: u64 = 1_767_225_600_000;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let all = entries().expect("every entry can be sealed");
    let chosen: Vec<&Value> = all
        .iter()
        .filter(|entry| {
            wanted.is_empty()
                || wanted
                    .iter()
                    .any(|name| entry.get("name") == Some(&json!(name)))
        })
        .collect();
    println!(
        "{}",
        serde_json::to_string_pretty(&chosen).expect("a value is JSON")
    );
}

fn entries() -> Result<Vec<Value>, SealError> {
    let mut entries = Vec::new();

    let mut maker = Maker::new("plain");
    let (mut keyring, recovery) = maker.vault("correct horse battery staple", KdfParams::FLOOR)?;
    let secrets = [
        json!({"passphrase": "correct horse battery staple"}),
        json!({"recovery": recovery}),
    ];
    entries.push(maker.entry("plain", &keyring, &secrets, 0)?);

    let prf = PrfOutput::from_bytes(maker.bytes());
    let salt = maker.bytes();
    keyring.add_passkey(&prf, &salt, "work laptop", YEAR_2026, &mut |bytes| {
        maker.fill(bytes)
    })?;
    let secrets = [
        json!({"recovery": recovery}),
        json!({"prf": HEXLOWER.encode(prf.expose())}),
    ];
    entries.push(maker.entry("passkey", &keyring, &secrets, 0)?);

    let mut maker = Maker::new("default");
    let (keyring, _) = maker.vault("the parameters of every new vault", KdfParams::DEFAULT)?;
    let secrets = [json!({"passphrase": "the parameters of every new vault"})];
    entries.push(maker.entry("default", &keyring, &secrets, 0)?);

    let mut maker = Maker::new("umlaut");
    let (keyring, _) = maker.vault("M\u{fc}nchen \u{1e69} \u{ac00}", KdfParams::FLOOR)?;
    let secrets = [
        json!({"passphrase": "M\u{fc}nchen \u{1e69} \u{ac00}"}),
        json!({"passphrase": "Mu\u{308}nchen s\u{307}\u{323} \u{1100}\u{1161}"}),
    ];
    entries.push(maker.entry("umlaut", &keyring, &secrets, 0)?);

    let mut maker = Maker::new("two-passphrases");
    let (mut one, _) = maker.vault("before", KdfParams::FLOOR)?;
    let mut two = one.clone();
    for (keyring, passphrase) in [(&mut one, "changed here"), (&mut two, "changed there")] {
        let passphrase = maker.passphrase(passphrase, KdfParams::FLOOR)?;
        keyring.change_passphrase(&passphrase, YEAR_2026, &mut |bytes| maker.fill(bytes))?;
    }
    one.merge(&two)?;
    let secrets = [
        json!({"passphrase": "changed here"}),
        json!({"passphrase": "changed there"}),
    ];
    entries.push(maker.entry("two-passphrases", &one, &secrets, 0)?);

    let mut maker = Maker::new("rotated");
    let (mut keyring, recovery) = maker.vault("known to a stranger", KdfParams::FLOOR)?;
    let key = HEXLOWER.encode(keyring.current_key().expose());
    let secrets = [json!({"recovery": recovery}), json!({"key": key})];
    entries.push(maker.entry("before-rotation", &keyring, &secrets, 0)?);
    let passphrase = maker.passphrase("known to nobody else", KdfParams::FLOOR)?;
    let recovery = keyring
        .rotate(&passphrase, YEAR_2026, &mut |bytes| maker.fill(bytes))?
        .print();
    let key = HEXLOWER.encode(keyring.current_key().expose());
    let secrets = [
        json!({"passphrase": "known to nobody else"}),
        json!({"recovery": recovery.as_str()}),
        json!({"key": key}),
    ];
    entries.push(maker.entry("after-rotation", &keyring, &secrets, 0)?);

    entries.push(Maker::new("vault-rust").whole_vault("a whole vault, made here")?);

    // Payloads of lengths around the steps of the padding: 4096 with its length prefix, one more,
    // and one that is rounded up by many bytes.
    for length in [4092, 4093, 10_000] {
        let name = format!("length-{length}");
        let mut maker = Maker::new(&name);
        let (keyring, recovery) = maker.vault("short", KdfParams::FLOOR)?;
        entries.push(maker.entry(&name, &keyring, &[json!({"recovery": recovery})], length)?);
    }
    Ok(entries)
}

/// Makes vaults from a stream of bytes that depends on its name alone.
struct Maker {
    state: [u8; 32],
}

impl Maker {
    fn new(name: &str) -> Self {
        Maker {
            state: Sha256::digest(name).into(),
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            self.state = Sha256::digest(self.state).into();
            for (byte, random) in chunk.iter_mut().zip(self.state) {
                *byte = random;
            }
        }
    }

    fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    fn passphrase(&mut self, text: &str, params: KdfParams) -> Result<NewPassphrase, SealError> {
        let salt = self.bytes();
        let derived = kdf::derive(text, params, &salt)?;
        Ok(NewPassphrase {
            params,
            salt,
            derived,
        })
    }

    fn vault(&mut self, text: &str, params: KdfParams) -> Result<(Keyring, String), SealError> {
        let passphrase = self.passphrase(text, params)?;
        let mut keyring = Keyring::create(&passphrase, YEAR_2026, &mut |bytes| self.fill(bytes))?;
        let recovery = keyring.renew_recovery(YEAR_2026, &mut |bytes| self.fill(bytes))?;
        Ok((keyring, recovery.print().to_string()))
    }

    /// A whole vault, with the codes of its accounts a minute after 1970 (by oathtool: see
    /// `make_payloads.py`).
    fn whole_vault(&mut self, text: &str) -> Result<Value, SealError> {
        let (keyring, recovery) = self.vault(text, KdfParams::FLOOR)?;
        let mut vault = Vault::default();
        let mut clock = vault.clock(YEAR_2026);
        let mut context = EditContext {
            now: YEAR_2026,
            device: Id::from_bytes([1; 16]),
            clock: &mut clock,
            random: &mut |bytes| self.fill(bytes),
        };
        let links = [
            (
                "otpauth://totp/Demo%20Harbour:jane@harbour.example?secret=JBSWY3DPEHPK3PXP&issuer=Demo%20Harbour",
                "996554",
            ),
            (
                "otpauth://totp/Nordbank:J%C3%BCrgen?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Nordbank&algorithm=SHA256&digits=8&period=60",
                "00431314",
            ),
            (
                "otpauth://hotp/Old%20Mill:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Old%20Mill&counter=9",
                "520489",
            ),
            (
                "otpauth://totp/Gone:jane?secret=MFRGGZDFMZTWQ2LK&issuer=Gone",
                "",
            ),
            ("steam://JBSWY3DPEHPK3PXP", "2YXGV"),
        ];
        let mut accounts = Vec::new();
        for (link, code) in links {
            let account = otpauth::parse(link).expect("the link is one");
            let (issuer, label) = (account.issuer.clone(), account.label.clone());
            let id = vault
                .add(account, Duplicates::Keep, &mut context)
                .expect("there is no such account yet");
            if code.is_empty() {
                vault.delete(id, &mut context).expect("it was added");
            } else {
                accounts.push(json!([issuer, label, code]));
            }
        }
        let mut contents = Contents { vault, keyring };
        let file = contents
            .seal(&self.bytes())
            .expect("a small vault can be sealed");
        let payload = read(&file)?.open([contents.keyring.current_key()])?.payload;
        Ok(json!({
            "name": "vault-rust",
            "secrets": [json!({"passphrase": text}), json!({"recovery": recovery})],
            "payload_length": payload.len(),
            "payload_sha256": HEXLOWER.encode(&Sha256::digest(&payload)),
            "at": 59,
            "accounts": accounts,
            "file": BASE64.encode(&file),
        }))
    }

    /// A sealed file with what opens it. The payload is filled up with a member to `length` bytes.
    fn entry(
        &mut self,
        name: &str,
        keyring: &Keyring,
        secrets: &[Value],
        length: usize,
    ) -> Result<Value, SealError> {
        let payload = |filler: &str| {
            json!({"accounts": [], "filler": filler, "keyring": keyring}).to_string()
        };
        let filler = "x".repeat(length.saturating_sub(payload("").len()));
        let payload = payload(&filler);
        let file = seal(payload.as_bytes(), keyring, &self.bytes())?;
        Ok(json!({
            "name": name,
            "secrets": secrets,
            "payload_length": payload.len(),
            "payload_sha256": HEXLOWER.encode(&Sha256::digest(&payload)),
            "file": BASE64.encode(&file),
        }))
    }
}
