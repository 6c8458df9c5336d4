//! Key URIs (`otpauth://…`): what a QR code for an authenticator holds.
//!
//! The format is Google Authenticator's (wiki "Key Uri Format"), with the forms that other apps
//! have added: `steam://SECRET`, `otpauth://steam/…`, `encoder=steam` and `&steam` for Steam Guard,
//! and a TOTP of the issuer "Steam" (see [`is_steam`]); `motp://…` for mOTP, whose secret is
//! hexadecimal; `otpauth://yaotp/…` for Yandex, whose `pin` is in base32; `otpauth://battle/…` for
//! Battle.net, which is a TOTP with eight digits; `hex` and `hhex` for TOTP and HOTP with a secret in
//! hexadecimal. One is ours: `encoder=decimal` for a TOTP that would be taken for Steam Guard's by
//! its issuer and is none; apps that don't know it pass it over, and show those digits.

use std::fmt::Write;

use base32ct::{Base32UpperUnpadded, Encoding};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::{Zeroize, Zeroizing};

use crate::account::{AccountDraft, AccountError, Algorithm, Credential, Kind, NewAccount};
use crate::secret::{Pin, Secret};

/// The longest URI that is read, in bytes. A QR code holds less than 3,000.
pub const MAX_URI_BYTES: usize = 16 * 1024;

/// Reads a Key URI as a valid account.
///
/// # Errors
/// See [`read`] and [`AccountDraft::parse`].
pub fn parse(text: &str) -> Result<NewAccount, AccountError> {
    read(text)?.parse()
}

/// Reads a Key URI into the fields of the form, so that the user can look at them and correct
/// them.
///
/// A parameter that is absent has the default that the format defines (SHA1, 6 digits, 30 s);
/// one that is there is taken as it is, readable or not. Parameters that the format doesn't
/// define (`image`, `color`, …) say nothing about codes and are passed over.
///
/// # Errors
/// What the text is instead, if it is no Key URI; a repeated parameter; text that isn't UTF-8;
/// an unknown encoder; Steam Guard with parameters that Steam doesn't use; a type whose secret is
/// hexadecimal with one that isn't.
pub fn read(text: &str) -> Result<AccountDraft, AccountError> {
    if text.len() > MAX_URI_BYTES {
        return Err(AccountError::TooLarge);
    }
    let text = text.trim();
    if let Some(secret) = strip_scheme(text, "steam://") {
        let mut draft = AccountDraft::default();
        draft.issuer = STEAM.to_owned();
        draft.kind = "steam".to_owned();
        draft.digits = STEAM_DIGITS.to_owned();
        draft.secret = secret.trim_end_matches('/').to_owned();
        return Ok(draft);
    }
    let motp = strip_scheme(text, MOTP_SCHEME);
    let uri = motp
        .or_else(|| strip_scheme(text, SCHEME))
        .ok_or_else(|| something_else(text))?;
    if uri
        .lines()
        .skip(1)
        .any(|line| strip_scheme(line.trim(), SCHEME).is_some())
    {
        return Err(AccountError::SeveralAccounts);
    }
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let (kind, label) = match motp {
        // The label stands in the place of the type, whatever number of slashes is before it.
        Some(_) => ("motp", path.trim_start_matches('/')),
        None => path.split_once('/').unwrap_or((path, "")),
    };
    let mut parameters = Parameters::read(query)?;
    let label = decode("label", label)?;
    let mut draft = AccountDraft::default();
    (draft.issuer, draft.label) = names(&label, parameters.take("issuer"))?;
    draft.kind = kind.trim().to_ascii_lowercase();
    let hexadecimal = matches!(draft.kind.as_str(), "hex" | "hhex");
    draft.kind = match draft.kind.as_str() {
        "yaotp" => "yandex",
        "hex" => "totp",
        "hhex" => "hotp",
        other => other,
    }
    .to_owned();
    let encoder = parameters.text("encoder")?;
    let steam = match encoder.as_deref() {
        None => is_steam(&draft, &parameters),
        Some(DECIMAL) if draft.kind == "totp" => false,
        Some(encoder)
            if encoder.eq_ignore_ascii_case("steam")
                && matches!(&*draft.kind, "totp" | "steam") =>
        {
            true
        }
        Some(_) => return Err(AccountError::UnknownEncoder),
    };
    if steam {
        draft.kind = "steam".to_owned();
    }
    if draft.kind == "steam" {
        draft.digits = STEAM_DIGITS.to_owned();
    }
    for (name, field) in [
        ("secret", &mut draft.secret),
        ("algorithm", &mut draft.algorithm),
        ("digits", &mut draft.digits),
        ("period", &mut draft.period),
        ("counter", &mut draft.counter),
        ("pin", &mut draft.pin),
    ] {
        if let Some(value) = parameters.text(name)? {
            *field = value;
        }
    }
    if hexadecimal && !draft.secret.trim().is_empty() {
        // Many of these are base32 as well, of another secret.
        let secret = Secret::from_hex(&draft.secret)?.to_base32();
        draft.secret.zeroize();
        draft.secret.push_str(&secret);
    }
    if draft.kind == "steam" {
        check_steam(&draft)?;
    }
    if draft.kind == "yandex" {
        draft.pin = yandex_pin(&draft.pin)?;
    }
    Ok(draft)
}

