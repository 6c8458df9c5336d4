//! Forms: which there are, what was typed, and what to say when a request was refused.

use holdfast_json::map::Map;

use holdfast_backup::cause::Cause;
use holdfast_backup::destination::config::Kind;
use holdfast_core::account::AccountDraft;
use zeroize::Zeroizing;

use super::text::{Arg, Text};
use crate::message::{DestinationDraft, Failure};

/// A form of one of the pages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Make a vault.
    Create,
    /// Unlock.
    Unlock,
    /// Paste an otpauth link (popup).
    Uri,
    /// Add by hand (popup).
    Add,
    /// Edit an account (popup).
    Edit,
    /// Connect a destination, or change one.
    Connect,
    /// Look for backups.
    Find,
    /// Restore.
    Restore,
    /// The sites on which filling submits.
    Autofill,
    /// Name this device.
    Device,
    /// Import lines.
    Import,
    /// Export lines.
    Export,
    /// Disconnect this destination.
    Disconnect(String),
    /// A form of the section about keys.
    #[cfg(feature = "options")]
    Security(super::options::security::Form),
    /// A form about what is stored.
    #[cfg(feature = "options")]
    History(super::options::history::Form),
}

/// The forms that stand in a page with an id of their own.
const IDS: [(Form, &str); 12] = [
    (Form::Create, "create-form"),
    (Form::Unlock, "unlock-form"),
    (Form::Uri, "uri-form"),
    (Form::Add, "add-form"),
    (Form::Edit, "edit-form"),
    (Form::Connect, "connect-form"),
    (Form::Find, "find-form"),
    (Form::Restore, "restore-form"),
    (Form::Autofill, "autofill-form"),
    (Form::Device, "device-form"),
    (Form::Import, "import-form"),
    (Form::Export, "export-form"),
];

impl Form {
    /// The form of that element id. The form that disconnects is recognised by its destination.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::all()
            .find(|(_, own)| *own == id)
            .map(|(form, _)| form)
    }

    /// All forms with an id, and the id.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        let all = IDS.into_iter();
        #[cfg(feature = "options")]
        let all = all.chain(
            super::options::security::FORMS
                .into_iter()
                .map(|(form, id)| (Self::Security(form), id)),
        );
        #[cfg(feature = "options")]
        let all = all.chain(
            super::options::history::FORMS
                .into_iter()
                .map(|(form, id)| (Self::History(form), id)),
        );
        all
    }
}

/// Failures whose detail is put into their sentence, rather than behind it.
const DETAIL_WITHIN: [&str; 4] = [
    "recovery_key_character",
    "recovery_key_groups",
    "recovery_key_incomplete",
    "recovery_key_length",
];

/// What was typed, by field name. Wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Map<String, Zeroizing<String>>);

impl Fields {
    /// Puts a field's text there.
    pub fn insert(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), Zeroizing::new(text));
    }

    /// A field's text as typed; empty when there is no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text)
    }

    /// The account that was typed.
    #[must_use]
    pub fn account(&self) -> AccountDraft {
        let field = |name: &str| self.get(name).to_owned();
        let mut draft = AccountDraft::default();
        draft.issuer = field("issuer");
        draft.label = field("label");
        draft.note = field("note");
        draft.kind = field("type");
        draft.secret = field("secret");
        draft.algorithm = field("algorithm");
        draft.digits = field("digits");
        draft.period = field("period");
        draft.counter = field("counter");
        draft
    }

    /// The destination that was typed.
    #[must_use]
    pub fn destination(&self) -> DestinationDraft {
        let kind = Kind::of_code(self.get("kind")).unwrap_or_default();
        DestinationDraft::read(kind, |name| self.get(name).to_owned())
    }

    /// A new passphrase that was typed twice: refused when it is below the floor or the two
    /// differ.
    ///
    /// # Errors
    /// The failure to show at the field.
    pub fn new_passphrase(&self, name: &str) -> Result<&str, Failure> {
        let passphrase = self.get(name);
        if let Err(error) = holdfast_core::passphrase::check(passphrase) {
            return Err(Failure {
                field: Some(name.to_owned()),
                ..error.into()
            });
        }
        if passphrase != self.get("repeat") {
            return Err(Failure::of_field("passphrases_differ", "repeat"));
        }
        Ok(passphrase)
    }
}

/// Which form waits for an answer, and which was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// The form whose request is under way.
    pub busy: Option<Form>,
    /// The form that was refused last, and why.
    pub refused: Option<(Form, Failure)>,
}

