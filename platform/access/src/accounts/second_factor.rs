//! Setting a second factor up, asking for it, and taking it away.

use super::factor::{self, FactorUse, FactorUseEvent};
use super::user;
use super::{Accounts, Credential, CredentialEvent, by, no_such_user};
use crate::error::{AccessError, problem_of, store_problem};
use crate::otp::{Secret, is_code};
use casewright_journal::{Decision, StoreError, TenantId};
use casewright_service::Problem;
use jiff::Timestamp;
use std::sync::Arc;

/// A second factor, without what it is made of.
pub(crate) struct FactorState {
    pub(crate) since: Timestamp,
    pub(crate) recovery_codes_left: usize,
}

/// A second factor that somebody has just set up.
pub(crate) struct Enrolled {
    /// Shown once.
    pub(crate) recovery_codes: Vec<String>,
    /// Version of the credential that it is part of.
    pub(crate) version: u64,
}

impl Accounts {
    /// The second factor of a user; none when there is none.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn factor(&self, tenant: &TenantId, id: &str) -> Result<Option<FactorState>, StoreError> {
        let Some(factor) = self.credential(tenant, id).await?.and_then(|(credential, _)| credential.factor.clone())
        else {
            return Ok(None);
        };
        let used = self.handle(tenant).load::<FactorUse>(&factor.id).await?;
        let spent = used.map_or(0, |(used, _)| used.spent());
        Ok(Some(FactorState { since: factor.since, recovery_codes_left: factor.recovery.len().saturating_sub(spent) }))
    }

    /// Whether the settings ask this user for a second factor.
    ///
    /// # Errors
    /// 404 when there is no such user.
    pub(crate) async fn needs_factor(&self, tenant: &TenantId, id: &str) -> Result<bool, AccessError> {
        let user = self.user(tenant, id).await?.ok_or_else(no_such_user)?;
        Ok(self.rules.needs_factor(&user))
    }

    /// Whether it is a code of the user's app, or one of the recovery codes, that was not used before; it is used by that.
    ///
    /// # Errors
    /// 503 when the journal does not answer.
    pub(crate) async fn use_code(&self, tenant: &TenantId, id: &str, code: &str) -> Result<bool, Problem> {
        let known = self.credential(tenant, id).await.map_err(|error| store_problem(&error))?;
        let Some(factor) = known.and_then(|(credential, _)| credential.factor.clone()) else {
            return Ok(false);
        };
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let event = if is_code(&typed) {
            let plain = self.vault.open_sealed(&factor::purpose(tenant, id), &factor.sealed);
            let Some(secret) = plain.and_then(|bytes| Secret::from_bytes(&bytes)) else {
                tracing::error!("a second factor was sealed with another key file");
                return Err(Problem::internal());
            };
            let period = secret.period_of(&typed, self.journal.clock().now().as_second());
            period.map(|period| FactorUseEvent::CodeUsed { period })
        } else {
            let hash = factor.recovery_hash(&typed).map(str::to_owned);
            hash.map(|hash| FactorUseEvent::RecoveryCodeUsed { hash })
        };
        match event {
            Some(event) => self.use_once(tenant, id, &factor.id, event).await,
            None => Ok(false),
        }
    }

    async fn use_once(
        &self,
        tenant: &TenantId,
        user: &str,
        factor: &str,
        event: FactorUseEvent,
    ) -> Result<bool, Problem> {
        let committed = self
            .handle(tenant)
            .execute(factor, by(user), move |used: &FactorUse, _| {
                let is_fresh = !used.has(&event);
                let events = if is_fresh { vec![event.clone()] } else { Vec::new() };
                Ok::<_, Problem>(Decision { events, answer: is_fresh })
            })
            .await
            .map_err(problem_of)?;
        Ok(committed.answer)
    }

    /// Gives the user a second factor, in place of the one they have. `code` is the first of it, and used by that. `version` is
    /// that of the credential they proved to have; `keeps` is the sign-in in which they do it.
    ///
    /// # Errors
    /// 422 `wrong-code`; 409 `account-changed` when the credential is another one by now.
    pub(crate) async fn enrol(
        &self,
        tenant: &TenantId,
        id: &str,
        version: u64,
        secret: &Secret,
        code: &str,
        keeps: Option<String>,
    ) -> Result<Enrolled, AccessError> {
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let period = secret.period_of(&typed, self.journal.clock().now().as_second()).ok_or_else(wrong_code)?;
        let factor = uuid::Uuid::new_v4().simple().to_string();
        self.use_once(tenant, id, &factor, FactorUseEvent::CodeUsed { period }).await?;
        let (recovery_codes, recovery) = factor::recovery_codes();
        let sealed = self.vault.seal(&factor::purpose(tenant, id), secret.as_bytes());
        let event = CredentialEvent::FactorEnrolled { factor, sealed, recovery, keeps };
        let version = self
            .decide_credential(tenant, id, id, move |credential, found| {
                if found != version || credential.sealed.is_empty() {
                    return Err(changed_meanwhile());
                }
                Ok(Some(event.clone()))
            })
            .await?;
        Ok(Enrolled { recovery_codes, version })
    }

    /// Takes the second factor of a user away. Sign-ins end, but the one that is kept.
    ///
    /// # Errors
    /// 404 when there is no such user, or they have none.
    pub(crate) async fn remove_factor(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        keeps: Option<String>,
    ) -> Result<(), AccessError> {
        self.user(tenant, id).await?.ok_or_else(no_such_user)?;
        self.decide_credential(tenant, actor, id, move |credential, _| {
            if credential.factor.is_none() {
                return Err(Problem::not_found("This account has no second factor."));
            }
            Ok(Some(CredentialEvent::FactorRemoved { keeps: keeps.clone() }))
        })
        .await?;
        Ok(())
    }

    /// [`Accounts::remove_factor`] by somebody who administers users: everything that is open ends.
    ///
    /// # Errors
    /// As [`Accounts::remove_factor`].
    pub async fn reset_factor(&self, tenant: &TenantId, actor: &str, id: &str) -> Result<(), AccessError> {
        self.remove_factor(tenant, actor, id, None).await
    }

    async fn credential(&self, tenant: &TenantId, id: &str) -> Result<Option<(Arc<Credential>, u64)>, StoreError> {
        if !user::is_id(id) {
            return Ok(None);
        }
        self.handle(tenant).load::<Credential>(id).await
    }
}

/// 422 for a code that is none, or was used.
pub(crate) fn wrong_code() -> Problem {
    let detail = "This code is not right, or it was used before. An app shows a new one every 30 seconds.";
    Problem::unprocessable("wrong-code", detail).with_error("/code", "wrong-code", detail)
}

pub(super) fn changed_meanwhile() -> Problem {
    Problem::conflict("account-changed", "The password or the second factor was changed meanwhile. Begin again.")
}
