use super::entries::read;
use crate::account::NewAccount;
use crate::import::xml::Element;

/// A database with one entry.
fn account(title: &str, username: &str, otp: &str) -> NewAccount {
    let string =
        |key: &str, value: &str| format!("<String><Key>{key}</Key><Value>{value}</Value></String>");
    let strings = [
        string("Title", title),
        string("UserName", username),
        string("otp", &otp.replace('&', "&amp;")),
    ];
    let file = format!(
        "<KeePassFile><Root><Group><Entry>{}</Entry></Group></Root></KeePassFile>",
        strings.concat()
    );
    let mut import = read(&Element::parse(&file).unwrap()).unwrap();
    assert_eq!(import.refused, []);
    import.accounts.remove(0)
}

#[test]
fn the_names_that_kee_pass_xc_makes_up_are_none() {
    let made_up = "otpauth://totp/KeePassXC:none?secret=JBSWY3DPEHPK3PXP&issuer=KeePassXC";
    let written = "otpauth://totp/Acme:none?secret=JBSWY3DPEHPK3PXP&issuer=Acme";
    for (title, username, otp, issuer, label) in [
        ("", "", made_up, "", ""),
        ("Acme", "", made_up, "Acme", ""),
        ("", "jane", made_up, "", "jane"),
        ("Acme", "", written, "Acme", ""),
        ("KeePassXC", "none", made_up, "KeePassXC", "none"),
    ] {
        let account = account(title, username, otp);
        assert_eq!((&*account.issuer, &*account.label), (issuer, label));
    }
}
