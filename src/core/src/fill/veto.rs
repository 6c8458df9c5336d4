//! Vetoes: what rules a field out, whatever speaks for it.

use super::captcha::shows_its_characters;
use super::evidence::{Evidence, LABEL};
use super::excuses::{
    gets_a_password_back, is_asked_for, is_mislabelled, is_no_picture, is_proof_of_a_secret,
    names_code, signs_in,
};
use super::lexicon::{Concept, Lexicon};
use super::own::{Own, is_plain};
use super::page::{Field, Frame};
use super::row::Row;
use super::surroundings::{HARD, SOFT, around_it, belongs_to_a_thing, sold};
use super::text::Words;

/// Why a field takes no code, whatever else speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Veto {
    /// A person can't see it.
    Unseen,
    /// It can't be typed into, or takes no line of text.
    Untyped,
    /// It takes fewer or more characters than any code has.
    Length,
    /// `autocomplete` says what it is for.
    Declared,
    /// A payment card is asked for beside it.
    Card,
    /// Its own words, or those around it, say what it is for.
    Meaning(Concept),
    /// A grid of boxes.
    Grid,
    /// A part of a longer key, which is asked for in several fields.
    Part,
}

/// Whether a code could be typed into it, and seen.
pub fn built_for_it(field: &Field, row: Option<&Row>) -> Result<(), Veto> {
    if !field.is_seen() {
        return Err(Veto::Unseen);
    }
    if !field.is_typed() || field.readonly || field.disabled || field.filled > 12 {
        return Err(Veto::Untyped);
    }
    if matches!(field.role.as_str(), "searchbox" | "combobox" | "spinbutton") {
        return Err(Veto::Untyped);
    }
    if sample(&field.placeholder).is_some_and(|length| length > 9) {
        return Err(Veto::Length);
    }
    match row {
        // Words and puzzles come in grids; a code may be asked for twice.
        Some(row) if row.others >= 2 || row.stacked => Err(Veto::Grid),
        // "Digits: 6". Somebody who has begun to type has the focus there.
        None if field.max.is_some_and(|max| max < 4)
            || field.min.is_some_and(|min| min > 10)
            || ((1..4).contains(&field.filled) && !field.focused && !field.is_declared()) =>
        {
            Err(Veto::Length)
        }
        _ => Ok(()),
    }
}

/// How many characters a placeholder shows as a sample: `123456`, `XXX-XXX`, `••••••`. `None` for
/// words, and for groups of different lengths, which codes don't have.
pub fn sample(placeholder: &str) -> Option<usize> {
    let text = placeholder.trim();
    let is_blank = |c: char| matches!(c, 'x' | 'X' | '#' | '•' | '●' | '*' | '_' | '○' | '·');
    if text.chars().all(|c| c == '-') {
        return Some(text.len()).filter(|length| *length > 0);
    }
    let groups: Vec<&str> = text
        .split([' ', '-'])
        .filter(|group| !group.is_empty())
        .collect();
    let length = groups.first()?.chars().count();
    groups
        .iter()
        .all(|group| {
            group.chars().count() == length
                && group.chars().all(|c| c.is_ascii_digit() || is_blank(c))
        })
        .then_some(length * groups.len())
}

/// Whether boxes show letters as samples, as those of a date do.
pub fn shows_letters(frame: &Frame, row: &Row) -> bool {
    row.fields
        .iter()
        .filter_map(|index| frame.fields.get(*index))
        .any(|field| {
            let text = field.placeholder.trim();
            text.chars().all(char::is_alphabetic) && !matches!(text, "" | "x" | "X" | "o" | "O")
        })
}

