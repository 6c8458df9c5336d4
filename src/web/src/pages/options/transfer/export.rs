//! What leaves: files in the formats of other apps, and QR codes to be scanned or printed. Each asks
//! for the passphrase, and what a format can't carry is said before.

use holdfast_core::account::{AccountDraft, NewAccount};
use holdfast_core::export::{Target, fits_code, losses};
use holdfast_core::vault::{Id, Vault};
use zeroize::Zeroizing;

use super::Effect as Outer;
use crate::pages::form::account_name;
use crate::pages::options::qr_codes::Drawn;
use crate::pages::text::{Arg, Text};

/// More than so many losses are counted instead of shown.
const MOST_LOSSES: usize = 200;

/// What leaves, and as what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Key URIs, shown in the page to be copied or saved.
    #[default]
    Lines,
    /// A file in another app's format.
    File(Target),
    /// Google Authenticator's codes, to be scanned one after the other.
    Google,
    /// A QR code for each account, to be printed.
    Sheet,
    /// The QR code of the one account that was asked for.
    One,
}

/// What the export knows.
#[derive(Clone, Default)]
pub struct Model {
    /// The format that is chosen.
    pub choice: Choice,
    /// The account whose code was asked for; the list of formats is not offered then.
    pub only: Option<Id>,
    /// Its name; `None` where there is no such account.
    pub name: Option<Arg>,
    /// What that format can't carry, in words.
    pub lost: Vec<Text>,
    /// So many more are not told one by one.
    pub more: usize,
    /// The password of an encrypted format, between its form and the file.
    pub password: Option<Zeroizing<String>>,
    /// The codes that are shown.
    pub codes: Option<Codes>,
    /// Moves when other codes are shown.
    pub revision: u32,
}

/// QR codes on the page. They hold secrets: dropped with the key.
#[derive(Clone)]
pub struct Codes {
    /// What they are.
    pub choice: Choice,
    /// One after the other.
    pub codes: Vec<Code>,
}

/// A QR code with what is said beside it.
#[derive(Clone)]
pub struct Code {
    /// Whose it is, or which part.
    pub name: Arg,
    /// The user's name there.
    pub label: String,
    /// The secret in base32, for an app that can't scan; none for a part of a batch.
    pub secret: Zeroizing<String>,
    /// How its codes are made, for the same; none for a part of a batch.
    pub kind: Option<Text>,
    /// The code itself.
    pub path: Drawn,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// Another format was chosen.
    Choose(Choice),
    /// A file was written, or why not.
    Written(Result<(), String>),
    /// Codes were drawn, or why not.
    Drawn(Choice, Vec<AccountDraft>, Result<Vec<Drawn>, String>),
    /// Drop the codes that are shown.
    HideCodes,
    /// Print them.
    Print,
}

/// What it asks of the browser.
#[derive(Clone)]
pub enum Effect {
    /// Write a file and offer it.
    Write(Target, Vec<AccountDraft>, Option<Zeroizing<String>>),
    /// Write a format whose lines are shown as QR codes.
    Draw(Choice, Vec<AccountDraft>),
    /// Let the person print the page.
    Print,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Lines,
        Self::File(Target::AegisEncrypted),
        Self::File(Target::Aegis),
        Self::File(Target::TwoFas),
        Self::File(Target::Bitwarden),
        Self::Google,
        Self::Sheet,
    ];

    /// Its name in the page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::One => "one",
            other => other.target().name(),
        }
    }

    /// The choice of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }

    /// The format that is written for it.
    #[must_use]
    pub fn target(self) -> Target {
        match self {
            Self::Lines | Self::Sheet | Self::One => Target::OtpauthLines,
            Self::File(target) => target,
            Self::Google => Target::GoogleMigration,
        }
    }
}

impl Model {
    /// What the form offers: the chosen format, or the code of one account.
    #[must_use]
    pub fn offered(&self) -> Choice {
        match self.name {
            Some(_) => Choice::One,
            None => self.choice,
        }
    }
}

/// Takes what happened into the model.
pub fn update(model: &mut Model, msg: Msg, vault: Option<&Vault>) -> Vec<Outer> {
    match msg {
        Msg::Choose(choice) => {
            model.choice = choice;
            weigh(model, vault);
            Vec::new()
        }
        // The page says it, next to its form.
        Msg::Written(_) => Vec::new(),
        // Too late, when the vault was locked meanwhile.
        Msg::Drawn(choice, drafts, Ok(paths)) if vault.is_some() => {
            let codes = codes(choice, &drafts, paths);
            model.codes = Some(Codes { choice, codes });
            model.revision = model.revision.wrapping_add(1);
            vec![Outer::Focus("codes-heading")]
        }
        Msg::Drawn(..) => Vec::new(),
        Msg::HideCodes => {
            hide(model);
            vec![Outer::Focus("export-passphrase")]
        }
        Msg::Print => vec![Outer::Export(Effect::Print)],
    }
}

