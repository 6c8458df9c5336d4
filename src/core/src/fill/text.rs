//! Bringing text to the one form in which words are compared.

/// Text as words in lower case without accents, each between two spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// What people read.
    pub fn spoken(text: &str) -> Self {
        let mut words = Self(" ".to_owned());
        words.push(text);
        words
    }

    /// What programs are written in: names split at capitals, and before digits.
    pub fn named(text: &str) -> Self {
        Self::spoken(&split(text))
    }

    /// All of these, one after the other.
    pub fn all<'a>(parts: impl IntoIterator<Item = &'a Words>) -> Self {
        let mut words = Self(" ".to_owned());
        for part in parts {
            words.0.push_str(part.0.trim_start());
        }
        words
    }

    /// All of these, none of whose phrases goes on in the next: `digits` after `input-3` are not
    /// "3 digits".
    pub fn apart<'a>(parts: impl IntoIterator<Item = &'a Words>) -> Self {
        let mut words = Self(" ".to_owned());
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            words.0.push_str(part.0.trim_start());
            words.0.push_str("· ");
        }
        words
    }

    /// The text, with a space at both ends.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// How long it is, in letters of an alphabet: a character of a script without spaces says as
    /// much as two.
    pub fn len(&self) -> usize {
        let text = self.0.trim().chars();
        text.map(|c| 1 + usize::from(is_spaceless(c))).sum()
    }

    fn push(&mut self, text: &str) {
        for character in text.chars().flat_map(char::to_lowercase) {
            match fold(character) {
                Folded::One(letter) => self.0.push(letter),
                Folded::Two(letters) => self.0.push_str(letters),
                Folded::None => {}
                Folded::Gap if !self.0.ends_with(' ') => self.0.push(' '),
                Folded::Gap => {}
            }
        }
        if !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }
}

/// Whether a script is written without spaces between words, or adds endings to them.
pub fn is_spaceless(character: char) -> bool {
    matches!(u32::from(character),
        0x0E00..=0x0E7F | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F)
}

enum Folded {
    One(char),
    Two(&'static str),
    None,
    Gap,
}

fn fold(character: char) -> Folded {
    Folded::One(match character {
        'a'..='z' | '0'..='9' => character,
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' | 'ģ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ß' => return Folded::Two("ss"),
        'æ' => return Folded::Two("ae"),
        'œ' => return Folded::Two("oe"),
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'أ' | 'إ' | 'آ' => 'ا',
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        // Full-width forms.
        '\u{FF10}'..='\u{FF19}' | '\u{FF41}'..='\u{FF5A}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        // Digits of Arabic and Persian, and of Devanagari.
        '\u{0660}'..='\u{0669}' => digit(character, 0x0660),
        '\u{06F0}'..='\u{06F9}' => digit(character, 0x06F0),
        '\u{0966}'..='\u{096F}' => digit(character, 0x0966),
        // Marks that only say how a letter sounds.
        '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05C7}' | '\u{064B}'..='\u{065F}' => {
            return Folded::None;
        }
        // Some write it where others don't: セキュリティー, セキュリティ.
        'ー' | '･' | '・' => return Folded::None,
        // Invisible, and used to hide words from readers like this one.
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => return Folded::None,
        // Signs of Indian scripts and of Thai are parts of their letters.
        '\u{0900}'..='\u{0DFF}' | '\u{0E00}'..='\u{0E7F}' => character,
        _ if character.is_alphanumeric() => character,
        _ => return Folded::Gap,
    })
}

/// The digit that is as far from its script's zero.
fn digit(character: char, zero: u32) -> char {
    char::from_digit(u32::from(character).wrapping_sub(zero), 10).unwrap_or(character)
}

/// `verificationCode`, `OTPInput`, `otp1`, but not `2fa`.
fn split(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 8);
    let characters: Vec<char> = text.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(index + 1);
        let capital = character.is_uppercase()
            && (before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
                || (before.is_some_and(|c| c.is_uppercase())
                    && after.is_some_and(|c| c.is_lowercase())));
        let number = character.is_ascii_digit() && before.is_some_and(|c| c.is_alphabetic());
        if capital || number {
            result.push(' ');
        }
        result.push(*character);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_words() {
        assert_eq!(
            Words::spoken("  Bestätigungs-Code:").as_str(),
            " bestatigungs code "
        );
        assert_eq!(
            Words::spoken("Straße İstanbul").as_str(),
            " strasse istanbul "
        );
        assert_eq!(
            Words::spoken("Εισαγωγή κωδικός").as_str(),
            " εισαγωγη κωδικοσ "
        );
        assert_eq!(Words::spoken("o\u{200B}tp ０１").as_str(), " otp 01 ");
        assert_eq!(Words::spoken("کد ۶ رقمی ٤").as_str(), " کد 6 رقمی 4 ");
        assert!(Words::spoken(" -- ").is_empty());
    }

    #[test]
    fn names_are_split_where_people_read_a_gap() {
        for (name, words) in [
            ("verificationCode", " verification code "),
            ("OTPInput", " otp input "),
            ("otp1", " otp 1 "),
            ("user[otp_attempt]", " user otp attempt "),
            ("enter2FACode", " enter 2 fa code "),
            ("2fa-code", " 2fa code "),
            ("idTxtBx_SAOTCC_OTC", " id txt bx saotcc otc "),
        ] {
            assert_eq!(Words::named(name).as_str(), words, "{name}");
        }
    }
}
