use super::*;

#[test]
fn only_the_same_place_takes_the_place_of_the_old_one() {
    let at = |address: &str, user: &str, password: &str| {
        let draft = DestinationDraft::WebDav {
            address: address.into(),
            user: user.into(),
            password: password.into(),
        };
        draft.parse().unwrap()
    };
    let old = at("https://cloud.example", "jane", "old").id().to_string();
    let same = at("https://cloud.example/", "jane", "new");
    assert!(!is_beside(&same, &old));
    for other in [
        at("https://other.example", "jane", "old"),
        at("https://cloud.example", "joe", "old"),
    ] {
        assert!(is_beside(&other, &old));
    }
}
