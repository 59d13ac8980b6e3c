//! What an account asks of who has given its right password, before they are let in.

use super::{Credential, User};
use crate::config::{AccessConfig, SecondFactorUse};
use axum::http::StatusCode;
use casewright_service::Problem;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// What such a caller has to show instead of a password.
const BY_TOKEN: &str = "Bearer realm=\"casewright\"";

/// Somebody whose account lets them in, once they have done what it asks.
pub(crate) struct Admitted {
    pub(crate) user: Arc<User>,
    pub(crate) demands: Demands,
}

/// What is asked beside the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    pub(crate) factor: FactorDemand,
    pub(crate) password: PasswordDemand,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FactorDemand {
    #[default]
    None,
    /// A code of the second factor that they have.
    Code,
    /// Their role needs one, and they have none.
    Enrolment,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PasswordDemand {
    #[default]
    None,
    /// Somebody else has chosen it.
    Change,
    /// Somebody else had chosen it, and it was not changed in time.
    Expired,
}

/// What the settings ask of accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    factor: SecondFactorUse,
    roles: Vec<String>,
    /// None: initial passwords wait as long as it takes.
    initial: Option<SignedDuration>,
}

impl From<&AccessConfig> for Rules {
    fn from(config: &AccessConfig) -> Self {
        let days = config.initial_password_days;
        Self {
            factor: config.second_factor,
            roles: config.second_factor_roles.clone(),
            initial: (days > 0).then(|| SignedDuration::from_hours(24 * i64::from(days))),
        }
    }
}

impl Rules {
    pub(super) fn demands(&self, user: &User, credential: Option<&Credential>, now: Timestamp) -> Demands {
        let has_factor = credential.is_some_and(|credential| credential.factor.is_some());
        let factor = match self.factor {
            SecondFactorUse::Off => FactorDemand::None,
            _ if has_factor => FactorDemand::Code,
            _ if self.needs_factor(user) => FactorDemand::Enrolment,
            _ => FactorDemand::None,
        };
        let password = match credential.and_then(|credential| credential.initial_since) {
            None => PasswordDemand::None,
            Some(since) if self.initial.is_some_and(|days| now.duration_since(since) >= days) => {
                PasswordDemand::Expired
            }
            Some(_) => PasswordDemand::Change,
        };
        Demands { factor, password }
    }

    pub(super) fn needs_factor(&self, user: &User) -> bool {
        match self.factor {
            SecondFactorUse::Off | SecondFactorUse::Optional => false,
            SecondFactorUse::RequiredFor => user.roles.iter().any(|role| self.roles.contains(role)),
            SecondFactorUse::Required => true,
        }
    }
}

impl Demands {
    /// Whether a sign-in that began when nothing was asked goes on.
    pub(crate) fn let_go_on(self) -> bool {
        self.password == PasswordDemand::None && self.factor != FactorDemand::Enrolment
    }

    /// Lets in who has a password and nothing else to show, as with HTTP Basic.
    ///
    /// # Errors
    /// 401 `second-factor-required`, `password-change-required` or `password-expired`.
    pub(crate) fn by_password_alone(self) -> Result<(), Problem> {
        let (code, detail) = match (self.password, self.factor) {
            (PasswordDemand::Expired, _) => return Err(expired()),
            (PasswordDemand::Change, _) => (
                "password-change-required",
                "Somebody else chose this password. Sign in with a browser once, and change it there.",
            ),
            (PasswordDemand::None, FactorDemand::None) => return Ok(()),
            (PasswordDemand::None, FactorDemand::Code | FactorDemand::Enrolment) => (
                "second-factor-required",
                "This account signs in with a second factor, which a password in each call cannot be. A program uses a client with a secret.",
            ),
        };
        Err(Problem::new(StatusCode::UNAUTHORIZED, code, detail).challenge(BY_TOKEN))
    }
}

/// 401: told to who knows it only.
pub(crate) fn expired() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "password-expired",
        "This password was chosen by somebody else and not changed in time. Ask an administrator for a new one.",
    )
    .challenge(BY_TOKEN)
}
