//! What single apps and single versions of them do in a way of their own.

use data_encoding::{BASE64, BASE64_NOPAD};
use holdfast_core::Coded;
use holdfast_core::import::{Format, Import, ImportError, read};

use crate::sqlite::{database, record, text};
use crate::support::{code_of, fixture, lines, refused};

fn import(text: &str) -> Import {
    read(text.as_bytes(), None).unwrap()
}

/// The account that most of these make.
const JANE: &str = "otpauth://totp/Acme:jane?secret=JBSWY3DPEHPK3PXP&issuer=Acme&algorithm=SHA1&digits=6&period=30";

#[test]
fn proton_authenticator_writes_steams_secret_in_either_base() {
    // Fifteen bytes whose base64 is read as base32, too, where case counts for nothing.
    let letters = "abcdefghijklmnopqrst";
    let secrets = [
        "JBSWY3DPEHPK3PXP".to_owned(),
        BASE64_NOPAD.encode(b"\xfb\xef\xbe12345678901234567"),
        letters.to_owned(),
    ];
    let entry = |secret: &String| {
        format!(
            r#"{{"id":"1","content":{{"uri":"steam://{secret}","entry_type":"Steam","name":"gabe"}},"note":null}}"#
        )
    };
    let entries: Vec<String> = secrets.iter().map(entry).collect();
    let file = format!(r#"{{"version":1,"entries":[{}]}}"#, entries.join(","));
    let import = import(&file);
    assert_eq!(refused(&import), []);
    let read: Vec<Vec<u8>> = import
        .accounts
        .iter()
        .map(|account| account.credential.secret().as_bytes().to_vec())
        .collect();
    assert_eq!(
        read,
        [
            b"Hello!\xde\xad\xbe\xef".to_vec(),
            b"\xfb\xef\xbe12345678901234567".to_vec(),
            BASE64.decode(letters.as_bytes()).unwrap(),
        ]
    );
}

#[test]
fn free_otp_falls_back_to_the_issuer_of_the_parameter() {
    let token = |names: &str, digits: u8| {
        format!(
            r#"{{"algo":"SHA1","counter":0,"digits":{digits},{names},"label":"jane","period":30,"secret":[72,101,108,108,111,33,-34,-83,-66,-17],"type":"TOTP"}}"#
        )
    };
    let tokens = [
        token(r#""issuerExt":"","issuerInt":"Acme""#, 6),
        token(r#""issuerInt":"Acme""#, 6),
        token(r#""issuerExt":"Acme","issuerInt":"Other""#, 6),
        token(r#""issuerExt":"","issuerInt":"Steam""#, 5),
    ];
    let file = format!(r#"{{"tokenOrder":[],"tokens":[{}]}}"#, tokens.join(","));
    let steam = "otpauth://steam/Steam:jane?secret=JBSWY3DPEHPK3PXP&issuer=Steam&algorithm=SHA1&digits=5&period=30";
    assert_eq!(lines(&import(&file)), [JANE, JANE, JANE, steam]);
}

#[test]
fn two_fas_begins_to_count_at_one_and_may_have_only_a_label() {
    let file = r#"{"services":[
        {"name":"Acme","secret":"JBSWY3DPEHPK3PXP","updatedAt":1,"otp":{"tokenType":"HOTP","account":"jane"},"order":{"position":0}},
        {"name":"Acme","secret":"JBSWY3DPEHPK3PXP","updatedAt":1,"otp":{"label":"jane"},"order":{"position":1}}
    ],"schemaVersion":4}"#;
    let hotp = "otpauth://hotp/Acme:jane?secret=JBSWY3DPEHPK3PXP&issuer=Acme&algorithm=SHA1&digits=6&counter=1";
    assert_eq!(lines(&import(file)), [hotp, JANE]);
}

#[test]
fn two_fas_tells_damage_from_a_wrong_password() {
    let file = String::from_utf8(fixture("two-fas-encrypted.json")).unwrap();
    let (_, rest) = file.split_once("\"servicesEncrypted\": \"").unwrap();
    let (sealed, _) = rest.split_once('"').unwrap();
    // What opens is the reference; in the other, four characters more are three bytes more.
    let damaged = format!(
        r#"{{"schemaVersion":4,"services":[],"servicesEncrypted":"AAAA{sealed}","reference":"{sealed}"}}"#
    );
    let code = |password| code_of(damaged.as_bytes(), Some(password));
    assert_eq!(code("correct horse"), "import_damaged");
    assert_eq!(code("wrong"), "import_wrong_password");
}

#[test]
fn and_otp_of_2017_knew_no_type() {
    for file in [
        r#"[{"secret":"JBSWY3DPEHPK3PXP","label":"Acme - jane"}]"#,
        r#"[{"secret":"JBSWY3DPEHPK3PXP","label":"Acme - jane","period":30}]"#,
    ] {
        let import = import(file);
        assert_eq!(import.format, Format::AndOtp);
        assert_eq!(lines(&import), [JANE]);
    }
}

#[test]
fn the_first_exports_of_bitwarden_do_not_say_that_they_are_plain() {
    let file = r#"{"folders":[{"id":"f","name":"Work"}],"items":[
        {"folderId":"f","type":1,"name":"Acme","login":{"username":"jane","totp":"JBSWY3DPEHPK3PXP"}}]}"#;
    let import = import(file);
    assert_eq!(import.format, Format::Bitwarden);
    assert_eq!(lines(&import), [format!("{JANE} groups=[\"Work\"]")]);
}

#[test]
fn an_item_of_bitwarden_is_in_several_collections() {
    let file = "collections,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n\
        \"Work, Team/A\",login,Acme,,,0,,jane,,JBSWY3DPEHPK3PXP\n";
    let expected = format!("{JANE} groups=[\"Work\", \"Team/A\"]");
    assert_eq!(lines(&import(file)), [expected]);
}

#[test]
fn bitwarden_authenticator_quotes_nothing_and_escapes_twice() {
    let uri = |issuer: &str, label: &str| {
        format!(
            "otpauth://totp/{label}?secret=JBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30&issuer={issuer}"
        )
    };
    let rows = [
        ("Acme", uri("Acme", "Acme%3Ajane")),
        (
            "A, B & C",
            uri(
                "A%2C%20B%20%26%20C",
                "A%2C%20B%20%26amp%3B%20C%3Ao%26%2339%3Bneil",
            ),
        ),
        ("Steam", "steam://JBSWY3DPEHPK3PXP".to_owned()),
    ];
    let expected = [
        JANE,
        "otpauth://totp/A%2C%20B%20%26%20C:o%27neil?secret=JBSWY3DPEHPK3PXP&issuer=A%2C%20B%20%26%20C&algorithm=SHA1&digits=6&period=30",
        "otpauth://steam/Steam:?secret=JBSWY3DPEHPK3PXP&issuer=Steam&algorithm=SHA1&digits=5&period=30",
    ];
    let mut table = "folder,favorite,type,name,login_uri,login_totp".to_owned();
    for (name, uri) in &rows {
        table += &format!("\n,,1,{name},,{uri},{name},30,6");
    }
    assert_eq!(lines(&import(&table)), expected);
    let item = |(name, uri): &(&str, String)| {
        format!(
            r#"{{"id":"1","name":"{name}","type":1,"login":{{"totp":"{uri}"}},"favorite":false}}"#
        )
    };
    let items: Vec<String> = rows.iter().map(item).collect();
    let json = format!(r#"{{"encrypted":false,"items":[{}]}}"#, items.join(","));
    assert_eq!(lines(&import(&json)), expected);
}

#[test]
fn two_f_auth_gives_key_uris_without_a_schema() {
    let file = r#"{"app":"2fauth_v5.6.0","datetime":"2025-01-01","data":[
        {"uri":"otpauth://totp/Acme:jane?issuer=Acme&secret=JBSWY3DPEHPK3PXP"},
        {"uri":"otpauth://totp/Acme:joe?issuer=Acme&secret=JBSWY3DPEHPK3PXP&algorithm=MD5"},
        {"uri":null}]}"#;
    let import = import(file);
    assert_eq!(import.format, Format::TwoFAuth);
    assert_eq!(lines(&import), [JANE]);
    let codes: Vec<_> = refused(&import).iter().map(|r| (r.0, r.2)).collect();
    assert_eq!(codes, [(2, "unknown_algorithm"), (3, "field_missing")]);
}

#[test]
fn a_plain_vault_of_aegis_may_have_an_empty_header() {
    let file = r#"{"version":1,"header":{},"db":{"version":1,"entries":[
        {"type":"totp","name":"jane","issuer":"Acme","info":{"secret":"JBSWY3DPEHPK3PXP","algo":"SHA1","digits":6,"period":30}}]}}"#;
    let import = import(file);
    assert_eq!(import.format, Format::Aegis);
    assert_eq!(lines(&import), [JANE]);
}