/// Writes a Key URI that [`parse`] reads back to the same, and that other apps read.
///
/// The issuer stands before the label and as a parameter, and every parameter is written out,
/// defaults too. The URI holds the secret: it is wiped when dropped, and is to be shown, never
/// logged.
#[must_use]
pub fn format(issuer: &str, label: &str, credential: &Credential) -> Zeroizing<String> {
    let kind = credential.kind();
    let secret = match kind {
        Kind::Motp => credential.secret().to_hex(),
        _ => credential.secret().to_base32(),
    };
    // Long enough for all: the buffer must not move and leave a copy of the secret behind.
    let capacity = 256 + secret.len() + 6 * issuer.len() + 3 * label.len();
    let mut uri = Zeroizing::new(String::with_capacity(capacity));
    // Without issuer the label would be split at its own first colon.
    let colon = match issuer.is_empty() && !label.contains(':') {
        true => "",
        false => ":",
    };
    let (prefix, name) = (encode(issuer), encode(label));
    append(
        &mut uri,
        format_args!("{}/{prefix}{colon}{name}?secret=", start_of(kind)),
    );
    uri.push_str(&secret);
    if !issuer.is_empty() {
        append(&mut uri, format_args!("&issuer={prefix}"));
    }
    let (algorithm, digits) = match kind {
        Kind::Totp {
            algorithm, digits, ..
        }
        | Kind::Hotp {
            algorithm, digits, ..
        } => (algorithm, digits),
        Kind::Steam => (Algorithm::Sha1, 5),
        Kind::Motp => {
            let pin = credential.pin().map(Pin::as_str).unwrap_or_default();
            append(&mut uri, format_args!("&pin={}", encode(pin)));
            return uri;
        }
        Kind::Yandex => {
            let pin = credential.pin().map(Pin::as_str).unwrap_or_default();
            let pin = Zeroizing::new(Base32UpperUnpadded::encode_string(pin.as_bytes()));
            append(&mut uri, format_args!("&pin={}", *pin));
            return uri;
        }
    };
    append(
        &mut uri,
        format_args!("&algorithm={}&digits={digits}", algorithm.name()),
    );
    match kind {
        Kind::Totp { period, .. } => {
            append(&mut uri, format_args!("&period={period}"));
            if issuer == STEAM && digits == 5 {
                append(&mut uri, format_args!("&encoder={DECIMAL}"));
            }
        }
        Kind::Hotp { counter, .. } => append(&mut uri, format_args!("&counter={counter}")),
        Kind::Steam => append(&mut uri, format_args!("&period=30")),
        Kind::Motp | Kind::Yandex => {}
    }
    uri
}

const SCHEME: &str = "otpauth://";
const MOTP_SCHEME: &str = "motp:";
const STEAM: &str = "Steam";
const STEAM_DIGITS: &str = "5";
const DECIMAL: &str = "decimal";

/// The unreserved characters of RFC 3986, section 2.3, stay as they are; `@` too, for it is
/// allowed in a path and in a query, and makes labels readable.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// The parameters that the format defines, still percent-encoded.
struct Parameters<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Parameters<'a> {
    const NAMES: [&'static str; 9] = [
        "secret",
        "issuer",
        "algorithm",
        "digits",
        "period",
        "counter",
        "encoder",
        "pin",
        "steam",
    ];

    fn read(query: &'a str) -> Result<Self, AccountError> {
        let mut found: Vec<(&'static str, &'a str)> = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A URI that was copied out of the source of a page has its ampersands escaped. To
            // pass such a parameter over would be to default it.
            let name = name.trim().strip_prefix("amp;").unwrap_or(name);
            let known = Self::NAMES
                .into_iter()
                .find(|known| name.trim().eq_ignore_ascii_case(known));
            let Some(field) = known else { continue };
            if found.iter().any(|(other, _)| *other == field) {
                return Err(AccountError::Repeated { field });
            }
            found.push((field, value));
        }
        Ok(Self(found))
    }

    /// A parameter as it is written, left in its place.
    fn raw(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(field, _)| *field == name);
        found.map(|(_, value)| *value)
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        let index = self.0.iter().position(|(field, _)| *field == name)?;
        Some(self.0.swap_remove(index).1)
    }

    /// A parameter decoded. A plus is a space here: most that write URIs mean it so.
    fn text(&mut self, name: &'static str) -> Result<Option<String>, AccountError> {
        self.take(name)
            .map(|value| decode(name, &value.replace('+', " ")))
            .transpose()
    }
}

