//! From errors of every room to the one shape that pages show.

use holdfast_backup::destination::address::FieldError;
use holdfast_core::Coded;

use crate::browser::BrowserError;
use crate::message::Failure;

impl Failure {
    /// A failure that needs no more than its code.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            field: None,
            detail: None,
        }
    }

    /// A failure about a field.
    #[must_use]
    pub fn of_field(code: &str, field: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(code)
        }
    }

    /// What is wrong with a form that connects a destination.
    #[must_use]
    pub fn of_form(error: FieldError) -> Self {
        Self::of_field(error.code(), error.field)
    }

    /// With a detail to show. Never a secret.
    #[must_use]
    pub fn detailed(self, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }
}

/// Every coded error, by its code and field. Its text is for developers and is not passed on.
impl<E: Coded> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            code: error.code().to_owned(),
            field: error.field().map(str::to_owned),
            detail: error.detail(),
        }
    }
}

impl Coded for BrowserError {
    fn code(&self) -> &'static str {
        "browser_failed"
    }

    fn detail(&self) -> Option<String> {
        Some(self.0.clone())
    }
}