impl Forms {
    /// A request of this form is under way.
    pub fn start(&mut self, form: Form) {
        self.busy = Some(form);
        self.refused = None;
    }

    /// It was answered well.
    pub fn succeed(&mut self) {
        *self = Self::default();
    }

    /// It was refused.
    pub fn refuse(&mut self, form: Form, failure: Failure) {
        self.busy = None;
        self.refused = Some((form, failure));
    }

    /// What went wrong in this form, if it was the one.
    #[must_use]
    pub fn failure_of(&self, form: &Form) -> Option<&Failure> {
        self.refused
            .as_ref()
            .filter(|(refused, _)| refused == form)
            .map(|(_, failure)| failure)
    }
}

/// What a failure says: the sentence, and what to do about it. The view joins those that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What is wrong.
    pub error: Text,
    /// The name of the field, to be put before it where the sentence doesn't stand at the field.
    pub field: Option<Text>,
    /// What to do; the message may not exist.
    pub advice: Text,
    /// A harmless detail, to be put in parentheses.
    pub detail: Option<String>,
}

impl Sentence {
    /// Of a failure.
    #[must_use]
    pub fn of(failure: &Failure) -> Self {
        Self {
            error: failure_text(failure),
            field: failure
                .field
                .as_deref()
                .map(|field| Text::new(format!("field_{field}"))),
            advice: Text::new(format!("rec_{}", failure.code)),
            detail: failure
                .detail
                .clone()
                .filter(|_| !DETAIL_WITHIN.contains(&failure.code.as_str())),
        }
    }
}

/// What is wrong, in one sentence. A destination's refusal has a cause for its code.
#[must_use]
pub fn failure_text(failure: &Failure) -> Text {
    let is_cause = Cause::ALL.iter().any(|cause| cause.code() == failure.code);
    let kind = if is_cause { "cause" } else { "err" };
    let text = Text::new(format!("{kind}_{}", failure.code));
    match &failure.detail {
        Some(detail) if DETAIL_WITHIN.contains(&failure.code.as_str()) => {
            text.with(detail.as_str())
        }
        // Whose account it was is what helps.
        Some(name) if failure.code == Cause::WrongAccount.code() => {
            Text::new("with_detail").with(text).with(name.as_str())
        }
        _ => text,
    }
}

/// "3 accounts added · 1 was there already".
#[must_use]
pub fn added(added: usize, duplicates: usize) -> Vec<Text> {
    let mut parts = Vec::new();
    if added > 0 || duplicates == 0 {
        parts.push(Text::plural("added", added as u64));
    }
    if duplicates > 0 {
        parts.push(Text::plural("duplicates", duplicates as u64));
    }
    parts
}

/// The name people know an account by.
#[must_use]
pub fn account_name(issuer: &str, label: &str) -> Arg {
    match (issuer.trim(), label.trim()) {
        ("", "") => Text::new("unnamed").into(),
        ("", label) => label.into(),
        (issuer, _) => issuer.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, text) in pairs {
            fields.insert(name, (*text).to_owned());
        }
        fields
    }

    #[test]
    fn a_new_passphrase_is_long_enough_and_typed_twice() {
        let long = "ropes and tides and lanterns";
        let field = |pairs| {
            typed(pairs)
                .new_passphrase("new")
                .unwrap_err()
                .field
                .unwrap()
        };
        assert_eq!(field(&[("new", "short"), ("repeat", "short")]), "new");
        assert_eq!(field(&[("new", long), ("repeat", "other")]), "repeat");
        assert_eq!(
            typed(&[("new", long), ("repeat", long)]).new_passphrase("new"),
            Ok(long)
        );
    }

    #[test]
    fn an_account_is_passed_on_as_typed() {
        let draft = typed(&[
            ("type", "hotp"),
            ("secret", " jbsw y3dp "),
            ("counter", "07"),
        ])
        .account();
        assert_eq!(
            (draft.kind.as_str(), draft.secret.as_str()),
            ("hotp", " jbsw y3dp ")
        );
        // Nothing is filled in for what was left out.
        assert_eq!((draft.counter.as_str(), draft.digits.as_str()), ("07", ""));
    }

    #[test]
    fn forms_are_found_by_their_ids() {
        for (form, id) in Form::all() {
            assert_eq!(Form::of_id(id), Some(form));
        }
        assert_eq!(Form::of_id("demo"), None);
    }
}
