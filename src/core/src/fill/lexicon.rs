//! What fields for codes, and fields that are none, are called in some thirty languages.

use super::text::{Words, is_spaceless};

/// The tables.
const TABLES: &str = include_str!("lexicon.txt");

/// What a term tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concept {
    /// Names a one-time code and nothing else.
    Otp,
    /// Mostly names a one-time code.
    Code,
    /// Names a code, and as often one that is printed, shared, bought or kept.
    Weak,
    /// "Code".
    Word,
    /// What stands around a field for a one-time code.
    Context,
    /// Speaks of verifying, whatever it is.
    Verify,
    /// A code kept for emergencies.
    Recovery,
    /// A payment card.
    Card,
    /// Proof of being human.
    Captcha,
    /// Where a code, or its field, is to be seen: above or below.
    Place,
    /// A postal code.
    Postcode,
    /// A price reduction.
    Promo,
    /// An invitation, or a shared code of a group.
    Invite,
    /// A secret that codes are made from, or another key.
    Secret,
    /// A telephone number.
    Phone,
    /// A search.
    Search,
    /// A user's name or number.
    Login,
    /// A password.
    Password,
    /// Anything else.
    Other,
    /// A button that asks for a code.
    Send,
    /// A basket, a payment, a button that applies something.
    Shop,
    /// A paper, a ware, a room, a lock: what a code may belong to instead of a person's sign-in.
    Thing,
    /// A setting about codes.
    Setting,
    /// What a number counts: "maximum", "minutes", "per day".
    Amount,
    /// A page where settings are made.
    Settings,
    /// What the issuer of a card says of a payment that is to be confirmed.
    Issuer,
}

const NAMES: [(&str, Concept); 26] = [
    ("otp", Concept::Otp),
    ("code", Concept::Code),
    ("weak", Concept::Weak),
    ("word", Concept::Word),
    ("context", Concept::Context),
    ("verify", Concept::Verify),
    ("recovery", Concept::Recovery),
    ("card", Concept::Card),
    ("captcha", Concept::Captcha),
    ("place", Concept::Place),
    ("postcode", Concept::Postcode),
    ("promo", Concept::Promo),
    ("invite", Concept::Invite),
    ("secret", Concept::Secret),
    ("phone", Concept::Phone),
    ("search", Concept::Search),
    ("login", Concept::Login),
    ("password", Concept::Password),
    ("other", Concept::Other),
    ("send", Concept::Send),
    ("shop", Concept::Shop),
    ("thing", Concept::Thing),
    ("setting", Concept::Setting),
    ("amount", Concept::Amount),
    ("settings", Concept::Settings),
    ("issuer", Concept::Issuer),
];

/// A term: its words, and whether they may go on at either end.
struct Term {
    text: String,
    anywhere: bool,
}

/// All tables, ready to be looked up in.
pub struct Lexicon {
    terms: Vec<(Concept, Vec<Term>)>,
}

impl Lexicon {
    /// Reads the tables. The languages are not told apart: pages mix them.
    pub fn load() -> Self {
        let mut terms: Vec<(Concept, Vec<Term>)> = NAMES
            .iter()
            .map(|(_, concept)| (*concept, Vec::new()))
            .collect();
        for line in TABLES.lines() {
            let Some((name, list)) = line.split_once(": ") else {
                continue;
            };
            let Some(place) = NAMES.iter().position(|(known, _)| *known == name) else {
                continue;
            };
            if let Some((_, known)) = terms.get_mut(place) {
                known.extend(list.split(" | ").map(Term::read));
            }
        }
        Self { terms }
    }

    /// Whether the text says so.
    pub fn says(&self, words: &Words, concept: Concept) -> bool {
        self.longest(words, concept) > 0
    }

    /// Whether the text speaks of signing in with a second factor, and does not just say "security
    /// code", as cards do.
    pub fn is_meant(&self, words: &Words) -> bool {
        self.of(Concept::Context)
            .filter(|term| term.is_in(words))
            .any(|term| {
                let own = Words::spoken(&term.text);
                ![Concept::Code, Concept::Weak]
                    .iter()
                    .any(|concept| self.says(&own, *concept))
            })
    }

