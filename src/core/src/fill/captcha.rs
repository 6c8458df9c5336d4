//! Pictures of characters that only people can read, and the fields for them.

use super::evidence::{Evidence, own_words};
use super::lexicon::{Concept, Lexicon};
use super::own::{Own, is_plain};
use super::page::{Field, Frame, Item};
use super::text::Words;

/// Whether a picture beside the field shows the characters that it takes.
pub fn shows_its_characters(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    evidence: &Evidence,
    own: &Own,
) -> bool {
    if frame
        .beside(field)
        .any(|other| is_of_a_picture(lexicon, frame, evidence, other))
    {
        return false;
    }
    let after = Words::spoken(&without_brands(evidence.after.as_str()));
    // A picture that is called so, or a word behind the field.
    let named = lexicon.says(&evidence.pictures, Concept::Captcha)
        || lexicon.says(&after, Concept::Captcha);
    let line = evidence.line_of_characters
        && frame.beside(field).next().is_some()
        && ![&evidence.near, &evidence.heading, &evidence.after]
            .iter()
            .any(|words| lexicon.is_meant(words));
    // `verifycode` is what programs call either; a picture that is called so tells which, as does a
    // class, unless a code was sent.
    let called = [&evidence.pictures, &evidence.classes]
        .iter()
        .any(|words| lexicon.says(words, Concept::Captcha))
        && !is_plain(&evidence.own)
        && !field.is_declared()
        && ![&evidence.near, &evidence.heading, &evidence.after]
            .iter()
            .any(|words| lexicon.is_meant(words));
    let by_password = evidence.adjacent_pictures > 0
        && frame.beside(field).any(|other| other.r#type == "password");
    // What is said to be displayed in an image, and not at the set-up of an authenticator.
    let told = lexicon.says(&evidence.near, Concept::Captcha)
        && !is_plain(&evidence.own)
        && (!lexicon.is_meant(&evidence.near)
            || (evidence.adjacent_pictures > 0 && frame.beside(field).next().is_some()));
    line || told || called || (!own.otp && (named || by_password))
}

/// Whether another field is the one for what a picture shows: because it says so, or because it
/// names a code and lies beside a picture, which the field in question does not.
fn is_of_a_picture(lexicon: &Lexicon, frame: &Frame, evidence: &Evidence, other: &Field) -> bool {
    let own = Words::all(&own_words(other));
    let says_so = lexicon.says(&own, Concept::Captcha);
    let names_code = [Concept::Otp, Concept::Code, Concept::Weak, Concept::Word]
        .iter()
        .any(|concept| lexicon.says(&own, *concept));
    let is_other = |item: &Item| {
        let field = item.field.and_then(|index| frame.fields.get(index));
        field.is_some_and(|field| std::ptr::eq(field, other))
    };
    let has_picture = || {
        frame.stream.windows(2).any(|pair| match pair {
            [a, b] => (is_other(a) && b.kind == "image") || (is_other(b) && a.kind == "image"),
            _ => false,
        })
    };
    other.is_typed()
        && (says_so || (names_code && evidence.adjacent_pictures == 0 && has_picture()))
}

/// Without the names of widgets that are clicked on, and ask for nothing to be typed.
fn without_brands(text: &str) -> String {
    text.replace(" recaptcha ", " ").replace(" hcaptcha ", " ")
}
