use super::*;
use crate::secret::SecretError;

#[test]
fn forms_of_other_apps() {
    // Aegis writes one slash before an mOTP's label, others two or none.
    for uri in [
        "motp:/Site:jane?secret=e3152afee62599c8&pin=1234",
        "motp://Site:jane?secret=E3152AFEE62599C8&pin=1234",
        "otpauth://motp/Site:jane?secret=e3152afee62599c8&pin=1234",
    ] {
        let account = parse(uri).unwrap();
        assert_eq!(account.credential.kind(), Kind::Motp, "{uri}");
        assert_eq!((&*account.issuer, &*account.label), ("Site", "jane"));
        assert_eq!(*account.credential.secret().to_hex(), "e3152afee62599c8");
    }
    let yandex = parse(
        "otpauth://yaotp/jane?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI&pin=G42TQNQ&name=jane",
    )
    .unwrap();
    assert_eq!(yandex.credential.kind(), Kind::Yandex);
    assert_eq!(yandex.credential.pin().unwrap().as_str(), "7586");
    let eight = Kind::Totp {
        algorithm: Algorithm::Sha1,
        digits: 8,
        period: 30,
    };
    let battle = parse("otpauth://battle/jane?secret=MY").unwrap();
    assert_eq!(battle.credential.kind(), eight);
    for (uri, name) in [
        ("otpauth://hex/a?secret=e3152afee62599c8", "totp"),
        ("otpauth://hhex/a?secret=e3152afee62599c8&counter=0", "hotp"),
        ("otpauth://totp/a?secret=e3152afee62599c8", "totp"),
    ] {
        let account = parse(uri).unwrap();
        assert_eq!(account.credential.kind().name(), name);
        assert_eq!(*account.credential.secret().to_hex(), "e3152afee62599c8");
    }
    // Base32 has every character of it, too.
    let both = parse("otpauth://hex/a?secret=abcdef234567abcdef23").unwrap();
    assert_eq!(&*both.credential.secret().to_base32(), "VPG66I2FM6V433ZD");
    for (secret, error) in [
        ("", SecretError::Empty),
        ("abcde", SecretError::Incomplete),
        ("abcx", SecretError::BadCharacter { position: 4 }),
    ] {
        assert_eq!(
            parse(&format!("otpauth://hhex/a?secret={secret}&counter=0")),
            Err(AccountError::Secret(error)),
            "{secret}"
        );
    }
    let gost = parse("otpauth://totp/a?secret=MY&algorithm=GOST3411_2012_512").unwrap();
    assert!(matches!(
        gost.credential.kind(),
        Kind::Totp {
            algorithm: Algorithm::Gost512,
            ..
        }
    ));
}

/// Apps that keep Steam's accounts apart may have a TOTP under that name, too.
#[test]
fn a_totp_that_only_looks_like_steam_stays_one() {
    let account = parse(
        "otpauth://totp/Steam:jane?secret=MY&issuer=Steam&algorithm=SHA256&digits=5&encoder=decimal",
    )
    .unwrap();
    assert_eq!(account.credential.kind().name(), "totp");
    let uri = format(&account.issuer, &account.label, &account.credential);
    assert!(uri.ends_with("&digits=5&period=30&encoder=decimal"));
    assert_eq!(parse(&uri).unwrap(), account);
    // Every other URI is as other apps write it.
    let uri = format("Valve", "jane", &account.credential);
    assert!(uri.ends_with("&digits=5&period=30"));
    assert_eq!(
        parse("otpauth://hotp/a?secret=MY&counter=1&encoder=decimal"),
        Err(AccountError::UnknownEncoder)
    );
}