#[test]
fn ente_wrote_the_algorithm_as_its_code_names_it() {
    for (written, read) in [
        ("Algorithm.sha1", "SHA1"),
        ("Algorithm.sha256", "SHA256"),
        ("algorithm.SHA512", "SHA512"),
    ] {
        let file = format!(
            "otpauth://totp/Acme:jane?algorithm={written}&digits=6&issuer=Acme&period=30&secret=JBSWY3DPEHPK3PXP\n"
        );
        assert_eq!(lines(&import(&file)), [JANE.replace("SHA1", read)]);
    }
    let other = import("otpauth://totp/a?algorithm=Algorithm.md5&secret=JBSWY3DPEHPK3PXP\n");
    assert_eq!(
        refused(&other),
        [(1, "a", "unknown_algorithm", Some("algorithm"))]
    );
}

#[test]
fn ente_escapes_commas_once_more() {
    let file = "otpauth://totp/Acme:jane?secret=JBSWY3DPEHPK3PXP&issuer=Acme&codeDisplay=\
        %7B%22note%22%3A%22a%252C%20b%22%252C%22tags%22%3A%5B%22x%22%252C%22y%22%5D%7D\n";
    let expected = format!("{JANE} note=\"a, b\" groups=[\"x\", \"y\"]");
    assert_eq!(lines(&import(file)), [expected]);
}

