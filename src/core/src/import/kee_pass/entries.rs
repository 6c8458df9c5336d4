//! The entries of a database, and the ways in which they hold one-time passwords.

use super::FORMAT;
use crate::account::{AccountDraft, AccountError};
use crate::import::collect::{Collector, base32};
use crate::import::login::Login;
use crate::import::xml::Element;
use crate::import::{Import, ImportError, Reason, crypto, kee_pass_xc, lines};
use crate::secret::Secret;

/// Reads all entries. Their earlier versions (`History`) are not looked at.
pub(super) fn read(root: &Element) -> Result<Import, ImportError> {
    let top = root.child("Root").and_then(|root| root.child("Group"));
    let top = top.ok_or(FORMAT.damaged("Root"))?;
    let meta = root.child("Meta");
    let bin = meta.and_then(|meta| meta.child("RecycleBinUUID"));
    let bin = bin.map_or("", |bin| bin.text.trim());
    let mut collector = Collector::new(FORMAT);
    group(top, "", bin, false, &mut collector);
    Ok(collector.finish())
}

/// `path` is that of the group within the root group, whose name is no group's of the user.
fn group(element: &Element, path: &str, bin: &str, in_bin: bool, collector: &mut Collector) {
    let id = element.child("UUID").map_or("", |id| id.text.trim());
    let in_bin = in_bin || (!bin.is_empty() && id == bin);
    for item in element.all("Entry") {
        entry(item, path, in_bin, collector);
    }
    for inner in element.all("Group") {
        let name = inner.child("Name").map_or("", |name| name.text.trim());
        let path = match path {
            "" => name.to_owned(),
            path => format!("{path}/{name}"),
        };
        group(inner, &path, bin, in_bin, collector);
    }
}

fn entry(item: &Element, path: &str, in_bin: bool, collector: &mut Collector) {
    let fields = Fields(item);
    let tags = item.child("Tags").map_or("", |tags| tags.text.as_str());
    let tags = tags.split([';', ',']).map(|tag| tag.trim().to_owned());
    let mut login = Login {
        title: fields.get("Title").unwrap_or_default(),
        username: fields.get("UserName").unwrap_or_default(),
        note: fields.get("Notes").unwrap_or_default(),
        urls: fields.get("URL").into_iter().collect(),
        groups: std::iter::once(path.to_owned()).chain(tags).collect(),
        totp: "",
    };
    let name = login.name();
    if in_bin {
        collector.add(&name, Err(Reason::InBin));
        return;
    }
    let mut found = false;
    // KeePassXC's.
    if let Some(otp) = fields.get("otp").filter(|otp| !otp.trim().is_empty()) {
        found = true;
        let draft = if lines::is(otp) {
            login.totp = otp;
            login.draft().map(|draft| kee_pass_xc::named(draft, &login))
        } else if otp.contains("key=") {
            kee_otp(otp).and_then(|code| with_login(code, &login))
        } else {
            Err(Reason::UnknownEncoding)
        };
        collector.add(&name, draft);
    }
    let codes = [time_otp(&fields), hmac_otp(&fields), tray_totp(&fields)];
    for code in codes.into_iter().flatten() {
        found = true;
        collector.add(&name, code.and_then(|code| with_login(code, &login)));
    }
    if !found {
        collector.add(&name, Err(Reason::NoCode));
    }
}

/// Names, note, groups and sites of the login, and the code of a field.
fn with_login(code: AccountDraft, login: &Login<'_>) -> Result<AccountDraft, Reason> {
    let secret = code.secret.clone();
    let mut draft = Login {
        title: login.title,
        username: login.username,
        note: login.note,
        urls: login.urls.clone(),
        groups: login.groups.clone(),
        totp: &secret,
    }
    .draft()?;
    draft.kind.clone_from(&code.kind);
    draft.secret.clone_from(&code.secret);
    draft.algorithm.clone_from(&code.algorithm);
    draft.digits.clone_from(&code.digits);
    draft.period.clone_from(&code.period);
    draft.counter.clone_from(&code.counter);
    Ok(draft)
}

