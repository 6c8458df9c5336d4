//! What excuses a field that its words would rule out: programs call it something else, or people are told
//! what it is for.

use super::evidence::{Evidence, own_words};
use super::lexicon::{Concept, Lexicon};
use super::page::{Field, Frame};
use super::text::Words;

/// Whether what speaks of characters to be read off does not mean a picture: an authenticator shows
/// them, or only programs call it so and a button has a code sent to a phone or an address beside it.
pub fn is_no_picture(lexicon: &Lexicon, frame: &Frame, field: &Field, evidence: &Evidence) -> bool {
    let by_app = evidence.spoken.as_str().contains(" authenticator ");
    let called = !lexicon.says(&evidence.spoken, Concept::Captcha)
        && names_code(lexicon, &evidence.spoken)
        && evidence.adjacent_pictures == 0
        && !evidence.line_of_characters;
    let has_password = || frame.beside(field).any(|other| other.r#type == "password");
    let is_address = |other: &Field| {
        own_words(other)
            .iter()
            .any(|words| lexicon.says(words, Concept::Phone) || lexicon.says(words, Concept::Login))
    };
    by_app
        || (called
            && evidence.sends(lexicon)
            && !has_password()
            && frame.beside(field).any(is_address))
}

/// Whether a field that says "password" to people is the one for the code that they are asked for:
/// programs call it a code, and it stands alone under words that name a one-time code.
pub fn is_mislabelled(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    evidence: &Evidence,
) -> bool {
    let called = [&field.name, &field.id].map(|text| Words::named(text));
    called.iter().any(|words| names_code(lexicon, words))
        && frame.beside(field).next().is_none()
        && lexicon.says(&evidence.near, Concept::Otp)
        && !lexicon.says(&evidence.near, Concept::Password)
        && !field.autocomplete.contains("current-password")
}

/// Whether a field without a label is the only one under "enter the code", and nothing is said of a
/// name to be entered, or of a code to come.
pub fn is_asked_for(lexicon: &Lexicon, frame: &Frame, field: &Field, evidence: &Evidence) -> bool {
    let near = &evidence.near;
    // By e-mail a code comes.
    let name = near
        .as_str()
        .replace(" e mail ", " ")
        .replace(" email ", " ");
    evidence.spoken.as_str().trim().is_empty()
        && lexicon.says(near, Concept::Weak)
        && !lexicon.says(near, Concept::Send)
        && !lexicon.says(&Words::spoken(&name), Concept::Login)
        && frame.beside(field).next().is_none()
}

/// Whether a field without a label, which programs call a secret, is the only one under words that ask
/// for the code that is made from it.
pub fn is_proof_of_a_secret(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    evidence: &Evidence,
) -> bool {
    let near = &evidence.near;
    evidence.spoken.as_str().trim().is_empty()
        && lexicon.is_meant(near)
        && names_code(lexicon, near)
        && !lexicon.says(near, Concept::Secret)
        && frame.beside(field).next().is_none()
}

/// Whether a "recovery code" is one that was sent, by which a forgotten password is replaced.
pub fn gets_a_password_back(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    evidence: &Evidence,
) -> bool {
    let near = &evidence.near;
    lexicon.is_meant(near)
        && !lexicon.says(near, Concept::Recovery)
        && [Concept::Otp, Concept::Code]
            .iter()
            .any(|concept| lexicon.says(near, *concept))
        && frame.beside(field).any(|other| {
            other.r#type == "password" && !other.autocomplete.contains("current-password")
        })
}

/// Whether text speaks of any code at all.
pub fn names_code(lexicon: &Lexicon, words: &Words) -> bool {
    [Concept::Otp, Concept::Code, Concept::Weak, Concept::Word]
        .iter()
        .any(|concept| lexicon.says(words, *concept))
}

/// Whether the form is one to sign in with: it asks for the name and the password that one has,
/// and for no more. No key for codes is made there.
pub fn signs_in(frame: &Frame, field: &Field) -> bool {
    let declares = |token| {
        let is_it = move |said: &str| said == token;
        frame
            .beside(field)
            .any(|other| other.autocomplete.split_whitespace().any(is_it))
    };
    field.r#type != "password"
        && declares("username")
        && declares("current-password")
        && frame.beside(field).count() == 2
}