    /// Whether the text begins with a term of the concept, and goes on.
    pub fn begins(&self, words: &Words, concept: Concept) -> bool {
        let words = words.as_str().trim();
        self.of(concept).any(|term| {
            words
                .strip_prefix(term.text.trim())
                .is_some_and(|rest| rest.starts_with(' ') || (term.anywhere && !rest.is_empty()))
        })
    }

    /// Whether the text ends with a term of the concept, after something else.
    pub fn ends(&self, words: &Words, concept: Concept) -> bool {
        let words = words.as_str().trim();
        self.of(concept).any(|term| {
            words
                .strip_suffix(term.text.trim())
                .is_some_and(|rest| rest.ends_with(' ') || (term.anywhere && !rest.is_empty()))
        })
    }

    fn of(&self, concept: Concept) -> impl Iterator<Item = &Term> {
        let known = self.terms.iter().find(|(known, _)| *known == concept);
        known.into_iter().flat_map(|(_, terms)| terms)
    }

    /// Whether the text says nothing that any table knows, these aside.
    pub fn is_silent(&self, words: &Words, aside: &[Concept]) -> bool {
        NAMES
            .iter()
            .all(|(_, concept)| aside.contains(concept) || !self.says(words, *concept))
    }

    /// The length in bytes of the longest term of the concept in the text; 0 for none. A longer
    /// term says more: "gift card code" is about a gift card, not about a code.
    pub fn longest(&self, words: &Words, concept: Concept) -> usize {
        if words.is_empty() {
            return 0;
        }
        self.of(concept)
            .filter(|term| term.is_in(words))
            .map(|term| term.text.trim().len())
            .max()
            .unwrap_or(0)
    }
}

impl Term {
    fn read(text: &str) -> Self {
        let (text, open_start) = match text.trim().strip_prefix('*') {
            Some(rest) => (rest, true),
            None => (text.trim(), false),
        };
        let (text, open_end) = match text.strip_suffix('*') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        // A star in the middle, as in `zip* code`, stands for the end of a word.
        let words = Words::spoken(text);
        let words = words.as_str();
        let anywhere = words.chars().any(is_spaceless);
        let start = if open_start || anywhere {
            words.trim_start()
        } else {
            words
        };
        let text = if open_end || anywhere {
            start.trim_end()
        } else {
            start
        };
        Self {
            text: text.to_owned(),
            anywhere,
        }
    }

    fn is_in(&self, words: &Words) -> bool {
        if !self.anywhere {
            return words.as_str().contains(&self.text);
        }
        if words.as_str().contains(&self.text) {
            return true;
        }
        // Such scripts may have spaces all the same, around numbers for instance.
        let tight = |text: &str| text.split(' ').collect::<String>();
        tight(words.as_str()).contains(&tight(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read() {
        let mut languages = 0;
        for line in TABLES.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                languages += 1;
            } else if let Some((name, list)) = line.split_once(": ") {
                assert!(
                    NAMES.iter().any(|(known, _)| *known == name),
                    "{name} is no concept"
                );
                for term in list.split(" | ") {
                    assert!(!Words::spoken(term).is_empty(), "{line} has an empty term");
                }
            } else {
                assert!(line.is_empty(), "{line} is not read");
            }
        }
        assert!(languages >= 25, "{languages} languages");
    }

    #[test]
    fn terms_are_whole_words_unless_they_say_otherwise() {
        let lexicon = Lexicon::load();
        let says = |text: &str, concept| lexicon.says(&Words::spoken(text), concept);
        assert!(says("Bestätigungscode", Concept::Otp));
        assert!(says("Code de vérification", Concept::Otp));
        assert!(says("인증번호를 입력", Concept::Otp));
        assert!(says("6 位數驗證碼", Concept::Otp));
        assert!(says("Rabattcode", Concept::Promo) && says("Zugangscode", Concept::Word));
        assert!(!says("encoder", Concept::Word) && !says("spinner", Concept::Word));
        assert!(says("Kod weryfikacyjny", Concept::Otp) && !says("kodeks", Concept::Word));
    }
}