/// Says what the chosen format can't carry.
pub fn weigh(model: &mut Model, vault: Option<&Vault>) {
    let own = vault.zip(model.only);
    let own = own.and_then(|(vault, id)| vault.to_new_accounts_of(id).into_iter().next());
    model.name = own.map(|account| full_name(&account.issuer, &account.label));
    model.lost.clear();
    if model.name.is_some() {
        // A code is what goes to the phone; nobody misses the note there.
        return;
    }
    let accounts = vault.map(Vault::to_new_accounts).unwrap_or_default();
    let named = |account: &NewAccount| full_name(&account.issuer, &account.label);
    let too_long = |account| Text::new("export_lost_link").with(named(account));
    let is_sheet = model.choice == Choice::Sheet;
    let left_out = |account: &&NewAccount| is_sheet && !fits_code(account);
    let mut lost: Vec<Text> = accounts.iter().filter(left_out).map(too_long).collect();
    let losses = losses(model.choice.target(), &accounts);
    lost.extend(losses.iter().filter_map(|loss| {
        let account = accounts.get(loss.account).filter(|it| !left_out(it))?;
        let key = match (loss.whole, loss.field) {
            (true, "link") => return Some(too_long(account)),
            (true, _) => "export_lost_account",
            (false, _) => "export_lost_field",
        };
        let field = Text::new(format!("field_{}", loss.field));
        Some(Text::new(key).with(named(account)).with(field))
    }));
    model.more = lost.len().saturating_sub(MOST_LOSSES);
    lost.truncate(MOST_LOSSES);
    model.lost = lost;
}

/// Drops what is secret.
pub fn forget(model: &mut Model) {
    *model = Model {
        choice: model.choice,
        only: model.only,
        revision: model.revision.wrapping_add(1),
        ..Model::default()
    };
}

/// Drops the codes that are shown.
pub fn hide(model: &mut Model) {
    model.codes = None;
    model.revision = model.revision.wrapping_add(1);
}

/// What writes the chosen format, once the passphrase was right.
pub fn write(model: &mut Model, vault: &Vault) -> Outer {
    let mut accounts = match (model.offered(), model.only) {
        (Choice::One, Some(id)) => vault.to_new_accounts_of(id),
        _ => vault.to_new_accounts(),
    };
    if model.offered() == Choice::Sheet {
        accounts.retain(fits_code);
    }
    let drafts = accounts.iter().map(NewAccount::to_draft).collect();
    Outer::Export(match model.offered() {
        choice @ (Choice::Google | Choice::Sheet | Choice::One) => Effect::Draw(choice, drafts),
        choice => Effect::Write(choice.target(), drafts, model.password.take()),
    })
}

/// "GitHub (jane)": as in a list where an issuer may stand twice.
#[must_use]
pub fn full_name(issuer: &str, label: &str) -> Arg {
    match (issuer.trim(), label.trim()) {
        (issuer, label) if !issuer.is_empty() && !label.is_empty() => {
            format!("{issuer} ({label})").into()
        }
        (issuer, label) => account_name(issuer, label),
    }
}

fn codes(choice: Choice, drafts: &[AccountDraft], paths: Vec<Drawn>) -> Vec<Code> {
    let of = paths.len();
    let numbered = (1..).zip(paths);
    let code = |(number, path): (usize, _)| match drafts.get(number - 1) {
        Some(draft) if choice != Choice::Google => Code {
            name: account_name(&draft.issuer, &draft.label),
            label: draft.label.clone(),
            secret: Zeroizing::new(draft.secret.clone()),
            kind: Some(kind_of(draft)),
            path,
        },
        _ => Code {
            name: Text::new("codes_part")
                .with(number.to_string())
                .with(of.to_string())
                .into(),
            label: String::new(),
            secret: Zeroizing::default(),
            kind: None,
            path,
        },
    };
    numbered.map(code).collect()
}

/// "By time: SHA1, 6 digits, a new code every 30 s".
fn kind_of(draft: &AccountDraft) -> Text {
    let (algorithm, digits) = (draft.algorithm.as_str(), draft.digits.as_str());
    match draft.kind.as_str() {
        "totp" => Text::new("kind_totp")
            .with(algorithm)
            .with(digits)
            .with(draft.period.as_str()),
        "hotp" => Text::new("kind_hotp").with(algorithm).with(digits),
        kind => Text::new(format!("kind_{kind}")),
    }
}

#[cfg(test)]
#[path = "export_tests.rs"]
mod tests;