/// Issuer and label, from the decoded label and the encoded parameter.
///
/// The label may begin with the issuer and a colon. Where that is what the parameter says, it is
/// said twice; where the parameter says something else, the parameter is the issuer and the label
/// stays whole, so that nothing is lost.
fn names(label: &str, parameter: Option<&str>) -> Result<(String, String), AccountError> {
    let label = label.trim();
    if let Some(parameter) = parameter.filter(|parameter| !parameter.trim().is_empty()) {
        // A plus is a space, unless the label shows that it is a plus ("Disney+").
        let plus = decode("issuer", parameter)?;
        let space = decode("issuer", &parameter.replace('+', " "))?;
        for issuer in [plus.trim(), space.trim()] {
            if let Some(account) = strip_issuer(label, issuer) {
                return Ok((issuer.to_owned(), account.to_owned()));
            }
        }
        return Ok((space.trim().to_owned(), label.to_owned()));
    }
    match label.split_once(':') {
        // A colon before slashes is that of a web address, which has a scheme before it.
        Some((issuer, account)) if issuer.is_empty() || !account.starts_with("//") => {
            Ok((issuer.trim().to_owned(), account.trim().to_owned()))
        }
        _ => Ok((String::new(), label.to_owned())),
    }
}

/// The label without `issuer:` before it. Upper and lower case are the same.
fn strip_issuer<'a>(label: &'a str, issuer: &str) -> Option<&'a str> {
    label
        .match_indices(':')
        .map(|(index, _)| label.split_at(index))
        .find(|(prefix, _)| prefix.trim().to_lowercase() == issuer.to_lowercase())
        .and_then(|(_, account)| account.strip_prefix(':'))
        .map(str::trim)
}

/// A `%` that begins no escape stays as it is: a label may say "100%".
fn decode(field: &'static str, text: &str) -> Result<String, AccountError> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| AccountError::NotUtf8 { field })
}

fn encode(text: &str) -> impl std::fmt::Display {
    utf8_percent_encode(text, ESCAPED)
}

fn append(uri: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a string can't fail.
    let _ = uri.write_fmt(arguments);
}

/// The scheme and what stands before the label.
fn start_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp { .. } => "otpauth://totp",
        Kind::Hotp { .. } => "otpauth://hotp",
        Kind::Steam => "otpauth://steam",
        Kind::Motp => "motp://",
        Kind::Yandex => "otpauth://yaotp",
    }
}

/// A PIN in base32, as Aegis writes it. Yandex's own QR codes have none; the user knows it.
fn yandex_pin(text: &str) -> Result<String, AccountError> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    let pin = Secret::from_base32(text)
        .ok()
        .and_then(|pin| String::from_utf8(pin.as_bytes().to_vec()).ok());
    pin.ok_or(AccountError::NotUtf8 { field: "pin" })
}

/// Whether what calls itself a TOTP makes Steam Guard's codes.
///
/// Stratum says so with `&steam`; and it, FreeOTP, FreeOTP+, 2FAuth and WinAuth show Steam's letters
/// for a TOTP of the issuer "Steam", which they write without digits or with five. Steam takes no
/// other codes, so five decimal digits would never be right. Other digits are taken at their word.
fn is_steam(draft: &AccountDraft, parameters: &Parameters<'_>) -> bool {
    let digits = parameters.raw("digits").map(str::trim);
    let named = draft.issuer == STEAM && matches!(digits, None | Some(STEAM_DIGITS));
    draft.kind == "totp" && (named || parameters.raw("steam").is_some())
}

/// Steam Guard has no parameters; whoever writes them writes these.
fn check_steam(draft: &AccountDraft) -> Result<(), AccountError> {
    if Algorithm::parse(&draft.algorithm) != Some(Algorithm::Sha1) {
        return Err(AccountError::NotSteam { field: "algorithm" });
    }
    for (field, value, expected) in [
        ("digits", &draft.digits, STEAM_DIGITS),
        ("period", &draft.period, "30"),
    ] {
        if value.trim() != expected {
            return Err(AccountError::NotSteam { field });
        }
    }
    Ok(())
}

/// What a text is that is no Key URI.
fn something_else(text: &str) -> AccountError {
    if text.is_empty() {
        AccountError::Empty
    } else if is_microsoft_phone_sign_in(text) {
        AccountError::MicrosoftPhoneSignIn
    } else if strip_scheme(text, "otpauth-migration://").is_some() {
        AccountError::GoogleMigration
    } else if ["http://", "https://"]
        .into_iter()
        .any(|scheme| strip_scheme(text, scheme).is_some())
    {
        AccountError::WebLink
    } else if is_uri(text) {
        AccountError::OtherLink
    } else {
        AccountError::PlainText
    }
}

/// Microsoft's code for its own app: first with a scheme of its own, since 2025 as a web address.
fn is_microsoft_phone_sign_in(text: &str) -> bool {
    let activation = "/authenticatorapp/activateaccount";
    strip_scheme(text, "phonefactor://").is_some()
        || (strip_scheme(text, "https://").is_some()
            && text.to_ascii_lowercase().contains(activation))
}

/// Whether a text begins with a scheme (RFC 3986, section 3.1) and an authority.
fn is_uri(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// The text after a scheme, which has no case.
fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

#[cfg(test)]
mod forms_tests;
#[cfg(test)]
mod tests;
