//! Writing accounts for other apps: one file per format. What a format can't carry is said before
//! anything is written, see [`losses`].

mod aegis;
mod bitwarden;
mod google_migration;
mod id;
mod object;
mod otpauth_lines;
mod two_fas;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Coded;
use crate::account::{Algorithm, Credential, Kind, NewAccount};
use crate::otpauth;
use crate::vault::Vault;

/// The formats that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One Key URI per line: what nearly every app reads.
    OtpauthLines,
    /// Aegis, in the clear.
    Aegis,
    /// Aegis, encrypted with a password.
    AegisEncrypted,
    /// 2FAS, in the clear.
    TwoFas,
    /// Bitwarden's JSON, in the clear.
    Bitwarden,
    /// Google Authenticator's links for moving to another phone, one per line: each is shown as a
    /// QR code.
    GoogleMigration,
}

/// Something that a format can't carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Which account: its place in the list, from 0.
    pub account: usize,
    /// What: `type`, `algorithm`, `digits`, `period`, `counter`, `secret` (another account has the
    /// same, or it is too short or too long there), `issuer`, `note`, `groups`, `sites`, or `link`:
    /// longer than a QR code can hold.
    pub field: &'static str,
    /// Whether the whole account is left out for it. Otherwise only the field is.
    pub whole: bool,
}

/// The longest link that a QR code holds: bytes in its largest version at the lowest level of error
/// correction (ISO/IEC 18004, table 7).
pub const MAX_LINK_BYTES: usize = 2_953;

/// What writing needs from outside.
pub struct Options<'a> {
    /// For an encrypted format.
    pub password: Option<&'a str>,
    /// Fills the slice with random bytes from a cryptographic source.
    pub random: &'a mut dyn FnMut(&mut [u8]),
    /// Milliseconds since the Unix epoch.
    pub now: u64,
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// An encrypted format needs a password.
    NeedsPassword,
    /// No account is there that the format can carry.
    Nothing,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::OtpauthLines,
        Self::Aegis,
        Self::AegisEncrypted,
        Self::TwoFas,
        Self::Bitwarden,
        Self::GoogleMigration,
    ];

    /// A stable identifier in snake case, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OtpauthLines => "otpauth_lines",
            Self::Aegis => "aegis",
            Self::AegisEncrypted => "aegis_encrypted",
            Self::TwoFas => "two_fas",
            Self::Bitwarden => "bitwarden",
            Self::GoogleMigration => "google_migration",
        }
    }

    /// Whether it is encrypted with a password.
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        self == Self::AegisEncrypted
    }

    /// The file's name, as the other app would call it.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::OtpauthLines => "accounts.txt",
            Self::Aegis => "aegis-export-plain.json",
            Self::AegisEncrypted => "aegis-export.json",
            Self::TwoFas => "2fas-backup.2fas",
            Self::Bitwarden => "bitwarden_export.json",
            Self::GoogleMigration => "google-authenticator.txt",
        }
    }

    /// Whether what makes the codes can be carried; the field that can't, otherwise.
    fn takes(self, credential: &Credential) -> Result<(), &'static str> {
        let kind = credential.kind();
        match self {
            Self::OtpauthLines => Ok(()),
            Self::Aegis | Self::AegisEncrypted => aegis::takes(kind).and(without_gost(kind)),
            Self::TwoFas => two_fas::takes(credential).and(without_gost(kind)),
            // Bitwarden keeps a Key URI as it is, but makes codes of these only.
            Self::Bitwarden => match kind {
                Kind::Hotp { .. } | Kind::Motp | Kind::Yandex => Err("type"),
                kind => without_gost(kind),
            },
            Self::GoogleMigration => google_migration::takes(kind),
        }
    }

    /// Every account with whether it can be carried; the field that can't, otherwise.
    fn taken(
        self,
        accounts: &[NewAccount],
    ) -> impl Iterator<Item = (&NewAccount, Result<(), &'static str>)> {
        let mut secrets = BTreeSet::new();
        accounts.iter().map(move |account| {
            let verdict = self.takes(&account.credential).and_then(|()| {
                if self == Self::GoogleMigration && !google_migration::fits(account) {
                    return Err("link");
                }
                // 2FAS knows an account by its secret: one more with the same takes the place of
                // the one before.
                let new = secrets.insert(account.credential.secret().as_bytes());
                match new || self != Self::TwoFas {
                    true => Ok(()),
                    false => Err("secret"),
                }
            });
            (account, verdict)
        })
    }

    /// The texts besides issuer and label that are carried.
    fn keeps(self) -> &'static [&'static str] {
        match self {
            Self::OtpauthLines => &[],
            Self::Aegis | Self::AegisEncrypted => &["note", "groups"],
            Self::TwoFas => &["groups"],
            Self::Bitwarden => &["note", "groups", "sites"],
            Self::GoogleMigration => &[],
        }
    }
}

