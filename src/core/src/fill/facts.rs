//! What each field of a document is, as far as its neighbours are concerned: worked out once.

use super::evidence::own_words;
use super::lexicon::{Concept, Lexicon};
use super::page::{Field, Frame};

/// By field: whether it is one of these.
pub struct Facts {
    card: Vec<bool>,
    sign_in: Vec<bool>,
}

impl Facts {
    /// Looks at every field that can be seen.
    pub fn of(lexicon: &Lexicon, frame: &Frame) -> Self {
        let looked_at = || {
            frame.fields.iter().map(|field| {
                let seen = field.is_seen() || field.kind == "select";
                (field, if seen { own_words(field) } else { Vec::new() })
            })
        };
        let card = looked_at().map(|(field, own)| {
            (field.autocomplete.contains("cc-number") && !own.is_empty())
                || own.iter().any(|words| {
                    lexicon.says(words, Concept::Card) && !lexicon.says(words, Concept::Otp)
                })
        });
        let sign_in = looked_at().map(|(field, own)| {
            field.is_seen()
                && (field.r#type == "password"
                    || own.iter().any(|words| lexicon.says(words, Concept::Login)))
        });
        Self {
            card: card.collect(),
            sign_in: sign_in.collect(),
        }
    }

    /// Whether a payment card is asked for in the form of a field.
    pub fn asks_for_a_card(&self, frame: &Frame, field: &Field) -> bool {
        let mut fields = frame.fields.iter().zip(&self.card);
        fields.any(|(other, card)| *card && other.form == field.form)
    }

    /// How much else the form asks for that is typed.
    pub fn others(frame: &Frame, field: &Field, fields: &[usize]) -> usize {
        let others = frame.fields.iter().enumerate().filter(|(index, other)| {
            other.form == field.form
                && !fields.contains(index)
                && other.is_seen()
                && other.kind != "select"
                && !other.readonly
        });
        others.count()
    }

    /// Whether the form asks who one is, or for a password, besides these fields.
    pub fn has_sign_in(&self, frame: &Frame, field: &Field, fields: &[usize]) -> bool {
        let mut all = frame.fields.iter().zip(&self.sign_in).enumerate();
        all.any(|(index, (other, sign_in))| {
            *sign_in && other.form == field.form && !fields.contains(&index)
        })
    }
}
