//! Whether an account still stands behind a sign-in, and what takes it back: disabling it, a new password, signing out
//! everywhere.

use super::credential::{Credential, CredentialEvent};
use super::user::{self, is_here};
use super::{Accounts, User, UserChange, UserEvent, by, no_such_user, views};
use crate::error::{AccessError, problem_of};
use crate::sessions::over::End;
use crate::subject::role;
use casewright_contracts::UserRow;
use casewright_journal::{Decision, Filter, Query, StoreError, TenantId};
use casewright_service::Problem;
use serde_json::Value;

/// Which sign-ins of an account are good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Version of the credential; 0: there is none.
    version: u64,
    /// A sign-in of an earlier version that goes on.
    keeps: Option<String>,
}

impl Standing {
    pub(crate) fn admits(&self, session: &str, version: u64) -> bool {
        self.version > 0 && (self.version == version || self.keeps.as_deref() == Some(session))
    }
}

impl Accounts {
    /// Which sign-ins of a user are good.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn standing(&self, tenant: &TenantId, id: &str) -> Result<Standing, StoreError> {
        if !user::is_id(id) {
            return Ok(Standing::default());
        }
        let known = self.handle(tenant).load::<Credential>(id).await?;
        let standing = |(credential, version): (std::sync::Arc<Credential>, u64)| Standing {
            version,
            keeps: credential.keeps.clone(),
        };
        Ok(known.map(standing).unwrap_or_default())
    }

    /// Ends all sign-ins of a user, but the one that is kept.
    ///
    /// # Errors
    /// 404 when there is no such user.
    pub async fn end_sessions(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        keeps: Option<&str>,
    ) -> Result<(), AccessError> {
        self.user(tenant, id).await?.ok_or_else(no_such_user)?;
        let event = CredentialEvent::SessionsEnded { keeps: keeps.map(str::to_owned) };
        self.put_credential(tenant, actor, id, event).await
    }

    /// Changes a user. Who is disabled signs in nowhere, and what they have open ends; nothing of it opens again with the
    /// account.
    ///
    /// # Errors
    /// 404 when there is none; 409 `own-account` for who disables themselves; 409 `last-administrator`.
    pub async fn change_user(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        change: UserChange,
    ) -> Result<(), AccessError> {
        if change.enabled == Some(false) && actor == id {
            return Err(Problem::conflict("own-account", "Nobody disables their own account.").into());
        }
        let _turn = self.keep_an_administrator(tenant, id, |user| change.leaves_administrator(user)).await?;
        let is_opened = match change.enabled {
            Some(true) => self.user(tenant, id).await?.is_some_and(|user| !user.enabled),
            _ => false,
        };
        if is_opened {
            // Before the account opens: what was open when it closed stays ended.
            self.end_sessions(tenant, actor, id, None).await?;
        }
        let enabled = change.enabled;
        self.decide_user(tenant, actor, id, move |_| Ok(vec![UserEvent::Changed(change.clone())])).await?;
        match enabled {
            Some(false) => self.note(End::Account { tenant: tenant.clone(), user: id.to_owned() }),
            Some(true) => self.note(End::Reopened { tenant: tenant.clone(), user: id.to_owned() }),
            None => {}
        }
        Ok(())
    }

    /// Changes one who is there.
    pub(super) async fn decide_user(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        events: impl Fn(&User) -> Result<Vec<UserEvent>, Problem> + Send + 'static,
    ) -> Result<(), AccessError> {
        if !user::is_id(id) {
            return Err(no_such_user().into());
        }
        self.handle(tenant)
            .execute(id, by(actor), move |user: &User, context| {
                if !is_here(user, context.version) {
                    return Err(no_such_user());
                }
                Ok(Decision { events: events(user)?, answer: () })
            })
            .await
            .map_err(problem_of)?;
        Ok(())
    }

    /// Refuses what would leave the tenant without an administrator; the turn is held until it is done, so that two do not
    /// count on each other. Where people come from another provider, administrators do.
    ///
    /// # Errors
    /// 409 `last-administrator`.
    pub(super) async fn keep_an_administrator(
        &self,
        tenant: &TenantId,
        id: &str,
        stays: impl Fn(&User) -> bool,
    ) -> Result<tokio::sync::MutexGuard<'_, ()>, AccessError> {
        let turn = self.administrators.turn.lock().await;
        let Some(user) = self.user(tenant, id).await?.filter(|user| user.is_administrator()) else {
            return Ok(turn);
        };
        if !self.administrators.are_needed || stays(&user) {
            return Ok(turn);
        }
        let others = Filter::And(vec![
            Filter::Contains(UserRow::ROLES.into(), Value::from(role::ADMIN)),
            Filter::Eq(UserRow::ENABLED.into(), Value::from(true)),
            Filter::Ne(UserRow::ID.into(), Value::from(id)),
        ]);
        if self.handle(tenant).count(&Query::new(views::USER, others)).await? == 0 {
            let detail = "This is the last administrator; make another one first.";
            return Err(Problem::conflict("last-administrator", detail).into());
        }
        Ok(turn)
    }

    pub(super) fn note(&self, end: End) {
        self.over.note(self.journal.clock().now(), end);
    }
}