/// What would be lost, account by account.
#[must_use]
pub fn losses(target: Target, accounts: &[NewAccount]) -> Vec<Loss> {
    let mut losses = Vec::new();
    for (index, (account, verdict)) in target.taken(accounts).enumerate() {
        let mut lose = |field, whole| {
            losses.push(Loss {
                account: index,
                field,
                whole,
            });
        };
        if let Err(field) = verdict {
            lose(field, true);
            continue;
        }
        for (field, is_empty) in [
            ("note", account.note.is_empty()),
            ("groups", account.groups.is_empty()),
            ("sites", account.sites.is_empty()),
        ] {
            if !is_empty && !target.keeps().contains(&field) {
                lose(field, false);
            }
        }
        // An account is in one group at most there.
        let one_group = matches!(target, Target::TwoFas | Target::Bitwarden);
        if one_group && account.groups.len() > 1 {
            lose("groups", false);
        }
        // `steam://` has no names of its own: those of the entry are read as they are here.
        let steam = account.credential.kind() == Kind::Steam && target == Target::Bitwarden;
        if steam && account.issuer != "Steam" {
            lose("issuer", false);
        }
    }
    losses
}

/// Whether a QR code holds an account's Key URI.
#[must_use]
pub fn fits_code(account: &NewAccount) -> bool {
    let link = otpauth::format(&account.issuer, &account.label, &account.credential);
    link.len() <= MAX_LINK_BYTES
}

/// Writes all accounts that the format can carry. The bytes hold secrets: they are wiped when
/// dropped.
///
/// # Errors
/// See [`ExportError`].
pub fn write(
    target: Target,
    accounts: &[NewAccount],
    options: &mut Options<'_>,
) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let taken = target.taken(accounts);
    let accounts: Vec<&NewAccount> = taken
        .filter_map(|(account, verdict)| verdict.is_ok().then_some(account))
        .collect();
    if accounts.is_empty() {
        return Err(ExportError::Nothing);
    }
    match target {
        Target::OtpauthLines => Ok(otpauth_lines::write(&accounts)),
        Target::Aegis => Ok(aegis::plain(&accounts, options)),
        Target::AegisEncrypted => aegis::encrypted(&accounts, options),
        Target::TwoFas => Ok(two_fas::write(&accounts, options)),
        Target::Bitwarden => Ok(bitwarden::write(&accounts, options)),
        Target::GoogleMigration => Ok(google_migration::write(&accounts, options)),
    }
}

/// The accounts of a vault in the user's order, one for each credential that this version can
/// read.
#[must_use]
pub fn accounts(vault: &Vault) -> Vec<NewAccount> {
    vault.to_new_accounts()
}

fn without_gost(kind: Kind) -> Result<(), &'static str> {
    match kind {
        Kind::Totp { algorithm, .. } | Kind::Hotp { algorithm, .. }
            if matches!(algorithm, Algorithm::Gost256 | Algorithm::Gost512) =>
        {
            Err("algorithm")
        }
        _ => Ok(()),
    }
}

impl Coded for ExportError {
    fn code(&self) -> &'static str {
        match self {
            Self::NeedsPassword => "export_needs_password",
            Self::Nothing => "export_nothing",
        }
    }

    fn field(&self) -> Option<&'static str> {
        (*self == Self::NeedsPassword).then_some("password")
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeedsPassword => "this format needs a password",
            Self::Nothing => "there is no account that this format can carry",
        })
    }
}

impl std::error::Error for ExportError {}
