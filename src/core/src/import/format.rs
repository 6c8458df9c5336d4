//! The formats that are read.

use serde::{Deserialize, Serialize};

use super::ImportError;

/// Whose format a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One Key URI per line.
    OtpauthLines,
    /// Google Authenticator's QR codes for moving to another phone.
    GoogleMigration,
    /// Google Authenticator's database.
    GoogleDatabase,
    /// Microsoft Authenticator's database.
    MicrosoftDatabase,
    /// Aegis.
    Aegis,
    /// 2FAS.
    TwoFas,
    /// Bitwarden, and Bitwarden Authenticator.
    Bitwarden,
    /// Ente Auth.
    Ente,
    /// andOTP.
    AndOtp,
    /// The Authenticator extension.
    AuthenticatorExtension,
    /// Proton Authenticator.
    ProtonAuthenticator,
    /// Proton Pass.
    ProtonPass,
    /// Stratum, once Authenticator Pro.
    Stratum,
    /// FreeOTP.
    FreeOtp,
    /// FreeOTP+.
    FreeOtpPlus,
    /// KeePass.
    KeePass,
    /// KeePassXC's CSV.
    KeePassXc,
    /// 1Password.
    OnePassword,
    /// LastPass Authenticator, and LastPass.
    LastPass,
    /// Raivo OTP.
    Raivo,
    /// Dashlane.
    Dashlane,
    /// NordPass.
    NordPass,
    /// Duo Mobile.
    Duo,
    /// Steam's app, and Steam Desktop Authenticator.
    Steam,
    /// WinAuth.
    WinAuth,
    /// TOTP Authenticator.
    TotpAuthenticator,
    /// Authenticator Plus.
    AuthenticatorPlus,
    /// Authy.
    Authy,
    /// Battle.net.
    BattleNet,
    /// 2FAuth.
    TwoFAuth,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 30] = [
        Self::OtpauthLines,
        Self::GoogleMigration,
        Self::GoogleDatabase,
        Self::MicrosoftDatabase,
        Self::Aegis,
        Self::TwoFas,
        Self::Bitwarden,
        Self::Ente,
        Self::AndOtp,
        Self::AuthenticatorExtension,
        Self::ProtonAuthenticator,
        Self::ProtonPass,
        Self::Stratum,
        Self::FreeOtp,
        Self::FreeOtpPlus,
        Self::KeePass,
        Self::KeePassXc,
        Self::OnePassword,
        Self::LastPass,
        Self::Raivo,
        Self::Dashlane,
        Self::NordPass,
        Self::Duo,
        Self::Steam,
        Self::WinAuth,
        Self::TotpAuthenticator,
        Self::AuthenticatorPlus,
        Self::Authy,
        Self::BattleNet,
        Self::TwoFAuth,
    ];

    /// The app's own name: the same in every language. Key URIs have none.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::OtpauthLines => "otpauth",
            Self::GoogleMigration | Self::GoogleDatabase => "Google Authenticator",
            Self::MicrosoftDatabase => "Microsoft Authenticator",
            Self::Aegis => "Aegis",
            Self::TwoFas => "2FAS",
            Self::Bitwarden => "Bitwarden",
            Self::Ente => "Ente Auth",
            Self::AndOtp => "andOTP",
            Self::AuthenticatorExtension => "Authenticator",
            Self::ProtonAuthenticator => "Proton Authenticator",
            Self::ProtonPass => "Proton Pass",
            Self::Stratum => "Stratum",
            Self::FreeOtp => "FreeOTP",
            Self::FreeOtpPlus => "FreeOTP+",
            Self::KeePass => "KeePass",
            Self::KeePassXc => "KeePassXC",
            Self::OnePassword => "1Password",
            Self::LastPass => "LastPass",
            Self::Raivo => "Raivo OTP",
            Self::Dashlane => "Dashlane",
            Self::NordPass => "NordPass",
            Self::Duo => "Duo Mobile",
            Self::Steam => "Steam",
            Self::WinAuth => "WinAuth",
            Self::TotpAuthenticator => "TOTP Authenticator",
            Self::AuthenticatorPlus => "Authenticator Plus",
            Self::Authy => "Authy",
            Self::BattleNet => "Battle.net",
            Self::TwoFAuth => "2FAuth",
        }
    }

    /// The error that a part of the file is not as the format has it.
    pub(crate) fn damaged(self, part: &'static str) -> ImportError {
        ImportError::Damaged { format: self, part }
    }

    /// The error that a part of the file means something that is not known here.
    pub(crate) fn unsupported(self, part: &'static str) -> ImportError {
        ImportError::Unsupported { format: self, part }
    }

    /// A stable identifier in snake case, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OtpauthLines => "otpauth_lines",
            Self::GoogleMigration => "google_migration",
            Self::GoogleDatabase => "google_database",
            Self::MicrosoftDatabase => "microsoft_database",
            Self::Aegis => "aegis",
            Self::TwoFas => "two_fas",
            Self::Bitwarden => "bitwarden",
            Self::Ente => "ente",
            Self::AndOtp => "and_otp",
            Self::AuthenticatorExtension => "authenticator_extension",
            Self::ProtonAuthenticator => "proton_authenticator",
            Self::ProtonPass => "proton_pass",
            Self::Stratum => "stratum",
            Self::FreeOtp => "free_otp",
            Self::FreeOtpPlus => "free_otp_plus",
            Self::KeePass => "kee_pass",
            Self::KeePassXc => "kee_pass_xc",
            Self::OnePassword => "one_password",
            Self::LastPass => "last_pass",
            Self::Raivo => "raivo",
            Self::Dashlane => "dashlane",
            Self::NordPass => "nord_pass",
            Self::Duo => "duo",
            Self::Steam => "steam",
            Self::WinAuth => "win_auth",
            Self::TotpAuthenticator => "totp_authenticator",
            Self::AuthenticatorPlus => "authenticator_plus",
            Self::Authy => "authy",
            Self::BattleNet => "battle_net",
            Self::TwoFAuth => "two_f_auth",
        }
    }
}