#[test]
fn proton_pass_has_fields_in_sections() {
    let code = r#"{"fieldName":"2FA","type":"totp","data":{"totpUri":"otpauth://totp/Acme:jane?secret=JBSWY3DPEHPK3PXP"}}"#;
    let contents = [
        format!(
            r#""custom","content":{{"sections":[{{"sectionName":"S","sectionFields":[{code}]}}]}}"#
        ),
        format!(
            r#""identity","content":{{"extraSections":[{{"sectionFields":[{code}]}}],"extraWorkDetails":[{code}]}}"#
        ),
        format!(r#""note","content":{{}},"extraFields":[{code}]"#),
        r#""note","content":{}"#.to_owned(),
    ];
    let item = |content: &String| {
        format!(r#"{{"state":1,"data":{{"metadata":{{"name":"A","note":""}},"type":{content}}}}}"#)
    };
    let items: Vec<String> = contents.iter().map(item).collect();
    let file = format!(
        r#"{{"encrypted":false,"vaults":{{"v":{{"name":"","items":[{}]}}}}}}"#,
        items.join(",")
    );
    let import = import(&file);
    assert_eq!(lines(&import), [JANE; 4]);
    assert_eq!(refused(&import), [(5, "A", "entry_without_code", None)]);
}

#[test]
fn the_extension_marks_hexadecimal_by_name_or_number() {
    // Base32 has every character of it, too.
    for kind in [r#""hex""#, r#""hhex""#, "5", "6"] {
        let import = import(&format!(
            r#"{{"a":{{"account":"jane","hash":"a","counter":0,"type":{kind},"secret":"abcdef234567abcdef23"}}}}"#
        ));
        assert_eq!(refused(&import), [], "{kind}");
        let secret = import.accounts[0].credential.secret().to_base32();
        assert_eq!(&*secret, "VPG66I2FM6V433ZD", "{kind}");
    }
}

#[test]
fn stratums_database_takes_no_secret_of_motp_that_its_file_refuses() {
    // Stratum hashes it as it was typed, so these make other codes there than they would here.
    let motp = |secret: &str| {
        let row = record(&[text(secret), 1], &[secret.as_bytes(), &[3]].concat());
        let columns = "secret TEXT, type INTEGER";
        read(&database("authenticator", columns, 1, &row), None).unwrap()
    };
    let reason = |secret| motp(secret).refused[0].reason.code();
    assert_eq!(reason("E3152AFEE62599C8"), "entry_unknown_encoding");
    assert_eq!(reason("no hexadecimal"), "secret_bad_character");
    // What is right with it is missing its PIN, no more.
    assert_eq!(reason("e3152afee62599c8"), "field_missing");
}

#[test]
fn google_keeps_the_counter_of_the_last_code() {
    let database = |counter: &[u8; 8]| {
        // A secret, a HOTP, and a whole number of eight bytes.
        let row = record(
            &[text("GEZDGNBV"), 9, 6],
            &[&b"GEZDGNBV"[..], counter].concat(),
        );
        let columns = "secret TEXT, type INTEGER, counter INTEGER";
        read(&database("accounts", columns, 1, &row), None).unwrap()
    };
    let import = database(&41_i64.to_be_bytes());
    let next = "otpauth://hotp/?secret=GEZDGNBV&algorithm=SHA1&digits=6&counter=42";
    assert_eq!(lines(&import), [next]);
    let last = database(&i64::MAX.to_be_bytes());
    let most = next.replace("42", "9223372036854775808");
    assert_eq!(lines(&last), [most]);
    let below = database(&(-2_i64).to_be_bytes());
    let reason = [(1, "", "not_a_number", Some("counter"))];
    assert_eq!(refused(&below), reason);
}

#[test]
fn aegis_makes_sha_1_of_md5_but_for_motp() {
    let file = |entry: &str| {
        let file =
            format!(r#"{{"version":1,"header":{{}},"db":{{"version":3,"entries":[{entry}]}}}}"#);
        read(file.as_bytes(), None).unwrap()
    };
    for (kind, digits, number) in [
        ("totp", "6", "period=30"),
        ("hotp", "6", "counter=7"),
        ("steam", "5", "period=30"),
    ] {
        let import = file(&format!(
            r#"{{"type":"{kind}","name":"jane","issuer":"Acme","info":{{"secret":"JBSWY3DPEHPK3PXP","algo":"MD5","digits":{digits},"period":30,"counter":7}}}}"#
        ));
        let expected = format!(
            "otpauth://{kind}/Acme:jane?secret=JBSWY3DPEHPK3PXP&issuer=Acme&algorithm=SHA1&digits={digits}&{number}"
        );
        assert_eq!(lines(&import), [expected]);
    }
    let motp = |algorithm: &str| {
        file(&format!(
            r#"{{"type":"motp","name":"jane","issuer":"Acme","info":{{"secret":"4MKSV7XGEWM4Q","algo":"{algorithm}","digits":6,"period":10,"pin":"1234"}}}}"#
        ))
    };
    assert_eq!(refused(&motp("MD5")), []);
    assert_eq!(motp("SHA1").refused[0].reason.code(), "not_of_kind");
}

#[test]
fn free_otp_once_counted_from_below_zero() {
    let token = |counter: &str| {
        import(&format!(
            r#"{{"tokenOrder":[],"tokens":[{{"algo":"SHA1","counter":{counter},"digits":6,"issuerExt":"Acme","label":"jane","period":30,"secret":[72,101,108,108,111,33,-34,-83,-66,-17],"type":"HOTP"}}]}}"#
        ))
    };
    let hotp = |counter: &str| {
        JANE.replace("totp/", "hotp/")
            .replace("period=30", &format!("counter={counter}"))
    };
    assert_eq!(lines(&token("-1")), [hotp("0")]);
    assert_eq!(lines(&token("0")), [hotp("0")]);
    assert_eq!(token("-2").refused[0].reason.field(), Some("counter"));
}

#[test]
fn the_bin_of_kee_pass_xc_has_its_name_in_each_language() {
    let row = |path: &str| {
        let import = import(&format!(
            "Group,Title,Username,Password,URL,Notes,TOTP\n{path},Acme,jane,x,,,JBSWY3DPEHPK3PXP\n"
        ));
        assert_eq!(import.accounts.len() + import.refused.len(), 1);
        import.refused.first().map(|refused| refused.reason.code())
    };
    for bin in [
        "Root/Recycle Bin",
        "Passwörter/Papierkorb",
        "Root/Papelera de reciclaje/Old",
        "Root/Корзина",
        "Root/ゴミ箱",
        "Root/Çöp kutusu",
    ] {
        assert_eq!(row(bin), Some("entry_in_bin"), "{bin}");
    }
    for group in [
        "Root",
        "Papierkorb",
        "Root/Work/Papierkorb",
        "Root/Papierkörbe",
    ] {
        assert_eq!(row(group), None, "{group}");
    }
}

#[test]
fn the_names_that_kee_pass_xc_makes_up_are_none() {
    let row = |title: &str, username: &str| {
        let uri = "otpauth://totp/KeePassXC:none?secret=JBSWY3DPEHPK3PXP&issuer=KeePassXC";
        let import = import(&format!(
            "Group,Title,Username,Password,URL,Notes,TOTP\nRoot,{title},{username},x,,,{uri}\n"
        ));
        let account = &import.accounts[0];
        (account.issuer.clone(), account.label.clone())
    };
    for (title, username) in [("", ""), ("Acme", ""), ("", "jane"), ("KeePassXC", "none")] {
        assert_eq!(
            row(title, username),
            (title.to_owned(), username.to_owned())
        );
    }
}

#[test]
fn the_oldest_entries_of_the_extension_have_no_type() {
    for members in [
        r#""hash":"a""#,
        r#""encrypted":false"#,
        r#""hash":"a","type":null"#,
        r#""hash":"a","type":"""#,
        r#""encrypted":false,"type":"totp""#,
    ] {
        let import = import(&format!(
            r#"{{"a":{{"account":"jane","issuer":"Acme","secret":"JBSWY3DPEHPK3PXP",{members}}}}}"#
        ));
        assert_eq!(import.format, Format::AuthenticatorExtension, "{members}");
        assert_eq!(lines(&import), [JANE], "{members}");
    }
    // Beside one that says its type, the others count too.
    let mixed = import(
        r#"{"a":{"secret":"JBSWY3DPEHPK3PXP","type":"totp","hash":"a"},
            "b":{"secret":"JBSWY3DPEHPK3PXP","hash":"b"},
            "c":{"secret":"JBSWY3DPEHPK3PXP","hash":"c","type":"ocra"},
            "d":{"secret":"JBSWY3DPEHPK3PXP"}}"#,
    );
    assert_eq!(mixed.accounts.len(), 2);
    assert_eq!(refused(&mixed), [(3, "", "unknown_type", Some("type"))]);
}

#[test]
fn not_every_secret_is_one_of_the_extensions() {
    for file in [
        r#"{"a":{"secret":"JBSWY3DPEHPK3PXP","hash":"a"}}"#,
        r#"{"a":{"secret":"JBSWY3DPEHPK3PXP","encrypted":false}}"#,
        r#"{"a":{"secret":"JBSWY3DPEHPK3PXP","account":"jane","issuer":"Acme"}}"#,
        r#"{"a":{"hash":"a","account":"jane","encrypted":true}}"#,
    ] {
        assert_eq!(
            code_of(file.as_bytes(), None),
            "import_not_recognised",
            "{file}"
        );
    }
}

#[test]
fn authy_stops_trying_harder_once_it_is_of_no_use() {
    let file = String::from_utf8(fixture("authy-later.xml")).unwrap();
    let (head, rest) = file.split_once("[{").unwrap();
    let (tokens, end) = rest.split_once("}]").unwrap();
    let closed = "{&quot;digits&quot;:6,&quot;encryptedSecret&quot;:&quot;AAAAAAAAAAAAAAAAAAAAAA==&quot;,\
        &quot;salt&quot;:&quot;x&quot;},";
    for (before, opened) in [(4, true), (5, false)] {
        let many = closed.repeat(before);
        let file = format!("{head}[{many}{{{tokens}}}]{end}");
        let import = read(file.as_bytes(), Some("correct horse"));
        let all = import.map(|import| import.accounts.len());
        match opened {
            true => assert_eq!(all, Ok(4)),
            // As with a wrong password.
            false => assert_eq!(all, Err(ImportError::WrongPassword(Format::Authy))),
        }
    }
}
