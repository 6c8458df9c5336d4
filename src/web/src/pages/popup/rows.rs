//! What the rows of the list show, and when that changes next.

use holdfast_core::account::{Account, AccountDraft, Credential, Kind};
use holdfast_core::code;
use holdfast_core::vault::Id;

use crate::message::Settings;
use crate::pages::look::{dots, grouped, hue, initial};
use crate::pages::text::{Arg, Text};

/// A code is "about to end" for so long before it does.
pub const ENDING_MILLIS: u64 = 5_000;

/// What of a row changes only with the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which account.
    pub id: Id,
    /// Its issuer.
    pub issuer: String,
    /// Its label.
    pub label: String,
    /// The letter of its picture.
    pub initial: String,
    /// The hue of its picture.
    pub hue: u16,
    /// How its (first) code is made; `None` when this version can't read any.
    pub kind: Option<Kind>,
    /// Its credentials, when there are several to choose from, else the only one.
    pub credentials: Vec<Id>,
}

/// What of a row changes with the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The code, grouped, or dots.
    pub code: String,
    /// The code after it, grouped, when it is to be shown.
    pub next: Option<String>,
    /// The code is about to end.
    pub ending: bool,
    /// The length of a time step and how much of it is over, in milliseconds.
    pub ring: Option<(u64, u64)>,
    /// When this changes next, in milliseconds since the Unix epoch.
    pub changes_at: Option<u64>,
}

impl Row {
    /// Of an account.
    #[must_use]
    pub fn of(id: Id, account: &Account) -> Self {
        let (issuer, label) = (&account.issuer.value, &account.label.value);
        Self {
            id,
            issuer: issuer.clone(),
            label: label.clone(),
            initial: initial(issuer, label),
            hue: hue(issuer, label),
            kind: account.credentials.values().next().map(Credential::kind),
            credentials: account.credentials.keys().copied().collect(),
        }
    }

    /// Whether there are several credentials to choose from.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.credentials.len() > 1
    }

    /// Whether codes go by a counter.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.kind.is_some_and(|kind| kind.counter().is_some())
    }
}

/// What a credential shows at `now`. A code by counter shows only what was asked for.
#[must_use]
pub fn shown(credential: &Credential, asked: Option<&str>, settings: &Settings, now: u64) -> Shown {
    if let Kind::Hotp { digits, .. } = credential.kind() {
        let code = asked.map_or_else(|| dots(digits.into()), grouped);
        return Shown {
            code,
            next: None,
            ending: false,
            ring: None,
            changes_at: None,
        };
    }
    let present = code::at(credential, now);
    let Some(validity) = present.validity else {
        return Shown {
            code: grouped(&present.text),
            next: None,
            ending: false,
            ring: None,
            changes_at: None,
        };
    };
    let period = validity.until - validity.from;
    // Steps that are shorter than this warning would warn all the time.
    let warns = period > 2 * ENDING_MILLIS;
    let ending = warns && now + ENDING_MILLIS >= validity.until;
    let next =
        (settings.show_next && ending).then(|| grouped(&code::at(credential, validity.until).text));
    Shown {
        code: grouped(&present.text),
        next,
        ending,
        ring: Some((period, now - validity.from)),
        changes_at: Some(if warns && !ending {
            validity.until - ENDING_MILLIS
        } else {
            validity.until
        }),
    }
}

/// The form's fields for an account that is edited: everything but the secret.
#[must_use]
pub fn draft_of(account: &Account) -> AccountDraft {
    let mut draft = AccountDraft::default();
    draft.issuer = account.issuer.value.clone();
    draft.label = account.label.value.clone();
    draft.note = account.note.value.clone();
    let Some(kind) = account.credentials.values().next().map(Credential::kind) else {
        return draft;
    };
    draft.set_kind(kind);
    draft
}

/// The lines of the details view: a label and what stands under it. Never the secret.
#[must_use]
pub fn details(account: &Account) -> Vec<(Text, Arg)> {
    let mut lines: Vec<(Text, Arg)> = Vec::new();
    let texts = [
        ("detail_issuer", &account.issuer.value),
        ("detail_label", &account.label.value),
        ("detail_note", &account.note.value),
    ];
    for (key, value) in texts.into_iter().filter(|(_, value)| !value.is_empty()) {
        lines.push((Text::new(key), value.as_str().into()));
    }
    if !account.sites.value.is_empty() {
        lines.push((
            Text::new("detail_sites"),
            account.sites.value.join(", ").into(),
        ));
    }
    if !account.groups.value.is_empty() {
        lines.push((
            Text::new("detail_groups"),
            account.groups.value.join(", ").into(),
        ));
    }
    for credential in account.credentials.values() {
        let kind = match credential.kind() {
            Kind::Totp {
                algorithm,
                digits,
                period,
            } => Text::new("kind_totp")
                .with(algorithm.name())
                .with(digits.to_string())
                .with(period.to_string()),
            Kind::Hotp {
                algorithm, digits, ..
            } => Text::new("kind_hotp")
                .with(algorithm.name())
                .with(digits.to_string()),
            Kind::Steam => Text::new("kind_steam"),
            Kind::Motp => Text::new("kind_motp"),
            Kind::Yandex => Text::new("kind_yandex"),
        };
        lines.push((Text::new("detail_kind"), kind.into()));
        if let Some(counter) = credential.kind().counter() {
            lines.push((Text::new("detail_counter"), counter.to_string().into()));
        }
        let bits = credential.secret().as_bytes().len() * 8;
        lines.push((
            Text::new("detail_secret_bits"),
            Text::new("secret_bits").with(bits.to_string()).into(),
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_core::otpauth;

    fn credential(uri: &str) -> Credential {
        otpauth::parse(uri).unwrap().credential
    }

    #[test]
    fn codes_change_at_the_boundary_and_warn_before_it() {
        // RFC 6238's secret; at 59 s its SHA-1 code is 94287082, at 60 s another step begins.
        let credential =
            credential("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8");
        let mut settings = Settings::default();
        let at = |now, settings: &Settings| shown(&credential, None, settings, now);
        let early = at(30_000, &settings);
        assert_eq!(
            (early.code.as_str(), early.ending, early.changes_at),
            ("9428\u{a0}7082", false, Some(55_000))
        );
        assert_eq!(early.ring, Some((30_000, 0)));
        let late = at(55_000, &settings);
        assert_eq!(
            (late.ending, late.changes_at, late.next),
            (true, Some(60_000), None)
        );
        settings.show_next = true;
        let next = at(59_999, &settings).next;
        assert_eq!(next, Some(at(60_000, &settings).code));
        assert_eq!(at(54_999, &settings).next, None);
    }

    #[test]
    fn a_counter_shows_nothing_that_was_not_asked_for() {
        let credential =
            credential("otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1");
        let settings = Settings::default();
        let row = shown(&credential, None, &settings, 0);
        assert_eq!(
            (row.code.as_str(), row.changes_at, row.ring),
            ("•••\u{a0}•••", None, None)
        );
        assert_eq!(
            shown(&credential, Some("287082"), &settings, 0).code,
            "287\u{a0}082"
        );
    }

    #[test]
    fn short_steps_do_not_warn_all_the_time() {
        let credential = credential("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&period=10");
        let row = shown(&credential, None, &Settings::default(), 8_000);
        assert_eq!((row.ending, row.changes_at), (false, Some(10_000)));
    }
}
