//! What is printed is read back, and every mistake is located.

use proptest::prelude::*;

use super::*;

fn key(seed: u8) -> RecoveryKey {
    RecoveryKey::from_bytes(crypto::sha256(&[&[seed]]))
}

#[test]
fn all_zero_by_hand() {
    // The first group: check = x^5 * 1 = x^2 + 1 = 5. The second: x^5 * 2 = x^3 + x = 10 = A.
    let printed = RecoveryKey::from_bytes([0; 32]).print();
    assert!(printed.starts_with("00005-0000A-"), "{}", *printed);
    assert_eq!(printed.len(), 83);
}

#[test]
fn the_first_characters_are_the_first_bits() {
    let mut bytes = [0; 32];
    bytes[0] = 0b0000_1000;
    bytes[2] = 0b0000_1111;
    let key = RecoveryKey::from_bytes(bytes);
    assert!(key.print().starts_with("1000"), "{}", *key.print());
    assert!(
        key.group(1).unwrap().starts_with("Y000"),
        "{}",
        *key.print()
    );
    assert_eq!(RecoveryKey::parse(&key.print()), Ok(key));
}

#[test]
fn a_cut_or_longer_key_is_located() {
    let printed = key(1).print();
    let located = |typed: &str| RecoveryKey::parse(typed);
    let characters: String = printed.replace('-', "");
    let without = |at: usize| format!("{}{}", &characters[..at], &characters[at + 1..]);
    // A lost character shows in its group or, should the shifted group fit by chance, later.
    match located(&without(32)) {
        Err(RecoveryKeyError::Length {
            typed: 69,
            group: Some(group),
        }) => {
            assert!((6..=7).contains(&group), "{group}");
        }
        other => panic!("{other:?}"),
    }
    let groups: Vec<&str> = printed.split('-').collect();
    let mut short = groups.clone();
    short[4] = &groups[4][..4];
    assert_eq!(
        located(&short.join(" ")),
        Err(RecoveryKeyError::Length {
            typed: 69,
            group: Some(4)
        })
    );
    assert_eq!(
        located(&groups[..9].join(" ")),
        Err(RecoveryKeyError::Length {
            typed: 45,
            group: None
        })
    );
    assert_eq!(
        located(""),
        Err(RecoveryKeyError::Length {
            typed: 0,
            group: None
        })
    );
    let again = format!("{}-{}", *printed, groups[0]);
    assert_eq!(
        located(&again),
        Err(RecoveryKeyError::Length {
            typed: 75,
            group: None
        })
    );
    assert_eq!(
        located("1234*"),
        Err(RecoveryKeyError::Character { position: 4 })
    );
}

#[test]
fn groups_of_two_keys_dont_make_one() {
    let (one, two) = (key(1).print(), key(2).print());
    let mixed = format!("{}{}", &one[..42], &two[42..]);
    assert_eq!(RecoveryKey::parse(&mixed), Err(RecoveryKeyError::Checksum));
}

#[test]
fn one_group_of_the_sheet() {
    let key = key(3);
    let group = key.group(6).unwrap();
    assert!(key.group_matches(6, &group.to_lowercase()));
    assert!(!key.group_matches(5, &group));
    assert!(!key.group_matches(6, &group[..4]));
    assert!(!key.group_matches(6, ""));
    assert!(!key.group_matches(14, &group));
}

proptest! {
    #[test]
    fn round_trip(bytes in any::<[u8; 32]>()) {
        let key = RecoveryKey::from_bytes(bytes);
        prop_assert_eq!(RecoveryKey::parse(&key.print()), Ok(key));
    }

    #[test]
    fn typed_as_people_type(bytes in any::<[u8; 32]>(), choices in proptest::collection::vec(0..3_usize, 83)) {
        let key = RecoveryKey::from_bytes(bytes);
        let typed: String = key.print().chars().zip(choices).map(|(character, choice)| {
            let alike: [char; 3] = match character {
                '0' => ['0', 'O', 'o'],
                '1' => ['I', 'l', 'i'],
                '8' => ['8', 'B', 'b'],
                '-' => [' ', '\u{2013}', '\n'],
                other => [other, other.to_ascii_lowercase(), other],
            };
            alike[choice]
        }).collect();
        prop_assert_eq!(RecoveryKey::parse(&typed), Ok(key));
    }

    #[test]
    fn one_wrong_character_is_located(bytes in any::<[u8; 32]>(), at in 0..70_usize, shift in 1..32_usize) {
        let key = RecoveryKey::from_bytes(bytes);
        let mut typed: Vec<char> = key.print().replace('-', "").chars().collect();
        let wrong = (usize::from(value(typed[at]).unwrap()) + shift) % 32;
        typed[at] = char::from(ALPHABET[wrong]);
        let typed: String = typed.into_iter().collect();
        prop_assert_eq!(RecoveryKey::parse(&typed), Err(RecoveryKeyError::Groups(vec![at / 5])));
    }

    #[test]
    fn exchanged_neighbours_are_located(bytes in any::<[u8; 32]>(), at in 0..69_usize) {
        let key = RecoveryKey::from_bytes(bytes);
        let mut typed: Vec<char> = key.print().replace('-', "").chars().collect();
        prop_assume!(typed[at] != typed[at + 1]);
        typed.swap(at, at + 1);
        let typed: String = typed.into_iter().collect();
        match RecoveryKey::parse(&typed) {
            Err(RecoveryKeyError::Groups(groups)) => prop_assert!(groups.contains(&(at / 5))),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn exchanged_groups_are_located(bytes in any::<[u8; 32]>(), one in 0..14_usize, two in 0..14_usize) {
        let key = RecoveryKey::from_bytes(bytes);
        let printed = key.print();
        let mut groups: Vec<&str> = printed.split('-').collect();
        prop_assume!(one < two);
        groups.swap(one, two);
        prop_assert_eq!(
            RecoveryKey::parse(&groups.join("-")),
            Err(RecoveryKeyError::Groups(vec![one, two]))
        );
    }
}

#[test]
fn a_mistyped_key_is_told_from_a_passphrase() {
    let printed = key(3).print();
    for mistyped in [
        printed.replacen(|c: char| c.is_ascii_digit(), "Z", 1),
        printed.to_lowercase(),
        printed.replace('-', ""),
        printed[..59].to_owned(),
        format!("{}-{}", *printed, &printed[..5]),
    ] {
        assert!(RecoveryKey::resembles(&mistyped), "{mistyped}");
    }
    for passphrase in [
        "",
        "short",
        "lantern harbour granite twelve",
        "correcthorsebatterystaple",
        "the tide is high and we are holding on to the number one",
        "Käpt'n Blaubär am Steuer",
        "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z",
    ] {
        assert!(!RecoveryKey::resembles(passphrase), "{passphrase}");
    }
}
