//! Whatever accounts somebody has: what is written comes back as it was, but for what was said
//! before.

use holdfast_core::account::{AccountDraft, NewAccount};
use holdfast_core::export::{self, ExportError, Options, Target};
use holdfast_core::import::read;
use holdfast_core::vault::{Clock, Duplicates, EditContext, Id, Vault};
use proptest::prelude::*;

use crate::support::{left_of, line, refused};

/// A text as people write it, and worse: separators of every format, other scripts, line breaks.
fn text(most: usize) -> impl Strategy<Value = String> {
    let character = prop_oneof![
        6 => proptest::char::range('a', 'z'),
        3 => proptest::sample::select(":%&?=#/+;,\"'\\<>{}[]|@ \u{a0}".chars().collect::<Vec<_>>()),
        2 => proptest::sample::select("üßéжعת漢字🔑\u{301}".chars().collect::<Vec<_>>()),
    ];
    proptest::collection::vec(character, 0..most).prop_map(String::from_iter)
}

fn account() -> impl Strategy<Value = NewAccount> {
    let kind = proptest::sample::select(vec!["totp", "totp", "hotp", "steam", "motp", "yandex"]);
    let algorithm = proptest::sample::select(vec!["SHA1", "SHA256", "SHA512", "GOST3411_2012_256"]);
    let counter = prop_oneof![0..1000_u64, any::<u64>()];
    let period = prop_oneof![Just(30_u32), 1..300_u32, 1..=u32::MAX];
    let texts = (text(24), text(24), text(60));
    let lists = (
        proptest::collection::btree_set("[a-z]{1,8}\\.example", 0..3),
        proptest::collection::btree_set(text(12), 0..3),
    );
    let secret = proptest::collection::vec(any::<u8>(), 1..40);
    let parameters = (kind, algorithm, 5..=10_u8, period, counter, "[0-9]{4,8}");
    (texts, lists, secret, parameters).prop_filter_map("is an account", |fields| {
        let ((issuer, label, note), (sites, groups), secret, parameters) = fields;
        let (kind, algorithm, digits, period, counter, pin) = parameters;
        let secret = match kind {
            // Yandex's have 16 bytes, or 26 with a checksum.
            "yandex" => secret.iter().cycle().take(16).copied().collect(),
            _ => secret,
        };
        let mut draft = AccountDraft::default();
        draft.issuer = issuer;
        draft.label = label;
        draft.note = note;
        draft.kind = kind.to_owned();
        draft.secret = match kind {
            "motp" => data_encoding::HEXLOWER.encode(&secret),
            _ => data_encoding::BASE32_NOPAD.encode(&secret),
        };
        draft.algorithm = algorithm.to_owned();
        draft.digits = digits.to_string();
        draft.period = period.to_string();
        draft.counter = counter.to_string();
        draft.pin = pin;
        draft.sites = sites.into_iter().collect();
        let groups = groups.iter().map(|group| group.trim().to_owned());
        draft.groups = groups.filter(|group| !group.is_empty()).collect();
        // Without an issuer, what stands before a colon is one.
        if draft.issuer.trim().is_empty() {
            draft.label = draft.label.replace(':', "");
        }
        // Bitwarden calls an account without any name "?".
        let named = !draft.issuer.trim().is_empty() || !draft.label.trim().is_empty();
        named.then(|| draft.parse().ok()).flatten()
    })
}

/// Bytes that differ each time: they are identities, too.
fn numbers() -> impl FnMut(&mut [u8]) {
    let mut count = 0_u64;
    move |bytes| {
        count += 1;
        let some = count.to_be_bytes().into_iter().rev().cycle();
        bytes
            .iter_mut()
            .zip(some)
            .for_each(|(byte, other)| *byte = other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn what_is_written_comes_back(accounts in proptest::collection::vec(account(), 1..14)) {
        // Each encrypted file costs a key derivation; its entries are those of the plain one.
        for target in Target::ALL.into_iter().filter(|target| !target.is_encrypted()) {
            let mut random = numbers();
            let mut options = Options {
                password: None,
                random: &mut random,
                now: 1_790_000_000_000,
            };
            let expected = left_of(target, &accounts);
            let written = match export::write(target, &accounts, &mut options) {
                Err(error) => {
                    prop_assert_eq!((error, expected.len()), (ExportError::Nothing, 0));
                    continue;
                }
                Ok(written) => written,
            };
            let import = read(&written, None).unwrap();
            prop_assert_eq!(refused(&import), [], "{:?}", target);
            let all = |accounts: &[NewAccount]| accounts.iter().map(line).collect::<Vec<_>>();
            prop_assert_eq!(all(&import.accounts), all(&expected), "{:?}", target);
            prop_assert_eq!(&import.accounts, &expected, "{:?}", target);
            prop_assert_eq!(import.missing(), [], "{:?}", target);
        }
    }
    /// The same for a snapshot of our own, which carries everything. What seals it is bytes to
    /// bytes, and tried elsewhere.
    #[test]
    fn a_snapshot_holds_everything(accounts in proptest::collection::vec(account(), 1..14)) {
        let mut vault = Vault::default();
        let mut random = numbers();
        let mut context = EditContext {
            now: 1_790_000_000_000,
            device: Id::from_bytes([1; 16]),
            clock: &mut Clock::default(),
            random: &mut random,
        };
        for added in vault.add_all(accounts.clone(), Duplicates::Keep, &mut context) {
            prop_assert!(added.is_ok(), "{:?}", added);
        }
        let back = Vault::decode(&vault.encode()).unwrap();
        prop_assert_eq!(export::accounts(&back), accounts);
    }
}
