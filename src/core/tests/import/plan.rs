//! What an import would do to a vault.

use holdfast_core::import::{Choice, Plan, Planned, read};
use holdfast_core::vault::{Clock, Duplicates, EditContext, Id, Vault};

#[test]
fn new_ones_known_ones_and_repeated_ones() {
    let text = "otpauth://totp/new?secret=JBSWY3DPEHPK3PXP\n\
        otpauth://totp/known?secret=GEZDGNBV\n\
        otpauth://totp/known%20with%20eight?secret=GEZDGNBV&digits=8\n\
        otpauth://totp/again?secret=JBSWY3DPEHPK3PXP\n\
        otpauth://hotp/counter?secret=GEZDGNBV&counter=9\n\
        motp://a?secret=e3152afee62599c8&pin=1\n\
        motp://b?secret=e3152afee62599c8&pin=2\n";
    let import = read(text.as_bytes(), None).unwrap();
    let mut vault = Vault::default();
    let mut clock = Clock::default();
    let mut next = 0;
    let mut random = |bytes: &mut [u8]| {
        next += 1;
        bytes.fill(next);
    };
    let mut context = EditContext {
        now: 1_000,
        device: Id::from_bytes([9; 16]),
        clock: &mut clock,
        random: &mut random,
    };
    let known = [1, 4].map(|index: usize| {
        let mut account = import.accounts[index].clone();
        if index == 4 {
            // Another counter is the same credential.
            let uri = "otpauth://hotp/x?secret=GEZDGNBV&counter=3";
            account = holdfast_core::otpauth::parse(uri).unwrap();
        }
        vault
            .add(account, Duplicates::Refuse, &mut context)
            .unwrap()
    });
    let plan = Plan::new(&vault, &import.accounts);
    assert_eq!(
        plan.accounts,
        [
            Planned::New,
            Planned::InVault(known[0]),
            Planned::New,
            Planned::Repeated(0),
            Planned::InVault(known[1]),
            Planned::New,
            Planned::New,
        ]
    );
    assert_eq!(plan.new_accounts(), 4);
}

#[test]
fn merging_gives_what_is_lacking_and_nothing_else() {
    let mut vault = Vault::default();
    let mut clock = Clock::default();
    let mut next = 0;
    let mut random = |bytes: &mut [u8]| {
        next += 1;
        bytes.fill(next);
    };
    let mut context = EditContext {
        now: 1_000,
        device: Id::from_bytes([9; 16]),
        clock: &mut clock,
        random: &mut random,
    };
    let there = holdfast_core::otpauth::parse("otpauth://hotp/jane?secret=MY&counter=3").unwrap();
    let id = vault
        .add(there.clone(), Duplicates::Refuse, &mut context)
        .unwrap();
    let mut comes = there;
    comes.issuer = "Bank".to_owned();
    comes.label = "other".to_owned();
    comes.groups = vec!["Work".to_owned()];
    comes.credential = holdfast_core::otpauth::parse("otpauth://hotp/x?secret=MY&counter=9")
        .unwrap()
        .credential;
    let results = vault.add_planned(vec![comes.clone()], Choice::Merge, &mut context);
    assert_eq!(results, [Ok(id)]);
    let [account] = &vault.to_new_accounts()[..] else {
        panic!("one account")
    };
    assert_eq!((&*account.issuer, &*account.label), ("Bank", "jane"));
    assert_eq!(account.groups, ["Work"]);
    assert_eq!(account.credential.kind().counter(), Some(9));
    // Again: nothing is different. A counter behind changes nothing.
    let hash = vault.content_hash();
    comes.credential = holdfast_core::otpauth::parse("otpauth://hotp/x?secret=MY&counter=5")
        .unwrap()
        .credential;
    vault.add_planned(vec![comes.clone()], Choice::Merge, &mut context);
    assert_eq!(vault.content_hash(), hash);
    vault.add_planned(vec![comes], Choice::KeepBoth, &mut context);
    assert_eq!(vault.to_new_accounts().len(), 2);
}