/// KeePass' own (since 2.47): what is left out has the defaults of RFC 6238.
fn time_otp(fields: &Fields<'_>) -> Option<Result<AccountDraft, Reason>> {
    let secret = secret(fields, "TimeOtp-Secret")?;
    let mut draft = AccountDraft::default();
    for (name, field) in [
        ("TimeOtp-Length", &mut draft.digits),
        ("TimeOtp-Period", &mut draft.period),
        ("TimeOtp-Algorithm", &mut draft.algorithm),
    ] {
        if let Some(value) = fields.get(name) {
            value.clone_into(field);
        }
    }
    Some(secret.map(|secret| {
        draft.secret = secret;
        draft
    }))
}

fn hmac_otp(fields: &Fields<'_>) -> Option<Result<AccountDraft, Reason>> {
    let secret = secret(fields, "HmacOtp-Secret")?;
    let mut draft = AccountDraft::default();
    draft.kind = "hotp".to_owned();
    fields
        .get("HmacOtp-Counter")
        .unwrap_or_default()
        .clone_into(&mut draft.counter);
    Some(secret.map(|secret| {
        draft.secret = secret;
        draft
    }))
}

/// The secret in one of the four ways in which KeePass takes it.
fn secret(fields: &Fields<'_>, name: &str) -> Option<Result<String, Reason>> {
    let field = |end: &str| fields.get(&format!("{name}{end}"));
    if let Some(text) = field("-Base32") {
        return Some(Ok(text.to_owned()));
    }
    if let Some(text) = field("-Hex") {
        let bytes = Secret::from_hex(text).map_err(Reason::from);
        return Some(bytes.and_then(|secret| base32(secret.as_bytes())));
    }
    if let Some(text) = field("-Base64") {
        let bytes = crypto::base64(text).ok_or(Reason::UnknownEncoding);
        return Some(bytes.and_then(|bytes| base32(&bytes)));
    }
    field("").map(|text| base32(text.as_bytes()))
}

/// The plugin KeeTrayTOTP's, which older KeePassXC read too: "30;6", or "30;S" for Steam.
fn tray_totp(fields: &Fields<'_>) -> Option<Result<AccountDraft, Reason>> {
    let seed = fields
        .get("TOTP Seed")
        .filter(|seed| !seed.trim().is_empty())?;
    let mut draft = AccountDraft::default();
    seed.clone_into(&mut draft.secret);
    let mut settings = fields.get("TOTP Settings").unwrap_or("30;6").split(';');
    settings
        .next()
        .unwrap_or_default()
        .clone_into(&mut draft.period);
    match settings.next() {
        Some("S") => draft.kind = "steam".to_owned(),
        digits => digits.unwrap_or_default().clone_into(&mut draft.digits),
    }
    Some(Ok(draft))
}

/// The plugin KeeOtp's: `key=…&step=30&size=6&otpHashMode=Sha256`, and KeePassXC's `encoder=steam`.
fn kee_otp(text: &str) -> Result<AccountDraft, Reason> {
    let mut draft = AccountDraft::default();
    for pair in text.trim().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        let value = value.as_ref();
        match name.to_ascii_lowercase().as_str() {
            "key" => value.clone_into(&mut draft.secret),
            "step" => value.clone_into(&mut draft.period),
            "size" => value.clone_into(&mut draft.digits),
            "otphashmode" => value.clone_into(&mut draft.algorithm),
            "counter" => value.clone_into(&mut draft.counter),
            "type" if value.eq_ignore_ascii_case("hotp") => draft.kind = "hotp".to_owned(),
            "type" if value.eq_ignore_ascii_case("totp") => {}
            "encoder" if value == "steam" => draft.kind = "steam".to_owned(),
            "type" => return Err(Reason::Account(AccountError::UnknownType)),
            "encoder" | "encoding" => return Err(Reason::Account(AccountError::UnknownEncoder)),
            _ => {}
        }
    }
    Ok(draft)
}

/// The strings of an entry.
struct Fields<'a>(&'a Element);

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let named = |string: &&Element| string.child("Key").is_some_and(|key| key.text == name);
        let string = self.0.all("String").find(named)?;
        string.child("Value").map(|value| value.text.as_str())
    }
}