/// Whether fields of the same name but for a number lie beside it: licence keys, serial numbers.
pub fn is_part(frame: &Frame, field: &Field) -> bool {
    let stem = |name: &str| {
        name.trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    // A PIN that is chosen is typed twice.
    let is_pin = stem(&field.name).to_lowercase().ends_with("pin");
    let hidden =
        |other: &Field| is_pin && [field, other].iter().all(|one| one.r#type == "password");
    frame.fields.iter().any(|other| {
        other.form == field.form
            && other.is_seen()
            && other.is_typed()
            && other.name != field.name
            && !stem(&field.name).is_empty()
            && stem(&other.name) == stem(&field.name)
            && ((other.y - field.y).abs() <= 4.0 || hidden(other))
    })
}

/// Values of `autocomplete` that say nothing about what a field takes.
const SILENT: &[&str] = &[
    "",
    "on",
    "off",
    "one-time-code",
    "none",
    "nope",
    "false",
    "disabled",
    "no",
    "code",
    "otp",
    "webauthn",
    "chrome-off",
    "nofill",
    "one-time",
    "otp-code",
    "totp",
    "do-not-autofill",
];

/// Whether `autocomplete` says that it is for something else.
pub fn declared_otherwise(field: &Field, own: &Own) -> Result<(), Veto> {
    let token = field
        .autocomplete
        .split_whitespace()
        .find(|token| !SILENT.contains(token) && !token.starts_with("section-"));
    match token {
        // Said to keep password managers and suggestions away.
        Some("new-password" | "current-password" | "username" | "tel" | "password")
            if own.otp || own.code =>
        {
            Ok(())
        }
        Some(known) if is_known_token(known) => Err(Veto::Declared),
        _ => Ok(()),
    }
}

fn is_known_token(token: &str) -> bool {
    const KNOWN: &[&str] = &[
        "username",
        "email",
        "tel",
        "name",
        "honorific-prefix",
        "given-name",
        "additional-name",
        "family-name",
        "nickname",
        "new-password",
        "current-password",
        "password",
        "organization",
        "organization-title",
        "street-address",
        "postal-code",
        "country",
        "country-name",
        "bday",
        "sex",
        "url",
        "photo",
        "language",
        "shipping",
        "billing",
        "transaction-amount",
        "transaction-currency",
        "impp",
    ];
    KNOWN.contains(&token)
        || ["cc-", "tel-", "address-", "bday-"]
            .iter()
            .any(|start| token.starts_with(start))
}

/// Whether words say that it is for something else.
pub fn meant_otherwise(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    row: Option<&Row>,
    evidence: &Evidence,
    own: &Own,
) -> Result<(), Veto> {
    let said = |words: &Words, concept| lexicon.longest(words, concept);
    // "One-time or recovery code" takes either.
    let resets = gets_a_password_back(lexicon, frame, field, evidence);
    if said(&evidence.own, Concept::Recovery) > 0 && !own.otp_spoken && !resets {
        return Err(Veto::Meaning(Concept::Recovery));
    }
    // Where the form leads: to `backup_codes/verify`, but not to `recovery`, by which accounts are
    // got back with a code that was sent.
    if said(&evidence.action, Concept::Recovery) >= "backup code".len() {
        return Err(Veto::Meaning(Concept::Recovery));
    }
    // Some call the code itself a "secret key", and say in passing what they mean.
    let misnamed = !own.otp
        && field.is_declared()
        && (lexicon.is_meant(&evidence.own) || signs_in(frame, field));
    // A setting is one by what it is called; the text before any field may speak of lifetimes.
    for concept in HARD.into_iter().chain([Concept::Setting]) {
        let bad = said(&evidence.own, concept);
        // `user[code]` is called like the code of a device.
        let unsaid = concept == Concept::Invite
            && said(&evidence.spoken, concept) == 0
            && lexicon.is_meant(&evidence.near);
        // `two_factor_secret`, which people are told is a two-factor code.
        let renamed = said(&evidence.spoken, concept) == 0
            && lexicon.is_meant(&evidence.spoken)
            && names_code(lexicon, &evidence.spoken);
        let excused = unsaid
            || (concept == Concept::Secret
                && (misnamed || renamed || is_proof_of_a_secret(lexicon, frame, field, evidence)))
            || (concept == Concept::Captcha && is_no_picture(lexicon, frame, field, evidence));
        if bad > 0 && bad >= own.otp_length && !excused {
            return Err(Veto::Meaning(concept));
        }
    }
    if is_set(lexicon, frame, field, evidence, own) {
        return Err(Veto::Meaning(Concept::Setting));
    }
    // "Enter the code below" is a picture's, unless one was sent.
    let told = || lexicon.is_meant(&evidence.near) || lexicon.is_meant(&evidence.heading);
    if said(&evidence.own, Concept::Place) > own.otp_length && !told() {
        return Err(Veto::Meaning(Concept::Captcha));
    }
    for concept in SOFT {
        let bad = said(&evidence.own, concept);
        // Programs call a field an "answer" or `q`; people are told that it is for a code.
        let unsaid = said(&evidence.spoken, concept) == 0
            && lexicon.is_meant(&evidence.near)
            && (matches!(concept, Concept::Other | Concept::Search)
                || names_code(lexicon, &evidence.spoken)
                || (concept == Concept::Login && is_asked_for(lexicon, frame, field, evidence)));
        // What people are told counts for more than `otp_phone`, `otp_device_name`; but what an
        // `otp` is called may be a password that was sent.
        let sent = concept == Concept::Password
            && lexicon.is_meant(&evidence.near)
            && (own.otp || is_mislabelled(lexicon, frame, field, evidence));
        if said(&evidence.spoken, concept) > 0
            && !names_code(lexicon, &evidence.spoken)
            && !lexicon.is_meant(&evidence.spoken)
            && !sent
            && !field.is_declared()
        {
            return Err(Veto::Meaning(concept));
        }
        let excused = own.otp || own.told || unsaid || sent || field.is_declared();
        if bad > own.good && !excused {
            return Err(Veto::Meaning(concept));
        }
    }
    // "Filter by 2FA status".
    let search = said(&evidence.own, Concept::Search);
    if own.otp && search > own.otp_length {
        return Err(Veto::Meaning(Concept::Search));
    }
    // "Enter a code", "Look up".
    if !own.otp && !evidence.is_awaited(lexicon, own) && said(&evidence.button, Concept::Search) > 0
    {
        return Err(Veto::Meaning(Concept::Search));
    }
    // What it shows and what it is called agree, whatever stands over it.
    for concept in [Concept::Phone, Concept::Login] {
        let shown = Words::spoken(&field.placeholder);
        let agrees = said(&Words::named(&field.name), concept) > 0 && said(&shown, concept) > 0;
        if agrees && !names_code(lexicon, &shown) && row.is_none() && !field.is_declared() {
            return Err(Veto::Meaning(concept));
        }
    }
    // `+49` is the beginning of a telephone number.
    if field.placeholder.trim().starts_with('+') {
        return Err(Veto::Meaning(Concept::Phone));
    }
    let otp_around = evidence.around(lexicon, Concept::Otp);
    // A widget for codes that takes the number of a passport: what its label says is the widget's.
    let closest = &evidence.closest;
    let else_asked = said(closest, Concept::Login) > 0
        && !names_code(lexicon, closest)
        && !lexicon.is_meant(closest)
        // Where a code was sent to may be shown, and changed.
        && !evidence.around(lexicon, Concept::Otp);
    if row.is_some() && else_asked && !field.is_declared() {
        return Err(Veto::Meaning(Concept::Login));
    }
    // Where to send a code to, in a form that sends one.
    let sends = |words: &Words| lexicon.says(words, Concept::Send) && !lexicon.is_meant(words);
    // "Enter the code that we sent you" says which field is meant, whatever the button sends.
    let told = lexicon.says(closest, Concept::Weak)
        && lexicon.is_meant(closest)
        && !lexicon.says(closest, Concept::Send);
    let named = own.otp || own.code || row.is_some() || names_code(lexicon, &evidence.spoken);
    if !named
        && !told
        && [&evidence.button, &evidence.near]
            .iter()
            .any(|words| sends(words))
    {
        return Err(Veto::Meaning(Concept::Send));
    }
    let meant = evidence.is_awaited(lexicon, own);
    if shows_its_characters(lexicon, frame, field, evidence, own) {
        return Err(Veto::Meaning(Concept::Captcha));
    }
    // Three or four digits, and a card that they are printed on.
    let short = field.max.is_some_and(|max| max <= 4) && row.is_none();
    let printed = evidence.around(lexicon, Concept::Card) && !otp_around;
    if short && printed && !own.otp && !field.is_declared() {
        return Err(Veto::Meaning(Concept::Card));
    }
    let sent = own.otp && lexicon.is_meant(&evidence.spoken);
    let certain = meant || sent || field.is_declared() || is_plain(&evidence.own);
    if !certain {
        belongs_to_a_thing(lexicon, evidence, own)?;
    }
    if !own.otp || !certain {
        around_it(lexicon, evidence, own, otp_around || misnamed || resets)?;
        if !meant && !field.is_declared() {
            sold(lexicon, evidence)?;
        }
        // Several lines are for text.
        if field.kind == "area" {
            return Err(Veto::Untyped);
        }
    }
    if own.otp && !own.otp_spoken {
        let rescue =
            |words: &Words| lexicon.says(words, Concept::Recovery) && !lexicon.is_meant(words);
        if rescue(&evidence.heading) || rescue(&evidence.closest) {
            return Err(Veto::Meaning(Concept::Recovery));
        }
    }
    // Hidden from view like a password: one that says "verification code" and stands alone may be
    // a code; a "token" or a "passcode" may be anything that lets one in.
    let alone = frame.beside(field).next().is_none();
    let code = own.strong && alone;
    if field.r#type == "password" && !(own.otp || meant || code || field.is_declared()) {
        return Err(Veto::Meaning(Concept::Password));
    }
    Ok(())
}

/// Whether it is a setting about codes: "length of the verification code", "code lifetime (minutes)",
/// or one of several fields where settings are made, and not called a code to people.
fn is_set(lexicon: &Lexicon, frame: &Frame, field: &Field, evidence: &Evidence, own: &Own) -> bool {
    let spoken = [&field.label, &field.aria, &field.placeholder, &field.title];
    let spoken = spoken.map(|text| Words::spoken(text));
    let named = [&field.name, &field.id].map(|text| Words::named(text));
    // What a thing is called begins or ends with what it is; a name ends with it.
    let is = |concept| {
        move |words: &&Words| {
            let digits = words.as_str().contains(|c: char| c.is_ascii_digit());
            // "Code (valid for 5 minutes)" tells a number, where a setting asks for one.
            concept == Concept::Setting || (words.len() <= LABEL && !digits)
        }
    };
    let is_about = [Concept::Setting, Concept::Amount].iter().any(|concept| {
        let mut named = named.iter().filter(is(*concept));
        let mut spoken = spoken.iter().filter(is(*concept));
        named.any(|words| lexicon.ends(words, *concept))
            || spoken.any(|words| lexicon.begins(words, *concept) || lexicon.ends(words, *concept))
    });
    let is_one_of_many = || {
        let place = [&evidence.heading, &evidence.page];
        let others = frame.beside(field).filter(|other| other.is_typed()).count();
        // Even "SMS password" is one of a gateway among so many.
        (others >= 8 || (others >= 3 && !own.otp_spoken))
            && place
                .iter()
                .any(|words| lexicon.says(words, Concept::Settings))
            && !field.is_declared()
    };
    is_about || is_one_of_many()
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn a_sample_shows_how_long_a_code_is() {
        for (placeholder, length) in [
            ("123456", Some(6)),
            ("123 456", Some(6)),
            ("XXX-XXX", Some(6)),
            ("••••••", Some(6)),
            ("------", Some(6)),
            ("XXXX-XXXX-XXXX-XXXX", Some(16)),
            ("00000-000", None),
            ("555-0123", None),
            ("Code", None),
            ("MM/YY", None),
            ("", None),
        ] {
            assert_eq!(sample(placeholder), length, "{placeholder}");
        }
    }
}
